from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import mediapipe
import numpy as np
import pytest

from mmn_live.errors import PoseError
from mmn_live.joints import IMIGUE, MA52
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.types import Frame, Skeleton

REAL = Path(__file__).parents[3] / "shared" / "real"


def black(height: int, width: int, time_s: float = 0.0) -> Frame:
    return Frame(0, time_s, np.zeros((height, width, 3), np.uint8), 0.0)


def frames_of(name: str) -> Iterator[Frame]:
    if not (REAL / name).exists():
        pytest.skip(f"the real clip {name} is not here")
    capture = cv2.VideoCapture(str(REAL / name))
    rate, index = capture.get(cv2.CAP_PROP_FPS), 0
    while True:
        read, image = capture.read()
        if not read:
            return
        yield Frame(index, index / rate, image, 0.0)
        index += 1


def assert_same(one: Skeleton, other: Skeleton) -> None:
    np.testing.assert_array_equal(one.joints, other.joints)
    np.testing.assert_array_equal(one.visibility, other.visibility)


def test_the_actor_is_found_with_its_hands_on_their_sides(estimator: PoseEstimator, actor_frames: list[Frame]) -> None:
    skeletons = [skeleton for frame in actor_frames for skeleton in estimator.process(frame).skeletons]
    assert [skeleton.index for skeleton in skeletons] == [0, 1, 2, 3]
    assert [skeleton.time_s for skeleton in skeletons] == [frame.time_s for frame in actor_frames]
    newest = skeletons[-1]
    assert newest.landmarks is not None
    assert newest.joints.shape == (MA52.size, 2)
    assert newest.landmarks.hands[:, 0, 2].any(), "no hand was found"
    left, right = newest.joints[MA52.index("left_shoulder")], newest.joints[MA52.index("right_shoulder")]
    assert left[0] > right[0] + 50, "who faces the camera has the left shoulder on the picture's right"
    assert newest.joints[MA52.index("nose")][1] < left[1] < newest.joints[MA52.index("hip_centre")][1]


def test_the_layout_is_the_one_asked_for(model_files: ModelFiles, actor_frames: list[Frame]) -> None:
    with PoseEstimator(IMIGUE, model_files) as estimator:
        (skeleton,) = estimator.process(actor_frames[0]).skeletons
    assert skeleton.joints.shape == (IMIGUE.size, 2)


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (17, 33), (2, 700), (480, 640)])
def test_nobody_is_in_a_black_picture_of_any_size(estimator: PoseEstimator, size: tuple[int, int]) -> None:
    assert estimator.process(black(*size)).skeletons == ()


def test_frames_within_a_millisecond_are_all_processed(estimator: PoseEstimator, actor_frames: list[Frame]) -> None:
    image = actor_frames[0].image
    assert all(estimator.process(Frame(index, 1.0 + index * 1e-4, image, 0.0)).person for index in range(4))


def test_a_reset_forgets_what_was_before(model_files: ModelFiles, actor_frames: list[Frame]) -> None:
    image = actor_frames[0].image
    with PoseEstimator(MA52, model_files) as estimator:
        (first,) = estimator.process(actor_frames[0]).skeletons
        (tracked,) = [estimator.process(Frame(index, index / 10, image, 0.0)) for index in range(1, 4)][-1].skeletons
        estimator.reset()
        estimator.reset()
        (afresh,) = estimator.process(Frame(9, 9.0, image, 0.0)).skeletons
    assert (tracked.joints != first.joints).any(), "the same picture, but tracked"
    assert_same(afresh, first)


def test_what_is_found_is_the_same_when_the_next_frame_is_begun_ahead(
    model_files: ModelFiles, actor_frames: list[Frame]
) -> None:
    frames = [Frame(index, index / 10, actor_frames[index % 4].image, 0.0) for index in range(10)]
    found: list[list[Skeleton]] = []
    for ahead in (False, True):
        with PoseEstimator(MA52, model_files) as estimator:
            found.append([])
            for frame, following in zip(frames, [*frames[1:], None], strict=True):
                found[-1] += estimator.process(frame, following if ahead else None).skeletons
                if frame.index == 5:
                    estimator.reset()
    assert [skeleton.index for skeleton in found[1]] == list(range(10))
    for one, other in zip(*found, strict=True):
        assert_same(one, other)


def test_the_hands_of_the_next_frame_are_looked_for_while_the_body_of_this_one_is(
    estimator: PoseEstimator, actor_frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, following = (Frame(index, 100.0 + index, actor_frames[0].image, 0.0) for index in range(2))
    begun = threading.Event()
    look_for_hands, look_for_body = estimator._hands.detect_for_video, estimator._body.process

    def hands(image: mediapipe.Image, time_ms: int) -> object:
        if time_ms == 101_000:
            begun.set()
        return look_for_hands(image, time_ms)

    def body(image: mediapipe.Image, time_ms: int) -> object:
        assert begun.wait(10)
        return look_for_body(image, time_ms)

    monkeypatch.setattr(estimator._hands, "detect_for_video", hands)
    monkeypatch.setattr(estimator._body, "process", body)
    assert estimator.process(first, following).index == 0
    assert estimator.process(following).index == 1


def test_the_body_of_the_next_frame_is_looked_for_before_anybody_asks_for_it(
    estimator: PoseEstimator, actor_frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, following = (Frame(index, 200.0 + index, actor_frames[0].image, 0.0) for index in range(2))
    begun = threading.Event()
    look_for_body = estimator._body.process

    def body(image: mediapipe.Image, time_ms: int) -> object:
        if time_ms == 201_000:
            begun.set()
        return look_for_body(image, time_ms)

    monkeypatch.setattr(estimator._body, "process", body)
    assert estimator.process(first, following).person
    assert begun.wait(10)
    assert estimator.process(following).person


def test_a_failure_of_mediapipe_is_a_pose_error(
    estimator: PoseEstimator, actor_frames: list[Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    estimator.process(actor_frames[0])

    def fail(*_: object) -> None:
        raise RuntimeError("graph has errors")

    monkeypatch.setattr(estimator._hands, "detect_for_video", fail)
    with pytest.raises(PoseError, match=r"frame 1 \(0\.100 s\): graph has errors"):
        estimator.process(actor_frames[1])


def test_models_that_are_none_are_refused() -> None:
    with pytest.raises(PoseError, match="cannot start"):
        PoseEstimator(MA52, ModelFiles(b"no model", b"nor this"))
    gc.collect()  # MediaPipe leaves the thread of a task that it could not open to the garbage collector.


def test_a_closed_estimator_says_so(model_files: ModelFiles, actor_frames: list[Frame]) -> None:
    estimator = PoseEstimator(MA52, model_files)
    estimator.process(actor_frames[0], actor_frames[1])
    estimator.close()
    estimator.close()
    with pytest.raises(PoseError):
        estimator.process(actor_frames[1])


@pytest.mark.slow
def test_mediapipe_says_nothing_on_the_terminal(actor_frames: list[Frame], tmp_path: Path) -> None:
    # In a process of its own: some remarks are made once in a process.
    picture = tmp_path / "actor.png"
    cv2.imwrite(str(picture), actor_frames[0].image)
    program = (
        "import sys, cv2\n"
        "from mmn_live.joints import MA52\n"
        "from mmn_live.pose import PoseEstimator, ensure_model_files\n"
        "from mmn_live.types import Frame\n"
        "with PoseEstimator(MA52, ensure_model_files()) as estimator:\n"
        "    found = estimator.process(Frame(0, 0.0, cv2.imread(sys.argv[1]), 0.0)).person\n"
        "print('found' if found else 'nobody', file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(picture)], capture_output=True, text=True, check=True)
    assert run.stderr.split() == ["found"]


@pytest.mark.slow
def test_a_man_at_a_desk_is_always_there(estimator: PoseEstimator) -> None:
    present = [estimator.process(frame).person for frame in frames_of("still_desk_man.mp4") if frame.index % 2 == 0]
    assert len(present) == 31
    assert sum(present) >= 30


@pytest.mark.slow
def test_an_empty_room_is_nobody(estimator: PoseEstimator) -> None:
    present = [frame.time_s for frame in frames_of("empty_room.mp4") if estimator.process(frame).person]
    assert [time_s for time_s in present if time_s > 0.9] == []


@pytest.mark.slow
def test_nobody_is_there_once_the_face_is_gone(estimator: PoseEstimator) -> None:
    frames = (frame for frame in frames_of("face_then_nobody.mov") if frame.index % 4 == 0)
    present = [frame.time_s for frame in frames if estimator.process(frame).person]
    assert len([time_s for time_s in present if time_s < 2.5]) >= 15
    assert [time_s for time_s in present if time_s > 2.7] == []
