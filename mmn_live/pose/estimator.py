"""Frame to People: the body and the hands found side by side, in a thread each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING

from mmn_live.errors import PoseError, UsageError
from mmn_live.joints import Layout
from mmn_live.pose.assets import ModelFiles
from mmn_live.pose.following import Chooser, distinct
from mmn_live.pose.joints import joints_from_landmarks
from mmn_live.pose.landmarker import (
    BodyTask,
    found_bodies,
    found_hands,
    keep_offline,
    mediapipe_image,
    native_log_muted,
    open_hand_task,
    open_pose_task,
    outlive_profiling,
    provoke_remarks,
)
from mmn_live.pose.person import alone_with, assign_hands, is_somebody
from mmn_live.pose.smoothing import BodySmoother
from mmn_live.pose.tracking import Tracker, sighting
from mmn_live.types import FIRST_PERSON, FloatArray, Frame, Landmarks, People, Skeleton

if TYPE_CHECKING:
    import mediapipe
    from mediapipe.tasks.python.vision.hand_landmarker import HandLandmarker, HandLandmarkerResult
    from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarker


MOST_PEOPLE = 4


@dataclass(frozen=True)
class _Begun:
    """A frame as MediaPipe takes it, whose bodies and hands are being looked for."""

    frame: Frame
    image: mediapipe.Image
    time_ms: int
    bodies: Future[list[FloatArray]]
    hands: Future[HandLandmarkerResult]


class PoseEstimator:
    """Finds the joints of up to `people` persons in the frames of one stream; a context manager, used by one thread.

    Several people have ids that stay theirs (tracking.py). One person always has the id 1, and is the one nearest to
    the centre and largest (following.py): MediaPipe searches all of the picture as long as it has found fewer than it
    may, which costs 12 ms a frame, so for one person the others are only looked at now and then. It smooths one
    person's body only; several are smoothed here (smoothing.py), so that the network sees what it has learnt from.

    Raises UsageError for a number of people that is not from 1 to 4; PoseError, from any method, when MediaPipe fails.
    """

    def __init__(self, layout: Layout, models: ModelFiles, people: int = 1) -> None:
        if not 1 <= people <= MOST_PEOPLE:
            raise UsageError(f"{people} people cannot be followed: give a number from 1 to {MOST_PEOPLE}")
        self._layout = layout
        self._models = models
        self._people = people
        self._tracker = Tracker()
        self._smoother = BodySmoother()
        self._chooser = Chooser()
        self._body_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="body")
        self._hand_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hands")
        self._ahead: _Begun | None = None
        self._tasks, self._lookout = ExitStack(), ExitStack()
        keep_offline()
        outlive_profiling()
        try:
            with _failing_as("cannot start"), native_log_muted():
                provoke_remarks(models.pose)
            self._open_tasks()
            if people == 1:
                self._open_lookout()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> PoseEstimator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def process(self, frame: Frame, following: Frame | None = None) -> People:
        """Everybody in the frame.

        `following` is the next frame, the one to be given next, where it is there already: its body is looked for as
        soon as this one's is found, and so are its hands. What is found is the same with it and without.
        """
        if self._lost_track:
            self._open_tasks()
        height, width = frame.image.shape[:2]
        begun, found, hand_result = self._detect(frame, following)
        bodies, tracked = self._somebodies(found, width, height), bool(found)
        if self._people == 1 and self._chooser.due(frame.time_s, found=bool(bodies), tracked=tracked):
            bodies = self._chosen(begun, bodies[0] if bodies else None)
        ids = self._ids(frame, bodies) if bodies else []
        if self._people > 1:
            bodies = self._smoother.process(frame.time_s, bodies, ids)
        if not bodies:
            return People(frame.index, frame.time_s, ())
        hands = assign_hands(found_hands(hand_result, width, height), bodies)
        skeletons = [
            self._skeleton(frame, Landmarks(*one), person_id)
            for person_id, one in zip(ids, zip(bodies, hands, strict=True), strict=True)
        ]
        return People(frame.index, frame.time_s, tuple(sorted(skeletons, key=lambda skeleton: skeleton.person_id)))

    def reset(self) -> None:
        """Forget where the body and the hands were: after a gap they are anywhere. Takes effect at the next frame."""
        self._lost_track = self._last_ms >= 0
        self._tracker.forget_movement()
        self._smoother = BodySmoother()

    def close(self) -> None:
        """Free MediaPipe's tasks, which must not be left to the interpreter's end. Idempotent."""
        self._stop_ahead()
        self._body_worker.shutdown()
        self._hand_worker.shutdown()
        self._tasks.close()
        self._lookout.close()

    def _open_tasks(self) -> None:
        self._stop_ahead()
        self._tasks.close()
        with _failing_as("cannot open its models"), native_log_muted():
            self._body = BodyTask(self._models.pose, self._people)
            self._tasks.callback(lambda: self._body.close())
            self._hands: HandLandmarker = open_hand_task(self._models.hands, self._people)
            self._tasks.callback(self._hands.close)
        self._lost_track, self._last_ms = False, -1

    def _somebodies(self, bodies: list[FloatArray], width: int, height: int) -> list[FloatArray]:
        return distinct([pose for pose in bodies if is_somebody(pose, width, height)])

    def _ids(self, frame: Frame, bodies: list[FloatArray]) -> list[int]:
        if self._people == 1:
            return [FIRST_PERSON]
        return self._tracker.process(frame.time_s, [sighting(frame.image, pose) for pose in bodies])

    def _skeleton(self, frame: Frame, landmarks: Landmarks, person_id: int) -> Skeleton:
        height, width = frame.image.shape[:2]
        joints, visibility = joints_from_landmarks(landmarks.pose, landmarks.hands, self._layout, width, height)
        return Skeleton(frame.index, frame.time_s, joints, visibility, landmarks, person_id)

    def _chosen(self, begun: _Begun, followed: FloatArray | None) -> list[FloatArray]:
        """The body to follow in this frame, of everybody who is in it; `followed` is None where it is a ghost."""
        frame = begun.frame
        height, width = frame.image.shape[:2]
        with _failing_as(f"failed to look around at frame {frame.index} ({frame.time_s:.3f} s)"):
            looked = found_bodies(self._everybody.detect(begun.image), width, height)
            everybody = self._somebodies(looked, width, height)
            rival = self._chooser.process(frame.time_s, followed, everybody, width)
            if rival is None:
                return [] if followed is None else [followed]
            ahead = self._stop_ahead()
            self._body.close()
            with native_log_muted():
                self._body = BodyTask(self._models.pose)
            alone = mediapipe_image(alone_with(frame.image, rival))
            found = self._bodies_of(alone, begun.time_ms).result()
            if ahead is not None:  # what was found in it is the body that is not followed any more
                self._ahead = replace(ahead, bodies=self._bodies_of(ahead.image, ahead.time_ms))
        return self._somebodies(found, width, height)

    def _open_lookout(self) -> None:
        with _failing_as("cannot open its models"), native_log_muted():
            self._everybody: PoseLandmarker = open_pose_task(self._models.pose, MOST_PEOPLE, of_one_image=True)
        self._lookout.callback(self._everybody.close)

    def _detect(self, frame: Frame, following: Frame | None) -> tuple[_Begun, list[FloatArray], HandLandmarkerResult]:
        with _failing_as(f"failed at frame {frame.index} ({frame.time_s:.3f} s)"):
            begun = self._ahead if self._ahead is not None and self._ahead.frame is frame else self._begin(frame)
            self._ahead = None if following is None else self._begin(following)
            return begun, begun.bodies.result(), begun.hands.result()

    def _begin(self, frame: Frame) -> _Begun:
        # Two frames within a millisecond would have one time stamp, which MediaPipe refuses.
        self._last_ms = time_ms = max(round(frame.time_s * 1000), self._last_ms + 1)
        image = mediapipe_image(frame.image)
        hands = self._hand_worker.submit(self._hands.detect_for_video, image, time_ms)
        return _Begun(frame, image, time_ms, self._bodies_of(image, time_ms), hands)

    def _bodies_of(self, image: mediapipe.Image, time_ms: int) -> Future[list[FloatArray]]:
        return self._body_worker.submit(self._body.process, image, time_ms)

    def _stop_ahead(self) -> _Begun | None:
        """Wait until nobody looks at the next frame any more, and forget it: a task at work must not be closed."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            wait([ahead.bodies])
            wait([ahead.hands])
        return ahead


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        raise PoseError(f"MediaPipe {what}: {error}") from error
