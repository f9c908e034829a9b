"""Cameras that are tilted or in the hand, and people of other breadth, keep what a picture shows together."""

from __future__ import annotations

import numpy as np

from mmn_live.training.filmed import as_filmed, smooth_noise

TIMES_S = np.arange(0, 10, 0.05)
SIZE = np.array([640.0, 480.0])


def still(seed):
    rng = np.random.default_rng(seed)
    pose = np.repeat(rng.uniform(100, 400, (1, 33, 2)), len(TIMES_S), axis=0)
    return rng, pose, np.stack([pose[:, :21], pose[:, 12:]], 1)


def test_hands_stay_where_the_body_is():
    for seed in range(10):
        rng, pose, hands = still(seed)
        filmed, filmed_hands = as_filmed(rng, TIMES_S, pose, hands, SIZE)
        np.testing.assert_allclose(filmed_hands[:, 0], filmed[:, :21], atol=1e-6)
        np.testing.assert_allclose(filmed_hands[:, 1], filmed[:, 12:], atol=1e-6)


def test_most_cameras_stand_still_some_are_held_and_none_strays_far():
    moved = []
    for seed in range(200):
        rng, pose, hands = still(seed)
        filmed, _ = as_filmed(rng, TIMES_S, pose, hands, SIZE)
        moved.append(np.ptp(filmed, axis=0).max() / np.linalg.norm(pose[0, 11] - pose[0, 12]))
        assert np.linalg.norm(filmed - pose, axis=-1).max() < 0.35 * SIZE.max()
    held = np.array(moved) > 1e-9
    assert 0.05 < held.mean() < 0.2


def test_people_are_broader_or_narrower_and_cameras_tilted():
    angles, breadths, proportions = [], [], []
    for seed in range(200):
        rng, pose, hands = still(seed)
        pose[:, 0], pose[:, 1], pose[:, 2] = (220.0, 240.0), (420.0, 240.0), (220.0, 440.0)
        filmed, _ = as_filmed(rng, TIMES_S, pose, hands, SIZE)
        across = filmed[0, 1] - filmed[0, 0]
        angles.append(np.rad2deg(np.arctan2(across[1], across[0])))
        breadths.append(np.linalg.norm(across) / 200)
        proportions.append(np.linalg.norm(across) / np.linalg.norm(filmed[0, 2] - filmed[0, 0]))
    assert 1.5 < np.std(angles) < 4
    assert np.abs(angles).max() < 20
    assert 0.03 < np.std(breadths) < 0.07
    assert 0.08 < np.std(proportions) < 0.12


def test_smooth_noise_is_smooth_and_of_unit_variance():
    noise = smooth_noise(np.random.default_rng(0), np.arange(0, 2000, 0.05), (2,), 0.5)
    assert noise.shape == (40_000, 2)
    assert 0.9 < noise.std() < 1.1
    assert np.abs(np.diff(noise, axis=0)).max() < 1.0
