"""What of the picture may be seen: everything that is shown or written goes through one of these first.

A guard takes each frame's image, and who was found in it, and returns the image that may be kept. Nothing downstream of
it ever sees the source's pixels, so what is drawn, shown, recorded or snapped cannot hold what the guard took out.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from mmn_live.errors import UsageError
from mmn_live.overlay.head import Head, head_of
from mmn_live.types import Image, Skeleton

PRIVACY_MODES = ("none", "skeleton", "blur")
BLANK = 26
"""The grey on which a skeleton alone is drawn."""

HOLD_S = 2.0
"""How long the place of a head that is not found any more is blurred by itself, growing; then all of the image is."""
GONE_S = 10.0
"""After so long without a person, while others are found all the time, that person is taken to have left."""
TRAIL_S = 0.4
"""Where a head was so lately is blurred still, and as far on the other side: landmarks lag behind a quick head."""
GROWTH_M_PER_S = 1.0
"""How fast a head that is not found may move away from where it was last found."""
CELLS = 4
"""Cells across the blurred disc, which is more than twice a face wide: a face becomes about two by two colours."""
IMAGE_CELLS = 8
"""Cells along the longer side of an image that is blurred whole."""


class Guard(Protocol):
    """Takes the person out of images, one frame after the other."""

    def process(self, image: Image, skeletons: Sequence[Skeleton], time_s: float) -> Image:
        """The image that may be kept; `skeletons` are those found in it, in its pixels. `image` stays as it is."""
        ...


def guard_named(mode: str) -> Guard:
    """The guard of one of the `PRIVACY_MODES`. Raises UsageError for another name."""
    if mode == "skeleton":
        return Blank()
    if mode == "blur":
        return FaceBlur()
    if mode == "none":
        return Unguarded()
    raise UsageError(f"unknown privacy mode {mode!r}: use one of {', '.join(PRIVACY_MODES)}")


class Unguarded:
    """Every pixel may be kept."""

    def process(self, image: Image, skeletons: Sequence[Skeleton], time_s: float) -> Image:  # noqa: ARG002
        """The image itself."""
        return image


class Blank:
    """No pixel may be kept: the result depends on the image's size alone."""

    def process(self, image: Image, skeletons: Sequence[Skeleton], time_s: float) -> Image:  # noqa: ARG002
        """A uniform dark image of the same size."""
        return np.full(image.shape, BLANK, np.uint8)


@dataclass(frozen=True)
class _Sighting:
    time_s: float
    head: Head


class FaceBlur:
    """Blurs every head for good: the detail is averaged away, not moved about.

    Whom the detector does not find is taken to be there still. Nobody found yet, or nobody any more for `HOLD_S`: the
    whole image is blurred, an empty room too. One of several lost: that one's last place, growing, for `HOLD_S`, then
    the whole image, until as many are found again, or `GONE_S` have passed in which the others were found.

    What remains in the image are the colours of about two by two cells a face, the body, clothes and movement. A person
    whom the detector never found while it found another is not blurred.
    """

    def __init__(self) -> None:
        self._last: dict[int, _Sighting] = {}
        self._trails: dict[int, deque[_Sighting]] = {}

    def process(self, image: Image, skeletons: Sequence[Skeleton], time_s: float) -> Image:
        """A new image with every head blurred, or all of it."""
        people = [skeleton for skeleton in skeletons if skeleton.person]
        heads = {skeleton.person_id: head_of(skeleton.landmarks) for skeleton in people if skeleton.landmarks}
        found = {person: head for person, head in heads.items() if head is not None}
        self._forget_lost(found, time_s)
        for person, head in found.items():
            self._see(person, _Sighting(time_s, head))
        lost = [sighting for person, sighting in self._last.items() if person not in found]
        unplaced = len(found) < len(people)
        if unplaced or not self._last or any(time_s - sighting.time_s > HOLD_S for sighting in lost):
            return blur_whole(image)
        kept = image.copy()
        for person in found:
            blur_disc(kept, _around(self._trails[person]))
        for sighting in lost:
            blur_disc(kept, sighting.head.grown(GROWTH_M_PER_S * (time_s - sighting.time_s)))
        return kept

    def _see(self, person: int, sighting: _Sighting) -> None:
        trail = self._trails.setdefault(person, deque())
        trail.append(sighting)
        while trail[0].time_s < sighting.time_s - TRAIL_S:
            trail.popleft()
        self._last[person] = sighting

    def _forget_lost(self, found: Iterable[int], time_s: float) -> None:
        """Somebody who is new is one of those who were lost; and nobody is waited for for ever."""
        lost = [person for person in self._last if person not in found]
        lost.sort(key=lambda person: self._last[person].time_s)
        new = [person for person in found if person not in self._last]
        gone = [person for person in lost if found and time_s - self._last[person].time_s > GONE_S]
        for person in {*lost[: len(new)], *gone}:
            del self._last[person], self._trails[person]


def blur_whole(image: Image) -> Image:
    """A new image of at most `IMAGE_CELLS` cells a side, smoothed."""
    return _coarse(image, max(image.shape[:2]) / IMAGE_CELLS)


def blur_disc(image: Image, head: Head) -> None:
    """Average the detail of a disc away, in place: the mean of each of a few cells, and smooth between them."""
    height, width = image.shape[:2]
    left, right = (round(np.clip(head.x + side * head.radius, 0, width)) for side in (-1, 1))
    top, bottom = (round(np.clip(head.y + side * head.radius, 0, height)) for side in (-1, 1))
    region = image[top:bottom, left:right]
    if not region.size:
        return
    coarse = _coarse(region, 2 * head.radius / CELLS)
    rows, columns = np.ogrid[top:bottom, left:right]
    inside = (rows - head.y) ** 2 + (columns - head.x) ** 2 <= head.radius**2
    cv2.copyTo(coarse, inside.astype(np.uint8), region)


def _coarse(image: Image, cell_px: float) -> Image:
    height, width = image.shape[:2]
    cells = max(round(width / cell_px), 1), max(round(height / cell_px), 1)
    means = cv2.resize(image, cells, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(means, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _around(trail: Sequence[_Sighting]) -> Head:
    """The newest head, so large that it covers all of its trail."""
    newest = trail[-1].head
    reach = max(math.hypot(old.head.x - newest.x, old.head.y - newest.y) + old.head.radius for old in trail)
    return Head(newest.x, newest.y, reach, newest.px_per_m)
