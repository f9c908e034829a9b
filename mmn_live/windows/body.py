"""Where a body is in the image and how large: the frame of reference of motion and of the "body" preprocessing."""

from __future__ import annotations

import numpy as np

from mmn_live.joints import Layout
from mmn_live.types import BoolArray, FloatArray

# They stand in for what the picture does not show, so that a close-up of a face gives inputs of the same size as a view
# that holds the shoulders. What MediaPipe sees of people near a webcam and of the rendered actor alike
# (docs/OBSERVATION.md, benchmarks/faces.py).
_EARS_TO_SHOULDERS = 2.5
_EYES_TO_SHOULDERS = 4.6
_NOSE_ABOVE_SHOULDERS = 0.53

_PROFILE_GUARD = 1.1
"""From the side, shoulders nearly coincide: a body is never taken to be narrower than 1.1 times its head."""

_SMALLEST_PX = 4.0
"""Below this there is no body to measure by: a pixel's jitter would be a large movement."""


def body_frame(joints: FloatArray, observed: BoolArray, layout: Layout) -> tuple[FloatArray, float]:
    """The body's origin (2,) in px, at mid-shoulder, and its scale in px, the width of its shoulders.

    Medians over the window's samples: `joints` is (T, V, 2), `observed` (V,). Without both shoulders the face gives
    both; without that, the extent of whatever is observed. The scale is 0 where that is nothing.
    """
    seen = {name for name, is_seen in zip(layout.names, observed, strict=True) if is_seen}

    def place(name: str) -> FloatArray:
        return joints[:, layout.index(name)]

    def width(part: str) -> float:
        if not {f"left_{part}", f"right_{part}"} <= seen:
            return 0.0
        across = place(f"left_{part}") - place(f"right_{part}")
        return float(np.median(np.hypot(across[:, 0], across[:, 1])))

    ears = width("ear")
    shoulders = max(width("shoulder"), _PROFILE_GUARD * ears)
    if {"left_shoulder", "right_shoulder"} <= seen and shoulders > _SMALLEST_PX:
        middle = (place("left_shoulder") + place("right_shoulder")) / 2
        return np.median(middle, axis=0).astype(np.float32), shoulders
    shoulders = max(_EARS_TO_SHOULDERS * ears, _EYES_TO_SHOULDERS * width("eye"))
    if "nose" in seen and shoulders > _SMALLEST_PX:
        below = np.array([0.0, _NOSE_ABOVE_SHOULDERS * shoulders], np.float32)
        return (np.median(place("nose"), axis=0) + below).astype(np.float32), shoulders
    return _extent(joints[:, observed])


def _extent(points: FloatArray) -> tuple[FloatArray, float]:
    if points.size == 0:
        return np.zeros(2, np.float32), 0.0
    typical = np.median(points, axis=0)
    extent = float(np.ptp(typical, axis=0).max())
    return typical.mean(axis=0), extent if extent > _SMALLEST_PX else 0.0
