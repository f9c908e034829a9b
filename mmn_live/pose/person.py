"""Whether MediaPipe's body is somebody, and which hand is whose.

Pose landmarks used here: nose 0, shoulders 11-12, wrists 15-16, hips 23-24; the person's left first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmn_live.pose.matching import least_total
from mmn_live.types import FloatArray, Image

MIN_BODY_SHARE = 0.07
"""Smallest body, as a share of the picture's longer side: ghosts have 0-0.06, a far person 0.12, one at a desk 0.4."""
MIN_VISIBILITY = 0.5
"""A person shows the nose or a shoulder at least this well."""
WRIST_REACH = 0.5
"""Farthest that a hand's wrist may lie from the pose's own, in body sizes: measured, 95 of 100 lie within 0.2."""
WRONG_SIDE_COST = 0.1
"""What MediaPipe's word on a hand's side counts, in body sizes: it settles a tie, but does not beat the place."""

_ALONE_MARGIN, _GREY = 0.6, 128


@dataclass(frozen=True)
class Hand:
    """One found hand: `points` (21, 2) px, the wrist first; `side` 0 for left and 1 for right, judged by its shape."""

    points: FloatArray
    side: int


def shoulders_px(pose: FloatArray) -> NDArray[np.float64]:
    """The point (2,) between the shoulders of a body (33, 3)."""
    return pose[11:13, :2].mean(axis=0, dtype=np.float64)


def body_size_px(pose: FloatArray) -> float:
    """Width of the shoulders, or half the trunk's length where that is more, as in a person seen from the side.

    `pose` is (33, 3): x px, y px, visibility.
    """
    # Shoulders a and b, hips c and d. Asked several times a frame, and too few points for NumPy to be worth its calls.
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = pose[[11, 12, 23, 24], :2].tolist()
    shoulders, trunk = math.hypot(ax - bx, ay - by), math.hypot(ax + bx - cx - dx, ay + by - cy - dy) / 2
    return max(shoulders, trunk / 2)


def is_somebody(pose: FloatArray, width: int, height: int) -> bool:
    """Whether the body (33, 3) is a person and not a ghost: those are tiny, however sure MediaPipe is of them."""
    visible = pose[[0, 11, 12], 2].max() >= MIN_VISIBILITY
    return bool(visible and body_size_px(pose) >= MIN_BODY_SHARE * max(width, height))


def alone_with(image: Image, pose: FloatArray) -> Image:
    """A copy of the image (H, W, 3) in which nothing is left but the surroundings of that body (33, 3)."""
    seen = pose[pose[:, 2] >= MIN_VISIBILITY, :2] if (pose[:, 2] >= MIN_VISIBILITY).any() else pose[:, :2]
    margin = _ALONE_MARGIN * body_size_px(pose)
    low, high = seen.min(axis=0) - margin, seen.max(axis=0) + margin
    height, width = image.shape[:2]
    left, top, right, bottom = (
        int(np.clip(edge, 0, side)) for edge, side in zip((*low, *high), (width, height) * 2, strict=True)
    )
    alone = np.full_like(image, _GREY)
    alone[top:bottom, left:right] = image[top:bottom, left:right]
    return alone


def assign_hands(hands: Sequence[Hand], poses: Sequence[FloatArray]) -> FloatArray:
    """Everybody's two hands (P, 2, 21, 3), left first: x px, y px and 1; zeros for a hand that was not found.

    Each found hand goes to a wrist of one of the bodies (33, 3) by its place; of all ways to do so the one with the
    least distance in sum is taken. A hand out of reach of every wrist is a stranger's, or none, and is left out.
    """
    costs = [
        {
            (person, side): cost
            for person, pose in enumerate(poses)
            for side in (0, 1)
            if (cost := _cost(hand, side, pose)) < np.inf
        }
        for hand in hands
    ]
    assigned = np.zeros((len(poses), 2, 21, 3), np.float32)
    for hand, wrist in zip(hands, least_total(costs, WRIST_REACH + WRONG_SIDE_COST), strict=True):
        if wrist is not None:
            assigned[wrist][:, :2], assigned[wrist][:, 2] = hand.points, 1
    return assigned


def _cost(hand: Hand, side: int, pose: FloatArray) -> float:
    """What it costs to give the hand to that wrist, in body sizes; infinite out of its reach."""
    size = max(body_size_px(pose), 1.0)
    distance = math.dist(hand.points[0].tolist(), pose[15 + side, :2].tolist()) / size
    if distance > WRIST_REACH:
        return np.inf
    return distance + (WRONG_SIDE_COST if hand.side != side else 0.0)
