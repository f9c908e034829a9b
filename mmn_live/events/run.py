"""A run: consecutive predictions in which one class or body part held, and when the action behind them happened.

A window of W seconds slides over an action, and the probability of its class rises once enough of the action lies in
the window, stays, and falls once too little is left. Half height is reached when some part of the action has been seen,
and lost when that much is left before the action leaves the window at its far end:

    onset  = (end of the first window at half height) - lag - seen
    offset = (start of the last window at half height) - lag + seen

For a detector whose probability follows the overlap, "seen" is half the action's length, at most half of W: 0.5 s to
1 s for actions of 1 to 3 s and windows of 2 s. A share of 0.45 of W lies between, for an error of 0.4 s at most beside
what the stride adds; on rendered videos of the actor 0.4 was late and 0.5 early. "lag" is one stride: recognition's
mean over three windows is that of the middle one.

Where a recording begins or ends, windows are shorter (windows/windower.py), and W in "seen" is a window's own length;
but for the offset it is what a window at the end would have had, since it is at its start that the action leaves it.

The same holds for a body part. Where a class was named in a run that had begun as its body part, the windows until then
count by the part's half height and those from then on by the class's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from mmn_live.types import FloatArray, Prediction

MIN_HELD_S = 0.3
"""A class that holds for less than this is none."""

_SEEN_SHARE = 0.45


@dataclass
class Run:
    """The windows of one occurrence so far, and what it is of.

    `part` is the body part that acts and `class_id` the class, None as long as none was probable enough.
    `part_is_sure` says that the part was probable enough to be named without a class.
    """

    part: int
    class_id: int | None = None
    part_is_sure: bool = False
    _class_from: int = 0
    _class_last_s: float = -math.inf
    _windows: list[Prediction] = field(default_factory=list)
    _part_probabilities: list[float] = field(default_factory=list)

    def follow_class(self, class_id: int) -> None:
        """From the next window on it is of this class."""
        self.class_id = class_id
        self._class_from, self._class_last_s = len(self._windows), -math.inf

    def forget_class(self) -> None:
        """It is of no class after all, only of the body part."""
        self.class_id = None

    def add(self, window: Prediction, part_probability: float, *, class_holds: bool) -> None:
        """Note one more window in which the class or the body part held."""
        self._windows.append(window)
        self._part_probabilities.append(part_probability)
        if class_holds:
            self._class_last_s = window.at_s

    @property
    def names_class(self) -> bool:
        """Whether it is the class that is to be named.

        A class that has not held for long does not yet rename what is sure to be of its body part.
        """
        if self.class_id is None:
            return False
        return not self.part_is_sure or self._class_held_s >= MIN_HELD_S

    @property
    def last_s(self) -> float:
        """The place in time of the last window in which it held."""
        return self._windows[-1].at_s

    @property
    def last_end_s(self) -> float:
        """The end of that window."""
        return self._windows[-1].end_s

    @property
    def class_last_s(self) -> float:
        """The place in time of the last window in which the class held."""
        return self._class_last_s

    @property
    def held_s(self) -> float:
        """From the first window to the last in which that held which is to be named."""
        return self._class_held_s if self.names_class else self.last_s - self._windows[0].at_s

    @property
    def peak_probability(self) -> float:
        """The highest probability of what is to be named."""
        return max(self._followed())

    @property
    def mean_probability(self) -> float:
        """The mean of the probabilities of what is to be named."""
        return sum(self._followed()) / len(self._windows)

    def mean_probabilities(self) -> FloatArray:
        """The mean of every class's probability (C,)."""
        return np.mean([window.probabilities for window in self._windows], axis=0)

    def span_s(self, *, seen_to_end: bool, shortest_s: float) -> tuple[float, float]:
        """Onset and offset of the action, at least `shortest_s` apart.

        `seen_to_end` says that the probability fell by itself; otherwise observation ended first, and the action is
        taken to last until then.
        """
        high, lag_s, observed_until_s = self._high(), self._stride_s, self.last_end_s
        onset_s = max(high[0].end_s - lag_s - _SEEN_SHARE * (high[0].end_s - high[0].start_s), 0.0)
        if not seen_to_end:
            return min(onset_s, max(observed_until_s - shortest_s, 0.0)), observed_until_s
        offset_s = high[-1].start_s - lag_s + _SEEN_SHARE * (high[-1].at_s - high[-1].start_s)
        offset_s = min(offset_s, observed_until_s)
        if offset_s - onset_s >= shortest_s:
            return onset_s, offset_s
        middle_s = max((_centre_s(high[0]) + _centre_s(high[-1])) / 2 - lag_s, shortest_s / 2)
        return middle_s - shortest_s / 2, middle_s + shortest_s / 2

    def peak_s(self) -> float:
        """The centre of the windows with the highest probability: where it is reached more than once, their middle."""
        peak = self.peak_probability
        best = [window for window, p in zip(self._windows, self._followed(), strict=True) if p == peak]
        return (_centre_s(best[0]) + _centre_s(best[-1])) / 2

    @property
    def _class_held_s(self) -> float:
        is_new = self._class_from == len(self._windows)
        return 0.0 if is_new else self._class_last_s - self._windows[self._class_from].at_s

    def _followed(self) -> list[float]:
        """Each window's probability of what is to be named."""
        class_id = self.class_id
        if class_id is None or not self.names_class:
            return self._part_probabilities
        return [float(window.probabilities[class_id]) for window in self._windows]

    def _high(self) -> list[Prediction]:
        """The windows at half height."""
        followed = self._followed()
        if not self.names_class:
            return _at_half_height(self._windows, followed)
        split = self._class_from
        until, since = slice(None, split), slice(split, None)
        before = _at_half_height(self._windows[until], self._part_probabilities[until])
        return before + _at_half_height(self._windows[since], followed[since])

    @property
    def _stride_s(self) -> float:
        return min((later.at_s - earlier.at_s for earlier, later in pairwise(self._windows)), default=0.0)


def _at_half_height(windows: Sequence[Prediction], probabilities: Sequence[float]) -> list[Prediction]:
    half = max(probabilities, default=0.0) / 2
    return [window for window, p in zip(windows, probabilities, strict=True) if p >= half]


def _centre_s(window: Prediction) -> float:
    return (window.start_s + window.end_s) / 2
