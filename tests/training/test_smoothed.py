"""What a One-Euro filter with MediaPipe's constants does to a movement."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.training.smoothed import smoothed

TIMES_S = np.arange(0, 8, 1 / 30)
REGION = 6.5


def left_of(amplitude: float, hz: float) -> float:
    """How much of a swing comes through, once it has begun."""
    swing = amplitude * np.sin(2 * np.pi * hz * TIMES_S)
    return float(smoothed(TIMES_S, swing[:, None], REGION)[60:].std() / swing[60:].std())


def test_small_and_quick_movements_are_damped_and_large_or_slow_ones_are_not() -> None:
    assert left_of(0.02, 2.0) < 0.6
    assert left_of(0.02, 2.0) < left_of(0.02, 0.3)
    assert left_of(0.02, 2.0) < left_of(0.2, 2.0)
    assert left_of(0.5, 0.5) > 0.97


def test_the_size_of_the_region_is_the_measure() -> None:
    swing = 0.05 * np.sin(2 * np.pi * 2 * TIMES_S)[:, None]
    np.testing.assert_allclose(smoothed(TIMES_S, 40 * swing, 40 * REGION), 40 * smoothed(TIMES_S, swing, REGION))


def test_what_stands_still_stays_and_a_step_is_reached() -> None:
    still = np.full((240, 3, 2), 1.5)
    assert np.array_equal(smoothed(TIMES_S, still, REGION), still)
    step = (TIMES_S > 1)[:, None] * 1.0
    assert smoothed(TIMES_S, step, REGION)[-1] == pytest.approx(1.0, abs=0.02)
