"""Plates, type and bars: the few shapes of which the overlay is made.

Every function draws on the image it is given, in place, and clips at its borders. Sizes are in pixels; `unit` converts
the design's sizes, which are those of a 640x480 image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from mmn_live.types import Image

Colour = tuple[int, int, int]
"""Blue, green, red."""

WHITE: Colour = (250, 250, 250)
SOFT: Colour = (208, 206, 202)
FAINT: Colour = (128, 124, 120)

_DESIGN_WIDTH, _DESIGN_HEIGHT = 640, 480
_SMALLEST_UNIT = 0.68
_PLATE_KEEPS, _PLATE_ADDS = 0.2, 8.0
_FONT = cv2.FONT_HERSHEY_DUPLEX
_CAP_HEIGHT_PX = 21.0
_THINNEST_STROKE_PX = 0.75


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels; `right` and `bottom` are one past its last pixel."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    def of(self, image: Image) -> Image:
        """The part of the image inside this box, as a view; empty where they do not meet."""
        return image[max(self.top, 0) : max(self.bottom, 0), max(self.left, 0) : max(self.right, 0)]


@dataclass(frozen=True)
class Layer:
    """A picture to be put on others: `ink` is added to an image times `keep` / 255, both (h, w, 3).

    The two add up to 255 at most, so nothing overflows.
    """

    keep: Image
    ink: Image


def unit(image: Image) -> float:
    """Pixels per unit of the design, so that a 4K image looks like a 640x480 one and small type stays readable."""
    height, width = image.shape[:2]
    return max(min(height / _DESIGN_HEIGHT, width / _DESIGN_WIDTH), _SMALLEST_UNIT)


def plate(image: Image, box: Box, radius: int) -> None:
    """Darken a rectangle with rounded corners so that light type on it is readable over any picture."""
    region = box.of(image)
    if region.size == 0:
        return
    radius = min(radius, region.shape[0] // 2, region.shape[1] // 2)
    corners = [region[rows, columns] for rows in _ends(radius) for columns in _ends(radius)] if radius else []
    bright = [corner.copy() for corner in corners]
    cv2.convertScaleAbs(region, dst=region, alpha=_PLATE_KEEPS, beta=_PLATE_ADDS)
    for corner, original, inside in zip(corners, bright, _corner_weights(radius), strict=False):
        corner[:] = cv2.blendLinear(corner, original, inside, 1 - inside)


def painted(width: int, height: int, paint: Callable[[Image], None]) -> Layer:
    """What `paint` puts on any image of that size: on black that is its ink; what white gains over that it keeps.

    For what is dear to draw and stays the same for some frames. Only right for what these functions draw, which mix
    with what is below them and do nothing else with it.
    """
    black, white = (np.full((max(height, 1), max(width, 1), 3), value, np.uint8) for value in (0, 255))
    paint(black)
    paint(white)
    return Layer(cast(Image, cv2.subtract(white, black)), black)


def stamp(image: Image, layer: Layer, left: int, top: int) -> None:
    """Put a layer on the image, its first pixel at `left`, `top`."""
    height, width = layer.ink.shape[:2]
    region = Box(left, top, left + width, top + height).of(image)
    if region.size == 0:
        return
    rows = slice(max(-top, 0), max(-top, 0) + region.shape[0])
    columns = slice(max(-left, 0), max(-left, 0) + region.shape[1])
    cv2.multiply(region, layer.keep[rows, columns], dst=region, scale=1 / 255)
    region += layer.ink[rows, columns]  # without overflow: see Layer


@lru_cache(maxsize=1024)
def text_width(text: str, height: float) -> int:
    """Width in pixels of a line of type with capitals of that height."""
    return round(cv2.getTextSize(text, _FONT, height / _CAP_HEIGHT_PX, 1)[0][0])


def write(image: Image, text: str, left: float, baseline: float, height: float, colour: Colour) -> int:
    """Write a line of type with capitals of that height; returns where it ends, in pixels from the left.

    `baseline` is where the capitals stand. Characters outside ASCII become question marks: the font has no others.
    """
    glyphs = _glyphs(text, round(height * 4) / 4, colour)
    stamp(image, glyphs.layer, round(left), round(baseline) - glyphs.ascent)
    return round(left) + text_width(text, height)


def fit(text: str, height: float, width: float) -> str:
    """The text, shortened with two dots until it is no wider than `width` pixels; empty when nothing fits."""
    if text_width(text, height) <= width:
        return text
    for length in range(len(text) - 1, 1, -1):
        shortened = text[:length].rstrip() + ".."
        if text_width(shortened, height) <= width:
            return shortened
    return ""


def bar(image: Image, box: Box, colour: Colour) -> None:
    """A filled bar with round ends; one narrower than it is high becomes a dot."""
    thickness = max(box.bottom - box.top, 1)
    middle = (box.top + box.bottom - 1) / 2
    first = box.left + (thickness - 1) / 2
    last = max(box.right - 1 - (thickness - 1) / 2, first)
    line(image, (first, middle), (last, middle), thickness, colour)


def dot(image: Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """A filled disc."""
    dots(image, np.array([(x, y)]), radius, colour)


def line(image: Image, start: tuple[float, float], end: tuple[float, float], thickness: float, colour: Colour) -> None:
    """A line with round ends, at sub-pixel places."""
    cv2.line(image, _fixed(*start), _fixed(*end), colour, max(round(thickness), 1), cv2.LINE_AA, shift=4)


def lines(image: Image, segments: NDArray[np.floating], thickness: float, colour: Colour) -> None:
    """Many lines at once: `segments` is (n, 2, 2), each a start and an end as x, y."""
    fixed = np.rint(segments * 16).astype(np.int32)
    cv2.polylines(image, list(fixed), False, colour, max(round(thickness), 1), cv2.LINE_AA, shift=4)


def dots(image: Image, centres: NDArray[np.floating], radius: float, colour: Colour) -> None:
    """Many discs at once, `centres` (n, 2): lines of no length, because cv2's own small circles are diamonds."""
    lines(image, np.repeat(centres[:, None], 2, axis=1), 2 * radius, colour)


def _fixed(x: float, y: float) -> tuple[int, int]:
    return round(x * 16), round(y * 16)


def _ends(radius: int) -> tuple[slice, slice]:
    return slice(None, radius), slice(-radius, None)


@lru_cache(maxsize=16)
def _corner_weights(radius: int) -> tuple[NDArray[np.float32], ...]:
    """How much of each pixel lies inside a rounded corner, (radius, radius), for the four corners of a plate."""
    from_centre = radius - 0.5 - np.arange(radius, dtype=np.float32)
    distance = np.hypot(from_centre[:, None], from_centre[None, :])
    top_left = np.clip(radius - distance + 0.5, 0, 1).astype(np.float32)
    quarters = (top_left, top_left[:, ::-1], top_left[::-1], top_left[::-1, ::-1])
    return tuple(np.ascontiguousarray(quarter) for quarter in quarters)


@dataclass(frozen=True)
class _Glyphs:
    """A line of type ready to be stamped; its capitals stand `ascent` pixels below its top."""

    layer: Layer
    ascent: int


@lru_cache(maxsize=1024)
def _glyphs(text: str, height: float, colour: Colour) -> _Glyphs:
    """Drawn large and shrunk: small type from a stroke font is ragged otherwise."""
    larger = 4 if height < 24 else 2
    scale = larger * height / _CAP_HEIGHT_PX
    (width, _), _ = cv2.getTextSize(text, _FONT, scale, 1)
    padding = 2 * larger
    ascent = int(np.ceil(height)) + 2
    rows = (ascent + int(np.ceil(height * 0.4)) + 2) * larger
    columns = -(-(width + 2 * padding) // larger) * larger
    canvas = np.zeros((rows, columns), np.uint8)
    stroke = round(larger * max(height * 0.115, _THINNEST_STROKE_PX))
    cv2.putText(canvas, text, (0, ascent * larger), _FONT, scale, (255,), stroke, cv2.LINE_AA)
    alpha = cv2.resize(canvas, None, fx=1 / larger, fy=1 / larger, interpolation=cv2.INTER_AREA)[..., None]
    ink = np.rint(alpha / 255.0 * np.array(colour)).astype(np.uint8)
    return _Glyphs(Layer(np.repeat(255 - alpha, 3, axis=2).astype(np.uint8), ink), ascent)
