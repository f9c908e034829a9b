"""The person's joints and bones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mmn_live.joints import Layout
from mmn_live.overlay.primitives import Colour, dots, lines, unit
from mmn_live.types import Image, Skeleton

OBSERVED_VISIBILITY = 0.35
"""A joint less visible than this is not drawn: where MediaPipe puts it is a guess."""

LEFT: Colour = (232, 205, 92)
RIGHT: Colour = (96, 170, 246)
CENTRE: Colour = (240, 240, 240)
_EDGE: Colour = (28, 26, 24)
_FINE_PARTS = ("_tip", "hand_wrist", "lip", "nose_b", "_corner", "eye", "ear", "toe", "heel")


@dataclass(frozen=True)
class _Style:
    """Sizes in units of the design."""

    colour: Colour
    thickness: float
    radius: float


def mirrored(skeleton: Skeleton, width: int) -> Skeleton:
    """The skeleton on an image of that width in pixels that was flipped left to right.

    The person's left stays the person's left: only places change, so what is recognised is never touched.
    """
    joints = skeleton.joints.copy()
    joints[:, 0] = width - 1 - joints[:, 0]
    return replace(skeleton, joints=joints)


def draw_skeleton(image: Image, skeleton: Skeleton, layout: Layout) -> Image:
    """Draw the bones and joints that were seen, in place; the person's left and right have colours of their own."""
    if not skeleton.person:
        return image
    seen = skeleton.visibility >= OBSERVED_VISIBILITY
    size = unit(image)
    bones = [(style, pairs[seen[pairs].all(axis=1)]) for style, pairs in _bones(layout)]
    for style, pairs in bones:
        lines(image, skeleton.joints[pairs], (style.thickness + 1.6) * size, _EDGE)
    for style, pairs in bones:
        lines(image, skeleton.joints[pairs], style.thickness * size, style.colour)
    for style, joints in _joints(layout):
        centres = skeleton.joints[joints[seen[joints]]]
        dots(image, centres, (style.radius + 0.9) * size, _EDGE)
        dots(image, centres, style.radius * size, style.colour)
    return image


@cache
def _bones(layout: Layout) -> tuple[tuple[_Style, NDArray[np.intp]], ...]:
    """The bones of each style, as pairs of joints (n, 2)."""
    styles = [_style(layout.names[a], layout.names[b]) for a, b in layout.drawn_bones]
    bones = np.array(layout.drawn_bones, np.intp)
    return tuple((style, bones[[other == style for other in styles]]) for style in dict.fromkeys(styles))


@cache
def _joints(layout: Layout) -> tuple[tuple[_Style, NDArray[np.intp]], ...]:
    """The joints of each style, (n,), fine ones first."""
    styles = [_style(name) for name in layout.names]
    order = sorted(dict.fromkeys(styles), key=lambda style: style.radius)
    return tuple((style, np.flatnonzero([other == style for other in styles])) for style in order)


def _style(*names: str) -> _Style:
    fine = any(part in name for name in names for part in _FINE_PARTS)
    sides = {side for name in names for side in ("left", "right") if name.startswith(side)}
    colour = CENTRE if len(sides) != 1 else LEFT if "left" in sides else RIGHT
    return _Style(colour, thickness=1.2 if fine else 2.4, radius=1.5 if fine else 2.6)
