"""From window to prediction, with a network whose logits the test chooses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.joints import MA52, Layout
from mmn_live.models import MMNConfig
from mmn_live.recognition import Limits, Recogniser, recogniser
from mmn_live.types import State, Window

LABELS = ("nodding", "waving", "shaking legs", "none")
LEGS = [i for i, name in enumerate(MA52.names) if name.endswith(("knee", "ankle", "toe", "heel"))]


class Chosen:
    """In place of the network: gives `logits`, and keeps what it was asked."""

    def __init__(self) -> None:
        self.given = np.zeros(len(LABELS), np.float32)
        self.asked: list[np.ndarray] = []

    def logits(self, inputs: np.ndarray, index_t: np.ndarray) -> np.ndarray:
        assert index_t.shape == (len(inputs), 64)
        self.asked.extend(inputs)
        return np.stack([self.given] * len(inputs))


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Chosen:
    chosen = Chosen()
    monkeypatch.setattr(recogniser, "Backend", lambda *_: chosen)
    return chosen


@pytest.fixture
def moving(resting: Callable[..., Window]) -> Window:
    window = resting()
    swing = 20 * np.sin(np.linspace(0, 9, 64))[:, None, None]
    return replace(window, joints=(window.joints + swing).astype(np.float32))


def _checkpoint(**decisions: Any) -> Any:
    return SimpleNamespace(
        config=MMNConfig(classes=len(LABELS)), labels=LABELS, taxonomy="ma52", decisions=Decisions(**decisions)
    )


def _recogniser(threshold: float | None = None, **decisions: Any) -> Recogniser:
    return Recogniser(_checkpoint(**decisions), _as_they_are, device="cpu", threshold=threshold)


def _as_they_are(window: Window, layout: Layout, preprocessing: str) -> np.ndarray:
    assert (layout, preprocessing) == (MA52, "official")
    return window.joints.transpose(2, 0, 1)


def _softmax(*logits: float) -> np.ndarray:
    weights = np.exp(logits)
    return weights / weights.sum()


def test_a_clear_class_is_an_action(network: Chosen, moving: Window) -> None:
    network.given = np.array([3, 1, 0, 0], np.float32)
    prediction = _recogniser().process(moving)
    assert prediction.state is State.ACTION
    assert (prediction.start_s, prediction.end_s) == (moving.start_s, moving.end_s)
    np.testing.assert_allclose(prediction.probabilities, _softmax(3, 1, 0, 0), atol=1e-6)
    assert prediction.possible.all()
    assert prediction.latency_ms > 0


def test_below_the_threshold_it_is_unsure(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0.9, 0, 0], np.float32)
    assert _recogniser(threshold=0.5).process(moving).state is State.UNSURE
    assert _recogniser(threshold=0.3).process(moving).state is State.ACTION


def test_a_threshold_that_was_not_asked_for_is_the_models_own(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0.9, 0, 0], np.float32)
    checkpoint = _checkpoint(threshold=0.3)
    assert Recogniser(checkpoint, _as_they_are, device="cpu").process(moving).state is State.ACTION
    strict = Recogniser(checkpoint, _as_they_are, device="cpu", threshold=0.5)
    assert strict.process(moving).state is State.UNSURE


def test_a_caution_that_was_not_asked_for_is_the_models_own(network: Chosen, moving: Window) -> None:
    network.given = np.array([3, 0, 0, 1], np.float32)
    checkpoint = _checkpoint(caution=4.0)
    states = [
        Recogniser(checkpoint, _as_they_are, device="cpu", caution=caution).process(moving).state
        for caution in (None, 0.0, 1.0, 4.0)
    ]
    assert states == [State.NONE, State.ACTION, State.ACTION, State.NONE]


def test_decisions_come_with_the_weights(network: Chosen, moving: Window) -> None:
    network.given = np.array([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3], np.float32)  # the parts' logits say "none"
    assert _recogniser().process(moving).state is State.ACTION
    assert _recogniser(temperature=4.0).process(moving).state is State.UNSURE
    assert _recogniser(part_weight=1.0).process(moving).state is State.NONE


def test_a_body_part_is_named_where_no_class_is(network: Chosen, moving: Window) -> None:
    """The part of "nodding" has one class here, that of "waving" one, so the sum over a part is the class's."""
    network.given = np.array([1.2, 0, 0, 1], np.float32)
    of_head = float(_softmax(1.2, 0, 0, 1)[0])
    assert 0.3 < of_head < 0.5
    assert _recogniser().process(moving).state is State.UNSURE
    assert _recogniser(part_threshold=0.3).process(moving).state is State.PART
    assert _recogniser(part_threshold=0.5).process(moving).state is State.UNSURE
    assert _recogniser(threshold=0.3, part_threshold=0.2).process(moving).state is State.ACTION


def test_a_stricter_threshold_makes_no_body_part_of_the_action_that_it_silences(
    network: Chosen, moving: Window
) -> None:
    network.given = np.array([1.2, 0, 0, 1], np.float32)
    decisions = {"threshold": 0.3, "part_threshold": 0.2}
    states = [
        Recogniser(_checkpoint(**decisions), _as_they_are, device="cpu", threshold=asked).process(moving).state
        for asked in (None, 0.1, 0.3, 0.45)
    ]
    assert states == [State.ACTION, State.ACTION, State.ACTION, State.UNSURE]


def test_a_body_part_less_probable_than_none_is_not_named(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0, 0, 1.2], np.float32)
    assert _recogniser(part_threshold=0.1).process(moving).state is State.NONE


def test_classes_out_of_the_question_make_no_body_part(network: Chosen, moving: Window) -> None:
    network.given = np.array([0, 0, 9, 0.1], np.float32)
    observed = moving.observed.copy()
    observed[LEGS] = False
    assert _recogniser(part_threshold=0.4).process(moving).state is State.ACTION
    assert _recogniser(part_threshold=0.4).process(replace(moving, observed=observed)).state is State.NONE


def test_a_persons_part_thresholds_are_their_own(network: Chosen, moving: Window) -> None:
    network.given = np.array([1.2, 0, 0, 1], np.float32)
    subject = _recogniser(part_threshold=0.3)
    subject.draw_limits(2, Limits(0.0, (0.5,) * 4, (0.9,) * 7))
    assert subject.process(moving).state is State.PART
    assert subject.process(replace(moving, person_id=2)).state is State.UNSURE


def test_none_wins_by_itself_or_by_its_bias(network: Chosen, moving: Window) -> None:
    network.given = np.array([2, 0, 0, 1], np.float32)
    assert _recogniser().process(moving).state is State.ACTION
    assert _recogniser(none_bias=2.0).process(moving).state is State.NONE
    network.given = np.array([0, 0, 0, 1], np.float32)
    assert _recogniser().process(moving).state is State.NONE


def test_a_class_whose_joints_are_unobserved_is_out_of_the_question(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0, 9, 0], np.float32)
    observed = moving.observed.copy()
    observed[LEGS] = False
    prediction = _recogniser().process(replace(moving, observed=observed))
    np.testing.assert_array_equal(prediction.possible, [True, True, False, True])
    np.testing.assert_allclose(prediction.probabilities[[0, 1, 3]], _softmax(1, 0, 0), atol=1e-6)
    assert prediction.probabilities[2] == 0


def test_a_class_out_of_the_question_may_have_any_logit(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0, 500, 0], np.float32)
    observed = moving.observed.copy()
    observed[LEGS] = False
    prediction = _recogniser().process(replace(moving, observed=observed))
    np.testing.assert_allclose(prediction.probabilities, [*_softmax(1, 0, 0)[:2], 0, _softmax(1, 0, 0)[2]], atol=1e-6)


def test_a_class_that_goes_out_of_sight_keeps_no_smoothed_probability(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0, 9, 0], np.float32)
    subject = _recogniser()
    subject.process(moving)
    observed = moving.observed.copy()
    observed[LEGS] = False
    prediction = subject.process(replace(moving, observed=observed))
    assert prediction.probabilities[2] == 0
    assert prediction.probabilities.sum() == pytest.approx(1)


def test_where_no_class_is_possible_nothing_is_observed(network: Chosen, moving: Window) -> None:
    observed = np.zeros_like(moving.observed)
    observed[LEGS[0]] = True
    prediction = _recogniser().process(replace(moving, observed=observed))
    assert prediction.state is State.UNOBSERVED
    assert network.asked == []


def test_a_gate_answers_before_the_network_is_asked(network: Chosen, moving: Window) -> None:
    prediction = _recogniser().process(replace(moving, presence=0.0))
    assert prediction.state is State.NOBODY
    assert not prediction.probabilities.any()
    assert network.asked == []


def test_probabilities_are_smoothed_over_three_windows(network: Chosen, moving: Window) -> None:
    subject = _recogniser()
    network.given = np.array([9, 0, 0, 0], np.float32)
    subject.process(moving)
    network.given = np.array([0, 9, 0, 0], np.float32)
    shares = [subject.process(moving).probabilities[1] for _ in range(3)]
    np.testing.assert_allclose(shares, [1 / 2, 2 / 3, 1], atol=2e-3)


@pytest.mark.parametrize("how", ["reset", "gate"])
def test_what_follows_an_interruption_is_not_smoothed_with_what_was(network: Chosen, moving: Window, how: str) -> None:
    subject = _recogniser()
    network.given = np.array([9, 0, 0, 0], np.float32)
    subject.process(moving)
    if how == "reset":
        subject.reset()
    else:
        subject.process(replace(moving, coverage=0.5))
    network.given = np.array([0, 9, 0, 0], np.float32)
    assert subject.process(moving).probabilities[1] == pytest.approx(1, abs=1e-3)


def test_the_networks_failure_is_not_hidden(network: Chosen, moving: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> np.ndarray:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(network, "logits", fail)
    with pytest.raises(RuntimeError, match="out of memory"), _recogniser() as subject:
        subject.process(moving)


def test_a_threshold_that_is_no_probability_is_refused() -> None:
    with pytest.raises(UsageError, match=r"1\.5"):
        _recogniser(threshold=1.5)


def test_a_person_may_have_limits_of_their_own(network: Chosen, moving: Window) -> None:
    network.given = np.array([1, 0, 0, 0], np.float32)
    subject = _recogniser(threshold=0.4)
    subject.draw_limits(2, Limits(0.0, (0.6, 0.4, 0.4, 0.4)))
    subject.draw_limits(3, Limits(10.0, (0.4,) * 4))
    states = [subject.process(replace(moving, person_id=person_id)).state for person_id in (1, 2, 3)]
    assert states == [State.ACTION, State.UNSURE, State.STILL]


def test_below_a_still_gate_of_0_nobody_is_still(network: Chosen, resting: Callable[..., Window]) -> None:
    subject = _recogniser()
    assert subject.process(resting()).state is State.STILL
    subject.draw_limits(1, Limits(0.0, (0.5,) * 4))
    assert subject.process(resting()).state is not State.STILL
