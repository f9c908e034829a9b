"""Scripts to judge by hold every class equally often where it can be seen, and nothing else has their seeds."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script
from mmn_live.training.held_out import ACTIONS_A_SCRIPT, action_scripts, empty_scripts, quiet_scripts, shown

ONCE = -(-len(ACTIONS) // ACTIONS_A_SCRIPT)


@pytest.mark.parametrize("rounds", [1, 2])
def test_every_action_comes_equally_often(rounds):
    scripts = list(action_scripts(rounds * ONCE, (0,)))
    done = Counter(cue.action for script in scripts for cue in script.cues if cue.labelled)
    assert done == dict.fromkeys(ACTIONS, rounds)


def test_actions_are_in_views_that_show_them():
    scripts = list(action_scripts(3 * ONCE, (0,)))
    assert sum(shown(script) < 0.9 for script in scripts) <= 0.1 * len(scripts)
    assert {"half", "full", "webcam"} <= {script.view for script in scripts}
    legs = [script for script in scripts if any(cue.action == "shaking legs" for cue in script.cues)]
    assert all(script.view in ("full", "wide") for script in legs)


def test_what_the_picture_does_not_hold_is_not_shown():
    assert shown(Script((Cue(1.0, 2.0, "shaking legs"),), 4.0, "wide")) == 1
    assert shown(Script((Cue(1.0, 2.0, "shaking legs"),), 4.0, "close")) == 0
    assert shown(Script((Cue(1.0, 2.0, "arms akimbo"),), 4.0, "close")) == 0


def test_an_action_is_over_before_the_next_begins():
    for script in action_scripts(ONCE, (0,)):
        labels = sorted(perform(script, np.zeros(1)).labels, key=lambda label: label.onset_s)
        assert len(labels) >= sum(cue.labelled for cue in script.cues)
        assert all(one.offset_s <= other.onset_s for one, other in pairwise(labels))


def test_seeds_and_groups_have_their_own_people_and_the_same_every_time():
    assert list(action_scripts(5, (0,))) == list(action_scripts(5, (0,)))
    everybody = [
        (script.seed, script.look)
        for seed in (0, 1)
        for group in (0, 1)
        for make in (action_scripts, quiet_scripts, empty_scripts)
        for script in make(3, (seed, group))
    ]
    assert len(set(everybody)) == len(everybody)


def test_a_cut_off_list_is_the_beginning_of_a_longer_one():
    assert list(action_scripts(3, (0,))) == list(action_scripts(8, (0,)))[:3]


def test_quiet_scripts_have_no_action_and_empty_ones_nobody():
    quiet, empty = list(quiet_scripts(4, (0,))), list(empty_scripts(2, (0,)))
    assert all(script.cues and not any(cue.labelled for cue in script.cues) for script in quiet)
    assert all(script.figure == "none" and not script.cues for script in empty)
