"""Which joints of a frame are to be believed.

MediaPipe places every joint in every frame; those it cannot see it invents, with a low visibility, and they move. Below
the floors here a joint's position is never looked at.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from mmn_live.joints import Layout
from mmn_live.types import BoolArray, FloatArray

BODY_FLOOR = 0.35
"""The visibility that halves false alarms on real video, compared with believing every joint."""

HAND_FLOOR = BODY_FLOOR / 2
"""A hand that was not found itself falls back to the body's own hand points, at half their visibility."""

HAND_FOUND = 0.75
"""Fallback points stay at or below 0.5, those of a hand that was found are at 1."""


@cache
def hand_joints(layout: Layout) -> BoolArray:
    """(V,) bool: the finger tips and the hands' own wrists."""
    return np.array([name.endswith(("_tip", "_hand_wrist")) for name in layout.names])


@cache
def visibility_floor(layout: Layout) -> FloatArray:
    """(V,) the visibility from which a joint's position is believed."""
    return np.where(hand_joints(layout), HAND_FLOOR, BODY_FLOOR).astype(np.float32)


def confidence(visibility: FloatArray, layout: Layout) -> FloatArray:
    """Visibility (..., V) as the network is told it: 0 not seen, 0.5 a hand's fallback point, 1 seen."""
    fallback = hand_joints(layout) & (visibility < HAND_FOUND)
    return np.where(visibility >= visibility_floor(layout), np.where(fallback, 0.5, 1.0), 0.0).astype(np.float32)
