"""Events and actions are counted as a person would count them."""

from __future__ import annotations

import pytest

from mmn_live.training.scoring import Score, Truth
from mmn_live.types import Event


def event(onset_s, offset_s, label):
    return Event(onset_s, (onset_s + offset_s) / 2, offset_s, label, "B1", 9, "head", 0.8, 0.9)


def test_found_missed_confused_and_false_are_told_apart():
    score = Score()
    truths = [Truth(1, 3, ("nodding",)), Truth(5, 7, ("waving",)), Truth(9, 11, ("shrugging",))]
    score.add(truths, [event(1.4, 3, "nodding"), event(5, 6, "nodding"), event(20, 21, "waving")], 30.0)
    assert score.recall == pytest.approx(1 / 3)
    assert score.precision == pytest.approx(1 / 3)
    assert score.false_per_minute == pytest.approx(4.0)
    assert score.confusion == {("nodding", "nodding"): 1, ("waving", "nodding"): 1, ("shrugging", "none"): 1}
    assert score.onset_errors_s == pytest.approx([0.4])


def test_any_accepted_name_is_right():
    score = Score()
    score.add([Truth(0, 2, ("waving", "illustrative gestures"))], [event(0, 2, "illustrative gestures")], 2)
    assert score.recall == 1
    assert score.precision == 1


def test_an_empty_clip_scores_nothing_and_divides_by_nothing():
    summary = Score().summary(["nodding", "none"])
    assert summary["recall"] == 0
    assert summary["onset_error_median_s"] is None
    assert "none" not in summary["per_class"]


def test_clips_add_up():
    score = Score()
    for _ in range(3):
        score.add([Truth(0, 1, ("nodding",))], [event(0.2, 1, "nodding")], 10)
    summary = score.summary(["nodding"])
    assert summary["per_class"]["nodding"] == {"actions": 3, "found": 3, "events": 3, "right": 3}
    assert summary["onset_within_tolerance"] == 1
    assert summary["watched_s"] == 30


def test_an_event_of_a_body_part_is_right_over_an_action_of_that_part_and_finds_no_name():
    score = Score()
    part = Event(1, 2, 3, "head", "", -1, "head", 0.8, 0.9)
    elsewhere = Event(5, 5, 6, "head", "", -1, "head", 0.8, 0.9)
    truths = [Truth(1, 3, ("nodding",), ("head",)), Truth(5, 7, ("waving",), ("upper limb",))]
    score.add(truths, [part, elsewhere], 30.0)
    assert (score.recall, score.recall_part) == (0, 0.5)
    assert (score.part_events.total(), score.part_right.total(), score.right["head"]) == (2, 1, 1)
    assert score.false_per_minute == pytest.approx(2)
    assert score.outside == 0


def test_one_false_event_more_is_to_be_expected_than_there_were():
    score = Score()
    score.add([], [event(8, 9, "shrugging")], 30.0)
    assert score.expected_false_per_minute == pytest.approx(4)
    score.add([], [], 90.0)
    assert score.expected_false_per_minute == pytest.approx(1)


def test_outside_is_what_overlaps_no_action_per_minute_without_one():
    score = Score()
    truths = [Truth(0, 10, ("nodding",)), Truth(5, 20, ("waving",))]
    score.add(truths, [event(8, 9, "shrugging"), event(30, 31, "nodding")], 80.0)
    assert score.outside_per_minute == pytest.approx(1)
