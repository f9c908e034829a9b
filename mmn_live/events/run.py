"""A run: consecutive predictions in which one class held, and when the action behind them happened.

A window of W seconds slides over an action, and the class's probability rises once enough of the action lies in the
window, stays, and falls once too little is left. Half height is reached when some part of the action has been seen,
and lost when that much is left before the action leaves the window at its far end:

    onset  = (end of the first window at half height) - lag - seen
    offset = (end of the last window at half height) - lag - W + seen

For a detector whose probability follows the overlap, "seen" is half the action's length, at most half of W: 0.5 s to
1 s for actions of 1 to 3 s and windows of 2 s. A share of 0.45 of W lies between, for an error of 0.4 s at most beside
what the stride adds; on rendered videos of the actor 0.4 was late and 0.5 early. "lag" is one stride: recognition's
mean over three windows is that of the middle one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

_SEEN_SHARE = 0.45


@dataclass
class Run:
    """The windows of one occurrence so far: their ends and probabilities, and the windows' length."""

    label_id: int
    window_s: float
    ends_s: list[float] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)

    def add(self, end_s: float, probability: float) -> None:
        """Note one more window in which the class held."""
        self.ends_s.append(end_s)
        self.probabilities.append(probability)

    @property
    def last_s(self) -> float:
        """The end of the last window in which the class held."""
        return self.ends_s[-1]

    @property
    def held_s(self) -> float:
        """From the first window in which the class held to the last."""
        return self.ends_s[-1] - self.ends_s[0]

    @property
    def peak_probability(self) -> float:
        """The highest probability."""
        return max(self.probabilities)

    @property
    def mean_probability(self) -> float:
        """The mean of the probabilities."""
        return sum(self.probabilities) / len(self.probabilities)

    def span_s(self, *, seen_to_end: bool, shortest_s: float) -> tuple[float, float]:
        """Onset and offset of the action, at least `shortest_s` apart.

        `seen_to_end` says that the probability fell by itself; otherwise observation ended first, and the action is
        taken to last until then.
        """
        high = [end_s for end_s, p in zip(self.ends_s, self.probabilities, strict=True) if p >= self._half_height]
        lag_s, seen_s = self._stride_s, _SEEN_SHARE * self.window_s
        onset_s = max(high[0] - lag_s - seen_s, 0.0)
        if not seen_to_end:
            return min(onset_s, max(self.last_s - shortest_s, 0.0)), self.last_s
        offset_s = high[-1] - lag_s - self.window_s + seen_s
        if offset_s - onset_s >= shortest_s:
            return onset_s, offset_s
        middle_s = max((high[0] + high[-1] - self.window_s) / 2 - lag_s, shortest_s / 2)
        return middle_s - shortest_s / 2, middle_s + shortest_s / 2

    def peak_s(self) -> float:
        """The centre of the windows with the highest probability: where it is reached more than once, their middle."""
        best = [end_s for end_s, p in zip(self.ends_s, self.probabilities, strict=True) if p == self.peak_probability]
        return (best[0] + best[-1] - self.window_s) / 2

    @property
    def _stride_s(self) -> float:
        return min((later - earlier for earlier, later in pairwise(self.ends_s)), default=0.0)

    @property
    def _half_height(self) -> float:
        return self.peak_probability / 2
