"""Gestures go from place to place, stay, and change the hand's shape."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from mmn_live.actor.hand_shapes import IN_SPEECH, hand_shape
from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script
from mmn_live.actor.strokes import a_pose, emblem, followed, strokes

RATE = 50
TIMES_S = np.arange(0, 4, 1 / RATE)


def drawn(seed, duration_s=4.0):
    rng = np.random.default_rng(seed)
    first = a_pose(rng, 0.0)
    return first, strokes(rng, first, duration_s, 0.0)


def test_strokes_follow_one_another_and_fill_a_gesture():
    for seed in range(40):
        for duration_s in (0.7, 2.0, 5.0):
            _, made = drawn(seed, duration_s)
            assert 1 <= len(made) <= 6
            assert all(a.start_s + a.lasting_s <= b.start_s for a, b in pairwise(made))
            assert all(stroke.start_s < duration_s for stroke in made[1:])


def test_a_hand_goes_to_new_places_and_stays_there_in_between():
    held, travelled = [], []
    for seed in range(20):
        first, made = drawn(seed)
        place = followed(first, made, TIMES_S).place
        moving = np.linalg.norm(np.diff(place, axis=0), axis=-1) * RATE
        held.append((moving < 0.01).mean())
        travelled.append(np.ptp(place, axis=0).max())
        assert moving.max() < 3.0
    assert 0.1 < np.mean(held) < 0.8
    assert np.median(travelled) > 0.25


def test_a_hand_beats_three_to_eight_centimetres_down_and_comes_back_up():
    beaten = [stroke for seed in range(30) for stroke in drawn(seed)[1] if stroke.beats]
    assert beaten
    for stroke in beaten:
        down = stroke.beating(stroke.start_s + stroke.lasting_s + np.linspace(-1, 3, 2001))
        assert 0.029 < down.max() < 0.081
        assert down[0] == 0
        assert abs(down[-1]) < 1e-9


def test_a_gesture_is_never_before_the_face_where_it_would_cover_it():
    for seed in range(200):
        x, y, _ = a_pose(np.random.default_rng(seed), 0.0).place
        assert y < -0.1 or x >= 0.2


def test_a_hand_is_shown_well_before_the_body_and_stays_or_shakes_there():
    still = 0
    for seed in range(100):
        pose, made = emblem(np.random.default_rng(seed), 3.0)
        place = followed(pose, made, TIMES_S[TIMES_S < 3.0]).place
        assert place[:, 2].min() >= 0.3
        assert np.ptp(place, axis=0).max() < 0.07
        still += not np.ptp(place, axis=0).any()
    assert 40 < still < 80


def test_some_gestures_are_shown_before_the_face():
    before = 0
    for seed in range(100):
        figure = perform(Script((Cue(0.5, 4.0, "illustrative gestures"),), 5, seed=seed), TIMES_S + 0.5).figure
        during = (TIMES_S > 1.3) & (TIMES_S < 2.7)
        x, y, z = (figure.wrists - figure.neck[:, None])[during].mean(0).T
        before += bool(((abs(x) < 0.12) & (y > 0) & (z > 0.28)).any())
    assert 1 < before < 20


def test_hand_shapes_come_up_by_their_shares():
    rng = np.random.default_rng(0)
    curls = np.array([hand_shape(rng, IN_SPEECH).curl for _ in range(800)])
    index_alone = (curls[:, 0] < 0.25) & (curls[:, 1:] > 0.9).all(1)
    assert 0.2 < index_alone.mean() < 0.3


def test_two_gesturing_hands_mirror_each_other_take_turns_or_one_is_the_base():
    likeness = []
    for seed in range(60):
        if len(ACTIONS["illustrative gestures"].make(motion_rng(seed)).hands) < 2:
            continue
        figure = perform(Script((Cue(0.5, 4.0, "illustrative gestures"),), 5, seed=seed), TIMES_S + 0.5).figure
        during = (TIMES_S > 1.0) & (TIMES_S < 3.0)
        height = (figure.wrists[..., 1] - figure.neck[:, None, 1])[during]
        likeness.append(np.corrcoef(height.T)[0, 1])
    assert 22 <= len(likeness) <= 37
    assert 0.45 < np.mean(np.array(likeness) > 0.9) < 0.85


def motion_rng(seed):
    """What `perform` draws the first cue from."""
    return np.random.default_rng((seed, 3, 0))
