"""The published preprocessing to the digit, and ours by its properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from mmn_live.joints import IMIGUE, MA52, Layout
from mmn_live.types import Window
from mmn_live.windows import channels, normalise, official_clip, sample_window
from mmn_live.windows.body import body_frame

Person = Callable[..., Any]
DATA = Path(__file__).parents[1] / "data"
LAYOUT = pytest.mark.parametrize("layout", [MA52, IMIGUE], ids=lambda layout: layout.name)


@pytest.fixture
def window(person: Person) -> Window:
    track = person(MA52)
    return sample_window(track.times_s, track.joints, track.visibility, 0.5, 2.5, 64, MA52)


def _hide(window: Window, *names: str) -> Window:
    hidden = [MA52.index(name) for name in names]
    observed, joints = window.observed.copy(), window.joints.copy()
    observed[hidden], joints[:, hidden] = False, 1e5
    return replace(window, observed=observed, joints=joints)


def _of(inputs: np.ndarray, name: str) -> np.ndarray:
    """One joint's channels (C, T)."""
    return inputs[:, :, MA52.network_order.index(MA52.index(name))]


@LAYOUT
@pytest.mark.parametrize("bones", [False, True], ids=["joints", "bones"])
def test_a_clip_becomes_the_released_networks_input(layout: Layout, bones: bool) -> None:
    golden = load_file(DATA / f"golden_{layout.name}.safetensors")
    for i in range(len(golden["index_t"])):
        inputs, index_t = official_clip(golden[f"raw.{i}"], layout, bones=bones)
        np.testing.assert_allclose(inputs, golden["bones" if bones else "inputs"][i], atol=2e-5)
        np.testing.assert_allclose(index_t, golden["index_t"][i], atol=1e-6)


@LAYOUT
def test_a_window_in_which_all_is_seen_is_normalised_as_a_clip(layout: Layout) -> None:
    """A clip of 64 frames at an even rate, sampled at its own frames, takes the live path to the same golden."""
    golden = load_file(DATA / f"golden_{layout.name}.safetensors")
    clip = golden["raw.2"]
    times_s = np.arange(64) / 32
    window = sample_window(times_s, clip, np.ones(clip.shape[:2], np.float32), 0.0, times_s[-1], 64, layout)
    np.testing.assert_allclose(normalise(window, layout, "official"), golden["inputs"][2][..., 0], atol=2e-5)
    np.testing.assert_allclose(window.index_t, golden["index_t"][2], atol=1e-6)


@pytest.mark.parametrize("preprocessing", ["official", "body"])
def test_the_input_has_the_channels_it_says(window: Window, preprocessing: Any) -> None:
    inputs = normalise(window, MA52, preprocessing)
    assert inputs.shape == (channels(preprocessing), 64, MA52.size)
    assert inputs.dtype == np.float32


def test_hidden_joints_lie_at_the_mean_of_the_others(window: Window) -> None:
    inputs = normalise(_hide(window, "left_ankle"), MA52, "official")
    others = np.delete(inputs, MA52.network_order.index(MA52.index("left_ankle")), axis=2)
    np.testing.assert_allclose(_of(inputs, "left_ankle"), others.mean(axis=(1, 2))[:, None] * np.ones(64), atol=1e-5)
    np.testing.assert_allclose([others.min(), others.max()], [-1, 1], atol=1e-4)


@pytest.mark.parametrize("hidden", [(), ("left_shoulder", "right_shoulder")], ids=["shoulders", "face only"])
def test_body_inputs_do_not_depend_on_place_or_size_in_the_image(window: Window, hidden: tuple[str, ...]) -> None:
    far = replace(window, joints=window.joints * np.float32(0.3) + np.float32([250, 90]))
    expected = normalise(_hide(window, *hidden), MA52, "body")
    np.testing.assert_allclose(normalise(_hide(far, *hidden), MA52, "body"), expected, atol=2e-3)


def test_body_inputs_are_in_shoulder_widths_from_mid_shoulder(window: Window) -> None:
    inputs = normalise(window, MA52, "body")
    left, right = _of(inputs, "left_shoulder"), _of(inputs, "right_shoulder")
    assert np.median(np.hypot(*(left - right)[:2])) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(np.median((left + right)[:2] / 2, axis=1), 0, atol=1e-3)
    nose = _of(inputs, "nose")
    np.testing.assert_allclose(nose[5:], 0, atol=1e-6)
    np.testing.assert_allclose(left[5:], left[:2] - nose[:2], atol=1e-5)
    np.testing.assert_allclose(left[3:5], 4 * (left[:2] - left[:2].mean(axis=1, keepdims=True)), atol=1e-4)


def test_without_shoulders_the_face_gives_a_like_place_and_size(window: Window) -> None:
    whole = normalise(window, MA52, "body")
    face = normalise(_hide(window, "left_shoulder", "right_shoulder"), MA52, "body")
    assert _of(face, "nose")[1].mean() == pytest.approx(_of(whole, "nose")[1].mean(), abs=0.25)
    ears = [_of(x, "left_ear")[0].mean() - _of(x, "right_ear")[0].mean() for x in (whole, face)]
    assert ears[1] == pytest.approx(ears[0], rel=0.3)


@pytest.mark.parametrize(
    ("ears", "eyes", "nose_above"), [(2.47, 4.6, 0.54), (2.53, 4.63, 0.5)], ids=["people", "the rendered actor"]
)
@pytest.mark.parametrize("seen", ["ear", "eye"])
def test_a_face_alone_is_as_large_and_where_it_is_with_shoulders(
    seen: str, ears: float, eyes: float, nose_above: float
) -> None:
    apart = {"ear": 100 / ears, "eye": 100 / eyes}[seen]
    places = {"nose": 0.0, f"left_{seen}": apart / 2, f"right_{seen}": -apart / 2}
    joints, observed = np.zeros((4, MA52.size, 2), np.float32), np.zeros(MA52.size, bool)
    for name, across in places.items():
        joints[:, MA52.index(name), 0], observed[MA52.index(name)] = 300 + across, True
    origin, scale = body_frame(joints, observed, MA52)
    assert scale == pytest.approx(100, rel=0.03)
    np.testing.assert_allclose(origin, (300, 100 * nose_above), atol=3)


def test_confidence_tells_found_hands_from_fallback_and_unseen(window: Window) -> None:
    visibility = window.visibility.copy()
    visibility[:20, MA52.index("left_index_tip")] = 0.45
    visibility[20:40, MA52.index("left_index_tip")] = 0.1
    told = _of(normalise(replace(window, visibility=visibility), MA52, "body"), "left_index_tip")[2]
    np.testing.assert_array_equal(told, [0.5] * 20 + [0.0] * 20 + [1.0] * 24)


def test_from_the_side_the_head_keeps_the_scale(window: Window) -> None:
    joints = window.joints.copy()
    joints[:, MA52.index("left_shoulder")] = joints[:, MA52.index("right_shoulder")] + 1
    inputs = normalise(replace(window, joints=joints), MA52, "body")
    ears = _of(inputs, "left_ear")[:2] - _of(inputs, "right_ear")[:2]
    assert np.median(np.hypot(*ears)) == pytest.approx(1 / 1.1, abs=1e-3)


@pytest.mark.parametrize("preprocessing", ["official", "body"])
def test_with_nothing_observed_the_input_is_zero(window: Window, preprocessing: Any) -> None:
    blind = replace(window, observed=np.zeros(MA52.size, bool), visibility=np.zeros_like(window.visibility))
    np.testing.assert_array_equal(normalise(blind, MA52, preprocessing), 0)
