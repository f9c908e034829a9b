"""Opening cameras: by index or by URL, again and again, and saying why one does not open."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import cv2
from cv2.utils import logging

from mmn_live.errors import SourceError
from mmn_live.types import Image

OPEN_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 3.0  # of a network camera; then it counts as gone

_PROBED_INDICES = range(6)
_HIGHEST_INDEX = 99  # OpenCV takes the hundreds of a higher one for the number of a driver
_WARM_UP_S = 2.0  # some drivers hand out nothing at first
_WARM_UP_STEP_S = 0.05
# DirectShow opens in a moment what Media Foundation takes many seconds for.
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}


@dataclass(frozen=True)
class Shot:
    """One image of a camera; `captured_at_s` is `time.monotonic()` when the driver handed it over."""

    image: Image
    captured_at_s: float


@dataclass(frozen=True)
class Device:
    """One camera and how it is to be set up: `target` is an index or a URL, `size` (width, height) in pixels.

    The camera decides what it gives of `size` and `fps`; None leaves it its own.
    """

    target: int | str
    size: tuple[int, int] | None = None
    fps: float | None = None

    @property
    def name(self) -> str:
        """For messages and files: a URL goes without user, password and query, which are nobody's business."""
        if isinstance(self.target, int):
            return f"camera {self.target}"
        parts = urlsplit(self.target)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def open(self) -> cv2.VideoCapture | None:
        """The camera, open and set up; None when it does not open."""
        with _quiet():
            capture = self._opened()
            if not capture.isOpened():
                return None
            if isinstance(self.target, int):
                self._set_up(capture)
            return capture

    def _opened(self) -> cv2.VideoCapture:
        if isinstance(self.target, int):
            return cv2.VideoCapture(self.target, _BACKENDS.get(sys.platform, cv2.CAP_ANY))
        open_ms, read_ms = int(1000 * OPEN_TIMEOUT_S), int(1000 * READ_TIMEOUT_S)
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, open_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, read_ms]
        return cv2.VideoCapture(self.target, cv2.CAP_FFMPEG, limits)

    def _set_up(self, capture: cv2.VideoCapture) -> None:
        if self.size is not None:
            # Uncompressed, most webcams manage only a few large images a second.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self.size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self.size[1])
        if self.fps is not None:
            capture.set(cv2.CAP_PROP_FPS, self.fps)

    def refusal(self, *, opened: bool) -> SourceError:
        """Why this camera, which was `opened` or not, gave no image, as far as can be told, and what to do about it."""
        if isinstance(self.target, str):
            return SourceError(
                f"{self.name} delivers no images (tried for up to {OPEN_TIMEOUT_S:g} s): check the address, user and "
                "password, and that a browser or VLC on this computer shows it"
            )
        node = Path(f"/dev/video{self.target}")
        if node.exists() and not os.access(node, os.R_OK | os.W_OK):
            return SourceError(f"{node} may not be read by you: join the group video (sudo usermod -aG video $USER)")
        answering = [str(index) for index in list_cameras() if index != self.target]
        others = f"cameras that answer: {', '.join(answering)}" if answering else "no other camera answers"
        if opened or node.exists():
            return SourceError(
                f"{self.name} is there but delivers nothing, probably because another program uses it: close that; "
                f"{others}"
            )
        return SourceError(f"{self.name} cannot be opened: it is not there, or another program uses it; {others}")


def device_named(spec: int | str, size: tuple[int, int] | None, fps: float | None) -> Device:
    """The device for an index (3 or "3") or a URL. Raises SourceError for anything else."""
    text = str(spec).strip()
    if text.isdecimal() and int(text) <= _HIGHEST_INDEX:
        return Device(int(text), size, fps)
    if not _is_url(text):
        raise SourceError(f"--camera {text!r} is no camera: give its number (0, 1, ...) or an rtsp:// or http:// URL")
    return Device(text, size, fps)


def _is_url(text: str) -> bool:
    try:
        return "://" in text and bool(urlsplit(text).path or urlsplit(text).netloc)
    except ValueError:  # brackets that enclose no IPv6 address
        return False


def list_cameras() -> list[int]:
    """The indices, of the first six, of the cameras that deliver an image when asked."""
    return [index for index in _PROBED_INDICES if _answers(Device(index))]


def _answers(device: Device) -> bool:
    capture = device.open()
    if capture is None:
        return False
    try:
        return first_shot(capture) is not None
    finally:
        capture.release()


def first_shot(capture: cv2.VideoCapture) -> Shot | None:
    """The first image of a camera that was just opened; None when there is none for some seconds."""
    deadline_s = time.monotonic() + _WARM_UP_S
    with _quiet():
        while True:
            shot = next_shot(capture) if capture.grab() else None
            if shot is not None or time.monotonic() > deadline_s:
                return shot
            time.sleep(_WARM_UP_STEP_S)


def next_shot(capture: cv2.VideoCapture) -> Shot | None:
    """The image that was just grabbed; None when it is damaged."""
    captured_at_s = time.monotonic()
    delivered, image = capture.retrieve()
    return Shot(cast(Image, image), captured_at_s) if delivered else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep OpenCV and its FFmpeg from writing into the terminal that a camera is not there; we say so better."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # read once, when FFmpeg is first used
    level = logging.getLogLevel()
    logging.setLogLevel(logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        logging.setLogLevel(level)
