"""Cameras by index: what is asked of a driver, and what is said when it gives nothing. No real camera is opened."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from mmn_live.errors import SourceError
from mmn_live.sources import CameraSource, list_cameras
from mmn_live.types import Frame, Image

DELIVERING, SILENT, FAILING, FLAWED = 0, 2, 3, 4


class Driver:
    """Stands in for cv2.VideoCapture: what each index does is in the names above; all others do not open."""

    opened: list[Driver]

    def __init__(self, target: int, backend: int) -> None:
        assert backend == cv2.CAP_V4L2
        self.target = target
        self.released = threading.Event()
        self.asked: dict[int, float] = {}
        self._grabs = itertools.count()
        self._grab = 0
        self.opened.append(self)

    def isOpened(self) -> bool:  # noqa: N802
        return self.target in (DELIVERING, SILENT, FAILING, FLAWED)

    def set(self, key: int, value: float) -> bool:
        self.asked[key] = value
        return True

    def get(self, key: int) -> float:
        return {cv2.CAP_PROP_FPS: 30.0}[key]

    def grab(self) -> bool:
        self._grab = next(self._grabs)
        if self.target == FAILING and self._grab >= 3:
            raise RuntimeError("the driver broke")
        return self.target != SILENT and not self.released.wait(0.01)

    def retrieve(self) -> tuple[bool, Image]:
        flawed = self.target == FLAWED and self._grab % 2 == 1
        return not flawed, np.full((72, 128, 3), self._grab % 250, np.uint8)

    def release(self) -> None:
        self.released.set()


@pytest.fixture(autouse=True)
def _drivers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    Driver.opened = []
    monkeypatch.setattr(cv2, "VideoCapture", Driver)
    monkeypatch.setattr("mmn_live.sources.device._WARM_UP_S", 0.05)
    monkeypatch.setattr("mmn_live.sources.device.sys.platform", "linux")
    yield
    assert all(driver.released.is_set() for driver in Driver.opened if driver.isOpened()), "a camera was not let go"


def test_the_info_says_what_was_given_not_what_was_asked() -> None:
    with CameraSource(DELIVERING, size=(1920, 1080), fps=60) as source:
        info = source.info
    assert (info.name, info.width, info.height, info.announced_fps, info.live) == ("camera 0", 128, 72, 30.0, True)
    asked = Driver.opened[0].asked
    assert (asked[cv2.CAP_PROP_FRAME_WIDTH], asked[cv2.CAP_PROP_FRAME_HEIGHT]) == (1920, 1080)
    assert asked[cv2.CAP_PROP_FPS] == 60


def test_nothing_is_asked_of_the_driver_unless_the_user_does() -> None:
    with CameraSource("0"):
        pass
    assert Driver.opened[0].asked == {}


def test_damaged_images_are_skipped() -> None:
    with CameraSource(FLAWED) as source:
        frames = [item for item in itertools.islice(source, 10) if isinstance(item, Frame)]
    assert all(frame.image[0, 0, 0] % 2 == 0 for frame in frames)
    assert np.all(np.diff([frame.time_s for frame in frames]) > 0)


def test_what_breaks_in_the_cameras_thread_breaks_the_iteration() -> None:
    with CameraSource(FAILING) as source, pytest.raises(RuntimeError, match="the driver broke"):
        list(source)


def test_a_camera_that_is_not_there_names_those_that_answer() -> None:
    with pytest.raises(SourceError, match=r"camera 5 .*cameras that answer: 0, 3, 4$"):
        CameraSource(5)


def test_a_camera_that_delivers_nothing_is_probably_in_use() -> None:
    with pytest.raises(SourceError, match=r"camera 2 .*another program uses it: close that"):
        CameraSource(SILENT)


@pytest.mark.parametrize("spec", ["webcam", "100", "99999999999999", "http://[bad", "http://", "-1"])
def test_what_is_neither_number_nor_url_is_refused(spec: str) -> None:
    with pytest.raises(SourceError, match="is no camera: give its number"):
        CameraSource(spec)


def test_the_cameras_that_answer_are_listed() -> None:
    assert list_cameras() == [DELIVERING, FAILING, FLAWED]


def test_close_lets_the_camera_go_at_once_and_is_idempotent() -> None:
    source = CameraSource(DELIVERING)
    begun_s = time.monotonic()
    source.close()
    source.close()
    assert time.monotonic() - begun_s < 1
    assert Driver.opened[0].released.is_set()
    assert list(source) == []
