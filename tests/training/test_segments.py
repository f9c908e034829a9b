"""What a segment is taken for is read off the live chain's windows, as the module says."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.scoring import Truth
from mmn_live.training.segments import Answer, Judge, answers, quiet_answers
from mmn_live.types import Prediction, State

LABELS = ("nodding", "waving", "touching nose", "none")
JUDGE = Judge(LABELS, taxonomy_named("ma52"))
ALL = np.ones(len(LABELS), bool)


def said(end_s: float, *probabilities: float, possible: np.ndarray = ALL) -> Prediction:
    return Prediction(end_s - 2, end_s, State.UNSURE, np.array(probabilities, np.float32), possible, 1.0)


def answer(*probabilities: float, names: tuple[str, ...] = ("nodding",), possible: np.ndarray = ALL) -> Answer:
    return Answer(names, np.array(probabilities, np.float32), possible)


def test_the_windows_whose_centres_lie_in_the_segment_are_averaged():
    predictions = [said(2.8, 0, 1, 0, 0), said(3.0, 0.8, 0.2, 0, 0), said(3.2, 0.4, 0.6, 0, 0), said(3.4, 0, 1, 0, 0)]
    (found,) = answers([Truth(2.0, 2.3, ("nodding",))], predictions, LABELS)
    assert found.probabilities == pytest.approx([0.6, 0.4, 0, 0])


def test_a_segment_without_a_centre_takes_the_window_nearest_to_its_middle():
    predictions = [said(2.0, 0.7, 0.3, 0, 0), said(2.2, 0, 1, 0, 0)]
    (found,) = answers([Truth(0.0, 0.6, ("nodding",))], predictions, LABELS)
    assert found.probabilities == pytest.approx([0.7, 0.3, 0, 0])


def test_a_window_that_a_gate_answered_is_wholly_none():
    predictions = [said(3.0, 0.8, 0.2, 0, 0), said(3.2, 0, 0, 0, 0)]
    (found,) = answers([Truth(2.0, 2.3, ("nodding",))], predictions, LABELS)
    assert found.probabilities == pytest.approx([0.4, 0.1, 0, 0.5])


def test_a_video_without_windows_says_none_to_everything():
    (found,) = answers([Truth(0.0, 0.6, ("nodding",))], [], LABELS)
    assert JUDGE.top(found) == "none"
    assert JUDGE.rank(found) == np.inf


def test_with_none_left_out_the_same_answer_may_be_right():
    given = answer(0.3, 0.2, 0, 0.5)
    assert JUDGE.rank(given) == 1
    assert JUDGE.rank(given, keep_none=True) == 2
    assert JUDGE.part_is_right(given)
    assert not JUDGE.part_is_right(given, keep_none=True)


def test_any_accepted_label_is_right_and_a_part_sums_its_labels():
    given = answer(0.2, 0.3, 0.5, 0, names=("illustrative gestures", "waving"))
    assert JUDGE.rank(given) == 2
    assert not JUDGE.part_is_right(given)
    parts = Judge(("nodding", "bowing head", "waving"), JUDGE.taxonomy).parts(answer(0.3, 0.3, 0.4))
    assert (parts["head"], parts["upper limb"]) == pytest.approx((0.6, 0.4))


def test_figures_of_right_wrong_and_unseen_segments():
    unseen = answer(0, 0.2, 0.8, 0, possible=np.array([False, True, True, True]))
    given = [
        answer(0.9, 0.1, 0, 0),
        answer(0.2, 0.5, 0.3, 0),
        unseen,
        answer(0.1, 0.9, 0, 0, names=("waving",)),
        answer(0.5, 0.5, 0, 0, names=("shrugging",)),
    ]
    figures = JUDGE.summary(given)
    assert figures["top1"] == pytest.approx(2 / 5)
    assert figures["top5"] == pytest.approx(3 / 5)
    assert figures["mrr"] == pytest.approx((1 + 1 / 3 + 0 + 1 + 0) / 5)
    assert figures["mean_class"] == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert (figures["not_observed"], figures["not_in_model"]) == (1, 1)
    assert JUDGE.top1_of(given, "nodding") == (3, 1, 2)


def test_the_confusion_counts_own_against_named():
    names, counts = JUDGE.confusion(
        [
            answer(0.1, 0.9, 0, 0),
            answer(0.1, 0.9, 0, 0, names=("illustrative gestures", "waving")),
            answer(0, 0, 0, 1, names=("none",)),
        ]
    )
    found = {(names[i], names[j]): int(counts[i, j]) for i, j in zip(*np.nonzero(counts), strict=True)}
    own = "illustrative gestures"
    assert found == {("nodding", "waving"): 1, (own, own): 1, ("none", "none"): 1}
    assert len(names) == 53


def test_quiet_stretches_touch_no_action_nor_one_another():
    predictions = [said(end_s, 0, 0, 0, 1) for end_s in np.arange(2.0, 12.1, 0.5)]
    found = quiet_answers([Truth(5.0, 6.0, ("nodding",))], predictions, LABELS)
    assert len(found) == 2 + 3  # 0-2 and 2-4 before the action, 6-8, 8-10 and 10-12 after it
    assert {one.names for one in found} == {("none",)}
