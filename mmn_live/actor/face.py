"""The face, painted flat as seen from the front and then wrapped around the head."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike

from mmn_live.actor.look import Colour, Look
from mmn_live.types import BoolArray, FloatArray

_PX_PER_MM = 2
_HALF_WIDTH_MM, _HALF_HEIGHT_MM = 90, 130
_BEHIND_M = -0.01
"""Skin farther back than this is not painted: the face ends before the ears."""

Draw = Callable[["Canvas"], None]


class Canvas:
    """A mask in millimetres of the face: x to the person's left, y up, zero at the head's centre."""

    def __init__(self) -> None:
        size = (2 * _HALF_HEIGHT_MM * _PX_PER_MM, 2 * _HALF_WIDTH_MM * _PX_PER_MM)
        self.mask: FloatArray = np.zeros(size, np.float32)

    def ellipse(self, x: float, y: float, width: float, height: float, start: int = 0, end: int = 360) -> None:
        """A filled ellipse, or the sector between two angles (degrees, clockwise from the right)."""
        cv2.ellipse(self.mask, _pixel(x, y), _pixels(width, height), 0, start, end, 1.0, -1)

    def arc(self, x: float, y: float, width: float, height: float, start: int, end: int, pen: float) -> None:
        """A part of an ellipse's outline, `pen` millimetres wide."""
        cv2.ellipse(self.mask, _pixel(x, y), _pixels(width, height), 0, start, end, 1.0, _pen(pen))

    def line(self, *points: tuple[float, float], pen: float) -> None:
        """A line through points."""
        cv2.polylines(self.mask, [np.array([_pixel(x, y) for x, y in points])], False, 1.0, _pen(pen))


def _pixel(x: float, y: float) -> tuple[int, int]:
    return round((_HALF_WIDTH_MM + x) * _PX_PER_MM), round((_HALF_HEIGHT_MM - y) * _PX_PER_MM)


def _pixels(width: float, height: float) -> tuple[int, int]:
    return round(width * _PX_PER_MM), round(height * _PX_PER_MM)


def _pen(width: float) -> int:
    return max(1, round(width * _PX_PER_MM))


class Face:
    """A painted face that can be looked up by place on the head."""

    def __init__(self, look: Look, glasses: bool) -> None:
        height, width = Canvas().mask.shape
        self._skin = np.array(look.skin, np.float32)
        self._paint = np.tile(self._skin, (height, width, 1))
        self._shadows()
        if look.beard:
            self._beard(look)
        for sign in (1, -1):
            self._eye(sign)
            self._brow(sign, look.hair)
        self._mouth(look.lips)
        if glasses:
            self._glasses()

    def colours(self, points: FloatArray) -> FloatArray:
        """BGR (N, 3) at points (3, N) of the head: metres from its centre in head axes, for a head of average size."""
        column = np.round((points[0] * 1000 + _HALF_WIDTH_MM) * _PX_PER_MM).astype(int)
        row = np.round((_HALF_HEIGHT_MM - points[1] * 1000) * _PX_PER_MM).astype(int)
        height, width = self._paint.shape[:2]
        colours = self._paint[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        behind: BoolArray = points[2] < _BEHIND_M
        colours[behind] = self._skin
        return colours

    def _blend(self, draw: Draw, colour: ArrayLike, strength: float = 1.0, blur_mm: float = 0.6) -> None:
        canvas = Canvas()
        draw(canvas)
        mask = strength * cv2.GaussianBlur(canvas.mask, (0, 0), blur_mm * _PX_PER_MM)[..., None]
        self._paint += mask * (np.array(colour, np.float32) - self._paint)

    def _tint(self, blue: float, green: float, red: float) -> FloatArray:
        return self._skin * np.array((blue, green, red), np.float32)

    def _shadows(self) -> None:
        """What light does to a face that has no relief of its own: sockets, cheeks, the sides of the nose, the chin."""
        for sign in (1, -1):
            self._blend(lambda c, s=sign: c.ellipse(s * 31, 4, 17, 11), self._tint(0.50, 0.52, 0.62), 0.45, 4)
            self._blend(lambda c, s=sign: c.ellipse(s * 36, -36, 14, 11), self._tint(0.78, 0.78, 1.02), 0.35, 7)
            self._blend(
                lambda c, s=sign: c.line((s * 14, -8), (s * 13, -34), pen=5), self._tint(0.66, 0.68, 0.75), 0.35, 3
            )
            fold = self._tint(0.58, 0.60, 0.70)
            self._blend(lambda c, s=sign: c.line((s * 20, -40), (s * 29, -60), pen=3), fold, 0.30, 2.5)
            nostril = self._tint(0.20, 0.22, 0.35)
            self._blend(lambda c, s=sign: c.ellipse(s * 8, -44, 4.5, 2.4), nostril, 0.75, 0.8)
        self._blend(lambda c: c.ellipse(0, -48, 12, 3), self._tint(0.43, 0.45, 0.55), 0.30, 2)
        self._blend(lambda c: c.ellipse(0, -82, 15, 3), self._tint(0.56, 0.58, 0.65), 0.40, 2)

    def _eye(self, sign: int) -> None:
        x = sign * 31
        self._blend(lambda c: c.ellipse(x, 1, 14, 6.3), (230, 234, 238), blur_mm=0.7)
        self._blend(lambda c: c.ellipse(x, 1.5, 6, 6), (30, 45, 70), blur_mm=0.5)
        self._blend(lambda c: c.ellipse(x, 1.5, 3, 3), (10, 10, 12), blur_mm=0.4)
        self._blend(lambda c: c.ellipse(x + 2, 3.5, 1.2, 1.2), (250, 250, 250), blur_mm=0.3)
        self._blend(lambda c: c.arc(x, 1, 15, 7, 190, 350, 2.6), (22, 26, 40), 0.95)
        self._blend(lambda c: c.arc(x, 1, 14, 7, 20, 160, 1.2), self._tint(0.38, 0.40, 0.50), 0.50)
        self._blend(lambda c: c.arc(x, 3, 15, 10, 200, 340, 1.5), self._tint(0.33, 0.35, 0.45), 0.35)

    def _brow(self, sign: int, hair: Colour) -> None:
        points = [(sign * 14, 17), (sign * 28, 22), (sign * 40, 20), (sign * 47, 14)]
        self._blend(lambda c: c.line(*points, pen=5), 0.8 * np.array(hair), 0.9, 1.2)

    def _mouth(self, lips: Colour) -> None:
        self._blend(lambda c: c.ellipse(0, -67, 24, 5, 180, 360), 0.94 * np.array(lips), 0.85, 0.8)
        self._blend(lambda c: c.ellipse(0, -68, 22, 8, 0, 180), lips, 0.85, 0.8)
        self._blend(lambda c: c.line((-23, -67), (23, -67), pen=1.6), self._tint(0.22, 0.20, 0.42), 0.9)

    def _beard(self, look: Look) -> None:
        def hairy(canvas: Canvas) -> None:
            canvas.ellipse(0, -62, 62, 58, 20, 160)
            canvas.line((-26, -56), (0, -52), (26, -56), pen=8)

        self._blend(hairy, 1.1 * np.array(look.hair), look.beard, 5)

    def _glasses(self) -> None:
        for sign in (1, -1):
            self._blend(lambda c, s=sign: c.arc(s * 33, 0, 23, 17, 0, 360, 3), (28, 28, 30), 0.95, 0.5)
            self._blend(lambda c, s=sign: c.line((s * 56, 4), (s * 80, 6), pen=4), (28, 28, 30), 0.95, 0.5)
        self._blend(lambda c: c.line((-11, 4), (11, 4), pen=3), (28, 28, 30), 0.95, 0.5)
