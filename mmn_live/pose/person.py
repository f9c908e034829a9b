"""Whether MediaPipe's body is somebody, and which hand is whose.

Pose landmarks used here: nose 0, shoulders 11-12, wrists 15-16, hips 23-24; the person's left first.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from mmn_live.types import FloatArray

MIN_BODY_SHARE = 0.07
"""Smallest body, as a share of the picture's longer side: ghosts have 0-0.06, a far person 0.12, one at a desk 0.4."""
MIN_VISIBILITY = 0.5
"""A person shows the nose or a shoulder at least this well."""
WRIST_REACH = 0.5
"""Farthest that a hand's wrist may lie from the pose's own, in body sizes: measured, 95 of 100 lie within 0.2."""
WRONG_SIDE_COST = 0.1
"""What MediaPipe's word on a hand's side counts, in body sizes: it settles a tie, but does not beat the place."""

Sides = tuple[int | None, ...]


@dataclass(frozen=True)
class Hand:
    """One found hand: `points` (21, 2) px, the wrist first; `side` 0 for left and 1 for right, judged by its shape."""

    points: FloatArray
    side: int


def body_size_px(pose: FloatArray) -> float:
    """Width of the shoulders, or half the trunk's length where that is more, as in a person seen from the side.

    `pose` is (33, 3): x px, y px, visibility.
    """
    left, right, hips = pose[11, :2], pose[12, :2], pose[23:25, :2].mean(axis=0)
    trunk = np.linalg.norm((left + right) / 2 - hips)
    return float(max(np.linalg.norm(left - right), trunk / 2))


def is_somebody(pose: FloatArray, width: int, height: int) -> bool:
    """Whether the body (33, 3) is a person and not a ghost: those are tiny, however sure MediaPipe is of them."""
    visible = pose[[0, 11, 12], 2].max() >= MIN_VISIBILITY
    return bool(visible and body_size_px(pose) >= MIN_BODY_SHARE * max(width, height))


def assign_hands(hands: list[Hand], pose: FloatArray) -> FloatArray:
    """The person's two hands (2, 21, 3), left first: x px, y px and 1; zeros for a hand that was not found.

    Each found hand goes to a wrist of the body (33, 3) by its place; of all ways to do so the one with the least
    distance in sum is taken. A hand out of reach of both wrists is somebody else's, or none, and is left out.
    """
    size = max(body_size_px(pose), 1.0)
    ways = (sides for sides in product((0, 1, None), repeat=len(hands)) if _one_hand_a_side(sides))
    best = min(ways, key=lambda sides: sum(_cost(*pair, pose, size) for pair in zip(hands, sides, strict=True)))
    assigned = np.zeros((2, 21, 3), np.float32)
    for hand, side in zip(hands, best, strict=True):
        if side is not None:
            assigned[side, :, :2], assigned[side, :, 2] = hand.points, 1
    return assigned


def _one_hand_a_side(sides: Sides) -> bool:
    taken = [side for side in sides if side is not None]
    return len(taken) == len(set(taken))


def _cost(hand: Hand, side: int | None, pose: FloatArray, size: float) -> float:
    """What it costs to give the hand to that wrist, in body sizes; leaving it out costs what it may reach at most."""
    if side is None:
        return WRIST_REACH + WRONG_SIDE_COST
    distance = float(np.linalg.norm(hand.points[0] - pose[15 + side, :2])) / size
    if distance > WRIST_REACH:
        return np.inf
    return distance + (WRONG_SIDE_COST if hand.side != side else 0.0)
