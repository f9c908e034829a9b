"""Even samples from uneven frames, and nothing from joints that were not seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmn_live.joints import IMIGUE, MA52, Layout
from mmn_live.windows import normalise, sample_window

Person = Callable[..., Any]
WRIST = MA52.index("left_wrist")
TIP = MA52.index("left_index_tip")


def _ramp(times_s: np.ndarray) -> np.ndarray:
    """Joints (N, V, 2) that all lie at (100 t, -50 t)."""
    points = times_s[:, None] * np.array([100.0, -50.0])
    return np.repeat(points[:, None], MA52.size, axis=1).astype(np.float32)


def _seen(count: int) -> np.ndarray:
    return np.ones((count, MA52.size), np.float32)


def test_linear_motion_is_sampled_exactly_whatever_the_frame_times() -> None:
    times_s = np.sort(np.random.default_rng(3).uniform(0, 3, 90))
    window = sample_window(times_s, _ramp(times_s), _seen(90), 0.5, 2.5, 64, MA52)
    expected = np.linspace(0.5, 2.5, 64)
    np.testing.assert_allclose(window.joints[:, 7, 0], 100 * expected, atol=1e-3)
    np.testing.assert_allclose(window.joints[:, 7, 1], -50 * expected, atol=1e-3)
    np.testing.assert_allclose(window.index_t, 2 * np.arange(64) / 64 - 1)
    assert window.observed.all()
    assert (window.presence, window.coverage) == (1.0, 1.0)


def test_a_short_absence_is_interpolated_and_a_long_one_held() -> None:
    times_s = np.arange(0, 3.01, 0.1)
    joints, visibility = _ramp(times_s), _seen(len(times_s))
    visibility[8:11, WRIST] = 0.1  # seen at 0.7 s and 1.1 s
    visibility[15:25, WRIST] = 0.1  # seen at 1.4 s and 2.5 s
    joints[visibility[:, WRIST] < 0.35, WRIST] = 9999
    window = sample_window(times_s, joints, visibility, 0.0, 3.0, 31, MA52)
    x = window.joints[:, WRIST, 0]
    np.testing.assert_allclose(x[8:11], [80, 90, 100], atol=1e-3)
    np.testing.assert_allclose(x[15:25], 140, atol=1e-3)
    np.testing.assert_allclose(x[25:], 100 * times_s[25:], atol=1e-3)


def test_before_it_is_first_seen_a_joint_lies_where_it_appears() -> None:
    times_s = np.arange(0, 2.01, 0.1)
    joints, visibility = _ramp(times_s), _seen(len(times_s))
    visibility[:10, WRIST] = 0
    window = sample_window(times_s, joints, visibility, 0.0, 2.0, 21, MA52)
    np.testing.assert_allclose(window.joints[:10, WRIST, 0], 100.0, atol=1e-3)


def test_hand_points_are_believed_at_half_the_visibility() -> None:
    times_s = np.arange(0, 2.01, 0.1)
    visibility = np.full((len(times_s), MA52.size), 0.2, np.float32)
    window = sample_window(times_s, _ramp(times_s), visibility, 0.0, 2.0, 16, MA52)
    assert window.observed[TIP]
    assert not window.observed[WRIST]


def test_a_joint_glimpsed_in_lone_frames_is_unobserved() -> None:
    times_s = np.arange(0, 2.01, 1 / 30)
    visibility = _seen(len(times_s))
    visibility[:, WRIST] = np.where(np.arange(len(times_s)) % 2 == 1, 1.0, 0.0)
    assert not sample_window(times_s, _ramp(times_s), visibility, 0.0, 2.0, 64, MA52).observed[WRIST]


@pytest.mark.parametrize("glimpse", [45, -1], ids=["in the middle", "in the newest frame"])
def test_a_lone_glimpse_of_a_hidden_joint_changes_nothing(glimpse: int) -> None:
    times_s = np.arange(0, 2.01, 1 / 30)
    joints, visibility = _ramp(times_s), _seen(len(times_s))
    visibility[30:, WRIST] = 0.0
    hidden = sample_window(times_s, joints, visibility.copy(), 0.0, 2.0, 64, MA52)
    visibility[glimpse, WRIST] = 0.9
    joints[glimpse, WRIST] += 100
    glimpsed = sample_window(times_s, joints, visibility, 0.0, 2.0, 64, MA52)
    np.testing.assert_array_equal(glimpsed.joints, hidden.joints)
    np.testing.assert_array_equal(glimpsed.visibility, hidden.visibility)


def test_presence_is_the_share_of_samples_with_somebody() -> None:
    times_s = np.arange(0, 2.01, 0.05)
    visibility = _seen(len(times_s))
    visibility[times_s > 1.5] = 0
    assert sample_window(times_s, _ramp(times_s), visibility, 0, 2, 64, MA52).presence == pytest.approx(0.75, abs=0.03)


@pytest.mark.parametrize(
    ("gap", "expected"),
    [((0.9, 1.3), 1.0), ((0.5, 1.5), 0.5), ((-1.0, 0.5), 0.75), ((1.5, 2.6), 0.75)],
    ids=["bridged", "inside", "at the start", "at the end"],
)
def test_coverage_is_what_no_long_gap_takes(gap: tuple[float, float], expected: float) -> None:
    times_s = np.round(np.arange(-2, 4.01, 0.1), 6)
    times_s = times_s[(times_s <= gap[0]) | (times_s >= gap[1])]
    window = sample_window(times_s, _ramp(times_s), _seen(len(times_s)), 0.0, 2.0, 16, MA52)
    assert window.coverage == pytest.approx(expected)


def test_what_is_known_of_the_time_after_the_last_frame_counts() -> None:
    times_s = np.arange(0, 1.61, 0.1)
    arguments = (times_s, _ramp(times_s), _seen(len(times_s)), 0.0, 2.0, 16, MA52)
    assert sample_window(*arguments).coverage == 1
    assert sample_window(*arguments, until_s=2.3).coverage == pytest.approx(0.8)


def test_a_single_frame_is_enough_to_sample() -> None:
    window = sample_window(np.array([1.0]), _ramp(np.array([1.0])), _seen(1), 0.0, 2.0, 8, MA52)
    np.testing.assert_allclose(window.joints[:, 0, 0], 100.0)
    assert window.coverage < 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1000),
    hidden=st.sets(st.integers(0, 21), min_size=1, max_size=21),
    scale=st.sampled_from([1.0, 1e3, 1e6]),
    layout=st.sampled_from([MA52, IMIGUE]),
)
def test_pixels_of_joints_that_are_not_seen_change_nothing(
    person: Person, seed: int, hidden: set[int], scale: float, layout: Layout
) -> None:
    track = person(layout, seed=seed)
    rng = np.random.default_rng(seed)
    joints = list(hidden)
    track.visibility[:, joints] = rng.uniform(0, 0.17, (len(track.times_s), len(joints)))
    elsewhere = track.joints.copy()
    elsewhere[:, joints] = rng.normal(0, scale, (len(track.times_s), len(joints), 2))
    one, other = (
        sample_window(track.times_s, points, track.visibility, 0.2, 2.2, 64, layout)
        for points in (track.joints, elsewhere)
    )
    assert not one.observed[joints].any()
    assert one.scale_px == other.scale_px
    np.testing.assert_array_equal(one.joints, other.joints)
    for preprocessing in ("official", "body"):
        expected = normalise(one, layout, preprocessing)
        assert np.isfinite(expected).all()
        np.testing.assert_array_equal(expected, normalise(other, layout, preprocessing))
