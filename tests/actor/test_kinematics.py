"""Bones keep their length, hands keep their shape, and a camera's picture agrees with its own geometry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mmn_live.actor.algebra import rotation, smoothstep, vector
from mmn_live.actor.camera import VIEWS, Camera, camera_for, look_at
from mmn_live.actor.figure import Body
from mmn_live.actor.idle import resting_limbs
from mmn_live.actor.kinematics import Trunk, hand_points, shoulders_that_follow, trunk_frames, two_bone
from mmn_live.actor.perform import perform
from mmn_live.actor.script import idle_script

RNG = np.random.default_rng(0)


def lengths(a, b):
    return np.linalg.norm(a - b, axis=-1)


def test_rotation_is_yaw_then_pitch_then_roll():
    angles = RNG.uniform(-1, 1, (20, 3))
    ours = rotation(*angles.T)
    np.testing.assert_allclose(ours, Rotation.from_euler("YXZ", angles).as_matrix(), atol=1e-12)


def test_smoothstep_starts_and_ends_at_rest():
    x = np.linspace(-0.5, 1.5, 401)
    y = smoothstep(x)
    assert (np.diff(y) >= 0).all()
    assert y[0] == 0
    assert y[-1] == 1
    assert abs(np.gradient(y, x)[100]) < 0.01


def test_two_bones_reach_a_target_within_their_length():
    start, pole = np.zeros((50, 3)), np.tile(vector(0, -1, 0.2), (50, 1))
    target = RNG.normal(0, 0.2, (50, 3)) + vector(0.25, 0, 0)
    middle, end = two_bone(start, target, 0.30, 0.26, pole)
    np.testing.assert_allclose(lengths(start, middle), 0.30, atol=1e-6)
    np.testing.assert_allclose(lengths(middle, end), 0.26, atol=1e-6)
    distance = lengths(start, target)
    reachable = (distance > 0.07) & (distance < 0.55)
    np.testing.assert_allclose(end[reachable], target[reachable], atol=1e-6)


def raised_shoulders(wrist, pole, frames):
    """How far (2, 3) the shoulders go along with hands that are `wrist` metres from them."""
    limbs = resting_limbs(frames, np.zeros(1), "hanging", False, np.random.default_rng(0))
    limbs.wrists = frames.shoulders + np.array(wrist)
    limbs.elbow_poles = np.broadcast_to(pole, (1, 2, 3))
    return (shoulders_that_follow(frames, limbs).shoulders - frames.shoulders)[0]


def test_a_shoulder_goes_up_with_a_raised_arm_and_forward_with_a_far_reach():
    frames = trunk_frames(Trunk.upright(1, Body(), seated=False), Body())
    length = Body().upper_arm + Body().forearm
    hanging = raised_shoulders((0, -0.97 * length, 0), (0, 0, -1), frames)
    np.testing.assert_allclose(hanging, 0, atol=1e-3)
    ahead = raised_shoulders((0, 0, length), (0, -1, 0), frames)
    np.testing.assert_allclose(ahead[:, 1], 0.025, atol=0.004)
    assert (ahead[:, 2] > 0.02).all()
    near = raised_shoulders((0, 0, 0.7 * length), (0, -1, 0), frames)
    np.testing.assert_allclose(near[:, 2], 0, atol=1e-9)
    up = raised_shoulders((0, length, 0), (0, 0, 1), frames)
    np.testing.assert_allclose(up[:, 1], 0.055, atol=1e-3)


def test_two_bones_stretch_towards_what_is_too_far():
    _, end = two_bone(np.zeros(3), vector(2, 0, 0), 0.3, 0.2, vector(0, 1, 0))
    assert 0.49 < end[0] < 0.5


def test_hands_are_mirror_images():
    def pair(x, y, z):
        return np.array([[[x, y, z], [-x, y, z]]], float)

    curl, thumb = np.full((1, 2, 4), 0.4), np.full((1, 2), 0.3)
    left, right = hand_points(pair(0.2, 0, 0), pair(0.1, 0.9, 0.2), pair(-0.3, 0, 1), curl, thumb, 1.0)[0]
    np.testing.assert_allclose(left * (-1, 1, 1), right, atol=1e-12)


def test_a_closed_hand_brings_the_finger_tips_to_the_palm():
    def reach(curl):
        points = hand_points(
            np.zeros((1, 2, 3)), np.tile([0.0, 1, 0], (1, 2, 1)), np.tile([0.0, 0, 1], (1, 2, 1)),
            np.full((1, 2, 4), curl), np.zeros((1, 2)), 1.0,
        )  # fmt: skip
        return lengths(points[0, 0, 0], points[0, 0, 12])

    assert reach(1.4) < 0.7 * reach(0.0)


def test_the_actor_keeps_its_bones_in_every_frame():
    figure = perform(idle_script(6), np.arange(0, 6, 0.1)).figure
    assert figure is not None
    body = figure.body
    for a, b, length in (
        (figure.shoulders, figure.elbows, body.upper_arm),
        (figure.elbows, figure.wrists, body.forearm),
        (figure.hips, figure.knees, body.thigh),
        (figure.knees, figure.ankles, body.shin),
    ):
        np.testing.assert_allclose(lengths(a, b), length, atol=1e-6)


def test_the_target_is_in_the_middle_and_left_is_right_in_the_picture():
    camera = look_at(vector(0.1, 1.2, 0), 0.3, 0.1, 1.5, (640, 480), 500)
    np.testing.assert_allclose(camera.project(vector(0.1, 1.2, 0)), (319.5, 239.5), atol=1e-9)
    assert camera.to_camera(vector(0.1, 1.2, 0))[2] == pytest.approx(1.5)
    assert camera.project(vector(0.3, 1.2, 0))[0] > 330
    assert camera.project(vector(0.1, 1.4, 0))[1] < 230


def test_projection_is_a_pinhole():
    camera = Camera(100, 100, 50, np.zeros(3), np.eye(3))
    np.testing.assert_allclose(camera.project(np.array([1.0, -2.0, 4.0])), (49.5 + 12.5, 49.5 - 25))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_holds_the_whole_head(view):
    for seed in range(20):
        performance = perform(idle_script(1, view, seed), np.zeros(1))
        assert performance.figure is not None
        crown = performance.figure.head_centre + vector(0, 0.13, 0)
        px = np.concatenate([performance.pose_px[0, :11], performance.camera.project(crown)])
        assert (px > 0).all()
        assert (px < (640, 480)).all()


def test_a_full_view_holds_the_feet():
    performances = [perform(idle_script(1, "full", seed), np.zeros(1)) for seed in range(20)]
    inside = [(p.pose_px[0, 25:, 1] < 480).all() for p in performances]
    assert np.mean(inside) > 0.9


def test_camera_for_draws_the_same_camera_for_the_same_seed():
    figure = perform(idle_script(1), np.zeros(1)).figure
    assert figure is not None
    first, second = (camera_for("half", figure, (640, 480), np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(first.position, second.position)
    assert isinstance(figure.body, Body)
