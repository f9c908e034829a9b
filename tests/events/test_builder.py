"""Events from predictions: simulated detectors whose truth is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmn_live.errors import UsageError
from mmn_live.events import EventBuilder
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Event, Prediction, State

LABELS = ("nodding", "waving", "none")
TAXONOMY = taxonomy_named("ma52")
WINDOW_S, STRIDE_S = 2.0, 0.2

Action = tuple[int, float, float]
"""Label index, start and end in seconds."""


def _prediction(end_s: float, probabilities: Sequence[float], state: State | None = None) -> Prediction:
    values = np.array(probabilities, np.float32)
    if state is None:
        top = int(values.argmax())
        state = State.NONE if LABELS[top] == "none" else State.ACTION if values[top] >= 0.5 else State.UNSURE
    return Prediction(end_s - WINDOW_S, end_s, state, values, np.ones(len(LABELS), bool), 1.0)


def _overlap(end_s: float, action: Action) -> float:
    """The share of the action, or of the window if that is shorter, that the window holds."""
    _, start_s, stop_s = action
    return max(min(end_s, stop_s) - max(end_s - WINDOW_S, start_s), 0.0) / min(stop_s - start_s, WINDOW_S)


def _proportional(share: float) -> float:
    return 0.95 * share


def _steep(share: float) -> float:
    """A network that is sure as soon as it has seen enough."""
    return float(0.97 / (1 + np.exp(-12 * (share - 0.45))))


def _detected(actions: Sequence[Action], score: Callable[[float], float], until_s: float = 12.0) -> list[Prediction]:
    """What a detector of that score, smoothed over three windows as the recogniser does, says of the actions."""
    ends_s = np.arange(10, int(until_s / STRIDE_S) + 1) * STRIDE_S
    raw = np.zeros((len(ends_s), len(LABELS)))
    for i, end_s in enumerate(ends_s):
        for action in actions:
            raw[i, action[0]] = max(raw[i, action[0]], score(_overlap(end_s, action)))
        raw[i] /= max(raw[i].sum(), 1.0)
        raw[i, -1] = 1 - raw[i, :-1].sum()
    smoothed = [raw[max(i - 2, 0) : i + 1].mean(axis=0) for i in range(len(raw))]
    return [_prediction(float(end_s), values) for end_s, values in zip(ends_s, smoothed, strict=True)]


def _cut(actions: Sequence[Action], score: Callable[[float], float], last_s: float) -> list[Prediction]:
    """The same of a recording from 0 s to `last_s`, whose windows are cut off at both ends."""
    shortest_s = 0.35 * WINDOW_S
    dues_s = np.arange(4, int((last_s + WINDOW_S) / STRIDE_S) + 1) * STRIDE_S
    spans = [(max(due_s - WINDOW_S, 0.0), min(due_s, last_s), due_s) for due_s in dues_s]
    spans = [(start_s, end_s, due_s) for start_s, end_s, due_s in spans if end_s - start_s >= shortest_s]
    raw = np.zeros((len(spans), len(LABELS)))
    for i, (start_s, end_s, _) in enumerate(spans):
        for number, onset_s, offset_s in actions:
            shared_s = max(min(end_s, offset_s) - max(start_s, onset_s), 0.0)
            raw[i, number] = max(raw[i, number], score(shared_s / min(offset_s - onset_s, end_s - start_s)))
        raw[i] /= max(raw[i].sum(), 1.0)
        raw[i, -1] = 1 - raw[i, :-1].sum()
    smoothed = [raw[max(i - 2, 0) : i + 1].mean(axis=0) for i in range(len(raw))]
    return [
        replace(_prediction(end_s, values), start_s=start_s, due_s=due_s if due_s > end_s else None)
        for (start_s, end_s, due_s), values in zip(spans, smoothed, strict=True)
    ]


def _events(predictions: Sequence[Prediction]) -> list[Event]:
    builder = EventBuilder(LABELS, TAXONOMY)
    return [*(event for prediction in predictions for event in builder.process(prediction)), *builder.flush()]


@pytest.mark.parametrize("score", [_proportional, _steep])
@pytest.mark.parametrize("last_s", [2.6, 5.0, 9.13])
def test_near_the_ends_of_a_recording_onset_and_offset_lie_close_to_the_truth(
    score: Callable[[float], float], last_s: float
) -> None:
    for start_s, stop_s in [(0.1, 0.9), (0.4, 1.6), (last_s - 1.9, last_s - 0.9), (last_s - 1.2, last_s)]:
        (event,) = _events(_cut([(0, start_s, stop_s)], score, last_s))
        assert event.label == "nodding"
        assert event.onset_s == pytest.approx(start_s, abs=0.6)
        assert event.offset_s == pytest.approx(stop_s, abs=0.6)
        assert 0 <= event.onset_s <= event.peak_s <= event.offset_s <= last_s


def test_two_actions_of_a_short_recording_are_told_apart() -> None:
    first, second = _events(_cut([(0, 0.1, 0.9), (1, 1.2, 2.1)], _steep, 2.2))
    assert (first.label, second.label) == ("nodding", "waving")
    assert first.offset_s <= second.onset_s
    assert second.offset_s <= 2.2


@pytest.mark.parametrize("score", [_proportional, _steep])
@pytest.mark.parametrize("length_s", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("start_s", [2.5, 3.07, 4.31])
def test_onset_and_offset_lie_close_to_the_truth(
    score: Callable[[float], float], length_s: float, start_s: float
) -> None:
    (event,) = _events(_detected([(0, start_s, start_s + length_s)], score))
    assert event.label == "nodding"
    assert event.onset_s == pytest.approx(start_s, abs=0.5)
    assert event.offset_s == pytest.approx(start_s + length_s, abs=0.6)
    assert event.onset_s <= event.peak_s <= event.offset_s
    assert event.peak_confidence >= event.confidence > 0.3


@pytest.mark.parametrize("score", [_proportional, _steep])
def test_different_actions_one_after_the_other_are_told_apart(score: Callable[[float], float]) -> None:
    truth = [(0, 2.5, 4.5), (1, 6.0, 8.0), (0, 9.5, 11.0)]
    events = _events(_detected(truth, score, until_s=15.0))
    assert [event.label for event in events] == ["nodding", "waving", "nodding"]
    for event, (_, start_s, stop_s) in zip(events, truth, strict=True):
        assert event.onset_s == pytest.approx(start_s, abs=0.7)
        assert event.offset_s == pytest.approx(stop_s, abs=0.9)


def test_repetitions_with_a_pause_of_a_window_are_separate_events() -> None:
    truth = [(0, 3.0, 4.0), (0, 7.0, 8.0), (0, 11.0, 12.0)]
    events = _events(_detected(truth, _proportional, until_s=15.0))
    assert [event.onset_s for event in events] == pytest.approx([start_s for _, start_s, _ in truth], abs=0.7)


def test_hysteresis_bridges_a_brief_dip_but_not_a_long_one() -> None:
    def run(dip: int) -> int:
        values = [0.8] * 6 + [0.1] * dip + [0.8] * 6 + [0.0] * 6
        return len(_events([_prediction(2 + 0.2 * i, (p, 0, 1 - p)) for i, p in enumerate(values)]))

    assert [run(dip) for dip in (0, 1, 2, 3)] == [1, 1, 2, 2]


def test_between_the_thresholds_an_event_goes_on_but_does_not_begin() -> None:
    def count(first: float) -> int:
        values = [first, *[0.4] * 8, *[0.0] * 6]
        return len(_events([_prediction(2 + 0.2 * i, (p, 0, 0.05)) for i, p in enumerate(values)]))

    assert (count(0.6), count(0.4)) == (1, 0)


def test_a_class_that_holds_for_a_moment_only_is_no_event() -> None:
    values = [0, 0.9, 0.9, 0, 0, 0, 0]
    assert _events([_prediction(2 + 0.2 * i, (p, 0, 1 - p)) for i, p in enumerate(values)]) == []


@pytest.mark.parametrize("state", [State.NOBODY, State.UNOBSERVED])
def test_what_ends_the_view_ends_the_event_at_the_last_time_observed(state: State) -> None:
    builder = EventBuilder(LABELS, TAXONOMY)
    for i in range(6):
        assert builder.process(_prediction(2 + 0.2 * i, (0.9, 0, 0.1))) == []
    (event,) = builder.process(_prediction(3.2, (0, 0, 0), state))
    assert event.offset_s == pytest.approx(3.0)
    assert builder.open_events == ()
    assert builder.process(_prediction(3.4, (0, 0, 0), state)) == []


def test_a_body_that_becomes_still_ends_the_event() -> None:
    acting = [_prediction(2 + 0.2 * i, (0.9, 0, 0.1)) for i in range(8)]
    still = [_prediction(3.6 + 0.2 * i, (0, 0, 0), State.STILL) for i in range(5)]
    (event,) = _events([*acting, *still])
    assert event.offset_s < 3.6


def test_the_open_event_is_shown_and_becomes_the_event() -> None:
    builder = EventBuilder(LABELS, TAXONOMY)
    assert builder.open_events == ()
    for i in range(6):
        builder.process(_prediction(4 + 0.2 * i, (0.1, 0.8, 0.1)))
    (shown,) = builder.open_events
    assert (shown.label, shown.code, shown.label_id, shown.body_part) == ("waving", "C5", 19, "upper limb")
    assert shown.offset_s == pytest.approx(5.0)
    (flushed,) = builder.flush()
    assert flushed == shown
    assert builder.flush() == []


def test_none_is_never_an_event() -> None:
    assert _events([_prediction(2 + 0.2 * i, (0.0, 0.0, 1.0)) for i in range(20)]) == []


_PREDICTIONS = st.lists(
    st.tuples(
        st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3),
        st.sampled_from([None, None, None, None, State.STILL, State.NOBODY, State.UNOBSERVED]),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(_PREDICTIONS)
def test_events_are_sorted_never_overlap_and_lie_in_what_was_observed(
    drawn: list[tuple[list[float], State | None]],
) -> None:
    predictions = []
    for i, (raw, state) in enumerate(drawn):
        gated = state is not None
        values = [0.0] * 3 if gated else [p / max(sum(raw), 1) for p in raw]
        predictions.append(_prediction(2 + STRIDE_S * i, values, state))
    events = _events(predictions)
    for event in events:
        assert 0 <= event.onset_s <= event.peak_s <= event.offset_s <= predictions[-1].end_s
        assert event.onset_s < event.offset_s
        assert 0.3 - 1e-6 <= event.confidence <= event.peak_confidence + 1e-9 <= 1 + 1e-6
    for earlier, later in pairwise(events):
        assert earlier.offset_s <= later.onset_s
    assert events == _events(predictions)


def test_a_threshold_that_is_no_probability_is_refused() -> None:
    with pytest.raises(UsageError, match="probability"):
        EventBuilder(LABELS, TAXONOMY, threshold=-0.1)


def test_each_class_may_have_a_threshold_of_its_own() -> None:
    predictions = _detected([(0, 2.0, 4.0), (1, 7.0, 9.0)], lambda share: 0.8 * share)
    builder = EventBuilder(LABELS, TAXONOMY)
    builder.restart((0.9, 0.5, 0.5), 0.0)
    events = [event for each in predictions for event in builder.process(each)] + builder.flush()
    assert [event.label for event in events] == ["waving"]


def test_after_a_restart_nothing_begins_before_it() -> None:
    predictions = _detected([(0, 2.0, 6.0)], _steep)
    builder = EventBuilder(LABELS, TAXONOMY)
    for each in predictions:
        if each.end_s < 4.0:
            builder.process(each)
    builder.restart((0.5,) * 3, 4.0)
    assert builder.open_events == ()
    events = [event for each in predictions if each.end_s >= 4.0 for event in builder.process(each)]
    assert [event.onset_s for event in events] == [4.0]


def test_an_action_over_before_a_restart_is_no_event_though_later_windows_show_it() -> None:
    later = [each for each in _detected([(0, 2.0, 3.5), (1, 7.0, 9.0)], _steep) if each.end_s >= 4.0]
    assert any(each.probabilities[0] >= 0.5 for each in later), "the windows after the restart still show the action"
    builder = EventBuilder(LABELS, TAXONOMY)
    builder.restart((0.5,) * 3, 4.0)
    events = [event for each in later for event in builder.process(each)] + builder.flush()
    assert [event.label for event in events] == ["waving"]


def test_an_action_that_was_an_event_until_the_view_was_lost_is_none_again_in_the_windows_after() -> None:
    before = [_prediction(4 + STRIDE_S * i, (0.8, 0.1, 0.1)) for i in range(6)]
    after = [_prediction(before[-1].end_s + STRIDE_S * (2 + i), (0.8, 0.1, 0.1)) for i in range(3)]
    rest = [_prediction(after[-1].end_s + STRIDE_S * (1 + i), (0.0, 0.0, 1.0)) for i in range(9)]
    lost = _prediction(before[-1].end_s + STRIDE_S, (0.0, 0.0, 0.0), State.NOBODY)
    (event,) = _events([*before, lost, *after, *rest])
    assert event.offset_s == before[-1].end_s


@pytest.mark.parametrize("over_s", [2.6, 3.0, 3.5, 3.9, 4.2, 4.6, 5.5])
def test_what_is_open_after_a_restart_becomes_an_event(over_s: float) -> None:
    later = [each for each in _detected([(0, 1.5, over_s), (0, 9.0, 11.0)], _steep) if each.end_s >= 4.0]
    builder = EventBuilder(LABELS, TAXONOMY)
    builder.restart((0.5,) * 3, 4.0)
    begun, ended = 0, 0
    was_open = False
    for each in later:
        ended += len(builder.process(each))
        begun += bool(builder.open_events) and not was_open
        was_open = bool(builder.open_events)
    assert begun == ended + len(builder.flush())
