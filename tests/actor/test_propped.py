"""Somebody seated may rest the head on a hand whose elbow is propped; somebody standing has nothing to prop it on."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.actor.perform import motion_of, perform
from mmn_live.actor.script import Cue, Script

TIMES_S = np.arange(0, 5, 0.1)
HELD = (TIMES_S > 2.2) & (TIMES_S < 3.2)
PROPPED = ["touching nose", "scratching or touching face", "covering mouth", "scratching or touching forehead"]
PROPPED += ["touching ears", "playing or tidying hair"]


def bows(name, seed, figure):
    """The hand's side, how far the action bows the trunk (degrees), and the figure while it does."""
    cue = Cue(1.0, 3.0, name)
    acting = perform(Script((cue,), 5, figure=figure, seed=seed), TIMES_S).figure
    idle = perform(Script((), 5, figure=figure, seed=seed), TIMES_S).figure
    pitch = [np.degrees(-np.arcsin(each.lean_rotation[HELD, 1, 2])).mean() for each in (acting, idle)]
    return min(motion_of(seed, 0, cue).hands), pitch[0] - pitch[1], acting


@pytest.mark.parametrize("name", PROPPED)
def test_a_third_of_those_seated_rest_the_head_on_a_propped_hand(name):
    drawn = [bows(name, seed, "seated") for seed in range(40)]
    resting = [(side, figure) for side, pitch, figure in drawn if pitch > 5]
    assert 5 <= len(resting) <= 20
    elbows = np.array([(figure.elbows[:, side] - figure.root)[HELD].mean(0) for side, figure in resting])
    assert 0.2 < np.median(elbows[:, 1]) < 0.33
    assert 0.2 < np.median(elbows[:, 2]) < 0.4
    for side, figure in resting:
        hand = np.linalg.norm(figure.hands[:, side] - figure.head_centre[:, None], axis=-1)[HELD]
        assert hand.min() < 0.16


def test_nobody_standing_props_an_elbow():
    assert all(abs(bows("scratching or touching face", seed, "standing")[1]) < 0.1 for seed in range(20))
