"""What may be kept of the picture: no face, or no pixel at all; whoever is not found is there still."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from mmn_live.actor.algebra import rotate
from mmn_live.actor.perform import Performance
from mmn_live.actor.script import parse_script
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.overlay import Overlay, Scene
from mmn_live.overlay.privacy import BLANK, GONE_S, HOLD_S, IMAGE_CELLS, Blank, FaceBlur, guard_named
from mmn_live.sources.demo import DemoSource
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Landmarks, Skeleton

FPS = 4.0
ACTS = """
figure: {figure}
view: {view}
seed: {seed}
look: {seed}
duration: 2
0.2 1.7 {action}
"""
# The skull, the chin, the ears and the nose of actor/parts.py, in head axes, metres at head size 1.
HEAD_M = np.array(
    [(0, 0.131, -0.02), (0, -0.113, 0.05), (0.085, 0, 0), (-0.085, 0, 0), (0, 0, -0.12), (0, -0.034, 0.114)]
    + [(s * 0.06, y, 0.06) for s in (1, -1) for y in (0.08, -0.07)]
)


@dataclass(frozen=True)
class Seen:
    """A frame of the actor, the skeleton as a detector would have it, and where his head truly is."""

    time_s: float
    image: np.ndarray
    skeleton: Skeleton
    head: np.ndarray


def acted(view: str, seed: int, action: str, figure: str = "seated") -> list[Seen]:
    script = parse_script(ACTS.format(figure=figure, view=view, seed=seed, action=action))
    rng = np.random.default_rng(seed)
    with DemoSource(script, fps=FPS, pace=False) as source:
        shown = source.performance
        return [
            Seen(
                frame.time_s,
                frame.image,
                skeleton(shown.pose_px[i] + rng.normal(0, 0.02 * head_size_px(shown, i), (33, 2))),
                hull(head_px(shown, i), frame.image.shape[:2]),
            )
            for i, frame in enumerate(source)
        ]


def head_px(shown: Performance, i: int) -> np.ndarray:
    figure = shown.figure
    assert figure is not None
    offsets = rotate(figure.head_rotation[i][None], HEAD_M * figure.body.head)
    return shown.camera.project(figure.head_centre[i] + offsets)


def head_size_px(shown: Performance, i: int) -> float:
    return float(np.ptp(head_px(shown, i)[:, 1]))


def hull(points: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(points.round().astype(np.int32)), (1,))
    return mask.astype(bool)


def skeleton(pose_px: np.ndarray, time_s: float = 0.0, person_id: int = 1) -> Skeleton:
    pose = np.column_stack([pose_px, np.ones(33)]).astype(np.float32)
    landmarks = Landmarks(pose, np.zeros((2, 21, 3), np.float32))
    joints, visibility = np.zeros((44, 2), np.float32), np.zeros(44, np.float32)
    return Skeleton(0, time_s, joints, visibility, landmarks, person_id)


def person_at(x: float, y: float, px_per_m: float = 400.0, person_id: int = 1) -> Skeleton:
    """Somebody who looks at the camera, the eyes' middle at that place."""
    pose = np.zeros((33, 2))
    face = [(0, 36), *((-s * e, 0) for s in (1, -1) for e in (18, 31, 44)), (64, 12), (-64, 12), (22, 62), (-22, 62)]
    pose[:11] = face
    pose[11:] = [(180 if i % 2 else -180, 250) for i in range(11, 33)]
    return skeleton(np.array([x, y]) + pose / 1000 * px_per_m, person_id=person_id)


def detail(image: np.ndarray, where: np.ndarray) -> float:
    """How much the grey levels differ from those around them, within eight pixels, in a part of an image."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return float((grey - cv2.GaussianBlur(grey, (0, 0), 8))[where].std())


def noise(height: int = 480, width: int = 640, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def blurred_part(guard: FaceBlur, skeletons: Sequence[Skeleton], time_s: float) -> np.ndarray:
    """Which pixels of an image of noise, (480, 640) bool, are not what they were."""
    image = noise()
    return (guard.process(image, skeletons, time_s) != image).any(axis=2)


@pytest.fixture(scope="module", params=[("webcam", 3, "shaking head"), ("half", 5, "nodding"), ("full", 7, "waving")])
def clip(request: pytest.FixtureRequest) -> list[Seen]:
    return acted(*request.param)


def test_of_the_face_no_detail_is_left_and_of_the_rest_everything(clip: list[Seen]) -> None:
    guard = FaceBlur()
    for seen in clip:
        kept = guard.process(seen.image, [seen.skeleton], seen.time_s)
        assert detail(seen.image, seen.head) > 3
        assert detail(kept, seen.head) < 0.15 * detail(seen.image, seen.head)
        unchanged = (kept == seen.image).all(axis=2)
        assert (~unchanged).sum() < 7.5 * seen.head.sum()
        assert not unchanged[seen.head].any() or unchanged[seen.head].mean() < 0.05  # equal by chance


def test_the_eyes_are_not_found_in_what_is_kept() -> None:
    guard = FaceBlur()
    for seen in acted("webcam", 3, "shaking head"):
        kept = guard.process(seen.image, [seen.skeleton], seen.time_s)
        assert seen.skeleton.landmarks is not None
        eyes = seen.skeleton.landmarks.pose[1:7, :2]
        (left, top), (right, bottom) = eyes.min(axis=0).astype(int) - 12, eyes.max(axis=0).astype(int) + 12
        template = seen.image[top:bottom, left:right]
        around = slice(top - 30, bottom + 30), slice(left - 30, right + 30)
        assert cv2.matchTemplate(seen.image[around], template, cv2.TM_CCOEFF_NORMED).max() > 0.99
        assert cv2.matchTemplate(kept[around], template, cv2.TM_CCOEFF_NORMED).max() < 0.5


def test_two_faces_that_differ_in_detail_become_the_same_picture() -> None:
    """What a blur keeps can be brought back; this one keeps nothing finer than its cells."""
    seen = acted("webcam", 3, "nodding")[0]
    board = (np.indices(seen.head.shape).sum(axis=0) // 3 % 2)[..., None] * 60 - 30
    other = np.where(seen.head[..., None], np.clip(seen.image.astype(int) + board, 0, 255), seen.image).astype(np.uint8)
    kept, other_kept = (FaceBlur().process(image, [seen.skeleton], 0.0) for image in (seen.image, other))
    difference = np.abs(kept.astype(int) - other_kept)
    assert np.abs(seen.image.astype(int) - other)[seen.head].mean() > 20
    assert difference.max() <= 3


def test_a_face_that_is_not_found_for_a_moment_stays_blurred(clip: list[Seen]) -> None:
    guard = FaceBlur()
    for i, seen in enumerate(clip):
        kept = guard.process(seen.image, [] if i % 4 else [seen.skeleton], seen.time_s)
        assert detail(kept, seen.head) < 0.15 * detail(seen.image, seen.head)


def test_until_somebody_is_found_and_when_nobody_is_any_more_all_of_the_image_is_blurred() -> None:
    guard, somebody = FaceBlur(), person_at(320, 240)
    everywhere = np.ones((480, 640), bool)
    assert detail(guard.process(noise(), [], 0.0), everywhere) < 1
    assert not blurred_part(guard, [somebody], 0.1)[:, :150].any()
    assert not blurred_part(guard, [], 0.2)[:, :150].any()
    assert detail(guard.process(noise(), [], 0.1 + HOLD_S + 0.01), everywhere) < 1
    assert detail(guard.process(noise(), [], 1000.0), everywhere) < 1
    assert not blurred_part(guard, [somebody], 1000.1)[:, :150].any()


def test_the_held_place_grows_until_the_person_is_found_again() -> None:
    guard = FaceBlur()
    sizes = [blurred_part(guard, [person_at(320, 240)], 0.0).sum()]
    sizes += [blurred_part(guard, [], time_s).sum() for time_s in (0.1, 0.3, 0.6)]
    assert sizes == sorted(sizes)
    assert sizes[-1] > 3 * sizes[0]
    assert blurred_part(guard, [person_at(320, 240)], 0.7).sum() == sizes[0]


def test_where_a_quick_head_just_was_and_as_far_ahead_of_it_is_blurred() -> None:
    guard = FaceBlur()
    first = blurred_part(guard, [person_at(200, 240)], 0.0)
    second = blurred_part(guard, [person_at(320, 240)], 0.1)
    assert second[first].all()
    assert second[:, ::-1][first].all()  # 320 is in the middle


def test_of_two_the_lost_one_stays_blurred_then_all_is_then_he_has_left() -> None:
    guard, both = FaceBlur(), [person_at(150, 240, 300, 1), person_at(500, 240, 300, 2)]
    lost_place = blurred_part(guard, both, 0.0)[:, :320]
    assert blurred_part(guard, both[1:], 0.1)[:, :320][lost_place].all()
    for i in range(1, 100):
        blurred = blurred_part(guard, both[1:], 0.1 * i)
        assert blurred.mean() > 0.95 or 0.1 * i <= HOLD_S
    assert not blurred_part(guard, both[1:], GONE_S + 0.1)[:, :320].any()


def test_who_comes_back_under_another_number_is_the_one_who_was_lost() -> None:
    guard, staying = FaceBlur(), person_at(500, 240, 300, 2)
    blurred_part(guard, [person_at(150, 240, 300, 1), staying], 0.0)
    assert blurred_part(guard, [staying], HOLD_S + 1).mean() > 0.95
    back = [staying, person_at(150, 240, 300, 3)]
    assert blurred_part(guard, back, HOLD_S + 1.1).mean() < 0.5


@pytest.mark.parametrize("pose", [np.zeros((33, 2)), np.full((33, 2), np.nan)], ids=["at one place", "nowhere"])
def test_somebody_whose_head_has_no_place_may_be_anywhere(pose: np.ndarray) -> None:
    guard = FaceBlur()
    blurred_part(guard, [person_at(320, 240)], 0.0)
    assert blurred_part(guard, [person_at(320, 240), skeleton(pose, person_id=2)], 0.1).mean() > 0.95


def test_a_head_half_outside_the_image_gets_no_finer_cells() -> None:
    kept = FaceBlur().process(noise(), [person_at(-55, 240)], 0.0)
    columns = (kept != noise()).any(axis=(0, 2)).sum()
    assert 8 < columns < 40
    strip = slice(220, 280), slice(0, columns // 2)
    assert kept[strip].std() < 0.2 * noise()[strip].std()


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (64, 48), (540, 960)])
def test_any_size_is_blurred_on_a_copy(size: tuple[int, int]) -> None:
    image = noise(size[1], size[0])
    image.setflags(write=False)
    guard = FaceBlur()
    for people in ([], [person_at(size[0] / 2, size[1] / 2, size[1] / 2)], [person_at(-9e6, 9e6)], []):
        assert guard.process(image, people, 0.0).shape == image.shape
    np.testing.assert_array_equal(image, noise(size[1], size[0]))


def test_an_image_blurred_whole_has_no_more_colours_than_its_cells() -> None:
    image = noise(480, 640)
    shuffled = np.random.default_rng(1).permuted(image.reshape(6, 80, IMAGE_CELLS, 80, 3), axis=1)
    shuffled = shuffled.reshape(image.shape)
    kept, other = (FaceBlur().process(one, [], 0.0) for one in (image, shuffled))
    assert (image != shuffled).mean() > 0.9
    assert np.abs(kept.astype(int) - other).max() <= 1


def test_a_skeleton_alone_is_drawn_the_same_whatever_was_in_the_picture(labels, make_skeleton) -> None:
    overlay = Overlay(MA52, taxonomy_named("ma52"), labels)
    scene = Scene(1.0, skeletons=(make_skeleton(640, 480),), recording_s=3.0, privacy="skeleton")
    drawn = [overlay.draw(Blank().process(noise(seed=seed), [], 1.0), scene) for seed in (1, 2)]
    assert drawn[0].tobytes() == drawn[1].tobytes()
    assert (drawn[0] == BLANK).all(axis=2).mean() > 0.5


def test_an_unknown_mode_is_refused() -> None:
    assert guard_named("none").process(noise(), [], 0.0).tobytes() == noise().tobytes()
    with pytest.raises(UsageError, match="'faces'"):
        guard_named("faces")


def test_a_blurred_face_costs_little() -> None:
    guard, image, somebody = FaceBlur(), noise(720, 1280), [person_at(640, 300, 800)]
    times_s = []
    for i in range(20):
        began = time.thread_time()
        guard.process(image, somebody, i / 30)
        times_s.append(time.thread_time() - began)
    assert min(times_s) < 0.010  # 2 ms on an idle core
