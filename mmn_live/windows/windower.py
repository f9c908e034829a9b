"""A ring buffer over time: every stride, the last seconds as one window."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from mmn_live.errors import UsageError
from mmn_live.joints import Layout
from mmn_live.types import FIRST_PERSON, MAX_BRIDGE_S, Gap, Skeleton, Window
from mmn_live.windows.sampling import sample_window

_ROUNDING_S = 1e-9


class Windower:
    """A stage: skeletons in, a window out for every multiple of the stride on the session's clock.

    Windows are tied to the clock and not to frames, so the same file gives the same windows. A stretch without frames
    longer than MAX_BRIDGE_S, whether a Gap says so or only the time stamps do, lowers the coverage of every window
    that touches it; a window without any frame is not made. What is kept is bounded by the window's length.
    Raises UsageError for a length that is not positive and finite.
    """

    def __init__(
        self, layout: Layout, window_s: float, stride_s: float, frames: int, person_id: int = FIRST_PERSON
    ) -> None:
        if not (0 < window_s < math.inf and 0 < stride_s < math.inf):
            raise UsageError(f"a window of {window_s:g} s every {stride_s:g} s: use finite lengths above 0")
        self._layout = layout
        self._window_s = window_s
        self._stride_s = stride_s
        self._frames = frames
        self._person_id = person_id
        self._kept: deque[Skeleton] = deque()
        self._next = math.ceil((window_s - _ROUNDING_S) / stride_s)
        self._made_any = False

    def process(self, item: Skeleton | Gap) -> list[Window]:
        """The windows that `item` completes, oldest first. Times increase from one skeleton to the next."""
        if isinstance(item, Gap):
            return self._due(item.end_s, self._kept[-1].time_s) if self._kept else []
        if not self._kept:  # whoever comes late has no windows from before
            self._next = max(self._next, math.ceil((item.time_s - _ROUNDING_S) / self._stride_s))
        previous_s = self._kept[-1].time_s if self._kept else item.time_s
        self._kept.append(item)
        return self._due(item.time_s, previous_s)

    def flush(self) -> list[Window]:
        """At the end of a session that was too short for any window, the one there is.

        Half a window's length is enough to look at; of less, the window's coverage says that it is mostly empty.
        """
        if self._made_any or not self._kept:
            return []
        self._made_any = True
        start_s, end_s = self._kept[0].time_s, self._kept[-1].time_s
        if end_s - start_s < self._window_s / 2:
            start_s = end_s - self._window_s
        return [self._window(start_s, end_s, end_s)]

    def _due(self, now_s: float, previous_s: float) -> list[Window]:
        """The windows that end after the last call's and by `now_s`, of those that hold the frame at `previous_s`."""
        newest = self._count(now_s)
        held = min(newest, self._count(previous_s + self._window_s))
        ends_s = [number * self._stride_s for number in range(self._next, held + 1)]
        windows = [self._window(end_s - self._window_s, end_s, now_s) for end_s in ends_s]
        self._made_any |= bool(windows)
        self._next = max(self._next, newest + 1)
        self._forget(self._next * self._stride_s - self._window_s - MAX_BRIDGE_S)
        return windows

    def _count(self, time_s: float) -> int:
        """The number of the last window that ends at or before `time_s`."""
        return math.floor((time_s + _ROUNDING_S) / self._stride_s)

    def _window(self, start_s: float, end_s: float, until_s: float) -> Window:
        return sample_window(
            np.array([skeleton.time_s for skeleton in self._kept]),
            np.stack([skeleton.joints for skeleton in self._kept]),
            np.stack([skeleton.visibility for skeleton in self._kept]),
            start_s,
            end_s,
            self._frames,
            self._layout,
            until_s=until_s,
            person_id=self._person_id,
        )

    def _forget(self, before_s: float) -> None:
        """Drop what no later window needs, but for the last frame before: a gap is only seen from both its sides."""
        while len(self._kept) > 1 and self._kept[1].time_s <= before_s:
            self._kept.popleft()
