"""From skeletons to events, for everybody in view: the part of a run that a stored session can be put through again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from mmn_live.checkpoints import Checkpoint
from mmn_live.events import EventBuilder
from mmn_live.joints import Layout
from mmn_live.pipeline.baselines import Baselines, baselines_for
from mmn_live.pipeline.settings import Settings
from mmn_live.recognition import Baseline, BaselineMeter, Limits, NoBaseline, Recogniser, named_parts, usual_limits
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import FIRST_PERSON, BaselineProgress, Event, Gap, People, Prediction, Skeleton, Window, nobody
from mmn_live.windows import Windower, normalise

FORGET_AFTER_S = 5.0
"""A person who has been away for so long is over: what comes of them last has been said by then."""


@dataclass(frozen=True)
class Recognised:
    """What came of one item: predictions, the events that are over, each in the order of time, and baselines."""

    predictions: tuple[Prediction, ...]
    events: tuple[Event, ...]
    baselines: tuple[Baseline | NoBaseline, ...] = ()


@dataclass
class _Person:
    """What is kept of one person; `meter` only while their baseline is measured."""

    windower: Windower
    builder: EventBuilder
    seen_s: float
    meter: BaselineMeter | None = None


class Chain:
    """People and gaps in, predictions and events out; the same items give the same results, live or from a file.

    `make_windower` and `make_builder` give the stages of one more person, by id. The first person is always there, so
    that an empty room has its predictions too. With `baselines` each has limits of their own; while a person is
    measured no event of theirs begins.
    """

    def __init__(
        self,
        layout: Layout,
        recogniser: Recogniser,
        make_windower: Callable[[int], Windower],
        make_builder: Callable[[int], EventBuilder],
        baselines: Baselines | None = None,
    ) -> None:
        self._layout = layout
        self._recogniser = recogniser
        self._make_windower = make_windower
        self._make_builder = make_builder
        self._baselines = baselines
        self._measured: list[Baseline | NoBaseline] = [baselines.kept] if baselines and baselines.kept else []
        self._people: dict[int, _Person] = {}
        self._known(FIRST_PERSON, 0.0)

    @property
    def open_events(self) -> tuple[Event, ...]:
        """The events going on, one a person at most, their offsets as of now."""
        return tuple(event for person in self._people.values() for event in person.builder.open_events)

    @property
    def measuring(self) -> BaselineProgress | None:
        """How far the measurement is that is under way; of several persons, the first one's."""
        return next((person.meter.progress for person in self._people.values() if person.meter), None)

    def process(self, item: People | Gap) -> Recognised:
        """What the item shows. Times increase from one item to the next."""
        if isinstance(item, Gap):
            self._recogniser.reset()
            return self._recognise(
                window for person in self._people.values() for window in person.windower.process(item)
            )
        over = self._forget(item)
        in_view = {skeleton.person_id: skeleton for skeleton in item.skeletons}
        for person_id in in_view:
            self._known(person_id, item.time_s)
        windows = [
            window
            for person_id, person in self._people.items()
            for window in person.windower.process(in_view.get(person_id) or self._absent(item, person_id))
        ]
        found = self._recognise(windows)
        return replace(found, events=(*over, *found.events))

    def flush(self) -> Recognised:
        """What there is to say at the end."""
        found = self._recognise(window for person in self._people.values() for window in person.windower.flush())
        last = (event for person in self._people.values() for event in person.builder.flush())
        unfinished = (person.meter.flush() for person in self._people.values() if person.meter)
        return Recognised(found.predictions, (*found.events, *last), (*found.baselines, *unfinished))

    def close(self) -> None:
        """Let the network go. Idempotent."""
        self._recogniser.close()

    def _known(self, person_id: int, now_s: float) -> None:
        """Note that the person is there, as somebody new where they are."""
        if person_id not in self._people:
            self._people[person_id] = self._new(person_id, now_s)
        self._people[person_id].seen_s = now_s

    def _new(self, person_id: int, now_s: float) -> _Person:
        person = _Person(self._make_windower(person_id), self._make_builder(person_id), now_s)
        if self._baselines is not None:
            person.meter = self._baselines.meter(person_id)
            self._draw_limits(person_id, person.builder, self._baselines.first_limits(person_id), 0.0)
        return person

    def _draw_limits(self, person_id: int, builder: EventBuilder, limits: Limits, from_s: float) -> None:
        self._recogniser.draw_limits(person_id, limits)
        builder.restart(limits.thresholds, from_s, limits.part_thresholds)

    def _forget(self, people: People) -> list[Event]:
        """The last events of those who have gone."""
        gone = [
            person_id
            for person_id, person in self._people.items()
            if person_id != FIRST_PERSON and people.time_s - person.seen_s > FORGET_AFTER_S
        ]
        over = [self._people.pop(person_id) for person_id in gone]
        self._measured += [person.meter.flush() for person in over if person.meter]
        return [event for person in over for event in person.builder.flush()]

    def _absent(self, people: People, person_id: int) -> Skeleton:
        return nobody(people.index, people.time_s, self._layout.size, person_id)

    def _recognise(self, windows: Iterable[Window]) -> Recognised:
        predictions: list[Prediction] = []
        events: list[Event] = []
        for _, together in groupby(sorted(windows, key=_at_s), key=_at_s):
            batch = list(together)
            found = self._recogniser.process_all(batch)
            predictions += found
            for window, prediction in zip(batch, found, strict=True):
                person = self._people[window.person_id]
                if person.meter is None:
                    events += person.builder.process(prediction)
                else:
                    self._measure(person, person.meter, window, prediction)
        measured, self._measured = self._measured, []
        return Recognised(tuple(predictions), tuple(events), tuple(measured))

    def _measure(self, person: _Person, meter: BaselineMeter, window: Window, prediction: Prediction) -> None:
        """Go on measuring a person; from the window after the last one on, the new limits hold."""
        outcome = meter.process(window, prediction)
        if outcome is None or self._baselines is None:
            return
        person.meter = None
        self._measured.append(outcome)
        limits = self._baselines.limits_after(outcome)
        self._draw_limits(window.person_id, person.builder, limits, outcome.end_s)


def _at_s(window: Window) -> float:
    return window.at_s


def recogniser_for(checkpoint: Checkpoint, settings: Settings) -> Recogniser:
    """The recogniser that a checkpoint and the settings make. Raises as `chain_for` does."""
    threshold, caution = settings.threshold_for(checkpoint), settings.caution_for(checkpoint)
    return Recogniser(checkpoint, normalise, device=settings.device, threshold=threshold, caution=caution)


def builder_for(checkpoint: Checkpoint, settings: Settings, person_id: int = FIRST_PERSON) -> EventBuilder:
    """The event builder that a checkpoint and the settings make for a person. Raises as `chain_for` does."""
    taxonomy, threshold = taxonomy_named(checkpoint.taxonomy), settings.threshold_for(checkpoint)
    limits = usual_limits(len(checkpoint.labels), threshold, named_parts(checkpoint, threshold))
    caution = settings.caution_for(checkpoint)
    return EventBuilder(checkpoint.labels, taxonomy, threshold, person_id, limits.part_thresholds, caution)


def chain_for(checkpoint: Checkpoint, settings: Settings, recogniser: Recogniser | None = None) -> Chain:
    """The chain that a checkpoint and the settings make, around the recogniser that they make or another.

    Raises DeviceError for an absent device, UsageError for settings out of range.
    """
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    window_s = settings.window_for(checkpoint)

    def windower(person_id: int) -> Windower:
        return Windower(taxonomy.layout, window_s, settings.stride_s, checkpoint.config.frames, person_id)

    def builder(person_id: int) -> EventBuilder:
        return builder_for(checkpoint, settings, person_id)

    baselines = baselines_for(checkpoint, settings)
    recogniser = recogniser or recogniser_for(checkpoint, settings)
    return Chain(taxonomy.layout, recogniser, windower, builder, baselines)
