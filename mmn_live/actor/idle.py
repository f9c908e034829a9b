"""What the actor does when it does nothing: it sways and breathes, and rests its hands and legs somewhere."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from mmn_live.actor.algebra import DEGREE, SIDE_SIGNS, TAU, drift, rotate, smoothstep, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.hand_shapes import AT_REST, hand_shape
from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import Rng, chance, degrees, either, sign

SEATED_RESTS = ("lap", "lap together", "desk", "folded low", "knees", "clasped", "before the belly", "hanging")
_RIGHT_ON_TOP = np.array([[0.0, 0.0, 0.0], [0.0, 0.01, 0.05]])
_LEGS = ("ankles", "knee_poles", "feet", "toe_lift")
STANDING_RESTS = ("hanging", "clasped", "before the belly")
_OTHER_SHAPE_CHANCE = 0.1


def settle_in(trunk: Trunk, time_s: Points, rng: Rng) -> None:
    """Give the trunk a posture of its own, breathing, sway and small drifts of the head: nobody is ever frozen."""
    liveliness = np.exp(rng.uniform(np.log(0.08), np.log(1.0)))
    trunk.turn += degrees(rng, -10, 10)
    trunk.lean += np.array([0, rng.uniform(-6, 13), rng.uniform(-3, 3)]) * DEGREE
    if chance(rng, 0.25):
        forward = degrees(rng, 0, 17)
        trunk.lean[:, 1] += forward
        trunk.head[:, 1] -= forward * rng.uniform(0.3, 1)
    trunk.head += np.array([rng.uniform(-12, 12), rng.uniform(-6, 12), rng.uniform(-5, 5)]) * DEGREE
    trunk.lean += drift(rng, time_s, 0.45 * DEGREE * liveliness, (0.08, 0.45), 3)
    trunk.chest += drift(rng, time_s, 0.35 * DEGREE * liveliness, (0.08, 0.45), 3)
    trunk.head += drift(rng, time_s, 1.2 * DEGREE * liveliness, (0.08, 0.6), 3)
    trunk.root += drift(rng, time_s, 0.003 * liveliness, (0.05, 0.3), 3)
    breath = np.sin(TAU * rng.uniform(0.2, 0.3) * time_s + rng.uniform(0, TAU))
    trunk.shrug[:, :, 0] += (breath * rng.uniform(0.001, 0.003))[:, None]
    trunk.chest[:, 1] -= breath * 0.4 * DEGREE


def resting_limbs(
    frames: Frames, time_s: Points, rest: str, seated: bool, rng: Rng, *, legs_crossed: bool = False
) -> Limbs:
    """Limbs at rest in one of SEATED_RESTS or STANDING_RESTS, with the small drift of relaxed hands."""
    samples = len(time_s)
    wrists, fingers, palms, poles = _hands_at_rest(frames, rest, rng)
    wobble = np.exp(rng.uniform(np.log(0.0007), np.log(0.009)))
    curl = rng.uniform(0.15, 0.7) * np.array([0.8, 0.9, 1.0, 1.1]) + (0.5 if rest == "clasped" else 0.0)
    wrists = wrists + drift(rng, time_s, wobble, (0.1, 0.7), 6, waves=2).reshape(samples, 2, 3)
    fingers = fingers + drift(rng, time_s, 0.02, (0.1, 0.5), 6, waves=2).reshape(samples, 2, 3)
    curl = np.broadcast_to(curl, (samples, 2, 4)).copy()
    thumb = np.full((samples, 2), rng.uniform(0, 0.5))
    for side in (0, 1):
        shape = hand_shape(rng, AT_REST)  # drawn whether it is seen or not, so that what follows stays the same
        if chance(rng, _OTHER_SHAPE_CHANCE) and rest != "clasped":
            curl[:, side], thumb[:, side] = shape.curl, shape.thumb
    ankles, knees, feet = (_legs_crossed if legs_crossed and seated else _legs_at_rest)(frames, seated, rng)
    return Limbs(
        wrists=wrists,
        fingers=fingers,
        palms=_everywhere(palms, samples),
        elbow_poles=rotate(frames.chest_rotation[:, None], poles),
        curl=curl,
        thumb=thumb,
        ankles=ankles,
        knee_poles=knees,
        feet=feet,
        toe_lift=np.zeros((samples, 2)),
    )


def mixed_rests(left: Limbs, right: Limbs) -> Limbs:
    """Limbs whose left arm is that of one rest and whose right arm that of another; the legs are the first one's."""
    for field in fields(Limbs):
        if field.name not in _LEGS:
            getattr(left, field.name)[:, 1] = getattr(right, field.name)[:, 1]
    return left


def change_rest(before: Limbs, after: Limbs, time_s: Points, at_s: float, lasting_s: float) -> Limbs:
    """Limbs that move from one rest to another, beginning at `at_s`; the legs stay as they were before."""
    part = smoothstep((time_s - at_s) / lasting_s)
    mixed = {}
    for field in fields(Limbs):
        a, b = getattr(before, field.name), getattr(after, field.name)
        weight = part.reshape(-1, *(1,) * (a.ndim - 1))
        mixed[field.name] = a if field.name in _LEGS else a * (1 - weight) + b * weight
    return Limbs(**mixed)


def _legs_crossed(frames: Frames, seated: bool, rng: Rng) -> tuple[Points, Points, Points]:
    """As `_legs_at_rest`, but one leg lies over the other, or the feet are crossed, or drawn under the seat."""
    ankles, knees, feet = _legs_at_rest(frames, seated, rng)
    side, turned, way = either(rng), frames.root_rotation, int(rng.integers(3))
    g, draw = sign(side), rng.uniform
    if way == 0:
        ankles[:, side] = rotate(turned, vector(-g * draw(0.05, 0.2), draw(0.28, 0.48), draw(0.32, 0.46)))
        ankles[:, side] += frames.root * (1, 0, 1)
        knees[:, side] = rotate(turned, vector(g * draw(0, 1.2), 0.8, 1))
        feet[:, side] = rotate(turned, vector(-g * 0.5, -0.3, 1))
    elif way == 1:
        ankles[:, side] += rotate(turned, vector(-g * draw(0.22, 0.36), 0.03, draw(0, 0.2)))
    else:
        ankles += rotate(turned, vector(0, draw(0, 0.04), -draw(0.15, 0.4)))[:, None]
    return ankles, knees, feet


def _everywhere(pair: Points, samples: int) -> Points:
    return np.broadcast_to(pair, (samples, 2, 3)).copy()


def _sided(x: float, y: float, z: float) -> Points:
    """(2, 3): a vector for the left side, and its mirror image for the right."""
    return np.concatenate([SIDE_SIGNS * x, np.full((2, 1), y), np.full((2, 1), z)], -1)


def _hands_at_rest(frames: Frames, rest: str, rng: Rng) -> tuple[Points, Points, Points, Points]:
    """Wrists (T, 2, 3); fingers, palms and elbow poles (2, 3)."""
    draw = rng.uniform
    root = frames.root[:, None]
    pole = _sided(draw(0.4, 1), -0.8, -draw(0.2, 0.7))
    if rest == "hanging":
        length = (frames.body.upper_arm + frames.body.forearm) * draw(0.93, 0.98)
        wrists = frames.shoulders + _sided(draw(0.03, 0.12), -length, draw(-0.02, 0.08))
        return wrists, _sided(0, -1, 0.1), _sided(-1, 0, -0.2), _sided(0.6, 0, -1)
    if rest == "knees":
        knee = _sided(0.15, 0.03, 0.36)
        return (
            root + knee + _sided(0, draw(0.04, 0.08), 0),
            _sided(-draw(-0.2, 0.4), -0.35, 1),
            _sided(0, -1, -0.3),
            pole,
        )
    if rest == "desk":
        wrists = _sided(draw(0.08, 0.25), draw(0.17, 0.28), draw(0.30, 0.42))
        return root + wrists, _sided(-draw(0, 0.8), -0.05, 1), _sided(0, -1, 0), pole
    if rest == "folded low":
        wrists = _sided(-draw(0.0, 0.06), draw(0.20, 0.26), 0.30) + _RIGHT_ON_TOP
        return root + wrists, _sided(-1, 0, draw(0, 0.3)), _sided(0, -1, 0), _sided(1, -0.4, 0.1)
    if rest == "clasped":
        wrists = _sided(draw(0.04, 0.08), draw(0.10, 0.18), draw(0.20, 0.27))
        return root + wrists, _sided(-1, -0.2, 0.5), _sided(-0.2, -0.5, -0.8), pole
    if rest == "before the belly":
        wrists = _sided(draw(0.10, 0.22), draw(0.20, 0.32), draw(0.22, 0.32))
        return root + wrists, _sided(-draw(0.2, 0.9), draw(0, 0.5), 0.8), _sided(-0.7, -0.3, -0.3), pole
    if rest == "lap together":
        wrists = _sided(draw(0.05, 0.11), draw(0.11, 0.16), draw(0.18, 0.26))
        return root + wrists, _sided(-1, -0.2, draw(0.2, 0.7)), _sided(0, -0.7, -0.7), pole
    wrists = _sided(draw(0.11, 0.19), draw(0.11, 0.15), draw(0.20, 0.31))
    return root + wrists, _sided(-draw(0.1, 0.7), -draw(0.05, 0.4), 1), _sided(0, -1, -0.2), pole


def _legs_at_rest(frames: Frames, seated: bool, rng: Rng) -> tuple[Points, Points, Points]:
    """Ankles, knee poles and feet (T, 2, 3), turned with the body."""
    wide, ahead = (rng.uniform(0.10, 0.22), rng.uniform(0.28, 0.46)) if seated else (rng.uniform(0.09, 0.15), 0.0)
    turned = frames.root_rotation[:, None]
    knees, feet = _sided(rng.uniform(0.05, 0.45), 0.4, 1), _sided(rng.uniform(0.05, 0.45), 0, 1)
    return rotate(turned, _sided(wide, 0.10, ahead)), rotate(turned, knees), rotate(turned, feet)
