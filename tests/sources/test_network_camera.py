"""A real network camera, MJPEG over HTTP on this computer: told to stall, to go away, to come back."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np
import pytest

from mmn_live.errors import SourceError
from mmn_live.sources import CameraSource
from mmn_live.types import Frame, Gap

PATIENCE_S = 20.0


class NetworkCamera:
    """Serves pictures at its own rate; the n-th ever sent is a grey of n modulo 200."""

    def __init__(self, fps: float = 50.0, size: tuple[int, int] = (64, 48)) -> None:
        self._period_s, self.size = 1 / fps, size
        self._running, self._gone = threading.Event(), threading.Event()
        self._running.set()
        self._sending = threading.Condition()
        self._sent = 0
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.come_back()

    @property
    def url(self) -> str:
        return f"http://user:secret@127.0.0.1:{self._port}/video?token=secret"

    def stall(self) -> None:
        """Keep the connections and send nothing."""
        self._running.clear()

    def go_on(self) -> None:
        self._running.set()

    def go_away(self) -> None:
        """Cut the connections and refuse new ones."""
        self._gone.set()
        self._running.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def come_back(self) -> None:
        self._gone.clear()
        self._server = _Server(("127.0.0.1", self._port), _handler(self))
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="network camera").start()

    def wait_for_more(self, pictures: int) -> None:
        with self._sending:
            until = self._sent + pictures
            assert self._sending.wait_for(lambda: self._sent >= until, PATIENCE_S)

    def pictures(self) -> Iterator[bytes]:
        while not self._gone.wait(self._period_s):
            self._running.wait()
            width, height = self.size
            yield cv2.imencode(".jpg", np.full((height, width, 3), self._sent % 200, np.uint8))[1].tobytes()
            with self._sending:
                self._sent += 1
                self._sending.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for the connections' threads


def _handler(camera: NetworkCamera) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            try:
                for picture in camera.pictures():
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                    self.wfile.write(head.encode() + picture + b"\r\n")
            except OSError:
                pass  # the viewer hung up

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def served() -> Iterator[Callable[..., NetworkCamera]]:
    cameras: list[NetworkCamera] = []

    def serve(fps: float = 50.0, size: tuple[int, int] = (64, 48)) -> NetworkCamera:
        cameras.append(NetworkCamera(fps, size))
        return cameras[-1]

    yield serve
    for camera in cameras:
        camera.go_away()


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mmn_live.sources.camera._BACK_OFF_S", (0.05,))
    monkeypatch.setattr("mmn_live.sources.camera._LAST_BACK_OFF_S", 0.1)


def _until_gap(items: Iterator[Frame | Gap], last: Frame) -> tuple[Frame, Gap]:
    """The first gap, and the last frame before it, which may be `last`, the one before these."""
    deadline_s = time.monotonic() + PATIENCE_S
    for item in items:
        assert time.monotonic() < deadline_s
        if isinstance(item, Gap):
            return last, item
        last = item
    raise AssertionError("the source ended")


def _until_frame(items: Iterator[Frame | Gap]) -> tuple[Gap | None, Frame]:
    """The first frame, and the last gap before it."""
    deadline_s, last = time.monotonic() + PATIENCE_S, None
    for item in items:
        assert time.monotonic() < deadline_s
        if isinstance(item, Frame):
            return last, item
        last = item
    raise AssertionError("the source ended")


def _number(frame: Frame) -> int:
    """Which of the camera's pictures it is, as the grey says."""
    return round(float(frame.image.mean()))


def test_every_delivered_frame_is_counted_even_when_it_was_dropped(served: Callable[..., NetworkCamera]) -> None:
    camera = served(fps=100)
    with CameraSource(camera.url) as source:
        items = iter(source)
        _, first = _until_frame(items)
        camera.wait_for_more(30)
        _, second = _until_frame(items)
        _, third = _until_frame(items)
    assert (first.index, first.time_s) == (0, 0.0)
    assert second.index >= 15
    for frame in (second, third):
        assert frame.index == pytest.approx(_number(frame) - _number(first), abs=1)
        assert frame.time_s == pytest.approx(frame.captured_at_s - first.captured_at_s)
    assert time.monotonic() - third.captured_at_s < 1


@pytest.mark.slow
def test_what_is_announced_is_told_and_what_is_delivered_is_measured(served: Callable[..., NetworkCamera]) -> None:
    """FFmpeg claims 25 frames/s for every such camera; this one sends 15."""
    camera = served(fps=15)
    with CameraSource(camera.url) as source:
        assert source.info.announced_fps == 25
        frames = [item for item in itertools.islice(source, 16) if isinstance(item, Frame)]
    # The first few were received together, while the stream was being looked at.
    assert 11 / (frames[-1].time_s - frames[-12].time_s) < 18


def test_the_info_names_the_camera_without_its_secrets(served: Callable[..., NetworkCamera]) -> None:
    with CameraSource(served().url) as source:
        info = source.info
    assert (info.kind, info.width, info.height, info.live, info.frame_count) == ("camera", 64, 48, True, None)
    assert info.name.startswith("http://127.0.0.1:")
    assert "secret" not in info.name


@pytest.mark.slow
def test_a_stall_is_a_growing_gap_and_time_runs_on(served: Callable[..., NetworkCamera]) -> None:
    camera = served()
    with CameraSource(camera.url) as source:
        items = iter(source)
        _, before = _until_frame(items)
        camera.stall()
        last, gap = _until_gap(items, before)
        grown = next(items)
        camera.go_on()
        _, frame = _until_frame(items)
    assert isinstance(grown, Gap)
    assert gap.start_s == grown.start_s == last.time_s
    assert 0.5 < gap.end_s - gap.start_s < grown.end_s - grown.start_s
    assert "delivers no images" in gap.reason
    assert frame.time_s > grown.end_s


@pytest.mark.slow
@pytest.mark.usefixtures("_impatient")
def test_a_camera_that_went_away_is_reopened(served: Callable[..., NetworkCamera]) -> None:
    camera = served()
    with CameraSource(camera.url) as source:
        items = iter(source)
        _, before = _until_frame(items)
        camera.go_away()
        last, gap = _until_gap(items, before)
        camera.size = (128, 96)
        camera.come_back()
        grown, frame = _until_frame(items)
    assert "reopened" in gap.reason
    assert "secret" not in gap.reason
    assert gap.start_s == last.time_s
    assert frame.time_s > (grown or gap).end_s > last.time_s
    assert frame.index > last.index
    assert frame.image.shape == (48, 64, 3), "it came back with another size"


@pytest.mark.slow
def test_close_ends_a_waiting_iteration_at_once(served: Callable[..., NetworkCamera]) -> None:
    """Another thread closes, while the camera's own thread is in a read that delivers nothing."""
    camera = served()
    source = CameraSource(camera.url)
    items = iter(source)
    _, before = _until_frame(items)
    camera.stall()
    _until_gap(items, before)
    taken: list[Frame | Gap] = []
    consumer = threading.Thread(target=lambda: taken.extend(items))
    consumer.start()
    begun_s = time.monotonic()
    source.close()
    consumer.join(PATIENCE_S)
    assert time.monotonic() - begun_s < 2.5
    assert not consumer.is_alive()
    source.close()


def test_an_address_where_nobody_is_is_refused(served: Callable[..., NetworkCamera]) -> None:
    camera = served()
    camera.go_away()
    with pytest.raises(SourceError, match="check the address") as refusal:
        CameraSource(camera.url)
    assert "secret" not in str(refusal.value)


OPEN_BOTH = """
import sys
from mmn_live.errors import SourceError
from mmn_live.sources import CameraSource
for spec in (sys.argv[1], 63):
    try:
        CameraSource(spec)
    except SourceError:
        continue
    sys.exit("opened")
"""


@pytest.mark.slow
def test_the_terminal_stays_clean_when_a_camera_is_not_there(served: Callable[..., NetworkCamera]) -> None:
    camera = served()
    camera.go_away()
    # In a process of its own: FFmpeg takes its log level once, when it is first used in a process.
    command = [sys.executable, "-c", OPEN_BOTH, camera.url]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
