"""From skeletons to events, for everybody in view: the part of a run that a stored session can be put through again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mmn_live.checkpoints import Checkpoint
from mmn_live.events import EventBuilder
from mmn_live.joints import Layout
from mmn_live.pipeline.settings import Settings
from mmn_live.recognition import Recogniser
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import FIRST_PERSON, Event, Gap, People, Prediction, Skeleton, Window, nobody
from mmn_live.windows import Windower, normalise

FORGET_AFTER_S = 5.0
"""A person who has been away for so long is over: what comes of them last has been said by then."""


@dataclass(frozen=True)
class Recognised:
    """What came of one item: predictions and the events that are over, each in the order of time."""

    predictions: tuple[Prediction, ...]
    events: tuple[Event, ...]


@dataclass
class _Person:
    """What is kept of one person."""

    windower: Windower
    builder: EventBuilder
    seen_s: float


class Chain:
    """People and gaps in, predictions and events out; the same items give the same results, live or from a file.

    `make_windower` and `make_builder` give the stages of one more person, by id. The first person is always there, so
    that an empty room has its predictions too.
    """

    def __init__(
        self,
        layout: Layout,
        recogniser: Recogniser,
        make_windower: Callable[[int], Windower],
        make_builder: Callable[[int], EventBuilder],
    ) -> None:
        self._layout = layout
        self._recogniser = recogniser
        self._make_windower = make_windower
        self._make_builder = make_builder
        self._people: dict[int, _Person] = {}
        self._known(FIRST_PERSON, 0.0)

    @property
    def open_events(self) -> tuple[Event, ...]:
        """The events going on, one a person at most, their offsets as of now."""
        return tuple(event for person in self._people.values() for event in person.builder.open_events)

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
        return Recognised(found.predictions, (*over, *found.events))

    def flush(self) -> Recognised:
        """What there is to say at the end."""
        found = self._recognise(window for person in self._people.values() for window in person.windower.flush())
        last = (event for person in self._people.values() for event in person.builder.flush())
        return Recognised(found.predictions, (*found.events, *last))

    def close(self) -> None:
        """Let the network go. Idempotent."""
        self._recogniser.close()

    def _known(self, person_id: int, now_s: float) -> None:
        """Note that the person is there, as somebody new where they are."""
        if person_id not in self._people:
            self._people[person_id] = _Person(self._make_windower(person_id), self._make_builder(person_id), now_s)
        self._people[person_id].seen_s = now_s

    def _forget(self, people: People) -> list[Event]:
        """The last events of those who have gone."""
        gone = [
            person_id
            for person_id, person in self._people.items()
            if person_id != FIRST_PERSON and people.time_s - person.seen_s > FORGET_AFTER_S
        ]
        return [event for person_id in gone for event in self._people.pop(person_id).builder.flush()]

    def _absent(self, people: People, person_id: int) -> Skeleton:
        return nobody(people.index, people.time_s, self._layout.size, person_id)

    def _recognise(self, windows: Iterable[Window]) -> Recognised:
        predictions = [self._recogniser.process(window) for window in windows]
        events = [
            event
            for prediction in predictions
            for event in self._people[prediction.person_id].builder.process(prediction)
        ]
        return Recognised(tuple(predictions), tuple(events))


def chain_for(checkpoint: Checkpoint, settings: Settings) -> Chain:
    """The chain that a checkpoint and the settings make.

    Raises DeviceError for an absent device, UsageError for settings out of range.
    """
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    window_s = settings.window_s or checkpoint.window_s

    def windower(person_id: int) -> Windower:
        return Windower(taxonomy.layout, window_s, settings.stride_s, checkpoint.config.frames, person_id)

    def builder(person_id: int) -> EventBuilder:
        return EventBuilder(checkpoint.labels, taxonomy, threshold=settings.threshold, person_id=person_id)

    recogniser = Recogniser(checkpoint, normalise, device=settings.device, threshold=settings.threshold)
    return Chain(taxonomy.layout, recogniser, windower, builder)
