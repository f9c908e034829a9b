"""Hands rest in many places, often in two at once, and restless people move them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mmn_live.actor.figure import Body
from mmn_live.actor.idle import idle_limbs, resting_limbs
from mmn_live.actor.kinematics import Trunk, trunk_frames
from mmn_live.actor.rests import alike, apart, single

TIMES_S = np.arange(0, 20, 0.1)


def frames_of(samples, seated):
    return trunk_frames(Trunk.upright(samples, Body(), seated), Body())


def rested(seed, *, seated=True, legs_crossed=False):
    frames, rng = frames_of(len(TIMES_S), seated), np.random.default_rng(seed)
    return idle_limbs(frames, TIMES_S, 20.0, rng, legs_crossed=legs_crossed)


def moved(limbs):
    """How far each hand (2,) gets from where it begins, metres."""
    return np.linalg.norm(limbs.wrists - limbs.wrists[:1], axis=-1).max(0)


def test_half_of_the_people_move_their_hands_mostly_one_at_a_time():
    travelled = np.array([moved(rested(seed)) for seed in range(80)])
    assert 0.35 < (travelled > 0.06).any(1).mean() < 0.65
    changes = [np.linalg.norm(np.gradient(rested(seed).wrists, 0.1, axis=0), axis=-1) > 0.1 for seed in range(80)]
    both = sum(fast.all(1).sum() for fast in changes) / sum(fast.any(1).sum() for fast in changes)
    assert 0.1 < both < 0.5


def test_left_and_right_differ_in_about_half_of_the_people():
    mirrored = [np.abs(rested(seed).wrists[0, 0] - rested(seed).wrists[0, 1] * (-1, 1, 1)).max() for seed in range(80)]
    assert 0.35 < (np.array(mirrored) > 0.08).mean() < 0.7


@pytest.mark.parametrize("seated", [True, False])
def test_hands_that_rest_apart_do_not_touch(seated):
    for rest in apart(seated):
        for seed in range(10):
            limbs = resting_limbs(frames_of(1, seated), np.zeros(1), rest, seated, np.random.default_rng(seed))
            assert np.linalg.norm(limbs.wrists[0, 0] - limbs.wrists[0, 1]) > 0.15


def test_one_hand_lies_round_the_wrist_of_the_other():
    for seed in range(10):
        limbs = resting_limbs(frames_of(1, True), np.zeros(1), "wrist held", True, np.random.default_rng(seed))
        wrists, fingers = limbs.wrists[0], limbs.fingers[0]
        knuckles = wrists + 0.085 * fingers / np.linalg.norm(fingers, axis=-1, keepdims=True)
        assert min(np.linalg.norm(knuckles - wrists[::-1], axis=-1)) < 0.06


@pytest.mark.parametrize("seated", [True, False])
def test_every_place_of_rest_can_be_taken_and_is_another(seated):
    places = [
        resting_limbs(frames_of(3, seated), np.arange(3.0), rest, seated, np.random.default_rng(0)).wrists[0]
        for rest in {*alike(seated), *single(seated)}
    ]
    assert all(np.linalg.norm(one - other, axis=-1).max() > 0.01 for one, other in combinations(places, 2))


def test_hands_rest_nowhere_else():
    with pytest.raises(KeyError, match="pocket"):
        resting_limbs(frames_of(1, True), np.zeros(1), "pocket", True, np.random.default_rng(0))


def test_crossed_legs_change_nothing_about_the_hands():
    for seed in range(5):
        np.testing.assert_array_equal(rested(seed).wrists, rested(seed, legs_crossed=True).wrists)
