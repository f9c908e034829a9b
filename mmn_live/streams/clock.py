"""From the session's clock to the host's, and from the host's to another one."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

_READINGS = 200


@dataclass(frozen=True)
class ClockOffset:
    """Another clock minus the host's monotonic one, in seconds.

    The truth lies within `uncertainty_s` of `offset_s`; `measured_at_s` is on the host's monotonic clock.
    """

    offset_s: float
    uncertainty_s: float
    measured_at_s: float


def measure_offset(other_clock_s: Callable[[], float]) -> ClockOffset:
    """The reading that says most of many: the one between whose two looks at the host's clock least time went by.

    A host's clock that ticks coarsely adds its tick to the uncertainty (15.6 ms on Windows before Python 3.13).
    """
    tick_s = time.get_clock_info("monotonic").resolution
    return min((_reading(other_clock_s, tick_s) for _ in range(_READINGS)), key=lambda reading: reading.uncertainty_s)


def _reading(other_clock_s: Callable[[], float], tick_s: float) -> ClockOffset:
    before_s = time.monotonic()
    other_s = other_clock_s()
    after_s = time.monotonic()
    middle_s = (before_s + after_s) / 2
    return ClockOffset(other_s - middle_s, (after_s - before_s) / 2 + tick_s, middle_s)


class SessionClock:
    """When, on the host's monotonic clock, the camera saw what lies at a time of the session.

    Between two frames the time runs evenly from one's capture to the other's; before the first and after the last it
    runs as the host's clock does. All frames are kept, 16 bytes each, for an event may begin long before it ends.
    """

    def __init__(self) -> None:
        self._times_s = array("d")
        self._captured_s = array("d")

    def __bool__(self) -> bool:
        """Whether there was a frame yet, without which no time has a place."""
        return bool(self._times_s)

    def add(self, time_s: float, captured_at_s: float) -> None:
        """Note one frame; their times never go back."""
        self._times_s.append(time_s)
        self._captured_s.append(captured_at_s)

    def host_s(self, time_s: float) -> float:
        """The capture time of what lies at `time_s` of the session. There must have been a frame."""
        times_s, captured_s = self._times_s, self._captured_s
        after = bisect_right(times_s, time_s)
        before = max(after - 1, 0)
        since_s = time_s - times_s[before]
        if after in (0, len(times_s)):
            return captured_s[before] + since_s
        share = since_s / (times_s[after] - times_s[before])
        return captured_s[before] + share * (captured_s[after] - captured_s[before])
