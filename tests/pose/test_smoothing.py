"""What a One-Euro filter with MediaPipe's constants does to a movement, and that several people get theirs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mmn_live.actor.script import Script
from mmn_live.joints import MA52
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.pose.smoothing import BodySmoother, OneEuro
from mmn_live.sources.demo import DemoSource
from mmn_live.types import FloatArray, Frame

TIMES_S = np.arange(0, 8, 1 / 30)
REGION = 6.5


def smoothed(times_s: np.ndarray, values: np.ndarray, region: float) -> np.ndarray:
    """Values (T, ...) one after the other through the filter."""
    one = OneEuro()
    return np.stack([one.process(time_s, value, region) for time_s, value in zip(times_s, values, strict=True)])


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


def body(shift_px: float) -> FloatArray:
    """A body (33, 3) whose shoulders are 100 px apart."""
    points = np.full((33, 3), 0.7, np.float32)
    points[:, :2] = 200.0
    points[11, 0], points[12, 0] = 250.0, 150.0
    points[:, 0] += shift_px
    return points


def test_each_id_has_a_filter_of_its_own_and_who_was_away_begins_anew() -> None:
    smoother = BodySmoother()
    assert np.array_equal(smoother.process(0.0, [body(0), body(300)], [1, 2]), [body(0), body(300)])
    two, one = smoother.process(0.04, [body(301), body(1)], [2, 1])
    assert 0 < one[0, 0] - body(0)[0, 0] < 0.5
    assert two[0, 0] - body(300)[0, 0] == pytest.approx(one[0, 0] - body(0)[0, 0], abs=1e-3)
    smoother.process(0.08, [body(0)], [1])
    assert np.array_equal(smoother.process(0.12, [body(310)], [2])[0], body(310))


def test_visibilities_are_left_as_they_are() -> None:
    smoother = BodySmoother()
    smoother.process(0.0, [body(0)], [1])
    unsure = body(5)
    unsure[:, 2] = 0.1
    (seen,) = smoother.process(0.04, [unsure], [1])
    assert np.array_equal(seen[:, 2], unsure[:, 2])


def jitter_px(model_files: ModelFiles, frames: list[Frame], people: int) -> float:
    """How much the shoulders of somebody at rest tremble."""
    with PoseEstimator(MA52, model_files, people=people) as estimator:
        seen = [estimator.process(frame).skeletons for frame in frames]
    shoulders = np.stack([skeletons[0].joints[5:7] for skeletons in seen if skeletons])
    assert len(shoulders) > 0.9 * len(frames)
    return float(np.diff(shoulders, n=2, axis=0).std())


@pytest.mark.slow
def test_of_several_people_a_body_trembles_as_little_as_one_that_mediapipe_smooths(model_files: ModelFiles) -> None:
    with DemoSource(Script((), 2.5, "half", seed=9, look=9), size=(640, 480), fps=25.0, pace=False) as source:
        frames = [frame for frame in source if isinstance(frame, Frame)]
    assert jitter_px(model_files, frames, 2) == pytest.approx(jitter_px(model_files, frames, 1), rel=0.6)


def test_after_everybody_was_away_a_body_begins_anew(model_files: ModelFiles, actor_frames: list[Frame]) -> None:
    shown = actor_frames[0].image
    moved, nobody = np.roll(shown, 6, axis=1), np.zeros_like(shown)
    course = [shown] * 6 + [nobody] * 4 + [moved]
    with PoseEstimator(MA52, model_files, people=2) as estimator:
        *_, gap, last = (estimator.process(Frame(i, i / 10, image, 0.0)) for i, image in enumerate(course))
    with PoseEstimator(MA52, model_files, people=2) as estimator:
        anew = estimator.process(Frame(0, 0.0, moved, 0.0))
    assert not gap.skeletons
    np.testing.assert_allclose(last.skeletons[0].joints, anew.skeletons[0].joints, atol=0.05)
