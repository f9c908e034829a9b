"""A baseline within the chain: what it holds back, what it changes, and that the same skeletons give the same again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.pipeline import Settings
from mmn_live.pipeline.baselines import Baselines
from mmn_live.pipeline.chain import Chain, Recognised, chain_for
from mmn_live.pose.joints import joints_from_landmarks
from mmn_live.recognition import Baseline, Limits, NoBaseline, baseline_entry
from mmn_live.recognition.gates import STILL_BELOW
from mmn_live.training.observer import Observer
from mmn_live.types import Event, Gap, Landmarks, People, Prediction, Skeleton, State, Window

SIZE = (640, 480)
FPS = 15.0
REST_S, CROSS_S, WAVE_S, END_S = 20.0, 32.0, 40.0, 46.0
NOWHERE = Landmarks(np.zeros((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
ACTED = {"crossing arms": CROSS_S, "waving": WAVE_S}
LABELS = ("nodding", "none")


class Counted:
    """In place of the network: each window says "nodding" with certainty; keeps which limits it was given when."""

    def __init__(self) -> None:
        self.drawn: list[tuple[float, int, Limits]] = []
        self.now_s = 0.0

    def process_all(self, windows: list[Window]) -> list[Prediction]:
        return [self._said(window) for window in windows]

    def _said(self, window: Window) -> Prediction:
        self.now_s = window.end_s
        sure = np.array([1, 0], np.float32)
        return Prediction(window.start_s, window.end_s, State.ACTION, sure, np.ones(2, bool), 1.0, window.person_id)

    def draw_limits(self, person_id: int, limits: Limits) -> None:
        self.drawn.append((self.now_s, person_id, limits))

    def reset(self) -> None: ...

    def close(self) -> None: ...


class EveryFrame:
    """A window of two seconds for every frame in which the person is in view."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id

    def process(self, item: Skeleton | Gap) -> list[Window]:
        if isinstance(item, Gap):
            return []
        shape = (64, MA52.size)
        joints = np.random.default_rng(item.index).normal(0, 0.006, (*shape, 2)).astype(np.float32)
        return [
            Window(
                item.time_s - 2,
                item.time_s,
                joints,
                np.ones(shape, np.float32),
                np.zeros(64, np.float32),
                np.ones(MA52.size, bool),
                scale_px=1.0,
                presence=float(item.person),
                coverage=1.0,
                person_id=self.person_id,
            )
        ]

    def flush(self) -> list[Window]:
        return []


class Echo:
    """An event for every prediction, and what thresholds it was to begin them with."""

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.from_s = 0.0

    open_events = ()

    def restart(self, thresholds: Sequence[float], from_s: float, part_thresholds: Sequence[float]) -> None:
        assert (len(thresholds), len(part_thresholds)) == (len(LABELS), 0)
        self.from_s = from_s

    def process(self, prediction: Prediction) -> list[Event]:
        now_s = prediction.end_s
        return [Event(now_s, now_s, now_s, "nodding", "B1", 9, "head", 1.0, 1.0, self.person_id)]

    def flush(self) -> list[Event]:
        return []


def _counted(network: Counted, seconds: float | None) -> Chain:
    return Chain(MA52, network, EveryFrame, Echo, Baselines(LABELS, MA52, 0.5, "abc", seconds))  # pyright: ignore


def _crowd(seconds: float, *spans: tuple[float, float]) -> Iterator[People]:
    """Person 1, 2, ... in view within their spans, five frames a second."""
    for index in range(10, round(5 * seconds) + 1):
        ids = [i for i, (begin_s, end_s) in enumerate(spans, 1) if begin_s <= index / 5 <= end_s]
        still = np.zeros((MA52.size, 2), np.float32)
        skeletons = [Skeleton(index, index / 5, still, np.ones(MA52.size, np.float32), NOWHERE, i) for i in ids]
        yield People(index, index / 5, tuple(skeletons))


def _outcomes(results: Sequence[Recognised]) -> list[Baseline | NoBaseline]:
    return [outcome for result in results for outcome in result.baselines]


def test_events_begin_with_the_window_after_the_baseline() -> None:
    network = Counted()
    chain = _counted(network, 10.0)
    results = [chain.process(people) for people in _crowd(20, (0, 20))]
    assert min(event.onset_s for result in results for event in result.events) == pytest.approx(10.2)
    assert sum(len(result.predictions) for result in results) == 91
    (outcome,) = _outcomes(results)
    assert isinstance(outcome, Baseline)
    assert (outcome.start_s, outcome.end_s) == pytest.approx((0, 10))
    (_, _, before), (changed_s, person_id, after) = network.drawn
    assert (before.still_below, changed_s, person_id) == (0, pytest.approx(10), 1)
    assert after.still_below == outcome.still_below


def test_how_far_it_is_can_be_asked_and_ends() -> None:
    chain = _counted(Counted(), 10.0)
    done_s = []
    for people in _crowd(20, (0, 20)):
        chain.process(people)
        done_s.append(chain.measuring.done_s if chain.measuring else None)
    assert done_s[:40] == pytest.approx(np.arange(2, 10, 0.2))
    assert set(done_s[40:]) == {None}


def test_without_a_baseline_nothing_is_held_back() -> None:
    network = Counted()
    chain = _counted(network, None)
    results = [chain.process(people) for people in _crowd(4, (0, 4))]
    assert sum(len(result.events) for result in results) == 11
    assert chain.measuring is None
    assert [limits.still_below for _, _, limits in network.drawn] == [STILL_BELOW]


def test_each_person_is_measured_from_their_own_arrival() -> None:
    chain = _counted(Counted(), 10.0)
    results = [chain.process(people) for people in _crowd(30, (0, 30), (8, 30))]
    assert [(each.person_id, round(each.end_s)) for each in _outcomes(results)] == [(1, 10), (2, 16)]
    firsts = {i: min(e.onset_s for result in results for e in result.events if e.person_id == i) for i in (1, 2)}
    assert firsts == {1: pytest.approx(10.2), 2: pytest.approx(16.2)}


def test_a_person_who_leaves_first_and_a_run_that_ends_first_have_no_baseline() -> None:
    chain = _counted(Counted(), 20.0)
    results = [chain.process(people) for people in _crowd(18, (0, 18), (4, 8))]
    assert [type(each) for each in _outcomes(results)] == [NoBaseline]
    last = _outcomes([chain.flush()])
    assert [(type(each), each.person_id) for each in last] == [(NoBaseline, 1)]
    assert not any(result.events for result in results)


@pytest.mark.parametrize("seconds", [0.0, 4.9, float("nan"), float("inf")])
def test_a_baseline_has_a_length(checkpoint: Checkpoint, seconds: float) -> None:
    with pytest.raises(UsageError, match="use 5 s or more"):
        chain_for(checkpoint, Settings(device="cpu", baseline_s=seconds))


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return load_checkpoint("actor")


def _acted(seed: int, jitter: float) -> list[People]:
    """The actor at rest, then crossing arms, then waving, as a tracker that jitters sees them."""
    script = Script(tuple(Cue(onset_s, 3.0, name) for name, onset_s in ACTED.items()), END_S, seed=seed)
    times_s = np.arange(0, END_S, 1 / FPS)
    rng = np.random.default_rng(seed)
    seen = Observer(rng).observe(perform(script, times_s, SIZE))
    joints, visibility = joints_from_landmarks(seen.pose.astype(np.float32), seen.hands.astype(np.float32), MA52, *SIZE)
    shoulders_px = np.median(np.linalg.norm(seen.pose[:, 11, :2] - seen.pose[:, 12, :2], axis=-1))
    joints += rng.normal(0, jitter * shoulders_px, joints.shape).astype(np.float32)
    return [
        People(i, float(time_s), (Skeleton(i, float(time_s), joints[i], visibility[i], NOWHERE),))
        for i, time_s in enumerate(times_s)
    ]


def _recognised(checkpoint: Checkpoint, people: Sequence[People], **settings: object) -> list[Recognised]:
    with closing(chain_for(checkpoint, Settings(device="cpu", **settings))) as chain:  # pyright: ignore
        return [*(chain.process(each) for each in people), chain.flush()]


def _events(results: Sequence[Recognised], from_s: float) -> list[Event]:
    return [event for result in results for event in result.events if event.onset_s >= from_s]


def _meet(events: Sequence[Event], name: str, onset_s: float) -> bool:
    return any(each.label == name and each.onset_s < onset_s + 3 and each.offset_s > onset_s for each in events)


@dataclass(frozen=True)
class Noisy:
    """An actor as a tracker sees him that is far noisier than MediaPipe, and what decisions make of it that name noise.

    `before` without a baseline, `measured` with one.
    """

    people: list[People]
    before: list[Recognised]
    measured: list[Recognised]


@pytest.fixture(scope="module")
def lax(checkpoint: Checkpoint) -> Checkpoint:
    return replace(checkpoint, decisions=Decisions(threshold=0.1, none_bias=-3.0))


@pytest.fixture(scope="module")
def actors(lax: Checkpoint) -> list[Noisy]:
    """Several: what the noise of one of them is named for hangs on the weights."""
    everybody = [_acted(seed, jitter=0.05) for seed in range(4)]
    return [Noisy(one, _recognised(lax, one), _recognised(lax, one, baseline_s=REST_S)) for one in everybody]


def _false(results: Sequence[Recognised]) -> int:
    return sum(event.label not in ACTED for event in _events(results, REST_S))


@pytest.mark.slow
def test_noise_that_looks_like_actions_is_silenced_and_actions_are_not(actors: list[Noisy]) -> None:
    before, after = sum(_false(one.before) for one in actors), sum(_false(one.measured) for one in actors)
    assert before >= 6
    assert after <= before / 2
    events = [_events(actor.measured, 0.0) for actor in actors]
    for name, onset_s in ACTED.items():
        assert sum(_meet(own, name, onset_s) for own in events) >= 3
    assert min(event.onset_s for own in events for event in own) >= REST_S


@pytest.mark.slow
def test_the_same_baseline_is_measured_again(lax: Checkpoint, actors: list[Noisy]) -> None:
    again = _recognised(lax, actors[0].people, baseline_s=REST_S)
    assert _outcomes(again) == _outcomes(actors[0].measured)
    assert _events(again, 0.0) == _events(actors[0].measured, 0.0)


@pytest.mark.slow
def test_a_baseline_that_was_kept_holds_at_once(lax: Checkpoint, actors: list[Noisy], tmp_path: Path) -> None:
    false = 0
    for number, actor in enumerate(actors):
        (outcome,) = _outcomes(actor.measured)
        kept = tmp_path / f"{number}.json"
        kept.write_text(json.dumps({"baseline": [baseline_entry(outcome)]}), encoding="utf-8")
        later = _recognised(lax, actor.people, baseline_file=kept)
        assert _outcomes(later[:1])
        false += _false(later)
    assert false <= sum(_false(actor.before) for actor in actors) / 2
