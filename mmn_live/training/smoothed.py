"""MediaPipe's own smoothing of a body that it follows, which damps what is quick and small most.

Its graph of one person in a video (SmoothLandmarks in pose_landmarks_detector_graph.cc) passes a coordinate through a
One-Euro filter (Casiez et al., CHI 2012) with the constants below, speeds in sizes of the region of interest a second.
Hands are not smoothed; what is done to visibilities is taken back where they are read (`pose.landmarker`).
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points

_LEAST_CUTOFF_HZ, _BETA, _SPEED_CUTOFF_HZ = 0.05, 80.0, 1.0


def smoothed(times_s: Points, values: Points, region: Points | float) -> Points:
    """Values (T, ...) as they come out of the filter; `region` is the size of the region of interest in their unit."""
    seen = values.copy()
    speed = np.zeros_like(values[0])
    for index in range(1, len(values)):
        interval_s = max(times_s[index] - times_s[index - 1], 1e-3)
        now_s = (values[index] - values[index - 1]) / (region * interval_s)
        speed += _weight(_SPEED_CUTOFF_HZ, interval_s) * (now_s - speed)
        weight = _weight(_LEAST_CUTOFF_HZ + _BETA * np.abs(speed), interval_s)
        seen[index] = seen[index - 1] + weight * (values[index] - seen[index - 1])
    return seen


def raw(quick: Points | float) -> Points | float:
    """How large white noise goes into the filter that comes out as quick jitter of that size, in shoulder widths.

    By trial on rendered tracks; of white noise alone it would take a third more, but slower errors are part of jitter.
    """
    return 0.3 * quick**0.62


def _weight(cutoff_hz: Points | float, interval_s: float) -> Points | float:
    """Of the newest value in a low-pass filter's output."""
    return 1 / (1 + 1 / (2 * np.pi * cutoff_hz * interval_s))
