"""How well a session's events agree with what a human made of them, over the time that was observed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmn_live.errors import UsageError
from mmn_live.report.annotations import Annotation
from mmn_live.report.spans import Spans, difference, intersection, length_s, union
from mmn_live.report.statistics import Observation
from mmn_live.training.scoring import Score, Truth
from mmn_live.types import NONE_LABEL, Event

BIN_S = 0.1


@dataclass(frozen=True)
class Agreement:
    """Human against machine.

    `score` counts event by event. `kappa` is Cohen's kappa (Cohen 1960) over `bins` stretches of BIN_S, each named by
    the event that covers its middle, the earlier of two, or "none"; None where it is not defined: no bin, or a single
    name in all of them. `same` is the plain share of the bins with the same name. `unreviewed` events were not judged:
    the time that they cover is left out of everything.
    """

    score: Score
    kappa: float | None
    same: float | None
    bins: int
    unreviewed: int

    def summary(self, labels: Iterable[str]) -> dict[str, object]:
        """All of it as plain JSON values."""
        return self.score.summary(labels) | {
            "kappa": None if self.kappa is None else round(self.kappa, 4),
            "bins_agreeing": None if self.same is None else round(self.same, 4),
            "bins": self.bins,
            "bin_s": BIN_S,
            "unreviewed": self.unreviewed,
        }


def agree(annotations: Sequence[Annotation], events: Sequence[Event], observations: Sequence[Observation]) -> Agreement:
    """Compare a session's events with the annotations, each person on their own.

    An event or annotation counts when it overlaps the time that was observed and judged.
    """
    score = Score()
    names: list[tuple[NDArray[np.str_], NDArray[np.str_]]] = []
    for observation in observations:
        human = [one for one in annotations if one.person_id == observation.person_id and one.source != "deleted"]
        pending = union((one.onset_s, one.offset_s) for one in human if one.source == "unreviewed")
        judged = difference(observation.spans, pending)
        done = [one for one in human if one.source != "unreviewed" and _in(judged, one)]
        found = [event for event in events if event.person_id == observation.person_id and _in(judged, event)]
        truths = [Truth(one.onset_s, one.offset_s, (one.label,), (one.body_part,)) for one in done]
        score.add(truths, found, length_s(judged))
        middles_s = _middles_s(judged)
        names.append((_names_at(middles_s, done), _names_at(middles_s, found)))
    by_human = np.concatenate([human for human, _ in names]) if names else np.zeros(0, np.str_)
    by_machine = np.concatenate([machine for _, machine in names]) if names else np.zeros(0, np.str_)
    unreviewed = sum(one.source == "unreviewed" for one in annotations)
    same = float((by_human == by_machine).mean()) if by_human.size else None
    return Agreement(score, cohens_kappa(by_human, by_machine), same, by_human.size, unreviewed)


def cohens_kappa(one: NDArray[np.str_], other: NDArray[np.str_]) -> float | None:
    """Agreement of two namings of the same bins beyond what chance gives; None where that is not defined."""
    names, codes = np.unique(np.concatenate([one, other]), return_inverse=True)
    if names.size < 2:
        return None
    import torch

    try:
        from torchmetrics.functional.classification import multiclass_cohen_kappa
    except ModuleNotFoundError as error:
        raise UsageError(f'Cohen\'s kappa needs {error.name}: pip install "mmn-live[train]"') from error

    first, second = torch.from_numpy(codes[: one.size]), torch.from_numpy(codes[one.size :])
    return float(multiclass_cohen_kappa(first, second, num_classes=int(names.size)))


def _in(spans: Spans, item: Annotation | Event) -> bool:
    return bool(intersection(spans, union([(item.onset_s, item.offset_s)])))


def _middles_s(spans: Spans) -> NDArray[np.floating]:
    """The middles of the bins of one common grid that lie in the spans."""
    end = int(np.ceil(spans[-1][1] / BIN_S)) if spans else 0
    middles_s = (np.arange(end) + 0.5) * BIN_S
    inside = np.zeros(end, bool)
    for start_s, end_s in spans:
        inside |= (middles_s >= start_s) & (middles_s < end_s)
    return middles_s[inside]


def _names_at(times_s: NDArray[np.floating], items: Sequence[Annotation | Event]) -> NDArray[np.str_]:
    names = np.full(times_s.size, NONE_LABEL, dtype=object)
    for item in sorted(items, key=lambda one: one.onset_s, reverse=True):
        names[(times_s >= item.onset_s) & (times_s < item.offset_s)] = item.label
    return names.astype(np.str_)
