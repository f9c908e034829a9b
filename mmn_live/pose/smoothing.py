"""MediaPipe's smoothing of a body that it follows, which damps what is quick and small most.

Its graph of one person in a video (SmoothLandmarks in pose_landmarks_detector_graph.cc) passes a coordinate through a
One-Euro filter (Casiez et al., CHI 2012) with the constants below, speeds in sizes of the region of interest a second.
Its graph of several smooths nothing. Hands are not smoothed; what is done to one person's visibilities is taken back
where they are read (`landmarker.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mmn_live.pose.person import body_size_px
from mmn_live.types import FloatArray

_LEAST_CUTOFF_HZ, _BETA, _SPEED_CUTOFF_HZ = 0.05, 80.0, 1.0
_REGION = 5.0
"""Side of the region of interest around a body, in body sizes: with it jitter is what MediaPipe leaves of one person's.

The observer of training draws from 5.5 on, in shoulder widths: of movements rather more is left so, of jitter less.
"""

Numbers = NDArray[np.float64]


class OneEuro:
    """The filter of one stream of arrays."""

    def __init__(self) -> None:
        self._time_s = 0.0
        self._value: Numbers | None = None
        self._speed: Numbers | float = 0.0
        self._seen: Numbers | None = None

    def process(self, time_s: float, value: Numbers, region: Numbers | float) -> Numbers:
        """The next value (...) as it comes out; `region` is the size of the region of interest in its unit."""
        if self._value is None or self._seen is None:
            seen = value
        else:
            interval_s = max(time_s - self._time_s, 1e-3)
            now_s = (value - self._value) / (region * interval_s)
            self._speed = self._speed + _weight(_SPEED_CUTOFF_HZ, interval_s) * (now_s - self._speed)
            weight = _weight(_LEAST_CUTOFF_HZ + _BETA * np.abs(self._speed), interval_s)
            seen = self._seen + weight * (value - self._seen)
        self._time_s, self._value, self._seen = time_s, value, seen
        return seen


class BodySmoother:
    """Smooths each of several people's bodies as MediaPipe does one person's; who was away begins anew."""

    def __init__(self) -> None:
        self._filters: dict[int, OneEuro] = {}

    def process(self, time_s: float, bodies: Sequence[FloatArray], ids: Sequence[int]) -> list[FloatArray]:
        """The bodies (33, 3) of one frame, x px, y px, visibility, of the people with these ids."""
        self._filters = {person_id: self._filters.get(person_id) or OneEuro() for person_id in ids}
        return [
            self._smoothed(self._filters[person_id], time_s, body) for person_id, body in zip(ids, bodies, strict=True)
        ]

    @staticmethod
    def _smoothed(one: OneEuro, time_s: float, body: FloatArray) -> FloatArray:
        place = one.process(time_s, body[:, :2].astype(np.float64), _REGION * max(body_size_px(body), 1.0))
        return np.concatenate([place, body[:, 2:]], axis=1).astype(np.float32)


def _weight(cutoff_hz: Numbers | float, interval_s: float) -> Numbers | float:
    """Of the newest value in a low-pass filter's output."""
    return 1 / (1 + 1 / (2 * np.pi * cutoff_hz * interval_s))
