from __future__ import annotations

import numpy as np
import pytest

from mmn_live.pose.person import Hand, alone_with, assign_hands, body_size_px, is_somebody

SHOULDER_PX = 200
LEFT, RIGHT = 0, 1


def body(scale: float = 1.0) -> np.ndarray:
    """Somebody who faces a camera of 640x480: the left side is on the picture's right."""
    pose = np.ones((33, 3), np.float32)
    places = {0: (320, 120), 11: (420, 220), 12: (220, 220), 15: (430, 400), 16: (210, 400), 23: (380, 460)}
    for index, place in (places | {24: (260, 460)}).items():
        pose[index, :2] = place
    pose[:, :2] = 320 + scale * (pose[:, :2] - 320)
    return pose


def hand(x: float, y: float, side: int) -> Hand:
    return Hand(np.full((21, 2), (x, y), np.float32), side)


def found_at(hands: np.ndarray) -> list[tuple[float, float] | None]:
    return [(float(h[0, 0]), float(h[0, 1])) if h[0, 2] else None for h in hands]


def test_hands_go_to_their_wrists_whatever_their_shape_says() -> None:
    hands = [hand(215, 405, LEFT), hand(425, 395, RIGHT)]
    assert found_at(assign_hands(hands, [body()])[0]) == [(425, 395), (215, 405)]


def test_the_shape_decides_between_wrists_that_are_together() -> None:
    pose = body()
    pose[15, :2], pose[16, :2] = (320, 400), (316, 400)
    assert found_at(assign_hands([hand(318, 390, RIGHT)], [pose])[0]) == [None, (318, 390)]
    assert found_at(assign_hands([hand(318, 390, LEFT)], [pose])[0]) == [(318, 390), None]


def test_two_hands_at_one_wrist_do_not_share_it() -> None:
    hands = [hand(428, 402, LEFT), hand(425, 410, LEFT)]
    assert found_at(assign_hands(hands, [body()])[0]) == [(428, 402), None]


def test_two_hands_together_take_a_side_each() -> None:
    pose = body()
    pose[15, :2], pose[16, :2] = (330, 300), (310, 300)
    hands = [hand(312, 298, RIGHT), hand(326, 301, RIGHT)]
    assert found_at(assign_hands(hands, [pose])[0]) == [(326, 301), (312, 298)]


@pytest.mark.parametrize("distance", [0.4, 0.6])
def test_a_hand_out_of_reach_belongs_to_nobody(distance: float) -> None:
    far = hand(430 + distance * SHOULDER_PX, 400, LEFT)
    assert (found_at(assign_hands([far], [body()])[0])[LEFT] is not None) == (distance < 0.5)


def test_no_hand_found_is_no_hand() -> None:
    assert not assign_hands([], [body()]).any()


def test_all_points_of_a_hand_are_kept() -> None:
    points = np.arange(42, dtype=np.float32).reshape(21, 2) + 400
    assigned = assign_hands([Hand(points, LEFT)], [body()])[0]
    np.testing.assert_array_equal(assigned[LEFT, :, :2], points)
    assert (assigned[LEFT, :, 2] == 1).all()


def test_somebody_is_somebody_and_a_ghost_is_not() -> None:
    assert is_somebody(body(), 640, 480)
    assert is_somebody(body(scale=0.4), 640, 480), "far away"
    assert not is_somebody(body(scale=0.15), 640, 480), "MediaPipe is as sure of a ghost, but it is tiny"


def test_a_person_seen_from_the_side_is_not_a_ghost() -> None:
    pose = body()
    pose[11, :2] = pose[12, :2]
    assert is_somebody(pose, 640, 480)
    assert body_size_px(pose) > 100


def test_a_body_without_a_visible_head_or_shoulder_is_nobody() -> None:
    pose = body()
    pose[[0, 11, 12], 2] = 0.3
    assert not is_somebody(pose, 640, 480)


def test_every_hand_goes_to_the_nearest_body_of_two() -> None:
    one, other = body(0.4), body(0.4)
    one[:, 0] -= 150
    other[:, 0] += 150
    wrists = [tuple(pose[15 + side, :2]) for pose in (one, other) for side in (LEFT, RIGHT)]
    hands = [hand(x, y, side) for (x, y), side in zip(wrists, (LEFT, RIGHT) * 2, strict=True)]
    assigned = assign_hands(hands[::-1], [one, other])
    found = [place for two in assigned for place in found_at(two)]
    np.testing.assert_allclose(found, wrists, atol=1e-3)


def test_what_is_left_alone_is_the_body_and_its_surroundings() -> None:
    image = np.full((480, 640, 3), 200, np.uint8)
    pose = body(0.3)
    pose[:, 1] -= 100
    alone = alone_with(image, pose)
    x, y = pose[0, :2].astype(int)
    assert (alone[y, x] == 200).all()
    assert (alone[:, :150] == 128).all()
    assert (image == 200).all()
