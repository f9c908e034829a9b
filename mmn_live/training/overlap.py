"""How much of an action lies in a window, or of one span of time in another. Spans are (from, to) in seconds."""

from __future__ import annotations

Span = tuple[float, float]

CLEAR_OVERLAP = 0.55
"""From this share on a window shows an action."""


def shared_s(one: Span, other: Span) -> float:
    """How long both last together; negative for how far they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])


def overlap(one: Span, other: Span) -> float:
    """What is shared, as a share of the shorter one."""
    return shared_s(one, other) / min(one[1] - one[0], other[1] - other[0])
