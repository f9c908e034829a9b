"""Actions of a hand on the trunk: neck, chest, back, shoulder, hips. Places are in chest axes from the neck, metres."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import rotate, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import (
    BOW_CHANCE,
    BOW_DEG,
    Beat,
    Contact,
    Goal,
    Motion,
    Rng,
    Rub,
    action,
    chance,
    curls,
    degrees,
    either,
    one_or_both,
    oscillation,
    ramps,
    reach,
    sign,
    still_or_rub,
    touch,
    towards,
    wrist_names,
)

_SHOULDERS = ("left_shoulder", "right_shoulder")


def _to_trunk(rng: Rng, side: int, contact: Contact, rubbing: Rub, *, bows: bool = False) -> Motion:
    """A hand meets the trunk; the head may bow and turn a little while it does, mostly to the hand's side."""
    rise_fall, yaw = ramps(rng), towards(rng, (side,)) * degrees(rng, 0, 8)
    pitch = degrees(rng, *BOW_DEG) if bows else degrees(rng, -4, 16) * chance(rng, 0.4)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(*rise_fall)
        trunk.head[:, 1] += envelope * pitch
        trunk.head[:, 0] += envelope * yaw * (pitch != 0)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        shift = rotate(frames.chest_rotation, rubbing(beat.time_s))
        touch(limbs, frames, side, beat.envelope(*rise_fall), contact, shift)

    return Motion((*wrist_names(side), *_SHOULDERS), trunk, limbs, hands=frozenset({side}))


@action("scratching or touching neck", 0.7, 3.5)
def touching_neck(rng: Rng) -> Motion:
    """A hand goes to the front, the side or the back of the neck."""
    side, draw = either(rng), rng.uniform
    g = sign(side)
    where = int(rng.integers(3))
    place = (
        vector(g * draw(-0.02, 0.04), draw(0, 0.06), 0.065),
        vector(g * draw(0.042, 0.062), draw(0.01, 0.07), draw(-0.01, 0.03)),
        vector(g * 0.02, draw(0.03, 0.07), -0.07),
    )[where]
    fingers = (vector(-g * 0.5, 0.8, -0.4), vector(-g * 0.5, 0.6, -0.5), vector(-g * 0.8, 0.35, -0.6))[where]
    palm = (vector(-g * 0.2, -0.1, -1), vector(-g, 0, -0.2), vector(0, -0.2, 1))[where]
    behind = where == 2
    contact = Contact(
        place=lambda _, frames: frames.on_chest(place),
        fingers=fingers,
        palm=palm,
        curl=curls(rng, 0.1, 0.8),
        pole=vector(g * 0.8, -0.7 + 0.6 * behind, 0.2),
        along_m=draw(0.09, 0.12) if behind else draw(0.11, 0.15),
        via=vector(g * 0.05, 0.02, 0.05) if behind else vector(g * draw(0, 0.05), 0, draw(0.03, 0.12)),
    )
    bows = behind and chance(rng, BOW_CHANCE)
    return _to_trunk(rng, side, contact, still_or_rub(rng, (0.004, 0.022)), bows=bows)


@action("scratching or touching chest", 0.8, 4.0)
def touching_chest(rng: Rng) -> Motion:
    """A hand is laid on the front of the upper body, rests there, rubs or circles."""
    side, draw = either(rng), rng.uniform
    g = sign(side)
    place = vector(g * draw(-0.14, 0.12), -draw(0.03, 0.32), 0.12)
    contact = Contact(
        place=lambda _, frames: frames.on_chest(place),
        fingers=vector(-g * draw(0.6, 1), draw(-0.1, 0.6), -0.15),
        palm=vector(0, -0.1, -1),
        curl=curls(rng, 0, 0.5) if chance(rng, 0.7) else curls(rng, 1.1, 1.4),
        pole=vector(g * 0.9, -0.6, 0),
        along_m=draw(0.07, 0.14),
        via=vector(g * draw(0, 0.05), 0, draw(0.02, 0.1)),
    )
    rubbing = _circles(rng) if chance(rng, 0.5) else still_or_rub(rng, (0.005, 0.03))
    return _to_trunk(rng, side, contact, rubbing)


def _circles(rng: Rng) -> Rub:
    turn, size, flat = oscillation(rng, rng.uniform(0.6, 2.0)), rng.uniform(0.01, 0.05), rng.uniform(0.5, 1)
    quarter_s = rng.uniform(0.12, 0.4)

    def circle(time_s: Points) -> Points:
        return np.stack([turn(time_s), flat * turn(time_s + quarter_s), 0 * time_s], -1) * size

    return circle


@action("scratching or touching back", 0.9, 3.5)
def touching_back(rng: Rng) -> Motion:
    """A hand goes to the lower back from below, or over the shoulder to the upper back."""
    side, draw = either(rng), rng.uniform
    g, low = sign(side), chance(rng, 0.6)
    place = (
        vector(g * draw(0.03, 0.15), -draw(0.2, 0.42), -0.13)
        if low
        else vector(g * draw(0.03, 0.14), -draw(0, 0.08), -0.11)
    )
    contact = Contact(
        place=lambda _, frames: frames.on_chest(place),
        fingers=vector(-g * 0.8, draw(-0.1, 0.6), -0.2) if low else vector(-g * 0.3, -0.5, -0.8),
        palm=vector(0, 0, 1),
        curl=curls(rng, 0.1, 0.6),
        pole=vector(g, -0.1, -0.6) if low else vector(g * 0.5, 1, 0.5),
        along_m=0.1 if low else 0.12,
        via=vector(g * 0.12, 0, -0.02) if low else vector(g * 0.08, 0.05, 0.08),
    )
    return _to_trunk(rng, side, contact, still_or_rub(rng, (0.005, 0.025)))


@action("scratching or touching shoulder", 0.7, 3.5)
def touching_shoulder(rng: Rng) -> Motion:
    """A hand goes to the other shoulder, or to the one on its own side."""
    side, draw = either(rng), rng.uniform
    g, across = sign(side), chance(rng, 0.7)
    share, up = draw(0.7, 1.1), draw(-0.06, 0.02)
    to = -g if across else g

    def place(_limbs: Limbs, frames: Frames) -> Points:
        return frames.on_chest(vector(to * frames.body.shoulder * share, up, 0.06))

    contact = Contact(
        place=place,
        fingers=vector(-g * 0.9, 0.3, -0.3) if across else vector(g * 0.25, 0.6, -0.6),
        palm=vector(0, -0.5, -0.9),
        curl=curls(rng, 0.1, 0.6),
        pole=vector(g * 0.7, -0.7, 0.2),
        along_m=draw(0.10, 0.14),
        via=vector(g * draw(0, 0.05), 0, draw(0.03, 0.1)),
    )
    return _to_trunk(rng, side, contact, still_or_rub(rng, (0.004, 0.028)))


@action("arms akimbo", 0.8, 6.0)
def arms_akimbo(rng: Rng) -> Motion:
    """One or both hands are placed on the hips, the elbows out."""
    sides, rise_fall, draw = one_or_both(rng, 0.75), ramps(rng, 0.3, 0.9), rng.uniform
    out, up, ahead = draw(0.15, 0.2), draw(0.06, 0.16), draw(-0.02, 0.06)
    fingers = vector(-draw(0.1, 0.6), -draw(0.3, 0.8), draw(-0.3, 0.6))
    pole, curl = vector(1, 0.1, -draw(0.1, 0.6)), curls(rng, 0.2, 1.1)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        for side in sides:
            g = sign(side)
            mirror = vector(g, 1, 1)
            wrist = frames.root + rotate(frames.lean_rotation, vector(g * out, up, ahead))
            palm, via = vector(-g, -0.2, -0.1), vector(g * 0.08, 0.05, 0.05)
            goal = Goal(wrist, rotate(frames.chest_rotation, fingers * mirror), palm, curl, pole * mirror, via=via)
            reach(limbs, frames, side, weight, goal)

    return Motion((*wrist_names(*sides), *_SHOULDERS), limbs=limbs, hands=frozenset(sides))
