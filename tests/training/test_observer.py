"""The noise model does to landmarks what MediaPipe was measured to do."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script, idle_script
from mmn_live.training.observer import Observer

TIMES_S = np.arange(0, 8, 0.05)


def observed(script, seed=0):
    performance = perform(script, TIMES_S)
    return performance, Observer(np.random.default_rng(seed)).observe(performance)


def shoulder_width_px(performance):
    return np.median(np.linalg.norm(performance.pose_px[:, 11] - performance.pose_px[:, 12], axis=-1))


def test_what_is_in_the_picture_is_seen_near_where_it_is():
    for seed in range(8):
        performance, seen = observed(idle_script(8, "half", seed), seed)
        error = np.linalg.norm(seen.pose[:, 11:13, :2] - performance.pose_px[:, 11:13], axis=-1)
        assert np.median(error) < 0.08 * shoulder_width_px(performance)
        assert (seen.pose[:, 11:13, 2] > 0.8).all()


def test_what_is_far_outside_the_picture_has_little_visibility_and_moves():
    for seed in range(8):
        performance, seen = observed(idle_script(8, "webcam", seed), seed)
        far = performance.pose_px[:, 27:, 1] > 480 + shoulder_width_px(performance)
        assert far.any()
        assert np.quantile(seen.pose[:, 27:, 2][far], 0.9) < 0.35
        assert np.ptp(seen.pose[:, 27:, :2], axis=0).min() > 0


def test_nods_are_compressed():
    script = Script((Cue(1.0, 6.0, "nodding"),), 8, seed=1)
    gains = []
    for seed in range(12):
        performance, seen = observed(script, seed)
        true, noisy = (p[:, 0, 1] - p[:, (7, 8), 1].mean(1) for p in (performance.pose_px, seen.pose))
        gains.append(np.polyfit(true, noisy, 1)[0])
    assert 0.4 < np.mean(gains) < 0.8
    assert max(gains) < 1.1


def test_a_hand_is_zero_where_it_is_not_found_and_never_found_outside_the_picture():
    for seed in range(8):
        performance, seen = observed(idle_script(8, "half", seed), seed)
        found = seen.hands[..., 0, 2] > 0
        assert not seen.hands[~found].any()
        wrist = performance.hands_px[:, :, 0]
        outside = ((wrist < 0) | (wrist > (640, 480))).any(-1)
        assert not found[outside].any()


def test_some_cameras_see_hands_nearly_always_and_some_never():
    shares = [(observed(idle_script(8, "half", 3), seed)[1].hands[..., 0, 2] > 0).mean() for seed in range(60)]
    assert max(shares) > 0.9
    assert min(shares) < 0.1
