from __future__ import annotations

import numpy as np
import pytest

from mmn_live.joints import IMIGUE, LAYOUTS, MA52, Layout
from mmn_live.pose import joints_from_landmarks

WIDTH, HEIGHT = 640, 480
LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_WRIST, RIGHT_WRIST, LEFT_LITTLE, LEFT_INDEX = 11, 12, 15, 16, 17, 19


def landmarks(seed: int = 0, leading: tuple[int, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Landmarks well within the picture, so that derived joints stay there; both hands found."""
    rng = np.random.default_rng(seed)
    pose = np.concatenate(
        [rng.uniform((250, 180), (390, 300), (*leading, 33, 2)), rng.uniform(0.6, 1, (*leading, 33, 1))], axis=-1
    )
    hands = np.concatenate(
        [rng.uniform((250, 180), (390, 300), (*leading, 2, 21, 2)), np.ones((*leading, 2, 21, 1))], axis=-1
    )
    return pose.astype(np.float32), hands.astype(np.float32)


def joint(name: str, joints: np.ndarray, layout: Layout = MA52) -> np.ndarray:
    return joints[layout.index(name)]


def test_landmarks_that_are_joints_are_taken_as_they_are() -> None:
    pose, hands = landmarks()
    joints, visibility = joints_from_landmarks(pose, hands, MA52, WIDTH, HEIGHT)
    for name, index in {"nose": 0, "left_eye": 2, "right_ear": 8, "left_elbow": 13, "right_knee": 26}.items():
        assert joint(name, joints) == pytest.approx(pose[index, :2])
        assert joint(name, visibility) == pytest.approx(pose[index, 2])


def test_middles_lie_between_their_sources_and_are_seen_as_well_as_the_worse() -> None:
    pose, hands = landmarks()
    pose[LEFT_SHOULDER, 2], pose[RIGHT_SHOULDER, 2] = 0.9, 0.2
    joints, visibility = joints_from_landmarks(pose, hands, MA52, WIDTH, HEIGHT)
    assert joint("neck", joints) == pytest.approx(pose[[LEFT_SHOULDER, RIGHT_SHOULDER], :2].mean(axis=0))
    assert joint("neck", visibility) == pytest.approx(0.2)


def test_an_upright_face_has_its_parts_in_order_from_crown_to_chin() -> None:
    pose, hands = landmarks()
    # Eyes 1-6 at y 200, nose 0 at 225, mouth 9-10 at 250.
    pose[[1, 2, 3, 4, 5, 6], 1], pose[0, 1], pose[[9, 10], 1] = 200, 225, 250
    joints, _ = joints_from_landmarks(pose, hands, MA52, WIDTH, HEIGHT)
    order = ["head_top", "nose_bridge", "nose", "nose_base", "upper_lip", "lower_lip"]
    heights = [float(joint(name, joints)[1]) for name in order]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(order)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_found_hand_gives_its_tips(layout: Layout) -> None:
    pose, hands = landmarks()
    joints, visibility = joints_from_landmarks(pose, hands, layout, WIDTH, HEIGHT)
    for tip, point in {"thumb_tip": 4, "index_tip": 8, "middle_tip": 12, "ring_tip": 16, "little_tip": 20}.items():
        for side, hand in (("left", 0), ("right", 1)):
            assert joint(f"{side}_{tip}", joints, layout) == pytest.approx(hands[hand, point, :2])
            assert joint(f"{side}_{tip}", visibility, layout) == 1


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_lost_hand_is_taken_from_the_pose_and_marked_as_doubtful(layout: Layout) -> None:
    pose, hands = landmarks()
    hands[0] = 0
    pose[LEFT_WRIST], pose[LEFT_INDEX], pose[LEFT_LITTLE] = (300, 300, 1.0), (300, 280, 0.8), (310, 280, 0.9)
    joints, visibility = joints_from_landmarks(pose, hands, layout, WIDTH, HEIGHT)
    x, y = joint("left_index_tip", joints, layout)
    assert x == pytest.approx(300)
    assert y < 280, "a tip lies beyond its knuckle, seen from the wrist"
    assert joint("left_index_tip", visibility, layout) == pytest.approx(0.5 * 0.8)
    assert joint("right_index_tip", visibility, layout) == 1


def test_joints_outside_the_picture_are_not_seen() -> None:
    pose, hands = landmarks()
    outside = {13: (-0.1, 200), 14: (WIDTH, 200), 25: (300, -0.1), 26: (300, HEIGHT)}
    for index, place in outside.items():
        pose[index, :2] = place
    _, visibility = joints_from_landmarks(pose, hands, MA52, WIDTH, HEIGHT)
    for name in ("left_elbow", "right_elbow", "left_knee", "right_knee"):
        assert joint(name, visibility) == 0
    assert np.count_nonzero(visibility == 0) == len(outside)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_mirrored_person_has_mirrored_joints(layout: Layout) -> None:
    pose, hands = landmarks(seed=3)
    hands[1] = 0
    joints, visibility = joints_from_landmarks(pose, hands, layout, WIDTH, HEIGHT)
    swapped = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(index + (1 if index % 2 else -1) for index in range(11, 33))]
    mirrored_pose, mirrored_hands = pose[swapped].copy(), hands[::-1].copy()
    for points in (mirrored_pose, mirrored_hands):
        points[..., 0] = WIDTH - points[..., 0]
    other = np.arange(layout.size)
    for left, right in layout.mirror_pairs:
        other[left], other[right] = right, left
    mirrored, mirrored_visibility = joints_from_landmarks(mirrored_pose, mirrored_hands, layout, WIDTH, HEIGHT)
    np.testing.assert_allclose(mirrored[other, 0], WIDTH - joints[:, 0], atol=1e-3)
    np.testing.assert_allclose(mirrored[other, 1], joints[:, 1], atol=1e-3)
    np.testing.assert_allclose(mirrored_visibility[other], visibility, atol=1e-6)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_found_hand_gives_the_wrist_that_the_pose_has_lost(layout: Layout) -> None:
    pose, hands = landmarks()
    pose[LEFT_WRIST] = (300, HEIGHT + 60, 0.9)
    hands[0, 0, :2] = (310, HEIGHT + 20)
    pose[RIGHT_WRIST, 2] = 0.2
    joints, visibility = joints_from_landmarks(pose, hands, layout, WIDTH, HEIGHT)
    for hand, side in enumerate(("left", "right")):
        assert joint(f"{side}_wrist", joints, layout) == pytest.approx(hands[hand, 0, :2])
        assert joint(f"{side}_wrist", visibility, layout) == 1
    hands[:] = 0
    _, visibility = joints_from_landmarks(pose, hands, layout, WIDTH, HEIGHT)
    assert joint("left_wrist", visibility, layout) == 0
    assert joint("right_wrist", visibility, layout) == pytest.approx(0.2)


def test_a_wrist_that_the_pose_sees_stays_where_the_pose_has_it() -> None:
    pose, hands = landmarks()
    joints, visibility = joints_from_landmarks(pose, hands, MA52, WIDTH, HEIGHT)
    assert joint("left_wrist", joints) == pytest.approx(pose[LEFT_WRIST, :2])
    assert joint("left_wrist", visibility) == pytest.approx(pose[LEFT_WRIST, 2])
    assert joint("left_hand_wrist", joints) == pytest.approx(hands[0, 0, :2])


def test_leading_axes_are_independent() -> None:
    pose, hands = landmarks(seed=1, leading=(3, 4))
    hands[1, 2, 0] = 0
    joints, visibility = joints_from_landmarks(pose, hands, IMIGUE, WIDTH, HEIGHT)
    assert joints.shape == (3, 4, IMIGUE.size, 2)
    assert joints.dtype == visibility.dtype == np.float32
    for place in np.ndindex(3, 4):
        alone, alone_visibility = joints_from_landmarks(pose[place], hands[place], IMIGUE, WIDTH, HEIGHT)
        np.testing.assert_allclose(joints[place], alone, rtol=1e-6)
        np.testing.assert_allclose(visibility[place], alone_visibility, rtol=1e-6)


def test_a_joint_derived_from_a_landmark_outside_the_image_is_unseen() -> None:
    pose, hands = np.full((33, 3), 100.0, np.float32), np.zeros((2, 21, 3), np.float32)
    pose[:, 2] = 1.0
    pose[12, 0] = -40.0
    joints, visibility = joints_from_landmarks(pose, hands, MA52, 640, 480)
    neck = MA52.index("neck")
    assert 0 <= joints[neck, 0] < 640
    assert visibility[neck] == 0
    assert visibility[MA52.index("left_shoulder")] == 1
