"""Cameras, by index or URL: always the newest frame, reopened for as long as it takes when they go away."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from itertools import chain, repeat
from types import TracebackType

import cv2

from mmn_live.sources.device import Device, Shot, device_named, first_shot, next_shot
from mmn_live.types import MAX_BRIDGE_S, Frame, Gap, Image, SourceInfo

_GAP_EVERY_S = 0.25
_BACK_OFF_S = (0.5, 1.0, 2.0, 4.0)
_LAST_BACK_OFF_S = 5.0
_JOIN_S = 1.0  # a network camera's last read may take longer; its thread then ends by itself
_HIGHEST_FPS = 1000.0  # what is announced beyond is a time base that poses as a rate


class CameraSource:
    """A camera, read in a thread of its own so that what is yielded is the newest frame there is.

    Frames that came while nobody asked are dropped, and counted by the jump in `Frame.index`. After half a second
    without a frame a growing `Gap` is yielded every quarter of a second, and a camera that went away is reopened,
    less and less often, at every five seconds in the end. `time_s` runs on through it, and images of another size are
    scaled to the first one's.

    `spec` is an index or an rtsp:// or http:// URL; `size` (width, height) and `fps` are wishes, `info` says what was
    given. Raises SourceError for a camera that delivers nothing at all.
    """

    def __init__(self, spec: int | str, size: tuple[int, int] | None = None, fps: float | None = None) -> None:
        device = device_named(spec, size, fps)
        # Opened by the caller's thread: macOS asks for the permission to use the camera in the main thread only.
        capture = device.open()
        shot = first_shot(capture) if capture is not None else None
        if capture is None or shot is None:
            if capture is not None:
                capture.release()
            raise device.refusal(opened=capture is not None)
        self.info = _describe(device, capture, shot.image)
        self._reader = _Reader(device, capture, shot)

    def __enter__(self) -> CameraSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame | Gap]:
        first_number, shot = self._reader.newest
        zero_s, number = shot.captured_at_s, first_number
        while not self._reader.closed:
            last_s = shot.captured_at_s
            yield Frame(number - first_number, last_s - zero_s, self._fitting(shot.image), last_s)
            while not self._reader.wait_for_newer(number, _GAP_EVERY_S):
                now_s = time.monotonic()
                if self._reader.closed:
                    return
                if now_s - last_s > MAX_BRIDGE_S:
                    yield Gap(last_s - zero_s, now_s - zero_s, self._reader.trouble)
            number, shot = self._reader.newest

    def close(self) -> None:
        """End the iteration and let the camera go. Idempotent."""
        self._reader.close()

    def _fitting(self, image: Image) -> Image:
        size = (self.info.width, self.info.height)
        return image if image.shape[1::-1] == size else cv2.resize(image, size).astype(image.dtype, copy=False)


class _Reader:
    """Reads a camera in a thread; `newest` is its last shot and how many there were before it."""

    def __init__(self, device: Device, capture: cv2.VideoCapture, shot: Shot) -> None:
        self._device = device
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self.newest = (0, shot)
        self.closed = False
        self.trouble = ""
        self._thread = threading.Thread(target=self._run, args=(capture,), name=device.name, daemon=True)
        self._thread.start()

    def wait_for_newer(self, number: int, timeout_s: float) -> bool:
        """Whether there is a newer shot than that within the time. Raises what ended the thread."""
        with self._changed:
            self._changed.wait_for(lambda: self.closed or self._error or self.newest[0] > number, timeout_s)
            if self._error is not None:
                raise self._error
            return not self.closed and self.newest[0] > number

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        self._thread.join(_JOIN_S)

    def _run(self, first: cv2.VideoCapture) -> None:
        capture: cv2.VideoCapture | None = first
        try:
            while capture is not None:
                try:
                    self._read(capture)
                finally:
                    capture.release()
                capture = self._reopened()
        except BaseException as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _read(self, capture: cv2.VideoCapture) -> None:
        """Take shots until the camera gives no more."""
        self.trouble = f"{self._device.name} delivers no images"
        while not self.closed and capture.grab():
            shot = next_shot(capture)
            if shot is not None:
                self._publish(shot)

    def _reopened(self) -> cv2.VideoCapture | None:
        """The camera, once it delivers again; None when there is no need any more."""
        self.trouble = f"{self._device.name} is gone and being reopened"
        for pause_s in chain(_BACK_OFF_S, repeat(_LAST_BACK_OFF_S)):
            with self._changed:
                if self._changed.wait_for(lambda: self.closed, pause_s):
                    return None
            capture = self._device.open()
            shot = first_shot(capture) if capture is not None else None
            if capture is not None and shot is not None:
                self._publish(shot)
                return capture
            if capture is not None:
                capture.release()
        return None

    def _publish(self, shot: Shot) -> None:
        with self._changed:
            self.newest = (self.newest[0] + 1, shot)
            self._changed.notify_all()


def _describe(device: Device, capture: cv2.VideoCapture, image: Image) -> SourceInfo:
    fps = capture.get(cv2.CAP_PROP_FPS)
    height, width = image.shape[:2]
    announced_fps = fps if 0 < fps < _HIGHEST_FPS else None
    return SourceInfo("camera", device.name, width, height, announced_fps, live=True)
