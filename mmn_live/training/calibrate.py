"""Fitting what stands between a network's logits and its events, on performances that nothing else has seen.

1. Where there are two streams, the second one's weight: the lowest negative log-likelihood of the second point, on a
   grid, without a bias.
2. Temperature, weight of the body parts, and bias of "none": the lowest negative log-likelihood of the smoothed
   probabilities over the clear windows of videos of actions (Guo et al. 2017, "On calibration of modern neural
   networks", section 4.2), on a grid. So a probability says how often it is right.
3. Caution and threshold, of events that name an action: for each caution the lowest threshold, from a half on, at which
   half of a budget of false alarms is kept and four of five such events name the right action; of these pairs the one
   that finds most actions by name. The budget is so many false events a minute to expect of quiet behaviour (k + 1 of k
   that there were, so that few minutes do not pass for safe ones), by generated and by rendered videos each, and none
   in empty rooms.
4. Threshold of body parts, which speak where no class is sure: the lowest that keeps the whole of the budget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from mmn_live.checkpoints import Checkpoint
from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import recogniser_for
from mmn_live.recognition.fusion import fused
from mmn_live.recognition.recogniser import SMOOTHED_WINDOWS
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clear import clear_targets
from mmn_live.training.heard import Heard, decided, fused_heard
from mmn_live.training.scoring import Score
from mmn_live.types import BoolArray, FloatArray

TCN_WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TEMPERATURES = tuple(float(value) for value in np.geomspace(0.3, 5.0, 33))
PART_WEIGHTS = (0.0, 0.25, 0.5, 1.0)
NONE_BIASES = tuple(0.25 * step for step in range(-12, 13))
THRESHOLDS = tuple(round(0.5 + 0.025 * step, 3) for step in range(20))
"""Of an action, which is to be likelier than not."""

PART_THRESHOLDS = tuple(round(0.1 + 0.025 * step, 3) for step in range(36))
CAUTIONS = tuple(0.5 * step for step in range(15))
NAMED_SHARE = 0.5
"""Of the budget, what events that name an action may use."""

SURE = 0.8
"""How often an event that names an action should name the right one."""

SOURCES = ("generated", "rendered")
_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True)
class _Windows:
    """What the network said of M windows, and N of them that are clear.

    `logits` (M, C or more), `possible` (M, C); `targets` (N, C) the right classes; `members` (N, SMOOTHED_WINDOWS) the
    windows whose mean is taken for each clear one, -1 for none.
    """

    logits: FloatArray
    possible: BoolArray
    targets: FloatArray
    members: NDArray[np.intp]

    def smoothed(self, probabilities: FloatArray) -> FloatArray:
        """(N, C) of (M, C): means over the last windows, as the live chain takes them."""
        taken = (self.members >= 0).astype(np.float32)
        return np.einsum("nkc,nk->nc", probabilities[self.members], taken / taken.sum(axis=1, keepdims=True))


def calibrated(checkpoint: Checkpoint, heard: Sequence[Sequence[Heard]], budget: float) -> Checkpoint:
    """The checkpoint with decisions, and the weight of a second stream, fitted to what its streams said.

    `budget` is in false events a minute. Raises UsageError where no threshold keeps it.
    """
    if not checkpoint.config.tcn_channels:
        return replace(checkpoint, decisions=Calibration(checkpoint, [mmn for (mmn,) in heard], budget).decisions())
    tried = {
        weight: Calibration(
            replace(checkpoint, config=replace(checkpoint.config, tcn_weight=weight)),
            [fused_heard(streams, weight) for streams in heard],
            budget,
        )
        for weight in TCN_WEIGHTS
    }
    losses = {weight: one.unbiased_loss() for weight, one in tried.items()}
    best = tried[min(losses, key=lambda weight: losses[weight])]
    decisions = best.decisions()
    facts = {
        **decisions.fitted,
        "without_bias_by_tcn_weight": {str(weight): round(one, 4) for weight, one in losses.items()},
    }
    return replace(best.checkpoint, decisions=replace(decisions, fitted=facts))


def check_budget(budget: float, minutes: Mapping[str, float]) -> None:
    """Raises UsageError for a budget that quiet minutes of a source are too few to keep, without any false event.

    `minutes` are those of each source, by the option that asks for more of them.
    """
    option, fewest = min(minutes.items(), key=lambda one: one[1])
    least = 1 / (NAMED_SHARE * fewest)
    if budget < least:
        raise UsageError(
            f"--budget {budget:g} a minute cannot be seen to be kept in {fewest:g} quiet minutes: "
            f"allow {least:.3g} or more, or watch more with {option}"
        )


class Calibration:
    """Fits a checkpoint's decisions to what its network said, within so many false events a minute."""

    def __init__(self, checkpoint: Checkpoint, heard: Sequence[Heard], budget: float) -> None:
        self.checkpoint = checkpoint
        self._heard = heard
        self._budget = budget

    def decisions(self) -> Decisions:
        """The fitted decisions, with the figures of the fit. Raises UsageError where no threshold keeps the budget."""
        sharp, likelihoods = self.sharpened()
        chosen = self._with_parts(self._naming(sharp))
        return replace(chosen, fitted={"budget_per_minute": self._budget, **likelihoods, **self._facts(chosen)})

    def sharpened(self) -> tuple[Decisions, dict[str, object]]:
        """Temperature, weight of the body parts and bias of "none", and the likelihoods before and after."""
        windows = self._windows()
        tried = self._grid(windows, NONE_BIASES)
        losses = [self._loss(windows, each) for each in tried]
        best = tried[int(np.argmin(losses))]

        def least(without: str) -> float:
            """Of those for which that part is left out."""
            return min(one for one, each in zip(losses, tried, strict=True) if not getattr(each, without))

        return best, {
            "clear_windows": len(windows.targets),
            "negative_log_likelihood": round(min(losses), 4),
            "without_temperature": round(self._loss(windows, replace(best, temperature=1.0)), 4),
            "without_parts": round(least("part_weight"), 4),
            "without_bias": round(least("none_bias"), 4),
        }

    def unbiased_loss(self) -> float:
        """The lowest negative log-likelihood without a bias of "none"."""
        windows = self._windows()
        return min(self._loss(windows, each) for each in self._grid(windows, (0.0,)))

    def score(self, decisions: Decisions, kind: str, source: str | None = None) -> Score:
        """Events against actions under these decisions, over the videos of a kind, and of a source if given."""
        checkpoint, score = replace(self.checkpoint, decisions=decisions), Score()
        with recogniser_for(checkpoint, Settings()) as recogniser:
            for one in self._heard:
                if one.video.kind == kind and source in (None, one.source):
                    score.add(one.video.truths, decided(checkpoint, recogniser, one), one.video.duration_s)
        return score

    def keeps(self, decisions: Decisions, share: float) -> bool:
        """Whether these decisions keep to that share of the budget; what is soonest tried is tried first."""
        if self.score(decisions, "empty").events.total():
            return False
        quiet = (self.score(decisions, "quiet", source) for source in reversed(SOURCES))
        return all(score.expected_false_per_minute <= share * self._budget for score in quiet if score.watched_s)

    def _windows(self) -> _Windows:
        """What was said of the windows of videos of actions, and which of them are clear."""
        labels, rows, clear, before = self.checkpoint.labels, [], [], []
        for one in self._heard:
            if one.video.kind != "actions":
                continue
            run: list[int] = []
            for asked, right in zip(one.asked, clear_targets(one.video.truths, one.asked, labels), strict=True):
                if asked.logits is None:
                    run = []
                    continue
                run = [*run, len(rows)][-SMOOTHED_WINDOWS:]
                rows.append((asked.logits, asked.possible))
                if right:
                    clear.append(np.isin(np.arange(len(labels)), right).astype(np.float32))
                    before.append([*run, *[-1] * (SMOOTHED_WINDOWS - len(run))])
        if not clear:
            raise UsageError("no window shows an action clearly: calibrate on more videos")
        logits, possible = (np.stack(column) for column in zip(*rows, strict=True))
        return _Windows(logits, possible, np.stack(clear), np.array(before))

    def _grid(self, windows: _Windows, biases: Sequence[float]) -> list[Decisions]:
        """Temperatures, weights of the body parts, where they have logits, and these biases of "none"."""
        has_parts = windows.logits.shape[1] > len(self.checkpoint.labels)
        weights = PART_WEIGHTS if has_parts else PART_WEIGHTS[:1]
        return [
            Decisions(temperature=round(temperature, 3), part_weight=weight, none_bias=bias)
            for temperature, weight, bias in product(TEMPERATURES, weights, biases)
        ]

    def _loss(self, windows: _Windows, decisions: Decisions) -> float:
        """The negative log-likelihood of what the clear windows show."""
        parts = taxonomy_named(self.checkpoint.taxonomy).parts_of(self.checkpoint.labels)
        said = windows.smoothed(fused(windows.logits, parts, decisions, windows.possible))
        right = (said * windows.targets).sum(axis=1)
        return float(-np.log(np.maximum(right, _LEAST_PROBABILITY)).mean())

    def _naming(self, sharp: Decisions) -> Decisions:
        """Caution and threshold of events that name an action."""
        cautious = [replace(sharp, caution=caution) for caution in CAUTIONS]
        pairs = [self._lowest("threshold", THRESHOLDS, one, NAMED_SHARE) for one in cautious]
        kept = [self._surely(pair) for pair in pairs if pair is not None]
        if not kept:
            raise UsageError(
                f"no threshold up to {THRESHOLDS[-1]:g} keeps to {self._budget:g} false events a minute: "
                "train for longer, watch more --minutes and --quiet-videos, or allow more with --budget"
            )
        sure = [one for one in kept if one[1].precision >= SURE] or [max(kept, key=lambda one: one[1].precision)]
        return max(sure, key=lambda one: one[1].recall)[0]

    def _surely(self, lowest: Decisions) -> tuple[Decisions, Score]:
        """From those decisions on, the lowest threshold whose named events are right often enough, or most often.

        Each has to keep the budget for itself: where an event that lasted becomes several, a higher one may not.
        """
        tried = []
        for threshold in THRESHOLDS[THRESHOLDS.index(lowest.threshold) :]:
            decisions = replace(lowest, threshold=threshold)
            if not self.keeps(decisions, NAMED_SHARE):
                continue
            tried.append((decisions, self.score(decisions, "actions")))
            if tried[-1][1].precision >= SURE:
                return tried[-1]
        return max(tried, key=lambda one: one[1].precision)

    def _with_parts(self, naming: Decisions) -> Decisions:
        """The same, naming body parts as far as the budget lasts; not at all where it does not."""
        return self._lowest("part_threshold", PART_THRESHOLDS, naming, 1.0) or naming

    def _lowest(self, name: str, thresholds: Sequence[float], decisions: Decisions, share: float) -> Decisions | None:
        """The decisions with the lowest of these thresholds of that name that keeps to the share.

        It is bisected for, as if false events only fell while it rises. They nearly do: what is found keeps to the
        share in any case, the next lower one does not, and only rarely would one far below.
        """

        def at(place: int) -> Decisions:
            return replace(decisions, **{name: thresholds[place]})

        return _first(len(thresholds), at, lambda each: self.keeps(each, share))

    def _facts(self, chosen: Decisions) -> dict[str, object]:
        """What the fit reaches on the videos that it was made on."""
        actions = self.score(chosen, "actions")
        facts: dict[str, object] = {
            "actions": actions.actions.total(),
            "recall": round(actions.recall, 4),
            "recall_part": round(actions.recall_part, 4),
            "precision": round(actions.precision, 4),
        }
        for kind, source in product(("quiet", "empty"), SOURCES):
            score = self.score(chosen, kind, source)
            if score.watched_s:
                facts |= {
                    f"{kind}_{source}_minutes": round(score.watched_s / 60, 2),
                    f"{kind}_{source}_false_per_minute": round(score.false_per_minute, 3),
                }
        return facts


def _first(count: int, at: Callable[[int], Decisions], good: Callable[[Decisions], bool]) -> Decisions | None:
    """The first good one of a row in which all that follow a good one are good; None where the last is not."""
    low, high, found = 0, count - 1, None
    while low <= high:
        middle = (low + high) // 2
        if good(at(middle)):
            found, high = at(middle), middle - 1
        else:
            low = middle + 1
    return found
