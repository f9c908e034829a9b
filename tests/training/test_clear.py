"""Which windows are clear, and how far confidence is from accuracy over them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmn_live.training.clear import calibration_error, clear_targets
from mmn_live.training.scoring import Truth
from mmn_live.types import Prediction, State

LABELS = ("nodding", "waving", "none")


def window(start_s: float, possible: tuple[bool, ...] = (True, True, True)) -> Prediction:
    return Prediction(start_s, start_s + 2, State.UNSURE, np.zeros(3, np.float32), np.array(possible), 1.0)


def test_clear_is_what_shows_most_of_one_action_or_nothing():
    truths = [Truth(4.0, 5.0, ("nodding",)), Truth(5.5, 6.5, ("waving", "nodding")), Truth(20, 21, ("shrugging",))]
    windows = [window(start_s) for start_s in (0.0, 2.5, 2.6, 3.7, 5.2, 19.5)]
    assert clear_targets(truths, windows, LABELS) == [(2,), (), (0,), (), (1, 0), ()]


def test_an_action_that_was_not_observed_is_not_clear():
    assert clear_targets([Truth(4, 5, ("nodding",))], [window(3.5, (False, True, True))], LABELS) == [()]


def test_the_error_is_confidence_less_accuracy_within_each_bin():
    said = np.array([[0.9, 0.1, 0], [0.9, 0.1, 0], [0.6, 0.4, 0], [0.3, 0.3, 0.4]], np.float32)
    error = calibration_error(said, [(0,), (1,), (0, 1), ()])
    assert error == pytest.approx((2 * abs(0.9 - 0.5) + abs(0.6 - 1)) / 3)


def test_nothing_clear_has_no_error():
    assert math.isnan(calibration_error(np.zeros((0, 3), np.float32), []))
