"""Where a head is in the image, from the body's landmarks: large enough for hair, chin and a landmark that is off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.types import FloatArray, Landmarks

_FACE = slice(0, 11)
_RADIUS_M = 0.19
"""Of the disc around the middle of the face, where the head has the least lengths below: larger heads have larger ones.
Crown and chin of the largest head that the actor has are 0.16 m from it."""
_LENGTHS_M = ((7, 8, 0.13), (2, 5, 0.06), (7, 0, 0.10), (8, 0, 0.10), (11, 12, 0.32))
"""Pairs of landmarks with their distance, the least that adults have: ears, eyes, ear to nose, shoulders.

Foreshortening only makes a length look shorter, so the largest scale of all is the truest; one that errs makes the disc
larger.
"""
_EYES, _MOUTH, _EYES_TO_MOUTH_M = (2, 5), (9, 10), 0.06


@dataclass(frozen=True)
class Head:
    """A disc in pixels that covers a head, and the scale there."""

    x: float
    y: float
    radius: float
    px_per_m: float

    def grown(self, distance_m: float) -> Head:
        """The disc for a head that has moved by at most that distance."""
        return Head(self.x, self.y, self.radius + distance_m * self.px_per_m, self.px_per_m)


def head_of(landmarks: Landmarks) -> Head | None:
    """The person's head; None where the landmarks do not say where it is (not finite, or all at one place)."""
    places = landmarks.pose[:, :2]
    if not np.isfinite(places[:13]).all():
        return None
    px_per_m = _px_per_m(places)
    if px_per_m <= 0:
        return None
    face = places[_FACE]
    low, high = face.min(axis=0), face.max(axis=0)
    x, y = (low + high) / 2
    # A head seen from the side reaches behind the ear, which the landmarks do not.
    reach = max(float(np.hypot(*(high - low))) / 2 - 0.1 * px_per_m, 0.0)
    return Head(float(x), float(y), _RADIUS_M * px_per_m + reach, px_per_m)


def _px_per_m(places: FloatArray) -> float:
    eyes, mouth = (places[list(pair)].mean(axis=0) for pair in (_EYES, _MOUTH))
    scales = [float(np.linalg.norm(places[a] - places[b])) / length_m for a, b, length_m in _LENGTHS_M]
    return max(*scales, float(np.linalg.norm(eyes - mouth)) / _EYES_TO_MOUTH_M)
