"""Whom one follows: the nearest to the centre and largest, and not another each second."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.joints import MA52
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.pose.following import LOOK_EVERY_S, Chooser, distinct, prominence
from mmn_live.types import Frame

from .two_actors import picture, sprites

WIDTH = 640


def body(x: float, size: float = 100.0, visibility: float = 1.0) -> np.ndarray:
    pose = np.full((33, 3), visibility, np.float32)
    pose[:, :2] = x, 200
    pose[11, 0], pose[12, 0] = x + size / 2, x - size / 2
    return pose


def test_the_large_one_in_the_middle_is_the_most_prominent() -> None:
    middle, aside, small = body(320), body(600), body(320, 60)
    assert prominence(middle, WIDTH) > prominence(aside, WIDTH)
    assert prominence(middle, WIDTH) > prominence(small, WIDTH)


def test_when_somebody_appears_the_first_look_decides() -> None:
    chooser = Chooser()
    assert not chooser.due(0.0, found=False, tracked=False)
    assert chooser.due(0.1, found=True, tracked=True)
    assert chooser.process(0.1, body(600), [body(600), body(320)], WIDTH) is not None


def test_a_ghost_does_not_keep_people_from_being_found() -> None:
    chooser, near, far = Chooser(), body(320), body(600, 60)
    assert chooser.due(0.0, found=False, tracked=True), "MediaPipe holds on to a body that is nobody's"
    assert chooser.process(0.0, None, [], WIDTH) is None
    assert not chooser.due(LOOK_EVERY_S - 0.1, found=False, tracked=True)
    assert not chooser.due(LOOK_EVERY_S, found=False, tracked=False), "an empty room needs no look"
    assert chooser.due(LOOK_EVERY_S, found=False, tracked=True)
    assert chooser.process(LOOK_EVERY_S, None, [far, near], WIDTH) is near


def test_a_rival_has_to_be_clearly_better_for_two_looks() -> None:
    chooser, followed = Chooser(), body(200)
    assert chooser.due(0.0, found=True, tracked=True)
    assert chooser.process(0.0, followed, [followed], WIDTH) is None
    rival, hardly = body(330, 130), body(230)
    looks = [
        [followed, rival],
        [followed],
        [followed, hardly],
        [followed, hardly],
        [followed, rival],
        [followed, rival],
    ]
    chosen = []
    for number, everybody in enumerate(looks, start=1):
        assert not chooser.due(number * LOOK_EVERY_S - 0.1, found=True, tracked=True)
        assert chooser.due(number * LOOK_EVERY_S, found=True, tracked=True)
        chosen.append(chooser.process(number * LOOK_EVERY_S, followed, everybody, WIDTH))
    assert [one is not None for one in chosen] == [False] * 5 + [True]
    assert chosen[-1] is rival


def test_a_body_that_was_found_twice_is_one() -> None:
    kept = distinct([body(300, visibility=0.7), body(310), body(500)])
    assert [float(pose[0, 0]) for pose in kept] == [310, 500]


@pytest.mark.slow
def test_one_person_is_followed_and_another_only_once_clearly_nearer(model_files: ModelFiles) -> None:
    one, other = sprites(1, 3), sprites(5, 8)
    followed, frames = [], list[Frame]()
    for index in range(54):
        # Both stand aside at first; then the one who is not followed comes to the middle.
        x = 560.0 if index / 9 < 1.5 else 340.0
        frames.append(Frame(index, index / 9, picture((one, 110), (other, x), sample=index), 0.0))
    with PoseEstimator(MA52, model_files) as estimator, PoseEstimator(MA52, model_files) as one_by_one:
        for frame, following in zip(frames, [*frames[1:], None], strict=True):
            people = estimator.process(frame, following)
            assert len(people.skeletons) <= 1
            for one, other in zip(people.skeletons, one_by_one.process(frame).skeletons, strict=True):
                np.testing.assert_array_equal(one.joints, other.joints)
                np.testing.assert_array_equal(one.visibility, other.visibility)
            followed += [(frame.time_s, float(one.joints[[5, 6], 0].mean()), one.person_id) for one in people.skeletons]
    assert {person_id for _, _, person_id in followed} == {1}
    early = [x for time_s, x, _ in followed if time_s < 1.4]
    late = [x for time_s, x, _ in followed if time_s > 5.0]
    assert len(early) > 8
    assert max(early) - min(early) < 60, "one and the same person"
    assert np.median(late) == pytest.approx(340, abs=60)
