"""Stretches of time as sorted tuples of (start, end) in seconds that neither touch nor overlap."""

from __future__ import annotations

from collections.abc import Iterable

Spans = tuple[tuple[float, float], ...]


def union(pairs: Iterable[tuple[float, float]]) -> Spans:
    """What any of the pairs covers; pairs may overlap and come in any order, empty ones count for nothing."""
    merged: list[tuple[float, float]] = []
    for start_s, end_s in sorted(pair for pair in pairs if pair[0] < pair[1]):
        if merged and start_s <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end_s))
        else:
            merged.append((start_s, end_s))
    return tuple(merged)


def intersection(a: Spans, b: Spans) -> Spans:
    """What both cover."""
    common: list[tuple[float, float]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start_s, end_s = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if start_s < end_s:
            common.append((start_s, end_s))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def complement(spans: Spans, start_s: float, end_s: float) -> Spans:
    """What the spans leave uncovered from `start_s` to `end_s`."""
    edges_s = [start_s, *(edge_s for span in spans for edge_s in span), end_s]
    left = zip(edges_s[::2], edges_s[1::2], strict=True)
    return tuple((max(a, start_s), min(b, end_s)) for a, b in left if max(a, start_s) < min(b, end_s))


def difference(a: Spans, b: Spans) -> Spans:
    """What `a` covers and `b` does not."""
    return intersection(a, complement(b, a[0][0], a[-1][1])) if a else ()


def length_s(spans: Spans) -> float:
    """The seconds covered."""
    return sum(end_s - start_s for start_s, end_s in spans)
