"""Events of a body part where no class is sure enough, and what becomes of them when one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmn_live.errors import UsageError
from mmn_live.events import EventBuilder
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import PART_ID, Event, Prediction, State

LABELS = ("touching nose", "rubbing eyes", "covering face", "covering mouth", "nodding", "none")
HEAD_HAND = slice(0, 4)
TAXONOMY = taxonomy_named("ma52")
WINDOW_S, STRIDE_S = 2.0, 0.2
THRESHOLD, PART_THRESHOLD = 0.5, 0.6

NONE = (0, 0, 0, 0, 0, 1.0)
HEAD_HAND_ONLY = (0.35, 0.25, 0.1, 0.15, 0.05, 0.1)
NOSE = (0.7, 0.1, 0.05, 0.0, 0.05, 0.1)
NODDING = (0.05, 0.05, 0, 0, 0.8, 0.1)
EYES = (0.1, 0.7, 0.0, 0.0, 0.1, 0.1)


def _prediction(end_s: float, probabilities: Sequence[float]) -> Prediction:
    """As the recogniser says it."""
    values = np.array(probabilities, np.float32)
    top, of_head_hand, none = int(values.argmax()), float(values[HEAD_HAND].sum()), float(values[-1])
    if LABELS[top] != "none" and values[top] >= THRESHOLD:
        state = State.ACTION
    elif max(of_head_hand, values[4]) >= PART_THRESHOLD and max(of_head_hand, values[4]) > none:
        state = State.PART
    else:
        state = State.NONE if LABELS[top] == "none" else State.UNSURE
    return Prediction(end_s - WINDOW_S, end_s, state, values, np.ones(len(LABELS), bool), 1.0)


def _predictions(*stretches: tuple[Sequence[float], int]) -> list[Prediction]:
    rows = [row for row, count in stretches for _ in range(count)]
    return [_prediction(4 + STRIDE_S * i, row) for i, row in enumerate(rows)]


def _events(predictions: Sequence[Prediction], part_threshold: float | None = PART_THRESHOLD) -> list[Event]:
    thresholds = () if part_threshold is None else (part_threshold,) * len(TAXONOMY.body_parts)
    builder = EventBuilder(LABELS, TAXONOMY, THRESHOLD, part_thresholds=thresholds)
    return [*(event for prediction in predictions for event in builder.process(prediction)), *builder.flush()]


def test_where_no_class_is_sure_the_event_is_of_the_body_part_and_says_what_it_may_have_been() -> None:
    (event,) = _events(_predictions((NONE, 2), (HEAD_HAND_ONLY, 8), (NONE, 8)))
    assert (event.label, event.code, event.label_id, event.body_part) == ("head-hand", "F", PART_ID, "head-hand")
    assert event.is_part
    assert (event.confidence, event.peak_confidence) == pytest.approx((0.85, 0.85))
    assert [one.label for one in event.alternatives] == ["touching nose", "rubbing eyes", "covering mouth"]
    assert [one.probability for one in event.alternatives] == pytest.approx([0.35, 0.25, 0.15])
    assert event.title == "head-hand: touching nose or rubbing eyes?"


def test_a_class_far_less_probable_is_not_asked_for() -> None:
    (event,) = _events(_predictions((NONE, 2), ((0.48, 0.2, 0.0, 0.0, 0.1, 0.22), 8), (NONE, 8)))
    assert event.title == "head-hand: touching nose?"


def test_without_a_threshold_for_parts_there_are_none() -> None:
    assert _events(_predictions((NONE, 2), (HEAD_HAND_ONLY, 8), (NONE, 8)), part_threshold=None) == []


def test_alternatives_of_a_class_may_be_of_another_part_and_none_is_no_alternative() -> None:
    (event,) = _events(_predictions((NONE, 2), (NODDING, 8), (NONE, 8)))
    assert (event.label, event.is_part, event.title) == ("nodding", False, "nodding")
    assert [one.label for one in event.alternatives] == ["nodding", "touching nose", "rubbing eyes"]


def test_a_class_that_is_named_on_the_way_renames_the_whole_event() -> None:
    of_part = _predictions((NONE, 2), (HEAD_HAND_ONLY, 6), (HEAD_HAND_ONLY, 6), (NONE, 8))
    renamed = _predictions((NONE, 2), (HEAD_HAND_ONLY, 6), (NOSE, 6), (NONE, 8))
    (part,), (event,) = _events(of_part), _events(renamed)
    assert (event.label, event.label_id) == ("touching nose", 43)
    assert (event.onset_s, event.offset_s) == (part.onset_s, part.offset_s)
    assert event.confidence == pytest.approx((0.35 + 0.7) / 2)
    assert event.peak_confidence == pytest.approx(0.7)
    assert event.onset_s < event.peak_s < event.offset_s


def test_a_class_that_is_named_for_a_moment_renames_nothing() -> None:
    (event,) = _events(_predictions((HEAD_HAND_ONLY, 8), (NOSE, 1), ((0.1, 0.4, 0.2, 0.1, 0.1, 0.1), 8), (NONE, 8)))
    assert event.is_part
    assert event.alternatives[0].label == "rubbing eyes"


def test_of_two_classes_the_one_that_holds_names_the_event() -> None:
    (event,) = _events(_predictions((HEAD_HAND_ONLY, 8), (EYES, 1), (NOSE, 6), (NONE, 8)))
    assert event.label == "touching nose"


def test_a_second_class_of_the_same_part_is_a_second_event() -> None:
    events = _events(_predictions((HEAD_HAND_ONLY, 4), (NOSE, 6), (EYES, 9), (NONE, 8)))
    assert [event.label for event in events] == ["touching nose", "rubbing eyes"]


def test_what_is_left_of_a_class_in_the_windows_after_it_is_no_event_of_its_part() -> None:
    fading = int(WINDOW_S / STRIDE_S)
    (event,) = _events(_predictions((NONE, 2), (NOSE, 8), ((0.2, 0.25, 0.15, 0.1, 0.1, 0.2), fading), (NONE, 8)))
    assert event.label == "touching nose"


def test_nor_is_what_is_left_of_a_class_at_the_beginning_of_a_recording() -> None:
    rows = [*[NOSE] * 3, *[HEAD_HAND_ONLY] * 10, *[NONE] * 6]
    ends_s = [0.8 + STRIDE_S * i for i in range(len(rows))]
    windows = [
        replace(_prediction(end_s, row), start_s=max(end_s - WINDOW_S, 0.0))
        for end_s, row in zip(ends_s, rows, strict=True)
    ]
    assert [event.label for event in _events(windows)] == ["touching nose"]


def test_a_part_that_goes_on_for_long_after_its_class_is_an_event() -> None:
    going_on = (0.2, 0.25, 0.15, 0.1, 0.1, 0.2)
    first, second = _events(_predictions((NONE, 2), (NOSE, 8), (going_on, 40), (NONE, 8)))
    assert (first.label, second.label) == ("touching nose", "head-hand")
    assert second.onset_s >= first.offset_s


def test_another_part_ends_an_event() -> None:
    events = _events(_predictions((HEAD_HAND_ONLY, 8), (NODDING, 8), (HEAD_HAND_ONLY, 8), (NONE, 8)))
    assert [event.label for event in events] == ["head-hand", "nodding", "head-hand"]


def test_another_part_without_a_class_does_not_split_an_event_whose_class_holds() -> None:
    rather_a_hand = (0.25, 0.2, 0.1, 0.1, 0.32, 0.03)
    (event,) = _events(_predictions((NONE, 2), (NODDING, 4), (rather_a_hand, 1), (NODDING, 4), (NONE, 8)))
    assert event.label == "nodding"


def test_caution_asks_for_more_but_leaves_the_probabilities_as_they_are() -> None:
    made = _predictions((NONE, 2), (NOSE, 6), (NONE, 8))
    events = [
        [*(event for prediction in made for event in builder.process(prediction)), *builder.flush()]
        for builder in (EventBuilder(LABELS, TAXONOMY, THRESHOLD, caution=caution) for caution in (0.0, 0.5, 3.0))
    ]
    assert events[0] == events[1]
    assert events[0][0].peak_confidence == pytest.approx(0.7)
    assert events[2] == []


def test_a_part_that_holds_for_a_moment_only_is_no_event() -> None:
    assert _events(_predictions((NONE, 2), (HEAD_HAND_ONLY, 3), (NONE, 8))) == []


def test_the_open_event_of_a_part_keeps_its_onset_when_it_is_renamed() -> None:
    builder = EventBuilder(LABELS, TAXONOMY, THRESHOLD, part_thresholds=(PART_THRESHOLD,) * len(TAXONOMY.body_parts))
    seen: list[Event] = []
    for prediction in _predictions((NONE, 2), (HEAD_HAND_ONLY, 6), (NOSE, 6)):
        builder.process(prediction)
        seen += builder.open_events
    assert list(dict.fromkeys(event.label for event in seen)) == ["head-hand", "touching nose"]
    assert len({event.onset_s for event in seen}) == 1


def test_a_restart_may_raise_the_threshold_of_a_part() -> None:
    builder = EventBuilder(LABELS, TAXONOMY)
    strict = [0.95 if part == "head-hand" else 0.6 for part in TAXONOMY.body_parts]
    builder.restart((0.9,) * len(LABELS), 0.0, strict)
    predictions = _predictions((HEAD_HAND_ONLY, 10), ((0, 0, 0, 0, 0.8, 0.2), 2), (NONE, 9))
    assert [event for each in predictions for event in builder.process(each)] + builder.flush() == []


def test_a_threshold_of_a_part_that_is_no_probability_is_refused() -> None:
    with pytest.raises(UsageError, match="probability"):
        EventBuilder(LABELS, TAXONOMY, part_thresholds=(1.5,) * 7)


_ROWS = st.lists(st.lists(st.integers(0, 9), min_size=6, max_size=6).filter(any), max_size=60)


@settings(max_examples=150, deadline=None)
@given(_ROWS, st.lists(st.integers(0, 59), max_size=3))
def test_events_are_sorted_never_overlap_and_say_what_they_were_made_of(rows: list[list[int]], cuts: list[int]) -> None:
    predictions = []
    for i, row in enumerate(rows):
        prediction = _prediction(4 + STRIDE_S * i, np.array(row) / sum(row))
        if i in cuts:
            values = np.zeros(len(LABELS), np.float32)
            prediction = Prediction(prediction.start_s, prediction.end_s, State.NOBODY, values, values > 0, 1.0)
        predictions.append(prediction)
    events = _events(predictions)
    for event in events:
        assert 0 <= event.onset_s <= event.peak_s <= event.offset_s <= predictions[-1].end_s
        assert event.onset_s < event.offset_s
        assert 0 < event.confidence <= event.peak_confidence + 1e-6 <= 1 + 2e-6
        assert event.peak_confidence >= (PART_THRESHOLD if event.is_part else THRESHOLD) - 1e-6
        probabilities = [one.probability for one in event.alternatives]
        assert probabilities == sorted(probabilities, reverse=True)
        assert len(set(event.alternatives)) == len(probabilities) <= 3
        assert event.is_part or event.label in LABELS[:-1]
    for earlier, later in pairwise(events):
        assert earlier.offset_s <= later.onset_s
    assert events == _events(predictions)


@settings(max_examples=150, deadline=None)
@given(_ROWS)
def test_what_is_shown_as_open_becomes_an_event(rows: list[list[int]]) -> None:
    builder = EventBuilder(LABELS, TAXONOMY, THRESHOLD, part_thresholds=(PART_THRESHOLD,) * len(TAXONOMY.body_parts))
    was_open = False
    for i, row in enumerate(rows):
        ended = builder.process(_prediction(4 + STRIDE_S * i, np.array(row) / sum(row)))
        assert not was_open or ended or builder.open_events
        was_open = bool(builder.open_events)
    assert was_open == bool(builder.flush())


@settings(max_examples=100, deadline=None)
@given(_ROWS)
def test_a_threshold_that_no_part_reaches_changes_nothing(rows: list[list[int]]) -> None:
    predictions = [_prediction(4 + STRIDE_S * i, np.array(row) / sum(row) * 0.9) for i, row in enumerate(rows)]
    assert _events(predictions, part_threshold=1.0) == _events(predictions, part_threshold=None)
