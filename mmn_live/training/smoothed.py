"""The body's places as they come out of MediaPipe's filter (`pose.smoothing`)."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.pose.smoothing import OneEuro


def smoothed(times_s: Points, values: Points, region: Points | float) -> Points:
    """Values (T, ...) as they come out of the filter; `region` is the size of the region of interest in their unit."""
    one = OneEuro()
    return np.stack([one.process(time_s, value, region) for time_s, value in zip(times_s, values, strict=True)])


def raw(quick: Points | float) -> Points | float:
    """How large white noise goes into the filter that comes out as quick jitter of that size, in shoulder widths.

    By trial on rendered tracks; of white noise alone it would take a third more, but slower errors are part of jitter.
    """
    return 0.3 * quick**0.62
