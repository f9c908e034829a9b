"""Actions of a hand on a leg. In ACTIONS they follow those of the legs, which this module imports."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk, two_bone
from mmn_live.actor.motion import (
    SIDES,
    Beat,
    Contact,
    Motion,
    Place,
    Rng,
    action,
    chance,
    curls,
    degrees,
    either,
    one_or_both,
    oscillation,
    phase,
    ramps,
    sign,
    still_or_rub,
    touch,
    wrist_names,
)
from mmn_live.actor.motions_legs import KNEES, laid_over


def _leg(limbs: Limbs, frames: Frames, side: int) -> tuple[Points, Points, Points]:
    """Hip, knee and ankle (T, 3) as they will be."""
    hip, body = frames.hips[:, side], frames.body
    knee, ankle = two_bone(hip, limbs.ankles[:, side], body.thigh, body.shin, limbs.knee_poles[:, side])
    return hip, knee, ankle


def _on_thigh(rng: Rng, side: int) -> Place:
    along = rng.uniform(0.3, 1.0)

    def place(limbs: Limbs, frames: Frames) -> Points:
        hip, knee, _ = _leg(limbs, frames, side)
        return hip + (knee - hip) * along + vector(0, 0.075, 0.02)

    return place


def _hand_on_leg(rng: Rng, side: int, place: Place) -> Contact:
    g = sign(side)
    return Contact(
        place=place,
        fingers=vector(-g * rng.uniform(-0.1, 0.6), -0.5, 1),
        palm=vector(0, -1, -0.3),
        curl=curls(rng, 0.05, 0.6),
        pole=vector(g * rng.uniform(0.4, 1), -0.7, -rng.uniform(0, 0.5)),
        along_m=rng.uniform(0.07, 0.12),
        via=vector(g * rng.uniform(0, 0.05), rng.uniform(0, 0.05), rng.uniform(0.02, 0.1)),
    )


@action("patting legs", 0.5, 3.0)
def patting_legs(rng: Rng) -> Motion:
    """A hand, or both, meets a thigh in quick pats."""
    sides, rise_fall = one_or_both(rng, 0.3), ramps(rng, 0.3, 0.6)
    contacts = {
        side: _hand_on_leg(rng, side, _on_thigh(rng, side if chance(rng, 0.85) else 1 - side)) for side in sides
    }
    wave, height = oscillation(rng, rng.uniform(0.8, 2.2)), rng.uniform(0.025, 0.10)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        lifted = np.abs(wave(beat.time_s))[:, None] * vector(0, height, 0)
        for side, contact in contacts.items():
            touch(limbs, frames, side, beat.envelope(*rise_fall), contact, lifted)

    return Motion((*wrist_names(*sides), *KNEES), limbs=limbs, hands=frozenset(sides))


@action("touching legs", 0.8, 4.5)
def touching_legs(rng: Rng) -> Motion:
    """A hand, or both, is laid on a thigh and rubs along it."""
    sides, rise_fall = one_or_both(rng, 0.3), ramps(rng)
    legs = {side: side if chance(rng, 0.85) else 1 - side for side in sides}
    contacts = {side: _hand_on_leg(rng, side, _on_thigh(rng, leg)) for side, leg in legs.items()}
    wave, travel = oscillation(rng, rng.uniform(0.4, 2.2)), rng.uniform(0.015, 0.08)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        for side, contact in contacts.items():
            hip, knee, _ = _leg(limbs, frames, legs[side])
            stroke = unit(knee - hip) * (wave(beat.time_s) * travel)[:, None]
            touch(limbs, frames, side, beat.envelope(*rise_fall), contact, stroke)

    return Motion((*wrist_names(*sides), *KNEES), limbs=limbs, hands=frozenset(sides))


def _down_to_the_leg(rng: Rng, lean_deg: tuple[float, float], lifted_chance: float, place: Place, leg: int) -> Motion:
    """A hand scratches far down a leg: the trunk bows to it, or the foot lies on the other knee."""
    side = leg if chance(rng, 0.7) else 1 - leg
    g, rise_fall, lean = sign(side), ramps(rng, 0.35, 0.9), degrees(rng, *lean_deg)
    lay = laid_over(rng, leg) if chance(rng, lifted_chance) else None
    laying, head = phase(rng), rng.uniform(-0.3, 0.4)
    turn = degrees(rng, -6, 14) * -g
    contact = Contact(
        place=place,
        fingers=vector(-g * rng.uniform(0, 0.4), -1, 0.4),
        palm=vector(-g * 0.3, 0, -1),
        curl=curls(rng, 0.1, 0.8),
        pole=vector(g * rng.uniform(0.4, 1), -0.3, -0.3),
        along_m=rng.uniform(0.08, 0.14),
    )
    scratch = still_or_rub(rng, (0.006, 0.035), (1.5, 4.5))

    def trunk(trunk: Trunk, beat: Beat) -> None:
        way = beat.envelope(*rise_fall)
        trunk.lean[:, 1] += way * lean * (0.4 if lay else 1)
        trunk.lean[:, 2] += way * turn
        trunk.head[:, 1] += way * lean * head

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        if lay:
            lay(limbs, frames, beat.before(laying) * (1 - beat.after(laying)))
        touch(limbs, frames, side, beat.envelope(*rise_fall), contact, scratch(beat.time_s))

    names = (*wrist_names(side), f"{SIDES[leg]}_knee", f"{SIDES[leg]}_ankle")
    return Motion(names, trunk, limbs, lead=laying if lay else None, tail=laying if lay else None)


@action("scratching legs", 1.0, 3.5)
def scratching_legs(rng: Rng) -> Motion:
    """A hand scratches the calf or the shin."""
    leg, along = either(rng), rng.uniform(0.15, 0.75)

    def place(limbs: Limbs, frames: Frames) -> Points:
        _, knee, ankle = _leg(limbs, frames, leg)
        return knee + (ankle - knee) * along + vector(0, 0, 0.06)

    return _down_to_the_leg(rng, (12, 42), 0.35, place, leg)


@action("scratching feet", 1.0, 3.5)
def scratching_feet(rng: Rng) -> Motion:
    """A hand scratches a foot, which often lies on the other knee for it."""
    leg, along = either(rng), rng.uniform(0, 0.14)

    def place(limbs: Limbs, frames: Frames) -> Points:
        _, _, ankle = _leg(limbs, frames, leg)
        return ankle + unit(limbs.feet[:, leg]) * along + vector(0, 0.02, 0.02)

    return _down_to_the_leg(rng, (25, 58), 0.55, place, leg)
