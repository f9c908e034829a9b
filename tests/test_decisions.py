"""What thresholds are compared with."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.decisions import MOST_CAUTION, Decisions, least_alone, weighed

LABELS = ("nodding", "waving", "none")


def test_caution_multiplies_the_odds_of_none_and_of_nothing_else():
    given = np.array([0.3, 0.2, 0.5], np.float32)
    found = weighed(given, LABELS, np.log(3))
    assert found[2] / (1 - found[2]) == pytest.approx(3.0, rel=1e-5)
    assert found[0] / found[1] == pytest.approx(1.5, rel=1e-5)
    assert found.sum() == pytest.approx(1.0)


def test_the_most_caution_leaves_none_alone():
    for given in ([0.3, 0.2, 0.5], [0.999, 0.0, 1e-3]):
        assert weighed(np.array(given, np.float32), LABELS, MOST_CAUTION) == pytest.approx([0.0, 0.0, 1.0])


@pytest.mark.parametrize(("threshold", "caution"), [(0.1, 4.0), (0.5, 3.5), (0.3, 0.0)])
def test_an_action_against_none_alone_reaches_the_threshold_from_there_on(threshold, caution):
    least = least_alone(threshold, caution)
    assert weighed(np.array([least, 0.0, 1 - least], np.float32), LABELS, caution)[0] == pytest.approx(
        threshold, rel=1e-3
    )


@pytest.mark.parametrize(
    ("probabilities", "labels", "caution"),
    [([0.3, 0.2, 0.5], LABELS, 0.0), ([0.0, 0.0, 0.0], LABELS, 2.0), ([0.6, 0.4], LABELS[:2], 2.0)],
)
def test_without_caution_or_none_or_an_answer_nothing_changes(probabilities, labels, caution):
    given = np.array(probabilities, np.float32)
    assert weighed(given, labels, caution) is given


def test_a_threshold_stricter_than_the_models_own_holds_for_body_parts_too():
    decisions = Decisions(threshold=0.4, part_threshold=0.6)
    asked = [0.0, 0.4, 0.5, 0.6, 0.7, 1.0]
    assert [decisions.part_threshold_under(threshold) for threshold in asked] == [0.6, 0.6, 0.6, 0.6, 0.7, 1.0]
    low = Decisions(threshold=0.4, part_threshold=0.1)
    assert [low.part_threshold_under(threshold) for threshold in (0.2, 0.4, 0.5)] == [0.1, 0.1, 0.5]
    assert Decisions(threshold=0.4).part_threshold_under(0.9) is None
