"""A ring buffer over time: every stride, the last seconds as one window; near a recording's ends, fewer of them."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from mmn_live.errors import UsageError
from mmn_live.joints import Layout
from mmn_live.types import FIRST_PERSON, MAX_BRIDGE_S, Gap, Skeleton, Window
from mmn_live.windows.sampling import sample_window

SHORTEST_SHARE = 0.35
"""Of a window's length: what is shorter is not looked at, nor trained on."""

_ROUNDING_S = 1e-9


class Windower:
    """A stage: skeletons in, windows out that end at multiples of the stride on the session's clock.

    They do so whatever the frames do, so the same file gives the same windows. A stretch without frames longer than
    MAX_BRIDGE_S, whether a Gap says so or only the time stamps do, lowers the coverage of every window that touches it;
    a window without any frame is not made. What is kept is bounded by the window's length.

    Windows do not reach back beyond the first frame: near it they are shorter, down to SHORTEST_SHARE of their length.
    At the end `flush` gives the last ones, which become shorter from the other side: they begin one stride after
    another and end with the last frame. So somebody is recognised soon after they came, and what a short video shows
    first and last is told apart. Raises UsageError for a length that is not positive and finite.
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
        self._shortest_s = SHORTEST_SHARE * window_s
        self._next = 0
        self._first_s: float | None = None
        self._last_start_s: float | None = None
        self._in_gap = False

    def process(self, item: Skeleton | Gap) -> list[Window]:
        """The windows that `item` completes, oldest first. Times increase from one skeleton to the next."""
        self._in_gap = isinstance(item, Gap)
        if isinstance(item, Gap):
            return self._due(item.end_s, self._kept[-1].time_s) if self._kept else []
        if self._first_s is None:
            self._first_s = item.time_s
            self._next = math.ceil((item.time_s + self._shortest_s - _ROUNDING_S) / self._stride_s)
        previous_s = self._kept[-1].time_s if self._kept else item.time_s
        self._kept.append(item)
        return self._due(item.time_s, previous_s)

    def flush(self) -> list[Window]:
        """The windows that the end of a session cuts off; none where a gap came before it.

        Of a session that is shorter than any window there is one, whose coverage says that it is mostly empty.
        """
        if self._first_s is None:
            return []
        first_s, last_s = self._first_s, self._kept[-1].time_s
        self._first_s = None
        if self._last_start_s is None and last_s - first_s < self._shortest_s - _ROUNDING_S:
            return [self._window(last_s - self._window_s, last_s, last_s)]
        if self._in_gap:
            return []
        due_s = self._next * self._stride_s
        start_s = max(first_s, last_s - self._window_s)
        if self._last_start_s is not None:
            start_s = max(start_s, self._last_start_s + self._stride_s)
        steps = math.floor((last_s - self._shortest_s - start_s + _ROUNDING_S) / self._stride_s) + 1
        return [
            self._window(start_s + step * self._stride_s, last_s, last_s, due_s + step * self._stride_s)
            for step in range(steps)
        ]

    def _due(self, now_s: float, previous_s: float) -> list[Window]:
        """The windows that end after the last call's and by `now_s`, of those that hold the frame at `previous_s`."""
        newest = self._count(now_s)
        held = min(newest, self._count(previous_s + self._window_s))
        ends_s = [number * self._stride_s for number in range(self._next, held + 1)]
        windows = [self._window(self._start_of(end_s), end_s, now_s) for end_s in ends_s]
        if windows:
            self._last_start_s = windows[-1].start_s
        self._next = max(self._next, newest + 1)
        self._forget(self._next * self._stride_s - self._window_s - MAX_BRIDGE_S)
        return windows

    def _start_of(self, end_s: float) -> float:
        start_s = end_s - self._window_s
        return start_s if self._first_s is None else max(start_s, self._first_s)

    def _count(self, time_s: float) -> int:
        """The number of the last window that ends at or before `time_s`."""
        return math.floor((time_s + _ROUNDING_S) / self._stride_s)

    def _window(self, start_s: float, end_s: float, until_s: float, due_s: float | None = None) -> Window:
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
            due_s=due_s,
        )

    def _forget(self, before_s: float) -> None:
        """Drop what no later window needs, but for the last frame before: a gap is only seen from both its sides."""
        while len(self._kept) > 1 and self._kept[1].time_s <= before_s:
            self._kept.popleft()
