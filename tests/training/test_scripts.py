"""Training shows every action, in views that show it, and quiet life without any."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np

from mmn_live.actor.motion import ACTIONS, Motion
from mmn_live.actor.perform import motion_of
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.scripts import VIEW_SHARES, from_nearer, quiet_script, training_script, views_for


def test_every_action_comes_up_and_leg_actions_mostly_where_legs_show():
    rng = np.random.default_rng(0)
    scripts = [training_script(rng, 10.0) for _ in range(900)]
    done = Counter(cue.action for script in scripts for cue in script.cues if cue.labelled)
    assert set(done) == set(ACTIONS)
    bouncing = Counter(script.view for script in scripts for cue in script.cues if cue.action == "shaking legs")
    assert bouncing["full"] + bouncing["wide"] > 0.8 * bouncing.total()
    assert {script.figure for script in scripts} == {"seated", "standing"}


def test_some_near_views_become_faces_that_fill_the_picture_and_nothing_else_changes():
    rng = np.random.default_rng(3)
    scripts = [training_script(rng, 10.0) for _ in range(900)]
    nearer = [from_nearer(script) for script in scripts]
    assert 0.05 < np.mean([script.view == "face" for script in nearer]) < 0.13
    assert {script.view for script in scripts} == set(VIEW_SHARES) < {script.view for script in nearer}
    assert [replace(near, view=script.view) for near, script in zip(nearer, scripts, strict=True)] == scripts
    assert {script.view for script, near in zip(scripts, nearer, strict=True) if near != script} == {"close", "webcam"}


def test_actions_are_done_on_top_of_one_another_but_not_with_the_same_limbs():
    rng = np.random.default_rng(1)
    together = set()
    for script in (training_script(rng, 10.0) for _ in range(1200)):
        cues = [cue for cue in script.cues if cue.labelled]
        together |= {
            (a.action, b.action) for a in cues for b in cues if a is not b and a.start_s <= b.start_s < a.end_s - 0.3
        }
    assert len(together) > 10
    assert not [pair for pair in together if _busy(pair[0]) & _busy(pair[1])]


def _busy(action: str) -> set[str]:
    """By what its body part is called: a hand and what it touches, but for the body, which it leaves free."""
    part = taxonomy_named("ma52").part_of(action).replace("upper limb", "hand").replace("lower limb", "leg")
    return set(part.split("-")) - ({"body"} if "hand" in part else set())


def test_hands_often_go_straight_from_one_action_to_the_next():
    rng = np.random.default_rng(3)
    scripts = [training_script(rng, 10.0) for _ in range(300)]
    share = np.mean([cue.straight_on for script in scripts for cue in script.cues if cue.labelled])
    assert 0.3 < share < 0.6


def test_a_quiet_script_names_nothing():
    rng = np.random.default_rng(2)
    scripts = [quiet_script(rng, 10.0) for _ in range(40)]
    assert not any(cue.labelled for script in scripts for cue in script.cues)
    assert sum(len(script.cues) for script in scripts) > 60


def test_every_action_has_a_view():
    assert all(set(views_for(name)) <= set(VIEW_SHARES) and views_for(name) for name in ACTIONS)
    assert "webcam" in views_for("nodding")
    assert "webcam" not in views_for("shaking legs")


def test_what_leads_up_to_an_action_or_follows_it_is_in_no_other_action_s_way():
    rng, disturbed, actions = np.random.default_rng(8), 0, 0
    for _ in range(300):
        script = training_script(rng, 10.0)
        drawn = [(cue, motion_of(script.seed, index, cue)) for index, cue in enumerate(script.cues)]
        arms = [(cue, motion) for cue, motion in drawn if cue.labelled and _by_arms_alone(motion)]
        actions += len(arms)
        for cue, motion in arms:
            start_s, end_s = cue.start_s - motion.before_s, cue.end_s + motion.after_s
            others = [other for other, _ in arms if other is not cue]
            disturbed += any(min(end_s, o.end_s) - max(start_s, o.start_s) > 0.3 * o.duration_s for o in others)
    assert actions > 400
    assert disturbed <= 0.005 * actions


def _by_arms_alone(motion: Motion) -> bool:
    return motion.moves_arms and not any(joint.endswith("_ankle") for joint in motion.acting)


def test_an_action_on_top_of_another_lies_in_it_with_all_that_it_brings_along():
    rng, on_top = np.random.default_rng(11), 0
    for _ in range(2400):
        script = training_script(rng, 10.0)
        cues = [(cue, motion_of(script.seed, index, cue)) for index, cue in enumerate(script.cues) if cue.labelled]
        for (under, _), (cue, motion) in pairwise(cues):
            if cue.start_s < under.end_s - 0.3:
                on_top += 1
                assert under.start_s <= cue.start_s - motion.before_s, script
                assert cue.end_s + motion.after_s < under.end_s, script
    assert on_top > 20
