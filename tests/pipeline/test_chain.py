"""Everybody in view has windows, smoothing and events of their own; nobody's mix."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import FORGET_AFTER_S, Chain, builder_for, recogniser_for
from mmn_live.types import NONE_LABEL, Event, Gap, Landmarks, People, Prediction, Skeleton, State

SOMEONE = Landmarks(np.zeros((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))

TOUCHES = ("touching nose", "scratching or touching face")


@dataclass(frozen=True)
class Shown:
    """A window of one skeleton."""

    person: bool
    end_s: float
    person_id: int

    @property
    def at_s(self) -> float:
        return self.end_s


@dataclass
class Noting:
    """A windower for which every skeleton is a window."""

    person_id: int
    items: list[Skeleton | Gap] = field(default_factory=list)

    def process(self, item: Skeleton | Gap) -> list[Shown]:
        self.items.append(item)
        return [Shown(item.person, item.time_s, item.person_id)] if isinstance(item, Skeleton) else []

    def flush(self) -> list[Shown]:
        return []


class Echo:
    """A recogniser whose prediction repeats the window's time and person."""

    def __init__(self) -> None:
        self.resets = 0
        self.batches: list[int] = []

    def process_all(self, windows: list[Shown]) -> list[Prediction]:
        self.batches.append(len(windows))
        return [self._said(window) for window in windows]

    def _said(self, window: Shown) -> Prediction:
        state = State.NONE if window.person else State.NOBODY
        empty = np.zeros(1, np.float32), np.ones(1, bool)
        return Prediction(window.end_s - 1, window.end_s, state, *empty, 0.0, person_id=window.person_id)

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None: ...


@dataclass
class Last:
    """A builder that gives one event when it is flushed."""

    person_id: int
    open_events: tuple[Event, ...] = ()

    def process(self, prediction: Prediction) -> list[Event]:
        assert prediction.person_id == self.person_id
        return []

    def flush(self) -> list[Event]:
        return [Event(0, 0, 1, "nodding", "B1", 9, "head", 1.0, 1.0, self.person_id)]


def make_chain() -> tuple[Chain, dict[int, Noting], Echo]:
    windowers: dict[int, Noting] = {}
    recogniser = Echo()

    def windower(person_id: int) -> Noting:
        return windowers.setdefault(person_id, Noting(person_id))

    return Chain(MA52, recogniser, windower, Last), windowers, recogniser  # type: ignore[arg-type]


def people(index: int, *ids: int) -> People:
    joints, visibility = np.ones((MA52.size, 2), np.float32), np.ones(MA52.size, np.float32)
    there = tuple(Skeleton(index, index / 10, joints, visibility, SOMEONE, person_id) for person_id in ids)
    return People(index, index / 10, there)


def test_an_empty_room_is_the_first_persons() -> None:
    chain, _, _ = make_chain()
    found = chain.process(people(0))
    assert [(one.person_id, one.state) for one in found.predictions] == [(1, State.NOBODY)]


def test_everybody_is_told_of_every_frame_also_of_those_without_them() -> None:
    chain, windowers, _ = make_chain()
    for index, ids in enumerate([(1,), (1, 2), (2,), (1, 2)]):
        chain.process(people(index, *ids))
    assert [item.person for item in windowers[1].items] == [True, True, False, True]
    assert [item.person for item in windowers[2].items] == [True, True, True]
    assert {item.person_id for item in windowers[2].items} == {2}


def test_a_gap_is_everybodys_and_forgets_what_was() -> None:
    chain, windowers, recogniser = make_chain()
    chain.process(people(0, 1, 2))
    chain.process(Gap(0.0, 3.0, "away"))
    assert recogniser.resets == 1
    assert all(isinstance(noting.items[-1], Gap) for noting in windowers.values())


def test_who_has_gone_is_over_after_some_seconds_the_first_person_never() -> None:
    chain, _, _ = make_chain()
    chain.process(people(0, 1, 2))
    soon, late = round(10 * FORGET_AFTER_S), round(10 * FORGET_AFTER_S) + 2
    assert [one.person_id for one in chain.process(people(soon)).predictions] == [1, 2]
    found = chain.process(people(late))
    assert [event.person_id for event in found.events] == [2]
    assert [one.person_id for one in found.predictions] == [1]
    assert [event.person_id for event in chain.flush().events] == [1]


def test_everybodys_windows_of_one_time_are_one_batch() -> None:
    chain, _, recogniser = make_chain()
    for index, ids in enumerate([(1,), (1, 2), (1, 2, 3)]):
        chain.process(people(index, *ids))
    assert recogniser.batches == [1, 2, 3]


def _named(checkpoint: Checkpoint, settings: Settings) -> list[str]:
    """What a builder makes of nine windows: touching nose and scratching the face have 0.4 each, "none" has 0.2."""
    builder = builder_for(checkpoint, settings)
    given = dict.fromkeys(TOUCHES, 0.4) | {NONE_LABEL: 0.2}
    probabilities = np.array([given.get(name, 0.0) for name in checkpoint.labels], np.float32)
    for i in range(9):
        end_s = 2 + 0.2 * i
        builder.process(Prediction(end_s - 2, end_s, State.PART, probabilities, probabilities > 0, 1.0))
    return [event.label for event in builder.open_events]


def test_a_builder_by_itself_names_body_parts_where_the_checkpoint_does() -> None:
    shipped = load_checkpoint("actor")
    named = [
        _named(replace(shipped, decisions=Decisions(threshold=0.9, part_threshold=part_threshold)), Settings())
        for part_threshold in (None, 0.6)
    ]
    assert named == [[], ["head-hand"]]


def test_caution_decides_what_is_named() -> None:
    """The part has four times the odds of "none": 0.8, under a caution of one 0.6, of two 0.35."""
    checkpoint = replace(load_checkpoint("actor"), decisions=Decisions(threshold=0.9, part_threshold=0.5, caution=2.0))
    named = [_named(checkpoint, Settings(caution=caution)) for caution in (None, 2.0, 1.0, 0.0)]
    assert named == [[], [], ["head-hand"], ["head-hand"]]
    assert [Settings(caution=caution).facts(checkpoint)["caution"] for caution in (None, 0.0)] == [2.0, 0.0]
    with pytest.raises(UsageError, match="caution is -1: use a number from 0 to 50"):
        recogniser_for(checkpoint, Settings(caution=-1.0))


def test_a_model_without_none_has_no_caution() -> None:
    checkpoint = load_checkpoint("actor")
    labels = tuple(name for name in checkpoint.labels if name != NONE_LABEL)
    without = replace(checkpoint, labels=labels, decisions=Decisions(caution=4.0))
    assert [Settings(caution=caution).caution_for(without) for caution in (None, 0.0)] == [0.0, 0.0]
    with pytest.raises(UsageError, match='no "none" to weigh'):
        Settings(caution=2.0).caution_for(without)


def test_a_threshold_stricter_than_the_models_own_holds_for_body_parts_too() -> None:
    """The two classes of the part together have 0.8."""
    checkpoint = replace(load_checkpoint("actor"), decisions=Decisions(threshold=0.5, part_threshold=0.6))
    named = [_named(checkpoint, Settings(threshold=threshold)) for threshold in (None, 0.45, 0.75, 0.9)]
    assert named == [["head-hand"], ["head-hand"], ["head-hand"], []]
    used = Settings(threshold=0.75).facts(checkpoint)
    assert (used["threshold"], used["part_threshold"]) == (0.75, 0.75)
