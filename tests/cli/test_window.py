"""The window hears keys and its close button; where there is no display, nobody asks OpenCV for one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from mmn_live.cli.window import Key, Window, display_available, key_of
from mmn_live.errors import UsageError

IMAGE = np.full((480, 640, 3), 90, np.uint8)
KEYS = {
    "q": Key.QUIT,
    "Escape": Key.QUIT,
    "space": Key.PAUSE,
    "r": Key.RECORD,
    "s": Key.SNAPSHOT,
    "m": Key.MIRROR,
    "h": Key.HELP,
    "R": Key.RECORD,
}
PRESS_AND_REPORT = """
import subprocess, sys, time
import numpy as np
from mmn_live.cli.window import Window, display_available
assert display_available()
image = np.full((480, 640, 3), 90, np.uint8)
def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        window.show(image)
        heard.extend(key.name for key in window.poll())
with Window("mmn-live-test") as window:
    heard = []
    window.show(image)
    finder = subprocess.Popen(
        ["xdotool", "search", "--sync", "--onlyvisible", "--name", "mmn-live-test"], stdout=subprocess.PIPE, text=True)
    until(lambda: finder.poll() is not None)
    identity = finder.communicate()[0].split()[-1]
    subprocess.run(["xdotool", "windowfocus", "--sync", identity], check=True)
    for key in sys.argv[1:]:
        so_far = len(heard)
        subprocess.run(["xdotool", "key", key], check=True)
        until(lambda: len(heard) > so_far)
    subprocess.run(["xdotool", "key", "Left", "Up", "Right", "x", "m"], check=True)
    until(lambda: heard[-1] == "MIRROR")
    print(*heard)
"""
CLOSE_AND_REPORT = """
import ctypes, subprocess, time
import numpy as np
from mmn_live.cli.window import Window

class Message(ctypes.Structure):  # XClientMessageEvent, padded to the size of an XEvent
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong),
                ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("padding", ctypes.c_long * 24)]

def press_close_button(identity):
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype, x.XInternAtom.restype = ctypes.c_void_p, ctypes.c_ulong
    display = ctypes.c_void_p(x.XOpenDisplay(None))
    atom = lambda name: x.XInternAtom(display, name, 0)
    message = Message(type=33, window=identity, message_type=atom(b"WM_PROTOCOLS"), format=32)
    message.data[0] = atom(b"WM_DELETE_WINDOW")
    assert x.XSendEvent(display, ctypes.c_ulong(identity), 0, ctypes.c_long(0), ctypes.byref(message))
    x.XCloseDisplay(display)

image = np.zeros((48, 64, 3), np.uint8)
with Window("mmn-live-test") as window:
    window.show(image)
    assert window.poll() == []
    found = subprocess.check_output(["xdotool", "search", "--name", "^mmn-live-test$"], text=True)
    press_close_button(int(found.split()[-1]))
    heard, deadline = [], time.monotonic() + 20
    while not heard and time.monotonic() < deadline:
        window.show(image)
        heard = window.poll()
    window.show(image)
    print(*(key.name for key in heard), window.poll())
"""


@pytest.fixture
def x_server() -> Iterator[str]:
    """The DISPLAY of an X server without a screen."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)}")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1024x768x24"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        number = pipe.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def run_under(display: str, program: str, *arguments: str) -> str:
    environment = {**os.environ, "DISPLAY": display}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.slow
def test_keys_pressed_in_the_window_are_heard(x_server: str) -> None:
    assert run_under(x_server, PRESS_AND_REPORT, *KEYS).split() == [*(key.name for key in KEYS.values()), "MIRROR"]


@pytest.mark.parametrize("code", [-1, 0, ord("x"), 0xFF51, 0xFF52, 0xFF53, 0xFF50, 0xFFBE, 0x250000, 0x100000 | 0xFF51])
def test_a_key_without_a_letter_of_ours_asks_for_nothing(code: int) -> None:
    """X numbers the arrows 0xff51 to 0xff54: their last byte alone would be Q, R, S and T."""
    assert key_of(code) is None


@pytest.mark.parametrize("code", [ord("q"), ord("Q"), 27, 0xFF1B, 0x100000 | ord("q")])
def test_letters_are_heard_with_any_modifier(code: int) -> None:
    assert key_of(code) is Key.QUIT


@pytest.mark.slow
def test_a_closed_window_is_a_wish_to_quit_and_stays_closed(x_server: str) -> None:
    assert run_under(x_server, CLOSE_AND_REPORT) == "QUIT []"


@pytest.mark.skipif(sys.platform != "linux", reason="only on Linux may a display be absent")
@pytest.mark.parametrize("display", [None, "", ":4711", "no-such-host.invalid:0"])
def test_without_an_x_server_there_is_no_display(monkeypatch: pytest.MonkeyPatch, display: str | None) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    assert not display_available()


def test_an_opencv_without_windows_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise cv2.error("The function is not implemented")

    monkeypatch.setattr(cv2, "namedWindow", refuse)
    with Window("mmn-live") as window, pytest.raises(UsageError, match="--no-display"):
        window.show(IMAGE)


def test_a_window_never_shown_has_nothing_to_say() -> None:
    with Window("mmn-live") as window:
        assert window.poll() == []
    window.close()
