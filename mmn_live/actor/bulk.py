"""The bulk of a body, its trunk and its head with the hair: what is drawn of them, and what they hide from the camera.

Offsets and radii are metres of the average `Body`, measured off people; `girth` and `head` scale them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Body, Figure, Points
from mmn_live.actor.solids import Ellipsoid, Material
from mmn_live.types import BoolArray

AVERAGE = Body()
_SKIN_DEEP = 0.9
"""Of the radii: what lies on the body is not hidden by what it lies on."""


@dataclass(frozen=True)
class Bulk:
    """An ellipsoid over T samples: `offset` and `radii` (3,) in metres along axes that stand at `origin` (T, 3).

    `rotation` (T, 3, 3) takes the axes (x left, y up, z forward) to the world.
    """

    origin: Points
    rotation: Points
    offset: Points
    radii: Points
    material: Material

    def at(self, sample: int) -> Ellipsoid:
        """The ellipsoid of one sample, in the world."""
        rotation = self.rotation[sample]
        return Ellipsoid(self.origin[sample] + rotation @ self.offset, rotation, self.radii, self.material)

    def hides(self, points: Points, eye: Points) -> BoolArray:
        """(T, N): whether it stands between each of the points (T, N, 3) and the eye (3,)."""
        here, there = (
            ((place - self.origin[:, None]) @ self.rotation - self.offset) / (_SKIN_DEEP * self.radii)
            for place in (points, np.broadcast_to(eye, (len(self.origin), 1, 3)))
        )
        way = there - here
        gone = np.clip(-(here * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-12), 0.0, 1.0)
        nearest = here + gone[..., None] * way
        return (gone > 0) & ((nearest * nearest).sum(-1) < 1)


def bulk_of(figure: Figure) -> Iterator[Bulk]:
    """All of a figure's."""
    girth, size = figure.body.girth, figure.body.head
    wide, tall = girth * figure.body.shoulder / AVERAGE.shoulder, figure.body.torso / AVERAGE.torso
    pelvis = figure.root, figure.lean_rotation
    yield Bulk(*pelvis, np.array((0, 0.03, -0.01)), np.array((0.155 * girth, 0.12, 0.115 * girth)), Material.TROUSERS)
    yield Bulk(*pelvis, np.array((0, 0.13, 0)), np.array((0.152 * girth, 0.13, 0.114 * girth)), Material.SHIRT)
    chest = figure.middle, figure.chest_rotation
    radii = np.array((0.158 * wide, 0.19 * tall, 0.112 * girth))
    yield Bulk(*chest, np.array((0, 0.09 * tall, 0.005)), radii, Material.SHIRT)
    head = figure.head_centre, figure.head_rotation
    yield Bulk(*head, size * np.array((0, 0.026, -0.012)), size * np.array((0.073, 0.086, 0.094)), Material.FACE)
    yield Bulk(*head, size * np.array((0, -0.028, 0.012)), size * np.array((0.062, 0.086, 0.078)), Material.FACE)
    yield Bulk(*head, size * np.array((0, 0.043, -0.025)), size * np.array((0.081, 0.088, 0.098)), Material.HAIR)


def hidden_from(eye: Points, figure: Figure, points: Points) -> BoolArray:
    """(T, N): whether the figure's head or trunk stands between the eye (3,) and each of the points (T, N, 3)."""
    return np.any([bulk.hides(points, eye) for bulk in bulk_of(figure)], axis=0)
