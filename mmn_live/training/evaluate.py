"""How well a checkpoint does through the whole chain: skeletons as MediaPipe gives them, windows, network, events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mmn_live.checkpoints import Checkpoint
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import chain_for, recogniser_for
from mmn_live.taxonomy import Taxonomy, taxonomy_named
from mmn_live.training.clear import calibration_error, clear_targets
from mmn_live.training.scoring import Score, Truth
from mmn_live.training.segments import Answer, Judge, answers, quiet_answers
from mmn_live.training.watching import KINDS, Video, Watched
from mmn_live.types import Event, Prediction

Figures = dict[str, float]

_SAID = 5


@dataclass(frozen=True)
class Seen:
    """What a checkpoint made of a video."""

    video: Video
    predictions: tuple[Prediction, ...]
    events: tuple[Event, ...]


def seen(checkpoint: Checkpoint, settings: Settings, videos: Iterable[Watched]) -> Iterator[Seen]:
    """Each video through the live run without its threads."""
    recogniser = recogniser_for(checkpoint, settings)
    for watched in videos:
        with closing(chain_for(checkpoint, settings, recogniser)) as chain:
            found = [*(chain.process(people) for people in watched.people), chain.flush()]
        yield Seen(
            watched.video,
            tuple(prediction for each in found for prediction in each.predictions),
            tuple(event for each in found for event in each.events),
        )


@dataclass(frozen=True)
class Evaluation:
    """Everything that was seen, and the figures of it. `labels` are the model's."""

    labels: tuple[str, ...]
    taxonomy: Taxonomy
    seen: tuple[Seen, ...]

    @classmethod
    def of(cls, checkpoint: Checkpoint, seen: Sequence[Seen]) -> Evaluation:
        """The evaluation of a checkpoint by what it saw."""
        return cls(checkpoint.labels, taxonomy_named(checkpoint.taxonomy), tuple(seen))

    @property
    def judge(self) -> Judge:
        """Who reads the answers."""
        return Judge(self.labels, self.taxonomy)

    @cached_property
    def answers(self) -> list[Answer]:
        """What was said of every labelled segment."""
        return self._answers(self.seen)

    @cached_property
    def quiet(self) -> list[Answer]:
        """What was said where nothing is done."""
        return [one for each in self.seen for one in quiet_answers(each.video.truths, each.predictions, self.labels)]

    @cached_property
    def score(self) -> Score:
        """Events against actions, over all videos."""
        return _score(self.seen)

    @cached_property
    def figures(self) -> Figures:
        """The figures over all videos."""
        return self._figures(self.seen)

    @cached_property
    def groups(self) -> list[Figures]:
        """The figures of each group."""
        numbers = sorted({each.video.group for each in self.seen})
        return [self._figures([each for each in self.seen if each.video.group == number]) for number in numbers]

    def spread(self, name: str) -> tuple[float, float] | None:
        """Mean and standard deviation (of a sample) of a figure over the groups; None with fewer than two groups."""
        values = np.array([group[name] for group in self.groups if name in group])
        return (float(values.mean()), float(values.std(ddof=1))) if values.size > 1 else None

    def summary(self) -> dict[str, object]:
        """All of it as plain JSON values."""
        names, counts = self.judge.confusion([*self.answers, *self.quiet])
        return {
            "figures": {name: _plain(value) for name, value in self.figures.items()},
            "groups": [{name: _plain(value) for name, value in group.items()} for group in self.groups],
            "spread": {
                name: {"mean": _plain(found[0]), "std": _plain(found[1])}
                for name in self.figures
                if (found := self.spread(name)) is not None
            },
            "per_class": {label.name: self.of_class(label.name) for label in self.taxonomy.labels},
            "confusion": {"labels": names, "counts": counts.tolist()},
            "events": self.score.summary(label.name for label in self.taxonomy.labels),
            "answers": [self._said(each, *pair) for each in self.seen for pair in self._pairs(each)],
        }

    def confusions(self, most: int) -> list[tuple[str, str, int, int]]:
        """The most frequent mistakes: own label, label named, how often, of how many."""
        names, counts = self.judge.confusion([*self.answers, *self.quiet])
        wrong = counts - np.diag(np.diag(counts))
        order = np.argsort(-wrong, axis=None, kind="stable")[:most]
        places = [(int(place) // len(names), int(place) % len(names)) for place in order]
        return [(names[i], names[j], int(wrong[i, j]), int(counts[i].sum())) for i, j in places if wrong[i, j]]

    def of_class(self, name: str) -> dict[str, int]:
        """Counts of a class: segments, those that were Top-1 and Top-5 of what is done, found, and its events."""
        count, top1, top5 = self.judge.top1_of(self.answers, name)
        return {
            "segments": count,
            "top1": top1,
            "top5": top5,
            "found": self.score.found[name],
            "found_part": self.score.found_part[name],
            "events": self.score.events[name],
            "right": self.score.right[name],
        }

    def _pairs(self, seen: Seen) -> list[tuple[Truth, Answer]]:
        return list(zip(seen.video.truths, answers(seen.video.truths, seen.predictions, self.labels), strict=True))

    def _answers(self, seen: Sequence[Seen]) -> list[Answer]:
        return [answer for each in seen for _, answer in self._pairs(each)]

    def _said(self, seen: Seen, truth: Truth, answer: Answer) -> dict[str, object]:
        """One segment: what is right, what was said, and the events that overlap it."""
        best = np.argsort(-answer.probabilities, kind="stable")[:_SAID]
        near = [event for event in seen.events if truth.shared_s(event) > 0]
        return {
            "video": seen.video.name,
            "onset_s": round(truth.onset_s, 2),
            "offset_s": round(truth.offset_s, 2),
            "right": truth.names,
            "said": [[self.labels[i], round(float(answer.probabilities[i]), 3)] for i in best],
            "events": [event.label for event in near],
        }

    def _figures(self, seen: Sequence[Seen]) -> Figures:
        by_kind = {kind: [each for each in seen if each.video.kind == kind] for kind in KINDS}
        figures = self.judge.summary(self._answers(seen))
        figures |= _event_figures(_score(seen))
        for kind in ("quiet", "empty"):
            if by_kind[kind]:
                score = _score(by_kind[kind])
                figures |= {
                    f"{kind}_minutes": score.watched_s / 60,
                    f"{kind}_false_per_minute": score.false_per_minute,
                }
        return figures | {"calibration_error": self._calibration_error(seen)}

    def _calibration_error(self, seen: Sequence[Seen]) -> float:
        """Over the clear windows about which the network was asked, of their smoothed probabilities."""
        asked = [(each.video.truths, [one for one in each.predictions if one.probabilities.any()]) for each in seen]
        targets = [right for truths, windows in asked for right in clear_targets(truths, windows, self.labels)]
        said = [one.probabilities for _, windows in asked for one in windows]
        return calibration_error(np.array(said, np.float32).reshape(-1, len(self.labels)), targets)


def _score(seen: Sequence[Seen]) -> Score:
    score = Score()
    for each in seen:
        score.add(each.video.truths, each.events, each.video.duration_s)
    return score


def _event_figures(score: Score) -> Figures:
    errors_s = np.abs(score.onset_errors_s)
    return {
        "actions": float(score.actions.total()),
        "recall": score.recall,
        "recall_part": score.recall_part,
        "events": float(score.events.total()),
        "precision": score.precision,
        "part_events": float(score.part_events.total()),
        "part_events_right": float(score.part_right.total()),
        "false_per_minute": score.false_per_minute,
        "outside_actions_per_minute": score.outside_per_minute,
        "onset_error_s": float(np.median(errors_s)) if errors_s.size else float("nan"),
    }


def _plain(value: float) -> float | None:
    """Rounded; None for a figure that is not defined, as JSON has no NaN."""
    return None if np.isnan(value) else round(value, 4)
