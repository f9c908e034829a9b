"""Nobody, unobserved and still, and what must get past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from mmn_live.joints import IMIGUE, MA52, Layout
from mmn_live.recognition.gates import STILL_BELOW, gate, motion
from mmn_live.types import State, Window

Resting = Callable[..., Window]
SAMPLES_S = np.linspace(0, 2, 64)
LAYOUT = pytest.mark.parametrize("layout", [MA52, IMIGUE], ids=lambda layout: layout.name)

HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
LEG = ("left_knee", "left_ankle", "left_heel", "left_big_toe", "left_small_toe")
FINGERS = tuple(f"left_{finger}_tip" for finger in ("thumb", "index", "middle", "ring", "little"))


def _moved(window: Window, layout: Layout, names: tuple[str, ...], track: np.ndarray) -> Window:
    """With these joints moved down by `track` (T,), in shoulder widths."""
    joints = window.joints.copy()
    joints[:, [layout.index(name) for name in names], 1] += (track * window.scale_px)[:, None]
    return replace(window, joints=joints)


def _nod(height: float, length_s: float) -> np.ndarray:
    phase = np.clip((SAMPLES_S - 0.7) / length_s, 0, 1)
    return height * (1 - np.cos(2 * np.pi * phase)) / 2


@LAYOUT
@pytest.mark.parametrize("seed", range(20))
def test_jitter_alone_is_still(resting: Resting, layout: Layout, seed: int) -> None:
    assert gate(resting(layout, seed), layout) is State.STILL


@LAYOUT
@pytest.mark.parametrize("length_s", [0.4, 0.6, 1.0])
def test_a_small_nod_passes(resting: Resting, layout: Layout, length_s: float) -> None:
    for seed in range(10):
        assert gate(_moved(resting(layout, seed), layout, HEAD, _nod(0.05, length_s)), layout) is None


def test_a_bouncing_leg_passes(resting: Resting) -> None:
    bounce = 0.025 * np.sin(2 * np.pi * 4 * SAMPLES_S)
    assert gate(_moved(resting(), MA52, LEG, bounce), MA52) is None


def test_a_closing_fist_passes(resting: Resting) -> None:
    closing = 0.25 * np.clip(SAMPLES_S - 0.5, 0, 1)
    assert gate(_moved(resting(), MA52, FINGERS, closing), MA52) is None


def test_two_stray_joints_are_no_motion(resting: Resting) -> None:
    stray = np.where(SAMPLES_S > 1, 0.5, 0.0)
    assert gate(_moved(resting(), MA52, ("left_wrist", "left_elbow"), stray), MA52) is State.STILL


def test_motion_is_measured_in_shoulder_widths(resting: Resting) -> None:
    window = _moved(resting(jitter=0, tip_jitter=0), MA52, HEAD, 0.3 * SAMPLES_S / 2)
    assert motion(window, MA52) == pytest.approx(0.3, rel=0.08)
    near = replace(window, joints=window.joints * 4, scale_px=window.scale_px * 4)
    assert motion(near, MA52) == pytest.approx(motion(window, MA52), rel=1e-3)


def test_the_threshold_lies_well_between_jitter_and_nod(resting: Resting) -> None:
    jitter = [motion(resting(MA52, seed), MA52) for seed in range(50)]
    nods = [motion(_moved(resting(MA52, seed), MA52, HEAD, _nod(0.05, 0.5)), MA52) for seed in range(50)]
    assert max(jitter) < 0.8 * STILL_BELOW
    assert min(nods) > 1.3 * STILL_BELOW


def test_an_unobserved_joint_moves_no_gate(resting: Resting) -> None:
    window = resting()
    observed, joints = window.observed.copy(), window.joints.copy()
    hidden = [MA52.index(name) for name in LEG]
    observed[hidden] = False
    joints[:, hidden] += np.random.default_rng(1).normal(0, 1e4, (64, len(hidden), 2)).astype(np.float32)
    wild = replace(window, observed=observed, joints=joints)
    assert gate(wild, MA52) is State.STILL
    assert motion(wild, MA52) == motion(replace(window, observed=observed), MA52)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"presence": 0.3}, State.NOBODY),
        ({"coverage": 0.9}, State.UNOBSERVED),
        ({"coverage": 0.4, "presence": 0.0}, State.UNOBSERVED),
        ({"observed": np.zeros(44, bool), "scale_px": 0.0}, State.UNOBSERVED),
    ],
    ids=["nobody", "gap", "gap and nobody", "no joint"],
)
def test_what_cannot_be_told_is_said(resting: Resting, change: dict[str, object], state: State) -> None:
    moving = _moved(resting(), MA52, HEAD, _nod(0.2, 1.0))
    assert gate(moving, MA52) is None
    assert gate(replace(moving, **change), MA52) is state
