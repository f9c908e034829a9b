"""From a figure's points to the solids that give it a body: its bulk (bulk.py), limbs, clothes, hair.

Offsets and radii are metres of the average `Body`, measured off people; `girth` and `head` scale them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.algebra import SIDE_SIGNS, vector
from mmn_live.actor.bulk import AVERAGE, bulk_of
from mmn_live.actor.figure import Figure, Points
from mmn_live.actor.look import Look
from mmn_live.actor.solids import Cone, Ellipsoid, Material, Solid

_SIDES = (0, 1)


@dataclass(frozen=True)
class Part:
    """A part of the body at one sample: offsets in its own axes (x left, y up, z forward) to the world."""

    origin: Points
    rotation: Points
    scale: float = 1.0

    def at(self, x: float, y: float, z: float) -> Points:
        """World position (3,) of an offset in metres."""
        return self.origin + self.rotation @ (self.scale * vector(x, y, z))

    def ellipsoid(
        self, offset: tuple[float, float, float], radii: tuple[float, float, float], material: Material
    ) -> Ellipsoid:
        """An ellipsoid along the part's axes."""
        return Ellipsoid(self.at(*offset), self.rotation, self.scale * np.array(radii), material)


def solids_of(figure: Figure, sample: int, look: Look) -> Iterator[Solid]:
    """Everything that the figure is made of at one sample."""
    for bulk in bulk_of(figure):
        yield bulk.at(sample)
    yield from _trunk(figure, sample)
    yield from _head(figure, sample, look)
    for side in _SIDES:
        yield from _arm(figure, sample, side, look)
        yield from _hand(figure.hands[sample, side], figure.body.hand)
        yield from _leg(figure, sample, side)


def chair_solids(seat_height_m: float) -> Iterator[Solid]:
    """A chair under a person who sits at the world's origin."""
    for x in (-0.19, 0.19):
        for z in (-0.18, 0.17):
            foot = vector(1.1 * x, 0.0, 1.1 * z)
            yield Cone(vector(x, seat_height_m - 0.03, z), foot, 0.017, 0.013, Material.CHAIR)
    for x in (-0.18, 0.18):
        yield Cone(
            vector(x, seat_height_m, -0.19), vector(x, seat_height_m + 0.36, -0.25), 0.015, 0.014, Material.CHAIR
        )
    seat, back = vector(0, seat_height_m - 0.02, 0), vector(0, seat_height_m + 0.30, -0.24)
    yield Ellipsoid(seat, np.eye(3), np.array([0.24, 0.035, 0.23]), Material.CHAIR)
    yield Ellipsoid(back, np.eye(3), np.array([0.21, 0.12, 0.03]), Material.CHAIR)


def _trunk(figure: Figure, i: int) -> Iterator[Solid]:
    body, girth = figure.body, figure.body.girth
    wide, tall = girth * body.shoulder / AVERAGE.shoulder, body.torso / AVERAGE.torso
    chest = Part(figure.middle[i], figure.chest_rotation[i])
    neck = Part(figure.neck[i], figure.chest_rotation[i])
    for side, sign in enumerate(SIDE_SIGNS[:, 0]):
        low, high = chest.at(sign * 0.085 * wide, -0.03, 0), chest.at(sign * 0.10 * wide, 0.17 * tall, 0)
        yield Cone(low, high, 0.075 * girth, 0.085 * girth, Material.SHIRT)
        yield Cone(neck.at(sign * 0.035, -0.015, -0.02), figure.shoulders[i, side], 0.048, 0.058, Material.SHIRT)
    yield neck.ellipsoid((0, -0.02, 0), (0.075, 0.035, 0.065), Material.SHIRT)


def _head(figure: Figure, i: int, look: Look) -> Iterator[Solid]:
    size = figure.body.head
    neck = Part(figure.neck[i], figure.chest_rotation[i])
    head = Part(figure.head_centre[i], figure.head_rotation[i], size)
    yield Cone(neck.at(0, -0.04, -0.01), neck.at(0, 0.075, 0.012), 0.056, 0.052, Material.SKIN)
    yield head.ellipsoid((0, -0.085, 0.045), (0.032, 0.028, 0.030), Material.FACE)
    yield Cone(head.at(0, 0, 0.088), head.at(0, -0.034, 0.102), 0.007 * size, 0.0125 * size, Material.SKIN)
    for sign in (1, -1):
        yield head.ellipsoid((sign * 0.073, -0.012, -0.012), (0.012, 0.031, 0.020), Material.SKIN)
        nostril = head.at(0, -0.036, 0.092), head.at(sign * 0.013, -0.038, 0.088)
        yield Cone(*nostril, 0.010 * size, 0.009 * size, Material.SKIN)
    yield from _hair(head, look.hair_length)
    if look.glasses or figure.glasses:
        for sign in (1, -1):
            temple = head.at(sign * 0.057, 0.005, 0.058), head.at(sign * 0.076, 0.005, -0.015)
            yield Cone(*temple, 0.0026 * size, 0.0026 * size, Material.HAIR)


def _hair(head: Part, length: float) -> Iterator[Solid]:
    if length == 0:
        return
    end = -0.03 - 0.11 * length
    yield head.ellipsoid((0, 0.05 + end / 2, -0.055), (0.076, 0.05 - end / 2, 0.066), Material.HAIR)
    for sign in (1, -1):
        strand = head.at(sign * 0.073, 0.045, -0.030), head.at(sign * 0.078, end, -0.030)
        yield Cone(*strand, 0.024 * head.scale, 0.026 * head.scale, Material.HAIR)


def _arm(figure: Figure, i: int, side: int, look: Look) -> Iterator[Solid]:
    girth = figure.body.girth
    shoulder, elbow, wrist = figure.shoulders[i, side], figure.elbows[i, side], figure.wrists[i, side]
    muscle = 0.6 * elbow + 0.4 * wrist
    yield Cone(shoulder, elbow, 0.047 * girth, 0.040 * girth, Material.SKIN)
    yield Cone(elbow, muscle, 0.041 * girth, 0.040 * girth, Material.SKIN)
    yield Cone(muscle, wrist, 0.039 * girth, 0.026 * girth, Material.SKIN)
    hem = shoulder + min(look.sleeve, 1.0) * (elbow - shoulder)
    yield Cone(shoulder, hem, 0.060 * girth, 0.051 * girth, Material.SHIRT)
    if look.sleeve > 1:
        cuff = elbow + (look.sleeve - 1) * (wrist - elbow)
        yield Cone(elbow, cuff, 0.050 * girth, (0.052 - 0.018 * (look.sleeve - 1)) * girth, Material.SHIRT)


_PALM_BONES = ((1, 0.021, 0.014), (5, 0.019, 0.014), (9, 0.019, 0.014), (13, 0.019, 0.014), (17, 0.019, 0.012))
_FINGER_RADII = (0.0115, 0.0095, 0.0095, 0.0090, 0.0078)


def _hand(points: Points, scale: float) -> Iterator[Solid]:
    """A hand from its 21 landmarks (21, 3): five bones of the palm, three of each finger."""
    wrist = points[0]
    for knuckle, start_radius, end_radius in _PALM_BONES:
        start = wrist if knuckle == 1 else 0.85 * wrist + 0.15 * points[knuckle]
        yield Cone(start, points[knuckle], scale * start_radius, scale * end_radius, Material.SKIN)
    for finger, radius in enumerate(_FINGER_RADII):
        for bone in range(3):
            joint = 1 + 4 * finger + bone
            start_radius, end_radius = (scale * radius * (1 - 0.06 * place) for place in (bone, bone + 1))
            yield Cone(points[joint], points[joint + 1], start_radius, end_radius, Material.SKIN)


def _leg(figure: Figure, i: int, side: int) -> Iterator[Solid]:
    girth = figure.body.girth
    hip, knee, ankle = figure.hips[i, side], figure.knees[i, side], figure.ankles[i, side]
    heel, toe = figure.heels[i, side], figure.toes[i, side]
    calf = 0.55 * knee + 0.45 * ankle
    hem = ankle + 0.04 * (knee - ankle) / np.linalg.norm(knee - ankle)
    yield Cone(hip, knee, 0.092 * girth, 0.066 * girth, Material.TROUSERS)
    yield Cone(knee, calf, 0.063 * girth, 0.060 * girth, Material.TROUSERS)
    yield Cone(calf, hem, 0.060 * girth, 0.050 * girth, Material.TROUSERS)
    yield Cone(ankle, heel, 0.042, 0.038, Material.SHOES)
    yield Cone(ankle, 0.7 * toe + 0.3 * ankle + vector(0, -0.01, 0), 0.042, 0.036, Material.SHOES)
    yield Cone(heel, toe, 0.036, 0.030, Material.SHOES)
