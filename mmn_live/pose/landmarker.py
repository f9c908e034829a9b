"""MediaPipe's pose and hand tasks in VIDEO mode: opened quietly, their results as arrays in pixels."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import cv2
import numpy as np

from mmn_live.pose.person import Hand
from mmn_live.types import FloatArray, Image

# MediaPipe takes a second to import, and those who train need no more of this room than its joints.
if TYPE_CHECKING:
    import mediapipe
    from mediapipe.tasks.python.vision.hand_landmarker import HandLandmarker, HandLandmarkerResult
    from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarker, PoseLandmarkerResult

POSE_CONFIDENCE = 0.7
"""Least confidence of a body's detection, presence and tracking: at MediaPipe's 0.5 an empty room is full of ghosts."""

PEOPLE_CONFIDENCE = 0.5
"""Least confidence of a detection among several people: at 0.7 the second of two who stand side by side is not found.
The landmarks still have to be as sure as one person's, and ghosts to be as large (person.py)."""

NOWHERE = "http://127.0.0.1:9"
"""A proxy that answers nothing: the discard port of this machine."""
_REPORTS_HOST = "play.googleapis.com"
_NEW_VISIBILITY = 0.1


def keep_offline() -> None:
    """Have MediaPipe's usage reports end on this machine.

    Its library reports to play.googleapis.com whenever a task runs, and documents no switch (MediaPipe issue 6291).
    It sends through libcurl, which asks the environment for a proxy: for the rest of this process that is one that
    leads nowhere, without exceptions for them. Cameras are not concerned: FFmpeg does not ask for this proxy.
    """
    for name in ("https_proxy", "HTTPS_PROXY"):
        os.environ[name] = NOWHERE
    for name in ("no_proxy", "NO_PROXY"):
        if name in os.environ:
            hosts = os.environ[name].replace(",", " ").split()
            os.environ[name] = ",".join(host for host in hosts if not _lets_reports_out(host))


def outlive_profiling() -> None:
    """Have no late SIGPROF end this process.

    MediaPipe's library samples its own threads with timers that send this signal (seen with strace). One that arrives
    when the library has put its handler away kills whoever has not said otherwise, in the middle of a recording. Only
    the main thread may say so; a handler of somebody else's stays.
    """
    if hasattr(signal, "SIGPROF") and signal.getsignal(signal.SIGPROF) in (signal.SIG_DFL, signal.SIG_IGN, None):
        with suppress(ValueError):  # raised outside the main thread
            signal.signal(signal.SIGPROF, signal.SIG_IGN)


def _lets_reports_out(host: str) -> bool:
    """Whether an entry of `no_proxy` excepts the host of the usage reports."""
    return host == "*" or f".{_REPORTS_HOST}".endswith(f".{host.lower().strip('*.')}")


def open_pose_task(bundle: bytes, people: int = 1, *, of_one_image: bool = False) -> PoseLandmarker:
    """The pose task for so many people, in a video or, knowing nothing of what was before, in single images."""
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=bundle),
        running_mode=RunningMode.IMAGE if of_one_image else RunningMode.VIDEO,
        num_poses=people,
        min_pose_detection_confidence=POSE_CONFIDENCE if people == 1 else PEOPLE_CONFIDENCE,
        min_pose_presence_confidence=POSE_CONFIDENCE,
        min_tracking_confidence=POSE_CONFIDENCE,
    )
    return PoseLandmarker.create_from_options(options)


def open_hand_task(bundle: bytes, people: int = 1) -> HandLandmarker:
    """The hand task for two hands a person."""
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import HandLandmarker, HandLandmarkerOptions, RunningMode

    options = HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=bundle), running_mode=RunningMode.VIDEO, num_hands=2 * people
    )
    return HandLandmarker.create_from_options(options)


def mediapipe_image(image: Image) -> mediapipe.Image:
    """An (H, W, 3) BGR image as MediaPipe takes it."""
    import mediapipe

    return mediapipe.Image(mediapipe.ImageFormat.SRGB, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def found_bodies(result: PoseLandmarkerResult, width: int, height: int) -> list[FloatArray]:
    """The landmarks (33, 3) of every body that was found: x px, y px, visibility."""
    return [
        np.array([(point.x * width, point.y * height, point.visibility) for point in points], np.float32)
        for points in result.pose_landmarks
    ]


def found_hands(result: HandLandmarkerResult, width: int, height: int) -> list[Hand]:
    """Every hand that was found."""
    return [
        Hand(
            points=np.array([(point.x * width, point.y * height) for point in points], np.float32),
            side=0 if sides[0].category_name == "Left" else 1,
        )
        for points, sides in zip(result.hand_landmarks, result.handedness, strict=True)
    ]


class BodyTask:
    """MediaPipe's pose task on one video: bodies (33, 3) of so many people, x px, y px, visibility of the frame alone.

    Its graph of one person (SmoothLandmarksVisibility in pose_landmarks_detector_graph.cc) draws each visibility into a
    mean over the frames with somebody in them, in which the newest counts for a tenth: a hand that comes into the
    picture would pass for unseen for half a second, and one that has left it for seen for a second. That is taken back.
    """

    def __init__(self, bundle: bytes, people: int = 1) -> None:
        self._task = open_pose_task(bundle, people)
        self._smooths = people == 1
        self._last: FloatArray | None = None

    def process(self, image: mediapipe.Image, time_ms: int) -> list[FloatArray]:
        """Everybody in the next frame."""
        bodies = found_bodies(self._task.detect_for_video(image, time_ms), image.width, image.height)
        return [self._own(body) for body in bodies] if self._smooths else bodies

    def close(self) -> None:
        """Free MediaPipe's task."""
        self._task.close()

    def _own(self, body: FloatArray) -> FloatArray:
        last, self._last = self._last, body[:, 2].copy()
        if last is not None:
            body[:, 2] = ((body[:, 2] - (1 - _NEW_VISIBILITY) * last) / _NEW_VISIBILITY).clip(0, 1)
        return body


@contextmanager
def native_log_muted() -> Iterator[None]:
    """Send what C++ code writes to the process's standard error nowhere; MediaPipe heeds no variable for it.

    Python exceptions are not touched: they are shown later, by Python.
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def provoke_remarks(bundle: bytes) -> None:
    """Have MediaPipe say now, while it is muted, what it says once in a process at the first body that it finds.

    With no confidence asked for, it finds one in a black picture.
    """
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=bundle),
        min_pose_detection_confidence=0.0,
        min_pose_presence_confidence=0.0,
    )
    with closing(PoseLandmarker.create_from_options(options)) as task:
        task.detect(mediapipe_image(np.zeros((64, 64, 3), np.uint8)))
