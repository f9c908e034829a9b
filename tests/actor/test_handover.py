"""A hand goes straight from one action to the next where a cue asks for it, and nothing else changes by that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import motion_of, perform
from mmn_live.actor.script import Cue, Script

TIMES_S = np.arange(0, 10, 0.04)
NOSE, HAIR = Cue(2.0, 1.8, "touching nose", straight_on=True), Cue(5.0, 2.0, "playing or tidying hair")


def hands_of(script):
    return [motion_of(script.seed, index, cue).hands for index, cue in enumerate(script.cues)]


def scripts(first, second, same_hand, count):
    """Scripts of the two cues by seeds in which the second one does, or does not, use the first one's hand."""
    drawn = (Script((first, second), 10, seed=seed) for seed in range(200))
    fitting = [script for script in drawn if (hands_of(script)[0] <= hands_of(script)[1]) == same_hand]
    return fitting[:count]


def brought_home(script):
    return replace(script, cues=tuple(replace(cue, straight_on=False) for cue in script.cues))


def lowest_between(script):
    """The lowest place of the first action's hand under the neck, from the end of one action to the other, metres."""
    figure = perform(script, TIMES_S).figure
    between = (TIMES_S > 3.0) & (TIMES_S < 6.0)
    (side,) = hands_of(script)[0]
    return (figure.wrists[:, side, 1] - figure.neck[:, 1])[between].min()


def test_a_hand_goes_straight_from_the_nose_to_the_hair_and_the_first_action_lasts_until_then():
    for script in scripts(NOSE, HAIR, True, 4):
        assert lowest_between(script) > max(lowest_between(brought_home(script)) + 0.08, -0.22)
        first, second = perform(script, TIMES_S).labels
        assert (first.onset_s, first.offset_s) == (NOSE.start_s, HAIR.start_s)
        assert (second.onset_s, second.offset_s) == (HAIR.start_s, HAIR.end_s)


def test_nothing_else_changes_and_the_hand_never_jumps():
    for script in scripts(NOSE, HAIR, True, 4):
        straight, home = perform(script, TIMES_S).figure, perform(brought_home(script), TIMES_S).figure
        elsewhere = (TIMES_S < 2.8) | (TIMES_S > 6.0)
        np.testing.assert_allclose(straight.hands[elsewhere], home.hands[elsewhere], atol=1e-9)
        np.testing.assert_allclose(straight.ankles, home.ankles, atol=1e-9)
        assert np.linalg.norm(np.diff(straight.wrists, axis=0), axis=-1).max() / 0.04 < 6


@pytest.mark.parametrize("second", sorted({"clenching fist", "other finger movements", "retracting arms", "nodding"}))
def test_what_holds_the_hand_nowhere_does_not_take_it_over(second):
    for seed in range(3):
        script = Script((NOSE, Cue(5.0, 2.0, second)), 10, seed=seed)
        assert perform(script, TIMES_S).labels == perform(brought_home(script), TIMES_S).labels


def test_the_other_hand_a_quiet_use_of_the_hands_or_a_long_pause_lets_the_hand_go_home():
    late = replace(HAIR, start_s=7.5)
    drinking = Cue(3.0, 1.5, "drinking")
    for script in (
        *scripts(NOSE, HAIR, False, 2),
        *scripts(NOSE, late, True, 2),
        *(Script((NOSE, drinking, HAIR), 10, seed=seed) for seed in range(3)),
    ):
        assert perform(script, TIMES_S).labels == perform(brought_home(script), TIMES_S).labels


def test_a_hand_on_the_head_goes_home_where_the_head_does_something_else_before_the_next_action_takes_it():
    for between in ("nodding", "head up", "sitting straightly"):
        for script in (Script((NOSE, Cue(4.0, 0.9, between), HAIR), 10, seed=seed) for seed in range(4)):
            assert perform(script, TIMES_S).labels == perform(brought_home(script), TIMES_S).labels


def test_hands_that_are_held_are_those_that_act():
    for name, action in ACTIONS.items():
        for seed in range(4):
            motion = action.make(np.random.default_rng(seed))
            acting = {side for side, joint in enumerate(("left_wrist", "right_wrist")) if joint in motion.acting}
            assert motion.hands <= acting, name
