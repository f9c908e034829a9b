"""What the network takes each labelled segment for: Top-1, Top-5, body part, reciprocal rank, confusion.

The answer to a segment is the mean of the probabilities of all windows whose centre lies within it; where there is
none, of the window whose centre is nearest to its middle. They are the windows and probabilities of the live chain:
every 0.2 s, fused and smoothed over three windows. A window that a gate answered (still, nobody, unobserved) counts as
wholly "none".

Of an answer there are two readings. "Of what is done" leaves "none" out: which of the actions is it, given that one is
done? "Of everything" lets "none" win. A segment is right if a label that is accepted for it is; a label that the model
does not have, or whose joints were not observed, is wrong in both, and counted as such beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmn_live.taxonomy import Taxonomy
from mmn_live.training.overlap import shared_s
from mmn_live.training.scoring import Truth
from mmn_live.types import NONE_LABEL, BoolArray, FloatArray, Prediction


@dataclass(frozen=True)
class Answer:
    """What was said of a segment with these right `names`, the first its own; "none" where nothing is done.

    `probabilities` (C,) in the order of the model's labels; all zero where the model has no "none" and a gate answered.
    `possible` (C,): what was observed well enough in any of its windows.
    """

    names: tuple[str, ...]
    probabilities: FloatArray
    possible: BoolArray


def answers(truths: Sequence[Truth], predictions: Sequence[Prediction], labels: Sequence[str]) -> list[Answer]:
    """The answer to every segment of a video; without any prediction it is "none" to all."""
    said = said_by(predictions, labels)
    centres_s = np.array([(one.start_s + one.end_s) / 2 for one in predictions])
    possible = np.array([one.possible for one in predictions], bool).reshape(-1, len(labels))
    found: list[Answer] = []
    for truth in truths:
        windows = _windows_of(truth, centres_s)
        mean = said[windows].mean(axis=0) if windows.size else _nothing(labels)
        found.append(Answer(truth.names, mean, np.asarray(possible[windows].any(axis=0))))
    return found


def quiet_answers(truths: Sequence[Truth], predictions: Sequence[Prediction], labels: Sequence[str]) -> list[Answer]:
    """The answers to stretches in which nothing is done: windows that touch no segment nor one another."""
    said = said_by(predictions, labels)
    found: list[Answer] = []
    free_from_s = 0.0
    for one, probabilities in zip(predictions, said, strict=True):
        touched = any(shared_s((one.start_s, one.end_s), truth.span_s) > 0 for truth in truths)
        if one.start_s >= free_from_s and not touched:
            found.append(Answer((NONE_LABEL,), probabilities, one.possible))
            free_from_s = one.end_s
    return found


def said_by(predictions: Sequence[Prediction], labels: Sequence[str]) -> FloatArray:
    """Probabilities (N, C) of the predictions, those that a gate answered wholly "none"."""
    said = np.array([one.probabilities for one in predictions], np.float32).reshape(-1, len(labels))
    return np.where(said.any(axis=1, keepdims=True), said, _nothing(labels))


def _nothing(labels: Sequence[str]) -> FloatArray:
    return np.array([label == NONE_LABEL for label in labels], np.float32)


def _windows_of(truth: Truth, centres_s: NDArray[np.floating]) -> NDArray[np.intp]:
    inside = np.flatnonzero((centres_s >= truth.onset_s) & (centres_s <= truth.offset_s))
    if inside.size or not centres_s.size:
        return inside
    return np.array([np.abs(centres_s - (truth.onset_s + truth.offset_s) / 2).argmin()])


@dataclass(frozen=True)
class Judge:
    """Reads answers of a model with these labels."""

    labels: tuple[str, ...]
    taxonomy: Taxonomy

    def summary(self, given: Sequence[Answer]) -> dict[str, float]:
        """Figures of the answers to segments in which something is done.

        Shares of the segments; `mean_class` is the mean over the classes that occur of the Top-1 within each, `mrr` the
        mean reciprocal rank of the best accepted label, 0 where that has no probability. Counts beside them.
        """
        if not given:
            return {"segments": 0.0}
        own = np.array([answer.names[0] for answer in given])
        figures = {"segments": float(len(given))}
        for prefix, keep_none in (("", False), ("with_none_", True)):
            ranks = np.array([self.rank(answer, keep_none=keep_none) for answer in given])
            right = ranks == 1
            figures |= {
                f"{prefix}top1": float(right.mean()),
                f"{prefix}top5": float((ranks <= 5).mean()),
                f"{prefix}part": float(np.mean([self.part_is_right(answer, keep_none=keep_none) for answer in given])),
                f"{prefix}mean_class": float(np.mean([right[own == name].mean() for name in np.unique(own)])),
                f"{prefix}mrr": float((1 / ranks).mean()),
            }
        return figures | {
            "said_none": float(np.mean([self.top(answer) == NONE_LABEL for answer in given])),
            "not_observed": float(sum(self._unobserved(answer) for answer in given)),
            "not_in_model": float(sum(not set(answer.names) & set(self.labels) for answer in given)),
        }

    def top1_of(self, given: Sequence[Answer], name: str) -> tuple[int, int, int]:
        """Of the segments of a class: how many there are, were Top-1, were among the Top-5, "none" left out."""
        ranks = [self.rank(answer) for answer in given if answer.names[0] == name]
        return len(ranks), sum(1 for rank in ranks if rank == 1), sum(1 for rank in ranks if rank <= 5)

    def rank(self, answer: Answer, *, keep_none: bool = False) -> float:
        """The place of the best accepted label, 1 for the first; infinite where none has any probability."""
        said = {
            label: p
            for label, p in zip(self.labels, answer.probabilities, strict=True)
            if keep_none or label != NONE_LABEL
        }
        best = max((said.get(name, 0.0) for name in answer.names), default=0.0)
        return 1.0 + sum(p > best for p in said.values()) if best > 0 else np.inf

    def top(self, answer: Answer) -> str:
        """The most probable label; "none" where nothing has a probability."""
        return self.labels[int(answer.probabilities.argmax())] if answer.probabilities.any() else NONE_LABEL

    def part_is_right(self, answer: Answer, *, keep_none: bool = False) -> bool:
        """Whether the most probable part of the body is one of an accepted label."""
        parts = self.parts(answer)
        if not keep_none:
            parts.pop(NONE_LABEL)
        best = max(parts, key=lambda part: parts[part])
        return parts[best] > 0 and best in {self.taxonomy.part_of(name) for name in answer.names}

    def parts(self, answer: Answer) -> dict[str, float]:
        """The probability of every part of the body, the sum of its labels', and of "none"."""
        sums = dict.fromkeys((*self.taxonomy.body_parts, NONE_LABEL), 0.0)
        for label, p in zip(self.labels, answer.probabilities, strict=True):
            sums[self.taxonomy.part_of(label)] += float(p)
        return sums

    def confusion(self, given: Sequence[Answer]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Names of the label set and "none", and counts (own label, label named) of all answers, "none" included.

        An accepted label that is named counts as the segment's own.
        """
        names = (*(label.name for label in self.taxonomy.labels), NONE_LABEL)
        counts = np.zeros((len(names), len(names)), np.intp)
        for answer in given:
            named = self.top(answer)
            own = answer.names[0]
            counts[names.index(own), names.index(own if named in answer.names else named)] += 1
        return names, counts

    def _unobserved(self, answer: Answer) -> bool:
        known = [self.labels.index(name) for name in answer.names if name in self.labels]
        return bool(known) and not answer.possible[known].any()
