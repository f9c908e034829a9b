"""What a One-Euro filter with MediaPipe's constants does to a movement."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmn_live.training.smoothed import raw, smoothed

TIMES_S = np.arange(0, 8, 1 / 30)
REGION = 6.5


def left_of(amplitude: float, hz: float) -> float:
    """How much of a swing comes through, once it has begun."""
    swing = amplitude * np.sin(2 * np.pi * hz * TIMES_S)
    return float(smoothed(TIMES_S, swing[:, None], REGION)[60:].std() / swing[60:].std())


def one_euro(times_s: list[float], values: list[float]) -> list[float]:
    """Of one number with MediaPipe's constants, as the paper's listing has it (Casiez et al. 2012, appendix A)."""

    def alpha(cutoff_hz: float, interval_s: float) -> float:
        tau_s = 1 / (2 * math.pi * cutoff_hz)
        return 1 / (1 + tau_s / interval_s)

    seen, speed, last = [values[0]], 0.0, values[0]
    for interval_s, value in zip(np.diff(times_s), values[1:], strict=True):
        slow = alpha(1.0, interval_s)
        speed = slow * (value - last) / interval_s / REGION + (1 - slow) * speed
        weight = alpha(0.05 + 80.0 * abs(speed), interval_s)
        seen.append(weight * value + (1 - weight) * seen[-1])
        last = value
    return seen


def test_it_is_the_filter_of_the_paper_at_irregular_times() -> None:
    rng = np.random.default_rng(0)
    times_s = np.cumsum(rng.uniform(0.01, 0.2, 300))
    values = np.cumsum(rng.normal(0, 0.02, 300)) + rng.normal(0, 0.005, 300)
    np.testing.assert_allclose(
        smoothed(times_s, values[:, None], REGION)[:, 0], one_euro(times_s.tolist(), values.tolist()), rtol=1e-12
    )


def test_white_noise_comes_out_about_as_large_as_was_asked_for() -> None:
    noise = np.random.default_rng(1).standard_normal((4000, 1))
    times_s = np.arange(4000) / 11
    for quick in (0.001, 0.002, 0.005):
        seen = smoothed(times_s, raw(quick) * noise, REGION)
        assert 0.4 < np.diff(seen, n=2, axis=0).std() / np.sqrt(6) / quick < 1.0


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
