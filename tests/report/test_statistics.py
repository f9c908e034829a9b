"""Rates and shares against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.report.statistics import Observation, observe, pool, summarise
from mmn_live.types import PART_ID, Event, Gap, Prediction, State

LABELS = ("nodding", "scratching arms", "shaking legs", "none")
PARTS = {"nodding": "head", "scratching arms": "body-hand", "shaking legs": "lower limb"}


def _window(start_s, end_s, state=State.NONE, possible=(1, 1, 0, 1)):
    asked = np.array(possible, np.float32) / 4
    return Prediction(start_s, end_s, state, asked, asked > 0, 1.0)


def _seen(*spans, fps=10):
    return [i / fps for start, end in spans for i in range(round(start * fps), round(end * fps) + 1)]


def _event(onset_s, offset_s, label, person_id=1):
    return Event(onset_s, onset_s, offset_s, label, "X", 0, PARTS[label], 0.5, 0.5, person_id)


def test_overlapping_windows_count_once_and_unobserved_ones_not_at_all():
    windows = [_window(0, 2), _window(1, 3), _window(2, 4), _window(5, 7, State.UNOBSERVED), _window(8, 10)]
    observed = observe(1, windows, _seen((0, 20)), [], LABELS)
    assert observed.spans == ((0, 4), (8, 10))


def test_time_without_the_person_and_gaps_are_not_observed():
    windows = [_window(start, start + 2) for start in range(19)]
    observed = observe(1, windows, _seen((0, 6), (9, 20)), [Gap(12, 15, "away")], LABELS)
    assert observed.spans == ((0, 6), (9, 12), (15, 20))


def test_the_stretch_of_a_baseline_is_not_observed_time():
    windows = [_window(start, start + 2) for start in range(19)]
    assert observe(1, windows, _seen((0, 20)), [], LABELS, [(0, 10)]).spans == ((10, 20),)
    assert observe(1, windows, _seen((0, 20)), [], LABELS, [(0, float("inf"))]).spans == ()


def test_somebody_who_is_missed_for_half_a_second_was_in_view():
    observed = observe(1, [_window(0, 4)], _seen((0, 1.5), (2, 4)), [], LABELS)
    assert observed.spans == ((0, 4),)


def test_a_class_that_cannot_be_told_has_no_observed_time_and_a_still_window_goes_by_the_one_before():
    nothing = (0, 0, 0, 0)
    windows = [_window(0, 2, possible=(1, 1, 1, 1)), _window(2, 4), _window(4, 6, State.STILL, nothing)]
    observed = observe(1, windows, _seen((0, 6)), [], LABELS)
    assert observed.label_spans == {"nodding": ((0, 6),), "scratching arms": ((0, 6),), "shaking legs": ((0, 2),)}


def test_nobody_ever_is_no_observed_time():
    observed = observe(1, [_window(0, 2, State.NOBODY)], [], [], LABELS)
    rates = summarise(observed, [], PARTS)
    assert (rates.total.count, rates.total.observed_s) == (0, 0)
    assert rates.total.per_minute is None
    assert rates.total.share is None


@pytest.fixture
def watched():
    """Half a minute, from 0 to 20 s and from 30 to 40 s; the legs in the last ten seconds alone."""
    spans, legs = ((0.0, 20.0), (30.0, 40.0)), ((30.0, 40.0),)
    return Observation(1, spans, {"nodding": spans, "scratching arms": spans, "shaking legs": legs})


def test_rates_and_shares_are_those_of_a_person_with_pencil_and_paper(watched):
    events = [
        _event(1, 4, "nodding"),
        _event(3, 5, "nodding"),  # overlaps the one before: 4 s together
        _event(18, 24, "scratching arms"),  # 2 of its 6 s were observed
        _event(22, 28, "nodding"),  # in unobserved time alone: counts nowhere
        _event(31, 36, "shaking legs"),
        _event(1, 9, "nodding", person_id=2),
    ]
    rates = summarise(watched, events, PARTS)
    nodding, scratching, legs = rates.labels
    assert (nodding.count, nodding.duration_s, nodding.observed_s) == (2, 4, 30)
    assert nodding.per_minute == pytest.approx(4)  # 2 in half a minute
    assert nodding.share == pytest.approx(4 / 30)
    assert (scratching.count, scratching.duration_s, scratching.per_minute) == (1, 2, 2)
    assert (legs.count, legs.observed_s, legs.per_minute, legs.share) == (1, 10, 6, 0.5)
    assert (rates.total.count, rates.total.duration_s) == (4, 11)
    assert [rate.name for rate in rates.body_parts] == ["head", "body-hand", "lower limb"]
    assert rates.self_touch.per_minute == pytest.approx(2)
    assert rates.self_touch.share == pytest.approx(2 / 30)


def test_a_class_that_the_model_does_not_know_counts_over_all_observed_time(watched):
    event = Event(1, 1, 4, "legs crossed", "D1", 22, "lower limb", 0.5, 0.5)
    rates = summarise(watched, [event], {**PARTS, "legs crossed": "lower limb"})
    assert (rates.labels[-1].count, rates.labels[-1].observed_s) == (1, 30)


def test_an_event_of_a_body_part_counts_under_it_and_under_no_class(watched):
    event = Event(1, 1, 4, "body-hand", "E", PART_ID, "body-hand", 0.5, 0.5)
    rates = summarise(watched, [event], PARTS)
    assert [rate.count for rate in rates.labels] == [0, 0, 0]
    assert [rate.count for rate in rates.body_parts] == [0, 1, 0]
    assert (rates.total.count, rates.self_touch.count) == (1, 1)


def test_people_add_up_to_person_minutes(watched):
    other = Observation(2, ((0.0, 30.0),), {})
    events = [_event(1, 4, "nodding"), _event(3, 6, "nodding", person_id=2)]
    both = pool([summarise(watched, events, PARTS), summarise(other, events, PARTS)])
    assert both.person_id is None
    assert (both.total.count, both.total.observed_s, both.total.per_minute) == (2, 60, 2)
    assert both.labels[2].observed_s == 40  # person 2's legs: no window says that they were out of view
