"""Arithmetic of stretches of time, held against sets of whole seconds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mmn_live.report.spans import Spans, complement, difference, intersection, length_s, union

PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def _seconds(pairs) -> set[int]:
    return {second for start, end in pairs for second in range(start, end)}


def _spans(pairs) -> Spans:
    return union((float(start), float(end)) for start, end in pairs)


def _is_tidy(spans: Spans) -> bool:
    edges = [edge for span in spans for edge in span]
    return edges == sorted(set(edges))


@given(PAIRS, PAIRS)
def test_spans_are_sets_of_moments(one, other):
    a, b = _spans(one), _spans(other)
    in_a, in_b = _seconds(one), _seconds(other)
    for spans, seconds in (
        (a, in_a),
        (intersection(a, b), in_a & in_b),
        (difference(a, b), in_a - in_b),
        (complement(a, 3, 25), set(range(3, 25)) - in_a),
    ):
        assert _is_tidy(spans)
        assert length_s(spans) == len(seconds)
        assert _seconds((int(start), int(end)) for start, end in spans) == seconds
