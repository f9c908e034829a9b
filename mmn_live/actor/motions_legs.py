"""Actions of the legs. The floor is y = 0 and an ankle rests 0.1 m above it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmn_live.actor.algebra import rotate, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import (
    SIDES,
    Beat,
    Motion,
    Phase,
    Rng,
    TrunkMotion,
    action,
    chance,
    degrees,
    either,
    one_or_both,
    oscillation,
    phase,
    ramps,
    sign,
)


def _legs(*sides: int) -> tuple[str, ...]:
    return tuple(f"{SIDES[side]}_{joint}" for side in sides for joint in ("knee", "ankle"))


KNEES = ("left_knee", "right_knee")
Legs = Callable[[Limbs, Frames, Points], None]
"""Moves legs into a pose, as far as a weight (T,) says."""


def _step(limbs: Limbs, frames: Frames, side: int, weight: Points, goal: Points, lift_m: float = 0.0) -> None:
    """Bring an ankle to a goal (3,) in the axes of the hips; half-way it is lifted."""
    part = weight[:, None]
    there = frames.root * (1, 0, 1) + rotate(frames.root_rotation, goal)
    arc = np.sin(np.pi * np.clip(part, 0, 1)) * vector(0, lift_m, 0.4 * lift_m)
    limbs.ankles[:, side] = limbs.ankles[:, side] * (1 - part) + there * part + arc


def _shift(limbs: Limbs, frames: Frames, side: int, weight: Points, way: Points, lift_m: float = 0.0) -> None:
    """Move an ankle by `way` (3,) in the axes of the hips; half-way it is lifted."""
    part = weight[:, None]
    limbs.ankles[:, side] += rotate(frames.root_rotation, way) * part
    limbs.ankles[:, side] += np.sin(np.pi * np.clip(part, 0, 1)) * vector(0, lift_m, 0)


def _bend(limbs: Limbs, frames: Frames, side: int, weight: Points, pole: Points, foot: Points | None = None) -> None:
    part = weight[:, None]
    limbs.knee_poles[:, side] += (rotate(frames.root_rotation, pole) - limbs.knee_poles[:, side]) * part
    if foot is not None:
        limbs.feet[:, side] += (rotate(frames.root_rotation, foot) - limbs.feet[:, side]) * part


@action("shaking legs", 0.8, 5.0)
def shaking_legs(rng: Rng) -> Motion:
    """A leg, or both, bounces on the ball of the foot, or the knee swings from side to side."""
    sides = one_or_both(rng, 0.35)
    wave, height = oscillation(rng, rng.uniform(1.8, 5.5)), rng.uniform(0.018, 0.07)
    sideways = chance(rng, 0.2)

    def limbs(limbs: Limbs, _frames: Frames, beat: Beat) -> None:
        bounce = beat.envelope(0.2, 0.2) * (0.5 + 0.5 * wave(beat.time_s)) * height
        for side in sides:
            if sideways:
                limbs.knee_poles[:, side, 0] += bounce * 14
            else:
                limbs.ankles[:, side] += bounce[:, None] * (0, 1, -0.3)
                limbs.toe_lift[:, side] -= bounce

    return Motion(_legs(*sides), limbs=limbs)


def laid_over(rng: Rng, side: int):
    """One leg laid over the other: how, and the function that does it."""
    g = sign(side)
    goal = vector(-g * rng.uniform(0.05, 0.22), rng.uniform(0.28, 0.5), rng.uniform(0.3, 0.48))
    pole, foot, lift = vector(g * rng.uniform(0, 1.4), 0.8, 1), vector(-g * 0.5, -0.3, 1), rng.uniform(0.08, 0.2)

    def lay(limbs: Limbs, frames: Frames, weight: Points) -> None:
        _step(limbs, frames, side, weight, goal, lift)
        _bend(limbs, frames, side, weight, pole, foot)

    return lay


@action("curling legs", 0.7, 2.5)
def curling_legs(rng: Rng) -> Motion:
    """Seated, one leg is laid over the other, where it stays for a while; taking it down has no name."""
    side = either(rng)
    lay, ramp, down = laid_over(rng, side), rng.uniform(0.4, 1.2), phase(rng)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        lay(limbs, frames, beat.going(ramp) * (1 - beat.after(down)))

    return Motion(_legs(side), limbs=limbs, tail=down)


@action("crossing legs", 0.8, 2.5)
def crossing_legs(rng: Rng) -> Motion:
    """The legs change from one crossing to the other, laid over each other or at the ankles."""
    if chance(rng, 0.5):
        return _ankles_crossed(rng)
    first = either(rng)
    before, after = laid_over(rng, first), laid_over(rng, 1 - first)
    laying, down, ramp = phase(rng, "curling legs"), phase(rng), rng.uniform(0.6, 1.5)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        ramp_s = min(ramp, beat.duration_s)
        late = Beat(beat.time_s - 0.4 * ramp_s, beat.duration_s - 0.4 * ramp_s)
        before(limbs, frames, beat.before(laying) * (1 - beat.going(0.6 * ramp_s)))
        after(limbs, frames, late.going(0.6 * ramp_s) * (1 - beat.after(down)))

    return Motion(_legs(0, 1), limbs=limbs, lead=laying, tail=down)


def _ankles_crossed(rng: Rng) -> Motion:
    side, ramp, down = either(rng), rng.uniform(0.35, 1.0), phase(rng)
    g, across, up = sign(side), rng.uniform(0.2, 0.38), rng.uniform(0.04, 0.1)
    aside, ahead = rng.uniform(0, 0.12), rng.uniform(0, 0.25)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.going(ramp) * (1 - beat.after(down))
        _shift(limbs, frames, side, weight, vector(-g * across, 0.03, 0.08 + ahead), up)
        _shift(limbs, frames, 1 - side, weight, vector(g * aside, 0, ahead - 0.03))

    return Motion(_legs(0, 1), limbs=limbs, tail=down)


def _knees_apart(rng: Rng):
    """Knees and feet apart: how far, and the function that does it."""
    wide, feet = rng.uniform(0.5, 1.5), rng.uniform(0.02, 0.22)

    def part(limbs: Limbs, frames: Frames, weight: Points) -> None:
        for side in (0, 1):
            g = sign(side)
            _shift(limbs, frames, side, weight, vector(g * feet, 0, 0))
            limbs.knee_poles[:, side] += rotate(frames.root_rotation, vector(g * wide, 0, 0)) * weight[:, None]

    return part


@action("spread legs", 0.6, 2.2)
def spread_legs(rng: Rng) -> Motion:
    """The knees move apart; later they come together again."""
    apart, ramp, back = _knees_apart(rng), rng.uniform(0.3, 1.0), phase(rng, "closing legs")

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        apart(limbs, frames, beat.going(ramp) * (1 - beat.after(back)))

    return Motion(KNEES, limbs=limbs, tail=back)


@action("closing legs", 0.6, 2.2)
def closing_legs(rng: Rng) -> Motion:
    """The legs come together after they have been moved apart."""
    apart, ramp, spreading = _knees_apart(rng), rng.uniform(0.3, 1.0), phase(rng, "spread legs")

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        apart(limbs, frames, beat.before(spreading) * (1 - beat.going(ramp)))

    return Motion(KNEES, limbs=limbs, lead=spreading)


def _foot_out(rng: Rng, sides: tuple[int, ...]):
    """A foot put out to the front or the side: the function that does it."""
    way = vector(rng.uniform(-0.05, 0.25), rng.uniform(-0.02, 0.1), rng.uniform(0.15, 0.4))
    toes, lift = rng.uniform(0, 0.06), rng.uniform(0.01, 0.05)

    def put(limbs: Limbs, frames: Frames, weight: Points) -> None:
        for side in sides:
            _shift(limbs, frames, side, weight, way * (sign(side), 1, 1), lift)
            limbs.toe_lift[:, side] += weight * toes

    return put


def _leaning_back(rng: Rng) -> TrunkMotion | None:
    if chance(rng, 0.6):
        return None
    lean, roll, ramp = degrees(rng, 2, 12), degrees(rng, -5, 5), rng.uniform(0.4, 1.0)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        way = beat.envelope(ramp, ramp)
        trunk.lean[:, 1] -= way * lean
        trunk.lean[:, 2] += way * roll
        trunk.head[:, 1] += way * lean * 0.7

    return trunk


@action("stretching feet", 0.6, 2.5)
def stretching_feet(rng: Rng) -> Motion:
    """A foot, or both, is extended forward or sideways; drawing it back follows later."""
    sides = one_or_both(rng, 0.4)
    put, ramp, back = _foot_out(rng, sides), rng.uniform(0.3, 1.0), phase(rng, "retracting feet")

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        put(limbs, frames, beat.going(ramp) * (1 - beat.after(back)))

    return Motion(_legs(*sides), _leaning_back(rng), limbs, tail=back)


@action("retracting feet", 0.6, 2.5)
def retracting_feet(rng: Rng) -> Motion:
    """A foot, or both, is drawn back: from where it was put, or further, to under the seat."""
    sides, ramp = one_or_both(rng, 0.4), rng.uniform(0.3, 1.0)
    under = vector(rng.uniform(-0.1, 0.1), rng.uniform(0, 0.03), -rng.uniform(0.12, 0.35))
    heel = rng.uniform(0, 0.05)
    lead: Phase | None = phase(rng, "stretching feet") if chance(rng, 0.5) else None
    tail: Phase | None = None if lead else phase(rng)
    put = _foot_out(rng, sides)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        if lead:
            put(limbs, frames, beat.before(lead) * (1 - beat.going(ramp)))
        if tail:
            weight = beat.going(ramp) * (1 - beat.after(tail))
            for side in sides:
                _shift(limbs, frames, side, weight, under * (sign(side), 1, 1) + vector(0, heel, 0))
                limbs.toe_lift[:, side] -= weight * heel

    return Motion(_legs(*sides), limbs=limbs, lead=lead, tail=tail)


@action("tiptoe", 0.7, 3.5)
def tiptoe(rng: Rng) -> Motion:
    """A foot, or both, is set on its toes, the heel up."""
    sides, rise_fall = one_or_both(rng, 0.4), ramps(rng)
    heights, back = rng.uniform(0.04, 0.10, 2), rng.uniform(0, 0.15)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        for side in sides:
            _shift(limbs, frames, side, weight, vector(0, heights[side], -back))
            limbs.toe_lift[:, side] -= weight * heights[side]

    return Motion(_legs(*sides), limbs=limbs)
