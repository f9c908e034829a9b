"""Heads are seen less turned, bowed and tilted than they are."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.perform import perform
from mmn_live.actor.script import idle_script
from mmn_live.training.heads import PARTS, STRAIGHT, drawn_straight, face_of, fitted_straight, parts_of


def faces(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return STRAIGHT + 0.1 * rng.standard_normal((count, 11, 2))


def test_the_parts_of_a_face_add_up_to_it() -> None:
    face = faces(3)
    turns, breadths, nods, tilts = parts_of(face)
    np.testing.assert_allclose(np.stack([turns + breadths, nods + tilts], -1), face)


def test_a_straight_face_is_seen_as_it_is_and_any_other_drawn_to_it() -> None:
    none, half, whole = (np.full(4, gain) for gain in (0.0, 0.5, 1.0))
    np.testing.assert_allclose(drawn_straight(STRAIGHT, half), STRAIGHT, atol=1e-12)
    np.testing.assert_allclose(drawn_straight(faces(3), whole), faces(3), atol=1e-12)
    away = parts_of(faces(3) - STRAIGHT)
    flat = drawn_straight(faces(3), none) - STRAIGHT
    np.testing.assert_allclose(flat[..., 0], 0, atol=1e-12)
    np.testing.assert_allclose(flat[..., 1], np.repeat(0.5 * away[2, :, :1], 11, 1), atol=1e-12)


def test_each_part_has_a_gain_of_its_own() -> None:
    away = parts_of(faces(5) - STRAIGHT)
    for number in range(len(PARTS)):
        gains = np.where(np.arange(4) == number, 0.5, 1.0)
        drawn = parts_of(drawn_straight(faces(5), gains) - STRAIGHT)
        against_the_nose = drawn - drawn[..., :1], away - away[..., :1]
        np.testing.assert_allclose(against_the_nose[0], gains[:, None, None] * against_the_nose[1], atol=1e-12)


def test_the_face_to_which_all_are_drawn_is_found_again() -> None:
    face = faces(200)
    seen = np.stack([one - one[[7, 8]].mean(0) for one in drawn_straight(face, np.array([0.7, 0.7, 0.5, 0.5]))])
    true = np.stack([one - one[[7, 8]].mean(0) for one in face])
    np.testing.assert_allclose(fitted_straight(true, seen), STRAIGHT, atol=1e-9)


def test_the_straight_face_is_about_that_of_an_actor_who_looks_ahead() -> None:
    own = np.median(
        [face_of(perform(idle_script(1.0, "half", seed), np.zeros(1)).pose_px)[0] for seed in range(40)], axis=0
    )
    own /= np.linalg.norm(own[7] - own[8])
    straight = STRAIGHT / np.linalg.norm(STRAIGHT[7] - STRAIGHT[8])
    assert np.abs(own - straight).max() < 0.3
