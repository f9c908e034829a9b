"""Fitting what stands between a network's logits and its events, on performances that nothing else has seen.

1. Temperature and weight of the body parts: the lowest negative log-likelihood over the clear windows of videos of
   actions (Guo et al. 2017, "On calibration of modern neural networks", section 4.2), on a grid.
2. Bias of "none", threshold, and threshold of body parts: the most actions found while a budget of false alarms is
   kept. The budget is so many false events a minute over quiet behaviour, in generated and in rendered videos each, and
   none in empty rooms. Half of it is for events that name an action: for each bias the lowest threshold that keeps to
   it, and of these pairs the one that finds most actions by name. What they leave of the whole is for events that name
   a body part alone: the lowest threshold that keeps to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from mmn_live.checkpoints import Checkpoint
from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import recogniser_for
from mmn_live.recognition.fusion import fused, parts_of
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clear import clear_targets
from mmn_live.training.heard import Heard, decided
from mmn_live.training.scoring import Score
from mmn_live.types import BoolArray, FloatArray

TEMPERATURES = tuple(float(value) for value in np.geomspace(0.3, 5.0, 57))
PART_WEIGHTS = (0.0, 0.25, 0.5, 1.0)
NONE_BIASES = tuple(0.5 * step for step in range(-4, 9))
THRESHOLDS = tuple(round(0.1 + 0.025 * step, 3) for step in range(36))
NAMED_SHARE = 0.5
"""Of the budget, what events that name an action may use."""

SOURCES = ("generated", "rendered")
_LEAST_PROBABILITY = 1e-6


class Calibration:
    """Fits a checkpoint's decisions to what its network said, within so many false events a minute."""

    def __init__(self, checkpoint: Checkpoint, heard: Sequence[Heard], budget: float) -> None:
        self._checkpoint = checkpoint
        self._heard = heard
        self._budget = budget

    def decisions(self) -> Decisions:
        """The fitted decisions, with the figures of the fit. Raises UsageError where no threshold keeps the budget."""
        sharp, likelihoods = self.sharpened()
        chosen = self._with_parts(self._naming(sharp))
        return replace(chosen, fitted={"budget_per_minute": self._budget, **likelihoods, **self._facts(chosen)})

    def sharpened(self) -> tuple[Decisions, dict[str, object]]:
        """Temperature and weight of the body parts, and the likelihoods before and after."""
        logits, possible, targets = self._clear()
        parts = parts_of(self._checkpoint.labels, taxonomy_named(self._checkpoint.taxonomy))
        weights = PART_WEIGHTS if logits.shape[1] > len(parts) else PART_WEIGHTS[:1]

        def loss(decisions: Decisions) -> float:
            said = (fused(logits, parts, decisions, possible) * targets).sum(axis=1)
            return float(-np.log(np.maximum(said, _LEAST_PROBABILITY)).mean())

        tried = [Decisions(temperature=round(t, 3), part_weight=w) for t, w in product(TEMPERATURES, weights)]
        best = min(tried, key=loss)
        plain = replace(Decisions(), part_weight=best.part_weight)
        return best, {
            "clear_windows": len(logits),
            "negative_log_likelihood": round(loss(best), 4),
            "without_temperature": round(loss(plain), 4),
            "without_parts": round(min(loss(each) for each in tried if not each.part_weight), 4),
        }

    def score(self, decisions: Decisions, kind: str, source: str | None = None) -> Score:
        """Events against actions under these decisions, over the videos of a kind, and of a source if given."""
        checkpoint, score = replace(self._checkpoint, decisions=decisions), Score()
        with recogniser_for(checkpoint, Settings()) as recogniser:
            for one in self._heard:
                if one.video.kind == kind and source in (None, one.source):
                    score.add(one.video.truths, decided(checkpoint, recogniser, one), one.video.duration_s)
        return score

    def keeps(self, decisions: Decisions, share: float) -> bool:
        """Whether these decisions keep to that share of the budget."""
        quiet = (self.score(decisions, "quiet", source) for source in SOURCES)
        if any(score.false_per_minute > share * self._budget for score in quiet):
            return False
        return not self.score(decisions, "empty").events.total()

    def _clear(self) -> tuple[FloatArray, BoolArray, FloatArray]:
        """Of the clear windows (N) in videos of actions: logits (N, C or more), possible and right classes (N, C)."""
        labels = self._checkpoint.labels
        rows = [
            (asked.logits, asked.possible, np.isin(np.arange(len(labels)), right).astype(np.float32))
            for one in self._heard
            if one.video.kind == "actions"
            for asked, right in zip(one.asked, clear_targets(one.video.truths, one.asked, labels), strict=True)
            if right and asked.logits is not None
        ]
        if not rows:
            raise UsageError("no window shows an action clearly: calibrate on more videos")
        logits, possible, targets = (np.stack(column) for column in zip(*rows, strict=True))
        return logits, possible, targets

    def _naming(self, sharp: Decisions) -> Decisions:
        """Bias of "none" and threshold, for events that name an action."""
        pairs = [self._lowest("threshold", replace(sharp, none_bias=bias), NAMED_SHARE) for bias in NONE_BIASES]
        kept = [pair for pair in pairs if pair is not None]
        if not kept:
            raise UsageError(
                f"no threshold up to {THRESHOLDS[-1]:g} keeps to {self._budget:g} false events a minute: "
                "train for longer, or allow more with --budget"
            )
        return max(kept, key=lambda decisions: self.score(decisions, "actions").recall)

    def _with_parts(self, naming: Decisions) -> Decisions:
        """The same, naming body parts as far as the budget lasts; not at all where it does not."""
        return self._lowest("part_threshold", naming, 1.0) or naming

    def _lowest(self, name: str, decisions: Decisions, share: float) -> Decisions | None:
        """The decisions with the lowest threshold of that name that keeps to the share; false events fall with it."""

        def at(place: int) -> Decisions:
            return replace(decisions, **{name: THRESHOLDS[place]})

        return _first(len(THRESHOLDS), at, lambda each: self.keeps(each, share))

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
