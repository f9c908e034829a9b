"""Whose limits hold when: the usual ones, those of a kept baseline, or those that a person's first minute asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mmn_live.checkpoints import Checkpoint
from mmn_live.errors import UsageError
from mmn_live.joints import Layout
from mmn_live.pipeline.settings import Settings
from mmn_live.recognition import (
    Baseline,
    BaselineMeter,
    Limits,
    NamedParts,
    NoBaseline,
    named_parts,
    read_baseline,
    usual_limits,
)
from mmn_live.recognition.baseline import SHORTEST_S
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import FIRST_PERSON


@dataclass(frozen=True)
class Baselines:
    """What a run is to do about baselines.

    With `seconds` every person is measured from the moment they are first observed. A `kept` baseline is that of one
    participant, and holds for the first person. `parts` are the body parts that the model names, if any.
    """

    labels: tuple[str, ...]
    layout: Layout
    threshold: float
    model: str
    seconds: float | None = None
    kept: Baseline | None = None
    parts: NamedParts | None = None

    def meter(self, person_id: int) -> BaselineMeter | None:
        """What measures a person who is new, if anybody is measured."""
        if self.seconds is None:
            return None
        return BaselineMeter(self.labels, self.layout, self.seconds, self.threshold, self.model, person_id, self.parts)

    def first_limits(self, person_id: int) -> Limits:
        """The limits for a person who is new: while they are measured, none of their windows is still."""
        if self.kept is not None and person_id == FIRST_PERSON:
            return self.kept.limits(self.labels, self.threshold, self.model, self.parts)
        usual = usual_limits(len(self.labels), self.threshold, self.parts)
        return usual if self.seconds is None else usual.never_still()

    def limits_after(self, outcome: Baseline | NoBaseline) -> Limits:
        """The limits for a person who has been measured."""
        if isinstance(outcome, Baseline):
            return outcome.limits(self.labels, self.threshold, self.model, self.parts)
        return usual_limits(len(self.labels), self.threshold, self.parts)


def baselines_for(checkpoint: Checkpoint, settings: Settings) -> Baselines:
    """What the settings ask for. Raises UsageError for a length out of range and for a file that cannot be used."""
    seconds, threshold = settings.baseline_s, settings.threshold_for(checkpoint)
    if seconds is not None and not SHORTEST_S <= seconds < math.inf:
        raise UsageError(f"a baseline of {seconds:g} s: use {SHORTEST_S:g} s or more, 60 if in doubt")
    return Baselines(
        labels=checkpoint.labels,
        layout=taxonomy_named(checkpoint.taxonomy).layout,
        threshold=threshold,
        model=checkpoint.sha256,
        seconds=seconds,
        kept=read_baseline(settings.baseline_file) if settings.baseline_file is not None else None,
        parts=named_parts(checkpoint, threshold),
    )
