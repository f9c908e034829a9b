"""The window: shows images, hears keys."""

from __future__ import annotations

import ctypes
import os
import sys
from enum import Enum
from types import TracebackType

import cv2

from mmn_live.errors import UsageError
from mmn_live.types import Image

_LARGEST_OPENING_PX = (1280, 720)


class Key(Enum):
    """What the user asks for, by a key or the window's close button."""

    QUIT = "quit"
    PAUSE = "pause"
    RECORD = "record"
    SNAPSHOT = "snapshot"
    MIRROR = "mirror"
    HELP = "help"


_KEYS = {
    ord("q"): Key.QUIT,
    0x1B: Key.QUIT,
    0xFF1B: Key.QUIT,  # Escape as X numbers it
    ord(" "): Key.PAUSE,
    ord("r"): Key.RECORD,
    ord("s"): Key.SNAPSHOT,
    ord("m"): Key.MIRROR,
    ord("h"): Key.HELP,
}


def key_of(code: int) -> Key | None:
    """What the key with OpenCV's `code` asks for; None for any other key.

    Above the lower 16 bits some windows (GTK's) tell the modifiers. Fewer must not be cut off: the last byte of an
    arrow is a letter.
    """
    symbol = code & 0xFFFF
    return _KEYS.get(symbol + ord("a") - ord("A") if ord("A") <= symbol <= ord("Z") else symbol)


def display_available() -> bool:
    """Whether a window can be opened here.

    Asked before OpenCV is, because without an X server its Qt ends the whole process instead of raising. Linux needs an
    X server that lets us in (Wayland desktops bring one: OpenCV's wheel speaks X alone); Windows and macOS have a
    desktop, a macOS login over SSH none.
    """
    if sys.platform == "win32":
        return True
    if sys.platform == "darwin":
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY")) and _x_server_lets_us_in()


class Window:
    """A resizable window, opened with the first image; to be used from the main thread.

    Raises UsageError where the installed OpenCV was built without windows.
    """

    def __init__(self, title: str) -> None:
        self._title = title
        self._open = False
        self._closed = False

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def show(self, image: Image) -> None:
        """Show an image, (H, W, 3) uint8 BGR. Does nothing once the window was closed."""
        if self._closed:
            return
        if not self._open:
            self._open_for(image)
        cv2.imshow(self._title, image)

    def poll(self) -> list[Key]:
        """What was asked for since the last call, in order; also lets the window redraw, so call it often."""
        if not self._open:
            return []
        pressed: list[Key] = []
        while (code := cv2.pollKey()) != -1:
            key = key_of(code)
            pressed += [key] if key else []
        if not self._visible():
            self._open, self._closed = False, True
            pressed.append(Key.QUIT)
        return pressed

    def close(self) -> None:
        """Close the window. Idempotent."""
        if self._open:
            cv2.destroyWindow(self._title)
            cv2.pollKey()
        self._open, self._closed = False, True

    def _visible(self) -> bool:
        try:
            return cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:  # Qt puts its whole machinery away with the last window
            return False

    def _open_for(self, image: Image) -> None:
        try:
            cv2.namedWindow(self._title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        except cv2.error as error:
            raise UsageError(
                f"OpenCV {cv2.__version__} as installed here opens no windows: install opencv-python in place of "
                "opencv-python-headless, or use --no-display"
            ) from error
        height, width = image.shape[:2]
        scale = min(_LARGEST_OPENING_PX[0] / width, _LARGEST_OPENING_PX[1] / height, 1.0)
        cv2.resizeWindow(self._title, max(round(width * scale), 1), max(round(height * scale), 1))
        self._open = True


def _x_server_lets_us_in() -> bool:
    """Connect as Qt will: address and permission are libxcb's own business (sockets, SSH forwarding, cookies)."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    try:
        return xcb.xcb_connection_has_error(connection) == 0
    finally:
        xcb.xcb_disconnect(connection)
