"""Actions of whole arms: in the air, across the body, on each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmn_live.actor.algebra import rotate, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.hand_shapes import POINTING_ELSEWHERE, HandShape, hand_shape
from mmn_live.actor.kinematics import Frames, Limbs, two_bone, wrist_that_touches
from mmn_live.actor.motion import (
    Beat,
    Goal,
    Motion,
    Rng,
    action,
    chance,
    curls,
    either,
    one_or_both,
    oscillation,
    phase,
    ramps,
    reach,
    sign,
    wrist_names,
)


@action("waving", 0.8, 4.0)
def waving(rng: Rng) -> Motion:
    """A raised hand swings from side to side, from the elbow or from the wrist alone."""
    side = either(rng)
    g, rise_fall, wave = sign(side), ramps(rng), oscillation(rng, rng.uniform(1.0, 3.2))
    out, up, near = rng.uniform(0.15, 0.38), rng.uniform(-0.15, 0.22), rng.uniform(0.15, 0.42)
    swing_m, tilt, curl = rng.uniform(0.0, 0.10), rng.uniform(0.15, 0.6), curls(rng, 0.0, 0.25)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        swing = wave(beat.time_s)
        flat = np.zeros_like(swing)
        wrist = frames.on_chest(np.stack([g * out + swing_m * swing, flat + up, flat + near], -1))
        fingers = np.stack([tilt * swing + g * 0.1, flat + 1, flat + 0.1], -1)
        goal = Goal(wrist, fingers, vector(0, 0.1, 1), curl, vector(g * 0.6, -1, -0.2), thumb=0.0)
        reach(limbs, frames, side, beat.envelope(*rise_fall), goal)

    return Motion(wrist_names(side), limbs=limbs, hands=frozenset({side}))


@action("crossing arms", 1.0, 7.0)
def crossing_arms(rng: Rng) -> Motion:
    """The forearms are laid over each other before the chest."""
    over, rise_fall = either(rng), ramps(rng, 0.35, 1.0)
    height, forward, inward = rng.uniform(-0.36, -0.2), rng.uniform(0.14, 0.22), rng.uniform(0.06, 0.13)
    rise, curl = rng.uniform(0, 0.3), curls(rng, 0.3, 0.9)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        for side in (0, 1):
            g, above = sign(side), side == over
            wrist = frames.on_chest(vector(-g * inward, height + (0.03 if above else -0.03), forward + 0.035 * above))
            pole = vector(g * 0.8, -0.8, 0.15)
            reach(limbs, frames, side, weight, Goal(wrist, vector(-g, rise, -0.2), vector(0, -0.2, -1), curl, pole))

    return Motion(wrist_names(0, 1), limbs=limbs, hands=frozenset({0, 1}))


@action("scratching arms", 0.8, 3.5)
def scratching_arms(rng: Rng) -> Motion:
    """One hand goes to the other arm, which may come up to meet it, and scratches along it."""
    side = either(rng)
    g, other, rise_fall = sign(side), 1 - side, ramps(rng)
    raised = vector(-g * rng.uniform(0.06, 0.18), rng.uniform(0.2, 0.34), rng.uniform(0.22, 0.34))
    along, lift = rng.uniform(0.1, 0.9), chance(rng, 0.75)
    hz, stroke_m = rng.uniform(1.2, 4.5), rng.uniform(0.006, 0.03)
    wave, curl = oscillation(rng, hz), curls(rng, 0.2, 0.8)
    other_curl, slant = curls(rng, 0.1, 0.5), rng.uniform(-0.2, 0.3)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        if lift:
            fingers, pole = vector(g * 0.6, 0.15, 0.8), vector(-g * 0.5, -1, -0.3)
            held = Goal(frames.on_lap(raised), fingers, vector(0, -1, 0), other_curl, pole)
            reach(limbs, frames, other, weight, held)
        elbow, end = two_bone(
            frames.shoulders[:, other],
            limbs.wrists[:, other],
            frames.body.upper_arm,
            frames.body.forearm,
            limbs.elbow_poles[:, other],
        )
        arm = end - elbow
        stroke = (wave(beat.time_s) * weight * stroke_m)[:, None] * unit(arm)
        place = elbow + arm * along + stroke + vector(0, 0.035, 0.03)
        fingers, palm, pole = vector(-g, slant, -0.05), vector(0, -0.8, -0.5), vector(g * 0.8, -0.7, 0.1)
        wrist = wrist_that_touches(place, fingers, palm, curl, g, frames.body.hand)
        reach(limbs, frames, side, weight, Goal(wrist, fingers, palm, curl, pole))

    return Motion(wrist_names(0, 1), limbs=limbs, hands=frozenset({0, 1} if lift else {side}))


def _extended(rng: Rng, sides: tuple[int, ...]) -> Callable[[Limbs, Frames, Points], None]:
    """An arm, or both, extended to the front, to the side or upwards, pointing perhaps: the function that does it."""
    draw = rng.uniform
    forward, sideways = vector(draw(0, 0.4), draw(-0.5, 0.3), 1), vector(1, draw(-0.5, 0.4), draw(0, 0.6))
    upward = vector(draw(0.1, 0.6), 1, draw(0.1, 0.8))
    which = int(rng.integers(3))
    way, pointing = unit((forward, sideways, upward)[which]), unit((forward, sideways, upward)[which])
    hand = unit(pointing + 0.3 * rng.standard_normal(3))
    extent, via = draw(0.8, 0.99), vector(0, draw(0, 0.06), 0)
    shape = hand_shape(rng, POINTING_ELSEWHERE) if chance(rng, 0.25) else HandShape(curls(rng, 0.05, 1.45), 0.3)
    palm = vector(0, 0, 1) if which == 2 else vector(0, -1, 0.3)

    def extend(limbs: Limbs, frames: Frames, weight: Points) -> None:
        length = (frames.body.upper_arm + frames.body.forearm) * extent
        for side in sides:
            g = sign(side)
            mirror = vector(g, 1, 1)
            wrist = frames.shoulders[:, side] + rotate(frames.chest_rotation, way * mirror) * length
            direction = rotate(frames.chest_rotation, hand * mirror)
            goal = Goal(wrist, direction, palm, shape.curl, vector(g * 0.6, -1, -0.3), shape.thumb, via)
            reach(limbs, frames, side, weight, goal)

    return extend


@action("stretching arms", 0.7, 3.5)
def stretching_arms(rng: Rng) -> Motion:
    """An arm, or both, is raised or extended; it comes back at once, or is drawn back later."""
    sides, rise_fall = one_or_both(rng, 0.35), ramps(rng, 0.45, 1.0)
    extend, back = _extended(rng, sides), phase(rng, "retracting arms") if chance(rng, 0.4) else None

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall) if back is None else beat.going(rise_fall[0]) * (1 - beat.after(back))
        extend(limbs, frames, weight)

    held = frozenset() if back else frozenset(sides)
    return Motion(wrist_names(*sides), limbs=limbs, tail=back, hands=held)


@action("retracting arms", 0.5, 1.8)
def retracting_arms(rng: Rng) -> Motion:
    """An arm, or both, is drawn back after it has been stretched."""
    sides, ramp = one_or_both(rng, 0.35), rng.uniform(0.45, 1.0)
    extend, stretching = _extended(rng, sides), phase(rng, "stretching arms")

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        extend(limbs, frames, beat.before(stretching) * (1 - beat.going(ramp)))

    return Motion(wrist_names(*sides), limbs=limbs, lead=stretching)
