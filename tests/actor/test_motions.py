"""Every action moves what its name says, begins and ends at rest, and is done in more than one way."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from mmn_live.actor.figure import Body
from mmn_live.actor.idle import resting_limbs
from mmn_live.actor.kinematics import Trunk, hand_points, trunk_frames
from mmn_live.actor.landmarks import POSE_LANDMARKS
from mmn_live.actor.motion import ACTIONS, Beat
from mmn_live.actor.motions_head_hand import _at_the_chin
from mmn_live.actor.perform import motion_of, perform
from mmn_live.actor.quiet import QUIET
from mmn_live.actor.script import Cue, Script, idle_script
from mmn_live.joints import MA52
from mmn_live.taxonomy import taxonomy_named

RATE = 25
START_S, LENGTH_S = 2.0, 2.4
TIMES_S = np.arange(0, 6, 1 / RATE)
LONG_S, LONG_START_S, APART_S = np.arange(0, 20, 1 / RATE), 8.0, 4.5
DURING = (TIMES_S > START_S + 0.1) & (TIMES_S < START_S + LENGTH_S - 0.1)


def acted(name, seed):
    """The figure that does it, and the same figure idling: the difference is the action alone."""
    cues = (Cue(START_S, LENGTH_S, name),)
    acting = perform(Script(cues, 6, seed=seed), TIMES_S).figure
    idle = perform(idle_script(6, seed=seed), TIMES_S).figure
    assert acting is not None
    assert idle is not None
    return acting, idle


def acted_amid_much_time(name, seed):
    """The figure that does it, and the same figure when it has not begun to."""
    figures = [
        perform(Script((Cue(start_s, LENGTH_S, name),), 60, "full", seed=seed), LONG_S).figure
        for start_s in (LONG_START_S, 50.0)
    ]
    assert all(figures)
    return figures


def head_angles(figure):
    """Yaw and pitch of the head (T,), radians."""
    forward = figure.head_rotation[:, :, 2]
    return np.arctan2(forward[:, 0], forward[:, 2]), -np.arcsin(forward[:, 1])


def speed(points):
    """The highest speed of any of the points (T, ..., 3), m/s."""
    return np.linalg.norm(np.diff(points, axis=0), axis=-1).max() * RATE


def all_beyond_and_some_far(sizes, least, far):
    """Whether every way to do something is seen, and some way is large."""
    return min(sizes) > least and max(sizes) > far


def crossings(x):
    return int((np.diff(np.sign(x[np.abs(x) > 0.2 * np.abs(x).max()])) != 0).sum())


def test_all_micro_actions_of_ma52_can_be_acted():
    assert set(ACTIONS) == {label.name for label in taxonomy_named("ma52").labels}
    assert not set(ACTIONS) & set(QUIET)


def test_actions_keep_their_places():
    """Scripts are drawn by place: with modules imported in another order the same seed would give other ones."""
    arms, hands = ["upper limb", "body-hand", "upper limb"], ["upper limb"]
    rest = ["head", "head-hand", "lower limb", "leg-hand"]
    parts = [part for part, _ in groupby(ACTIONS, taxonomy_named("ma52").part_of)]
    assert parts == [*arms, "body", "body-hand", *hands, *rest]


@pytest.mark.parametrize("name", [*ACTIONS, *(name for name in QUIET if name != "walking past")])
def test_a_motion_touches_nothing_long_before_and_after_itself(name):
    for seed in range(3):
        acting, idle = acted_amid_much_time(name, seed)
        outside = (LONG_S < LONG_START_S - APART_S) | (LONG_S > LONG_START_S + LENGTH_S + APART_S)
        for part in ("hands", "head_centre", "shoulders", "ankles", "toes"):
            np.testing.assert_allclose(getattr(acting, part)[outside], getattr(idle, part)[outside], atol=1e-9)
        during = (LONG_S > LONG_START_S + 0.1) & (LONG_S < LONG_START_S + LENGTH_S - 0.1)
        assert any(
            np.abs(getattr(acting, part)[during] - getattr(idle, part)[during]).max() > 1e-3
            for part in ("hands", "head_centre", "head_rotation", "shoulders", "ankles", "toes", "knees")
        )


def test_only_who_sits_reaches_for_a_mouse():
    seated, standing = (
        perform(Script((Cue(START_S, LENGTH_S, "with a mouse"),), 6, figure=figure), TIMES_S).figure
        for figure in ("seated", "standing")
    )
    idle = perform(Script((), 6, figure="standing"), TIMES_S).figure
    np.testing.assert_array_equal(standing.wrists, idle.wrists)
    np.testing.assert_array_equal(standing.hands, idle.hands)
    at_rest = perform(idle_script(6), TIMES_S).figure
    assert np.abs(seated.wrists - at_rest.wrists)[DURING].max() > 0.05


def test_whoever_walks_past_crosses_the_picture():
    shown = perform(Script((Cue(0, 4.0, "walking past"),), 4.0, "full", "standing"), np.linspace(0, 4, 80))
    nose = shown.pose_px[:, 0, 0]
    assert nose.min() < 0 < 640 < nose.max()


def test_what_leads_up_to_an_action_has_its_own_label():
    shown = perform(Script((Cue(5.0, 1.5, "retracting arms"),), 9.0, "half"), np.linspace(0, 9, 90))
    before, action = shown.labels
    assert (before.name, action.name) == ("stretching arms", "retracting arms")
    assert before.offset_s <= action.onset_s == 5.0


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_smooth_and_never_the_same_twice(name):
    first, second = acted(name, 1)[0], acted(name, 2)[0]
    for figure in (first, second):
        assert speed(figure.wrists) < 6.0
        assert speed(figure.hands) < 10.0
    assert np.isfinite(first.hands).all()
    assert np.abs(first.hands - second.hands).max() > 1e-3


@pytest.mark.parametrize("name", ACTIONS)
def test_acting_joints_are_joints(name):
    for seed in range(4):
        assert set(ACTIONS[name].make(np.random.default_rng(seed)).acting) <= set(MA52.names)


@pytest.mark.parametrize(("name", "axis"), [("nodding", 1), ("shaking head", 0)])
def test_repeated_head_movements_repeat_on_their_axis(name, axis):
    sizes = []
    for seed in range(5):
        acting, idle = acted(name, seed)
        moved = head_angles(acting)[axis] - head_angles(idle)[axis]
        sizes.append(np.ptp(moved))
        assert crossings(moved - moved[DURING].mean()) >= 3
    assert all_beyond_and_some_far(sizes, 0.06, 0.15)


def test_a_turn_turns_a_tilt_tilts_and_a_bow_bows():
    turns, bows, tilts = [], [], []
    for seed in range(5):
        (turn, still), (bow, upright), (tilt, level) = (
            acted(n, seed) for n in ("turning head", "bowing head", "tilting head")
        )
        turns.append(np.abs(head_angles(turn)[0] - head_angles(still)[0]).max())
        bows.append((head_angles(bow)[1] - head_angles(upright)[1]).max())
        tilts.append(np.abs(tilt.head_rotation[:, 1, 0] - level.head_rotation[:, 1, 0]).max())
    assert all_beyond_and_some_far(turns, 0.2, 0.3)
    assert all_beyond_and_some_far(bows, 0.16, 0.28)
    assert all_beyond_and_some_far(tilts, 0.1, 0.15)


def nearest_tip(figure, place):
    tips = figure.hands[:, :, (4, 8, 12, 16, 20)]
    return np.linalg.norm(tips - place[:, None, None], axis=-1).min()


@pytest.mark.parametrize("name", ["touching nose", "scratching or touching face"])
def test_a_hand_gets_to_the_face(name):
    for seed in range(6):
        acting, idle = acted(name, seed)
        assert nearest_tip(acting, acting.head_centre) < 0.17 < nearest_tip(idle, idle.head_centre)


def test_nearly_half_of_the_hands_on_the_face_hold_the_chin():
    held = np.array([2.9, 3.1])
    places = []
    for seed in range(150):
        cue = Cue(START_S, LENGTH_S, "scratching or touching face")
        if len(sides := motion_of(seed, 0, cue).hands) == 1:
            figure = perform(Script((cue,), 6, seed=seed), held).figure
            knuckles = figure.hands[:, min(sides), (5, 9, 13)].mean(1) - figure.head_centre
            places.append((figure.head_rotation.swapaxes(1, 2) @ knuckles[..., None])[..., 0].mean(0))
    across, up, _ = np.array(places).T
    assert 0.25 < ((up < -0.09) & (np.abs(across) < 0.06)).mean() < 0.55


def test_a_hand_at_the_chin_meets_it_within_three_centimetres_of_a_knuckle():
    ahead, out_of_the_palm = np.tile([1.0, 0, 0], (1, 2, 1)), np.tile([0, 0, 1.0], (1, 2, 1))
    for seed in range(100):
        how = _at_the_chin(np.random.default_rng(seed), (0.11, 0.15))
        curl = np.tile(how.curl, (1, 2, 1))
        hand = hand_points(np.zeros((1, 2, 3)), ahead, out_of_the_palm, curl, np.zeros((1, 2)), 1.0)[0, 0]
        assert np.linalg.norm(hand - (how.along_m, 0, 0), axis=1).min() < 0.03


def met_by_the_head(name, seeds):
    """Yaw, pitch and roll in degrees with which the head meets one hand, positive to the hand's side, (N, 3)."""
    angles = []
    for seed in range(seeds):
        motion = ACTIONS[name].make(np.random.default_rng(seed))
        trunk = Trunk.upright(1, Body(), True)
        motion.trunk(trunk, Beat(np.ones(1), 2.0))
        if len(motion.hands) == 1:
            side = 1 - 2 * min(motion.hands)
            angles.append(np.degrees(trunk.head[0]) * (side, 1, -side))
    return np.array(angles)


@pytest.mark.parametrize("name", ["rubbing eyes", "touching ears", "scratching or touching chest"])
def test_a_head_that_meets_a_hand_mostly_goes_to_its_side(name):
    yaw, _, roll = met_by_the_head(name, 300).T
    assert 0.66 < (yaw[yaw != 0] > 0).mean() < 0.84
    assert (roll * yaw >= 0).all()


@pytest.mark.parametrize(
    "name", ["rubbing eyes", "scratching or touching forehead", "scratching or touching hindbrain"]
)
def test_a_head_bows_to_a_hand_on_the_eyes_the_forehead_or_the_nape(name):
    pitch = met_by_the_head(name, 200)[:, 1]
    assert (pitch > 3.9).mean() > 0.65
    assert pitch.max() < 24


def test_finger_tips_meet_the_nose():
    nose = POSE_LANDMARKS.index("nose")
    for seed in range(6):
        performance = perform(Script((Cue(START_S, LENGTH_S, "touching nose"),), 6, seed=seed), TIMES_S)
        assert performance.figure is not None
        assert nearest_tip(performance.figure, performance.pose[:, nose]) < 0.06


def test_hands_come_together_and_arms_cross():
    for seed in range(6):
        together, _ = acted("putting hands together", seed)
        gap = np.linalg.norm(together.hands[:, 0].mean(1) - together.hands[:, 1].mean(1), axis=-1)
        assert gap[DURING].min() < 0.12
        crossed, _ = acted("crossing arms", seed)
        left_of = ((crossed.wrists[:, 0] - crossed.wrists[:, 1]) * crossed.chest_rotation[:, :, 0]).sum(-1)
        assert left_of[DURING].min() < -0.05


def test_a_scratching_hand_stays_on_the_other_arm():
    for seed in range(6):
        figure, _ = acted("scratching arms", seed)
        distances = []
        for side in (0, 1):
            a, b = figure.elbows[:, 1 - side], figure.wrists[:, 1 - side]
            along = np.linspace(0, 1, 9)[:, None, None]
            arm = a + along * (b - a)
            tips = figure.hands[:, side, 12]
            distances.append(np.linalg.norm(arm - tips, axis=-1).min(0)[DURING].min())
        assert min(distances) < 0.09


def index_alone_stretched(curl):
    return (curl[..., 0] < 0.3) & (curl[..., 1:] > 0.9).all(-1)


def test_an_index_finger_is_stretched_by_arms_in_the_air_and_resting_hands_too():
    """Otherwise it would tell the touches of nose and eyes and pointing oneself apart from everything else."""
    frames = trunk_frames(Trunk.upright(1, Body(), True), Body())
    beat, pointing, resting = Beat(np.ones(1), 2.0), [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        limbs = resting_limbs(frames, np.zeros(1), "lap", True, rng)
        resting += list(index_alone_stretched(limbs.curl[0]))
        motion = ACTIONS["stretching arms"].make(rng)
        motion.limbs(limbs, frames, beat)
        pointing.append(index_alone_stretched(limbs.curl[0]).any())
    assert 0.17 < np.mean(pointing) < 0.35
    assert 0.01 < np.mean(resting) < 0.08


def test_legs_bounce_and_shoulders_rise():
    bounces, rises = [], []
    for seed in range(5):
        legs, still = acted_amid_much_time("shaking legs", seed)  # with it in both: who acts with legs sits otherwise
        during = (LONG_S > LONG_START_S) & (LONG_S < LONG_START_S + LENGTH_S)
        bounces.append(np.ptp((legs.knees - still.knees)[during], axis=0).max())
        shrug, calm = acted("shrugging", seed)
        rises.append((shrug.shoulders - calm.shoulders)[..., 1].max())
    assert all_beyond_and_some_far(bounces, 0.005, 0.008)
    assert all_beyond_and_some_far(rises, 0.02, 0.03)


def test_nobody_is_ever_frozen():
    for seed in range(5):
        figure = perform(idle_script(8, seed=seed), np.arange(0, 8, 0.04)).figure
        assert figure is not None
        nose_path = figure.head_centre + figure.head_rotation[:, :, 2] * 0.11
        assert np.ptp(nose_path, axis=0).max() > 0.002
        assert (np.linalg.norm(np.diff(nose_path, axis=0), axis=-1) > 0).all()


@pytest.mark.parametrize(("name", "joint"), [("nodding", 1), ("shaking head", 0)])
def test_what_is_done_repeatedly_goes_to_and_fro_even_at_its_shortest(name, joint):
    shortest_s, turned = ACTIONS[name].duration_s[0], []
    time_s = np.linspace(0, shortest_s, 201)
    for seed in range(40):
        trunk = Trunk.upright(len(time_s), Body(), seated=True)
        ACTIONS[name].make(np.random.default_rng(seed)).trunk(trunk, Beat(time_s, shortest_s))
        turns = np.diff(np.sign(np.diff(trunk.head[:, joint])))
        turned.append(np.count_nonzero(turns))
    assert min(turned) >= 3


def test_the_envelope_holds_even_when_the_ramps_are_long():
    envelope = Beat(np.linspace(-1, 3, 401), 1.0).envelope(5.0, 5.0)
    assert envelope.max() == pytest.approx(1.0)
    assert envelope[0] == 0
    assert envelope[-1] == 0
