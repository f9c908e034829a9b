"""Recording, measuring, paused, and the list of keys."""

from __future__ import annotations

from functools import lru_cache

from mmn_live.overlay.primitives import (
    SOFT,
    WHITE,
    Box,
    Colour,
    Layer,
    dot,
    painted,
    plate,
    stamp,
    text_width,
    unit,
    write,
)
from mmn_live.overlay.scene import Scene
from mmn_live.types import BaselineProgress, Image

KEYS = (
    ("q, Esc", "quit"),
    ("space", "pause, go on"),
    ("r", "record on, off"),
    ("s", "snapshot"),
    ("m", "mirror"),
    ("h", "this help"),
)
_MARGIN = 12
_RECORDING: Colour = (72, 72, 238)


def draw_status(image: Image, scene: Scene) -> Image:
    """Draw the recording's dot and length, how far a baseline is, "paused", the privacy mode, top right, in place."""
    size = unit(image)
    right = image.shape[1] - round(_MARGIN * size)
    if scene.recording_s is not None:
        right = _draw_pill(image, right, clock(scene.recording_s), _RECORDING, size) - round(6 * size)
    if scene.measuring is not None:
        right = _draw_pill(image, right, progress(scene.measuring), None, size) - round(6 * size)
    if scene.paused:
        right = _draw_pill(image, right, "paused", None, size) - round(6 * size)
    if scene.privacy != "none":
        _draw_pill(image, right, f"privacy: {scene.privacy}", None, size)
    return image


def draw_help(image: Image, scene: Scene) -> Image:
    """Draw the keys in the middle of the image, in place, when asked for."""
    if not scene.help:
        return image
    size = unit(image)
    height, width = image.shape[:2]
    half_width, half_height = round(104 * size), round((len(KEYS) * 22 + 16) * size / 2)
    box = Box(width // 2 - half_width, height // 2 - half_height, width // 2 + half_width, height // 2 + half_height)
    plate(image, box, round(8 * size))
    for row, (key, meaning) in enumerate(KEYS):
        baseline = box.top + (row * 22 + 24) * size
        write(image, key, box.left + 18 * size, baseline, 9 * size, WHITE)
        write(image, meaning, box.left + 88 * size, baseline, 9 * size, SOFT)
    return image


def progress(measuring: BaselineProgress) -> str:
    """How far the measurement of a baseline is, in words."""
    return f"measuring baseline {int(measuring.done_s)} of {measuring.seconds:g} s"


def clock(seconds: float) -> str:
    """Minutes and seconds, with hours once there are any."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute:02d}:{second:02d}"


def _draw_pill(image: Image, right: int, text: str, light: Colour | None, size: float) -> int:
    """A small plate that ends at `right`, with a light when it has a colour; returns its left edge in pixels."""
    pill = _pill(text, light, size)
    left = right - pill.ink.shape[1]
    stamp(image, pill, left, round(_MARGIN * size))
    return left


@lru_cache(maxsize=8)
def _pill(text: str, light: Colour | None, size: float) -> Layer:
    text_left = 24 if light else 10
    width, height = round((text_left + 10) * size) + text_width(text, 8.5 * size), round(26 * size)

    def paint(image: Image) -> None:
        plate(image, Box(0, 0, width, height), round(8 * size))
        baseline = 17.5 * size
        if light:
            dot(image, 14 * size, baseline - 4.2 * size, 4.5 * size, light)
        write(image, text, text_left * size, baseline, 8.5 * size, WHITE)

    return painted(width, height, paint)
