"""The person's joints and bones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from mmn_live.joints import Layout
from mmn_live.overlay.primitives import Colour, dot, line, unit
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


def draw_skeleton(image: Image, skeleton: Skeleton | None, layout: Layout) -> Image:
    """Draw the bones and joints that were seen, in place; the person's left and right have colours of their own."""
    if skeleton is None or not skeleton.person:
        return image
    seen = skeleton.visibility >= OBSERVED_VISIBILITY
    bones = [(bone, style) for bone, style in _bone_styles(layout) if seen[list(bone)].all()]
    points = [(float(x), float(y)) for x, y in skeleton.joints]
    size = unit(image)
    for (a, b), style in bones:
        line(image, points[a], points[b], (style.thickness + 1.6) * size, _EDGE)
    for (a, b), style in bones:
        line(image, points[a], points[b], style.thickness * size, style.colour)
    for joint in np.flatnonzero(seen):
        style = _joint_styles(layout)[joint]
        dot(image, *points[joint], (style.radius + 0.9) * size, _EDGE)
        dot(image, *points[joint], style.radius * size, style.colour)
    return image


@cache
def _bone_styles(layout: Layout) -> tuple[tuple[tuple[int, int], _Style], ...]:
    return tuple((bone, _style(*(layout.names[joint] for joint in bone))) for bone in layout.drawn_bones)


@cache
def _joint_styles(layout: Layout) -> tuple[_Style, ...]:
    return tuple(_style(name) for name in layout.names)


def _style(*names: str) -> _Style:
    fine = any(part in name for name in names for part in _FINE_PARTS)
    sides = {side for name in names for side in ("left", "right") if name.startswith(side)}
    colour = CENTRE if len(sides) != 1 else LEFT if "left" in sides else RIGHT
    return _Style(colour, thickness=1.2 if fine else 2.4, radius=1.2 if fine else 2.6)
