"""MediaPipe's pose and hand tasks in VIDEO mode: opened quietly, their results as arrays in pixels."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
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


NOWHERE = "http://127.0.0.1:9"
"""A proxy that answers nothing: the discard port of this machine."""
_REPORTS_HOST = "play.googleapis.com"


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


def _lets_reports_out(host: str) -> bool:
    """Whether an entry of `no_proxy` excepts the host of the usage reports."""
    return host == "*" or f".{_REPORTS_HOST}".endswith(f".{host.lower().strip('*.')}")


def open_pose_task(bundle: bytes) -> PoseLandmarker:
    """The pose task for one person."""
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=bundle),
        running_mode=RunningMode.VIDEO,
        min_pose_detection_confidence=POSE_CONFIDENCE,
        min_pose_presence_confidence=POSE_CONFIDENCE,
        min_tracking_confidence=POSE_CONFIDENCE,
    )
    return PoseLandmarker.create_from_options(options)


def open_hand_task(bundle: bytes) -> HandLandmarker:
    """The hand task for two hands."""
    from mediapipe.tasks.python import BaseOptions
    from mediapipe.tasks.python.vision import HandLandmarker, HandLandmarkerOptions, RunningMode

    options = HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=bundle), running_mode=RunningMode.VIDEO, num_hands=2
    )
    return HandLandmarker.create_from_options(options)


def mediapipe_image(image: Image) -> mediapipe.Image:
    """An (H, W, 3) BGR image as MediaPipe takes it."""
    import mediapipe

    return mediapipe.Image(mediapipe.ImageFormat.SRGB, cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def pose_landmarks(result: PoseLandmarkerResult, width: int, height: int) -> FloatArray | None:
    """The body's landmarks (33, 3): x px, y px, visibility; None where no body was found."""
    if not result.pose_landmarks:
        return None
    points = [(point.x * width, point.y * height, point.visibility) for point in result.pose_landmarks[0]]
    return np.array(points, np.float32)


def found_hands(result: HandLandmarkerResult, width: int, height: int) -> list[Hand]:
    """Every hand that was found."""
    return [
        Hand(
            points=np.array([(point.x * width, point.y * height) for point in points], np.float32),
            side=0 if sides[0].category_name == "Left" else 1,
        )
        for points, sides in zip(result.hand_landmarks, result.handedness, strict=True)
    ]


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
