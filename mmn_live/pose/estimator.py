"""Frame to People: the body and the hands found side by side, in a thread each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from mmn_live.errors import PoseError
from mmn_live.joints import Layout
from mmn_live.pose.assets import ModelFiles
from mmn_live.pose.joints import joints_from_landmarks
from mmn_live.pose.landmarker import (
    found_hands,
    keep_offline,
    mediapipe_image,
    native_log_muted,
    open_hand_task,
    open_pose_task,
    pose_landmarks,
    provoke_remarks,
)
from mmn_live.pose.person import assign_hands, is_somebody
from mmn_live.types import Frame, Landmarks, People, Skeleton

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision.hand_landmarker import HandLandmarker, HandLandmarkerResult
    from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarker, PoseLandmarkerResult


class PoseEstimator:
    """Finds one person's joints in the frames of one stream; a context manager, used by one thread.

    Raises PoseError, from any method, when MediaPipe fails.
    """

    def __init__(self, layout: Layout, models: ModelFiles) -> None:
        self._layout = layout
        self._models = models
        self._workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="pose")
        self._tasks = ExitStack()
        self._lost_track = False
        self._last_ms = -1
        keep_offline()
        try:
            with _failing_as("cannot start"), native_log_muted():
                provoke_remarks(models.pose)
            self._open_tasks()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> PoseEstimator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def process(self, frame: Frame) -> People:
        """The joints of the person in the frame."""
        if self._lost_track:
            self._open_tasks()
        landmarks = self._landmarks(frame)
        if landmarks is None:
            return People(frame.index, frame.time_s, ())
        height, width = frame.image.shape[:2]
        joints, visibility = joints_from_landmarks(landmarks.pose, landmarks.hands, self._layout, width, height)
        skeleton = Skeleton(frame.index, frame.time_s, joints, visibility, landmarks)
        return People(frame.index, frame.time_s, (skeleton,))

    def reset(self) -> None:
        """Forget where the body and the hands were: after a gap they are anywhere. Takes effect at the next frame."""
        self._lost_track = self._last_ms >= 0

    def close(self) -> None:
        """Free MediaPipe's tasks, which must not be left to the interpreter's end. Idempotent."""
        self._workers.shutdown()
        self._tasks.close()

    def _open_tasks(self) -> None:
        self._tasks.close()
        with _failing_as("cannot open its models"), native_log_muted():
            self._pose: PoseLandmarker = open_pose_task(self._models.pose)
            self._tasks.callback(self._pose.close)
            self._hands: HandLandmarker = open_hand_task(self._models.hands)
            self._tasks.callback(self._hands.close)
        self._lost_track = False

    def _landmarks(self, frame: Frame) -> Landmarks | None:
        height, width = frame.image.shape[:2]
        pose_result, hand_result = self._detect(frame)
        pose = pose_landmarks(pose_result, width, height)
        if pose is None or not is_somebody(pose, width, height):
            return None
        return Landmarks(pose, assign_hands(found_hands(hand_result, width, height), pose))

    def _detect(self, frame: Frame) -> tuple[PoseLandmarkerResult, HandLandmarkerResult]:
        # Two frames within a millisecond would have one time stamp, which MediaPipe refuses.
        self._last_ms = max(round(frame.time_s * 1000), self._last_ms + 1)
        with _failing_as(f"failed at frame {frame.index} ({frame.time_s:.3f} s)"):
            image = mediapipe_image(frame.image)
            pose = self._workers.submit(self._pose.detect_for_video, image, self._last_ms)
            hands = self._workers.submit(self._hands.detect_for_video, image, self._last_ms)
            return pose.result(), hands.result()


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        raise PoseError(f"MediaPipe {what}: {error}") from error
