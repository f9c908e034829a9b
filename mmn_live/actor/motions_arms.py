"""Actions of arms and hands: goals on the body, in the air, or on each other."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import rotate, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk, two_bone, wrist_that_touches
from mmn_live.actor.motion import (
    POINTING,
    Beat,
    Goal,
    Motion,
    Rng,
    action,
    chance,
    curls,
    degrees,
    either,
    oscillation,
    reach,
    rub,
    sign,
    wrist_names,
)


def _ramps(rng: Rng) -> tuple[float, float]:
    return rng.uniform(0.35, 0.75), rng.uniform(0.35, 0.75)


@action("waving", 1.5, 3.5)
def waving(rng: Rng) -> Motion:
    """A raised hand swings from side to side."""
    side = either(rng)
    g, ramps, wave = sign(side), _ramps(rng), oscillation(rng, rng.uniform(1.2, 3.0))
    out, up, near = rng.uniform(0.16, 0.36), rng.uniform(-0.12, 0.20), rng.uniform(0.15, 0.32)
    swing_m, tilt, curl = rng.uniform(0.03, 0.10), rng.uniform(0.15, 0.5), curls(rng, 0.05, 0.25)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        swing = wave(beat.time_s)
        flat = np.zeros_like(swing)
        wrist = frames.on_chest(np.stack([g * out + swing_m * swing, flat + up, flat + near], -1))
        fingers = np.stack([tilt * swing + g * 0.1, flat + 1, flat + 0.1], -1)
        goal = Goal(wrist, fingers, vector(0, 0.1, 1), curl, vector(g * 0.6, -1, -0.2), thumb=0.0)
        reach(limbs, frames, side, beat.envelope(*ramps), goal)

    return Motion(wrist_names(side), limbs=limbs)


@action("crossing arms", 1.8, 4.0)
def crossing_arms(rng: Rng) -> Motion:
    """The forearms are laid over each other before the chest."""
    over, ramps = either(rng), (rng.uniform(0.4, 1.0), rng.uniform(0.4, 0.9))
    height, forward, inward = rng.uniform(-0.34, -0.22), rng.uniform(0.15, 0.21), rng.uniform(0.07, 0.12)
    rise, curl = rng.uniform(0, 0.3), curls(rng, 0.3, 0.9)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*ramps)
        for side in (0, 1):
            g, above = sign(side), side == over
            wrist = frames.on_chest(vector(-g * inward, height + (0.03 if above else -0.03), forward + 0.035 * above))
            pole = vector(g * 0.8, -0.8, 0.15)
            reach(limbs, frames, side, weight, Goal(wrist, vector(-g, rise, -0.2), vector(0, -0.2, -1), curl, pole))

    return Motion(wrist_names(0, 1), limbs=limbs)


@action("touching nose", 1.2, 3.0)
def touching_nose(rng: Rng) -> Motion:
    """The finger tips of one hand meet the nose."""
    point = vector(0, -0.036, 0.112) + rng.normal(0, 0.005, 3)
    return _touch_head(rng, point, POINTING if chance(rng, 0.6) else curls(rng, 0.2, 0.7), inward=rng.uniform(0.1, 0.5))


@action("scratching or touching face", 1.2, 3.0)
def touching_face(rng: Rng) -> Motion:
    """A hand touches or scratches a cheek or the jaw, on its own side."""
    side = either(rng)
    low = chance(rng, 0.4)
    point = vector(sign(side) * 0.058, -0.09 if low else -0.045, 0.045 if low else 0.06) + rng.normal(0, 0.006, 3)
    return _touch_head(rng, point, curls(rng, 0.1, 0.8), inward=rng.uniform(-0.2, 0.3), side=side)


def _touch_head(rng: Rng, point: Points, curl: Points, inward: float, side: int | None = None) -> Motion:
    """A finger tip rises to a point of the head, the hand pointing up and `inward`; the head may come to meet it."""
    side = either(rng) if side is None else side
    g, ramps = sign(side), _ramps(rng)
    rubbing = rub(rng, rng.uniform(0.002, 0.014), rng.uniform(1.2, 4.5))
    fingers = vector(-g * inward, rng.uniform(0.6, 1), -rng.uniform(0.0, 0.3))
    pole = vector(g * rng.uniform(0.4, 0.9), -rng.uniform(0.4, 1), rng.uniform(0, 0.3))
    thumb, via = rng.uniform(0, 0.7), vector(g * rng.uniform(0, 0.05), 0, rng.uniform(0.05, 0.13))
    meet = np.array([degrees(rng, -8, 8), degrees(rng, -3, 10), degrees(rng, -7, 7)]) * chance(rng, 0.4)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        trunk.head += beat.envelope(*ramps)[:, None] * meet

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*ramps)
        place = frames.on_head(point) + rubbing(beat.time_s) * weight[:, None]
        direction = rotate(frames.chest_rotation, fingers)
        palm = rotate(frames.head_rotation, -point)
        wrist = wrist_that_touches(place, direction, palm, curl, g, frames.body.hand)
        reach(limbs, frames, side, weight, Goal(wrist, direction, palm, curl, pole, thumb, via))

    return Motion((*wrist_names(side), "nose"), trunk, limbs)


@action("scratching arms", 1.5, 3.5)
def scratching_arms(rng: Rng) -> Motion:
    """One hand goes to the other arm, which may come up to meet it, and scratches along it."""
    side = either(rng)
    g, other, ramps = sign(side), 1 - side, _ramps(rng)
    raised = vector(-g * rng.uniform(0.06, 0.18), rng.uniform(0.2, 0.34), rng.uniform(0.22, 0.34))
    along, lift = rng.uniform(0.1, 0.9), chance(rng, 0.75)
    hz, stroke_m = rng.uniform(2.0, 4.5), rng.uniform(0.012, 0.03)
    wave, curl = oscillation(rng, hz), curls(rng, 0.2, 0.8)
    other_curl, slant = curls(rng, 0.1, 0.5), rng.uniform(-0.2, 0.3)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*ramps)
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

    return Motion(wrist_names(0, 1), limbs=limbs)


@action("putting hands together", 1.2, 3.5)
def putting_hands_together(rng: Rng) -> Motion:
    """Both hands come together before the trunk, palm to palm or one in the other."""
    centre = vector(rng.uniform(-0.05, 0.05), rng.uniform(0.24, 0.46), rng.uniform(0.22, 0.34))
    flat, up, gap, ramps = chance(rng, 0.65), rng.uniform(-0.2, 1.0), rng.uniform(0.015, 0.03), _ramps(rng)
    curl = curls(rng, 0.0, 0.3) if flat else curls(rng, 0.2, 1.0)
    stack, inward = rng.uniform(0.03, 0.07), rng.uniform(0.5, 1.0)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*ramps)
        for side in (0, 1):
            g = sign(side)
            offset = vector(g * gap, 0, -0.05) if flat else vector(g * stack, 0, -0.03 + 0.03 * side)
            fingers = vector(-g * 0.25, up, 0.8) if flat else vector(-g * inward, up * 0.4, 0.4)
            palm = vector(-g, 0, -0.1) if flat else vector(-g * 0.4, 0, -0.8)
            wrist = frames.on_lap(centre + offset)
            reach(limbs, frames, side, weight, Goal(wrist, fingers, palm, curl, vector(g * 0.8, -0.7, -0.1)))

    return Motion(wrist_names(0, 1), limbs=limbs)


@action("stretching arms", 1.5, 3.5)
def stretching_arms(rng: Rng) -> Motion:
    """An arm, or both, is extended to the front, to the side or upwards."""
    sides = (0, 1) if chance(rng, 0.4) else (either(rng),)
    forward, sideways = vector(rng.uniform(0, 0.4), rng.uniform(-0.3, 0.3), 1), vector(1, rng.uniform(-0.2, 0.4), 0.3)
    upward = vector(rng.uniform(0.15, 0.6), 1, rng.uniform(0.1, 0.6))
    way = (forward, sideways, upward)[rng.integers(3)]
    extent, ramps, curl = rng.uniform(0.85, 0.99), (rng.uniform(0.4, 0.9), rng.uniform(0.4, 0.9)), curls(rng, 0.05, 1.1)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*ramps)
        length = (frames.body.upper_arm + frames.body.forearm) * extent
        for side in sides:
            g = sign(side)
            direction = rotate(frames.chest_rotation, unit(way * vector(g, 1, 1)))
            wrist = frames.shoulders[:, side] + direction * length
            palm, pole = vector(0, -1, 0.4), vector(g * 0.6, -1, -0.3)
            reach(limbs, frames, side, weight, Goal(wrist, direction, palm, curl, pole))

    return Motion(wrist_names(*sides), limbs=limbs)
