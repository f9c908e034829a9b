"""Actions of hands: on each other, in the air, and of the fingers alone."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import drift, rotate, smoothstep, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs
from mmn_live.actor.motion import (
    POINTING,
    Beat,
    Contact,
    Goal,
    Motion,
    Rng,
    action,
    chance,
    curls,
    either,
    one_or_both,
    oscillation,
    ramps,
    reach,
    sign,
    still_or_rub,
    tip_names,
    touch,
    wrist_names,
)
from mmn_live.actor.strokes import Pose, Stroke, a_pose, emblem, followed, strokes

_MIRRORED, _IN_TURN = 0.65, 0.15
"""How often two gesturing hands mirror each other, or take turns; else one is the base of the other."""
_EMBLEM = 0.35
"""How often a gesture is an emblem, such as a thumb that is held up, and not a part of speech."""
_OFF_THE_OTHER_M = 0.1
"""How far off the middle each of two hands stays: hands that meet do something else."""


def _before_the_trunk(rng: Rng) -> Points:
    """Where hands meet, from the hips: somewhere between the lap and the chest."""
    return vector(rng.uniform(-0.06, 0.06), rng.uniform(0.12, 0.46), rng.uniform(0.2, 0.34))


@action("putting hands together", 0.6, 4.0)
def putting_hands_together(rng: Rng) -> Motion:
    """Both hands come together before the trunk: palm to palm, or one on or in the other."""
    centre, draw = _before_the_trunk(rng), rng.uniform
    flat, up, gap, rise_fall = chance(rng, 0.6), draw(-0.3, 1.0), draw(0.015, 0.035), ramps(rng)
    curl = curls(rng, 0.0, 0.3) if flat else curls(rng, 0.0, 0.6) if chance(rng, 0.6) else curls(rng, 1.0, 1.5)
    stack, inward, top = draw(0.03, 0.09), draw(0.4, 1.0), either(rng)
    turned, facing, tall = draw(0, 0.9), draw(0.1, 0.8), draw(-0.1, 0.6)
    clap, clapping = oscillation(rng, draw(0.6, 1.6)), draw(0, 0.06) * chance(rng, 0.2)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        apart = np.abs(clap(beat.time_s))[:, None] * clapping
        for side in (0, 1):
            g, level = sign(side), 1 if side == top else -1
            offset = vector(g * gap, 0, -0.05) if flat else vector(g * stack, 0.02 * level, -0.03)
            fingers = vector(-g * 0.25, up, 0.8) if flat else vector(-g * inward, tall, 0.4)
            palm = vector(-g, 0, -0.1) if flat else vector(-g * 0.3, -level * turned, -facing)
            wrist = frames.on_lap(centre + offset + apart * vector(g, 0, 0))
            reach(limbs, frames, side, weight, Goal(wrist, fingers, palm, curl, vector(g * 0.8, -0.7, -0.1)))

    return Motion(wrist_names(0, 1), limbs=limbs, hands=frozenset({0, 1}))


@action("rubbing hands", 0.8, 4.5)
def rubbing_hands(rng: Rng) -> Motion:
    """The hands touch and rub each other."""
    centre, rise_fall, draw = _before_the_trunk(rng), ramps(rng), rng.uniform
    wave, travel, tilt = oscillation(rng, draw(0.9, 3.8)), draw(0.03, 0.08), draw(0, 0.4)
    up, gap, curl = draw(-0.3, 0.7), draw(0.02, 0.05), curls(rng, 0.1, 0.8)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        stroke = (wave(beat.time_s) * travel * 0.5)[:, None] * vector(0, tilt, 0.9)
        for side in (0, 1):
            g = sign(side)
            wrist = frames.on_lap(centre + vector(g * gap, 0, -0.05) + g * stroke)
            goal = Goal(wrist, vector(-g * 0.5, up, 0.8), vector(-g, -0.1, -0.2), curl, vector(g * 0.8, -0.7, -0.1))
            reach(limbs, frames, side, weight, goal)

    return Motion(wrist_names(0, 1), limbs=limbs, hands=frozenset({0, 1}))


@action("hands touching fingers", 0.8, 4.5)
def hands_touching_fingers(rng: Rng) -> Motion:
    """The fingers of both hands go from apart to interlaced, and play with each other."""
    centre, rise_fall, draw = _before_the_trunk(rng), ramps(rng, 0.35, 1.0), rng.uniform
    wide, up, curl, seed = draw(0.065, 0.105), draw(-0.2, 0.4), curls(rng, 0.5, 1.1), int(rng.integers(1 << 31))
    play, sway = draw(0.08, 0.3), draw(0.003, 0.01)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        local, weight = np.random.default_rng(seed), beat.envelope(*rise_fall)
        for side in (0, 1):
            g = sign(side)
            wander = drift(local, beat.time_s, sway, (0.5, 2.0), 3, waves=2)
            playing = np.clip(curl + drift(local, beat.time_s, play, (0.6, 3.0), 4), 0, 1.6)
            wrist = frames.on_lap(centre + vector(g * wide, 0, -0.03) + wander)
            goal = Goal(
                wrist, vector(-g * 0.8, up, 0.6), vector(-g * 0.5, -0.2, -0.9), playing, vector(g * 0.8, -0.7, 0)
            )
            reach(limbs, frames, side, weight, goal)

    return Motion(wrist_names(0, 1), limbs=limbs, hands=frozenset({0, 1}))


@action("playing objects", 1.0, 6.0)
def playing_objects(rng: Rng) -> Motion:
    """One or both hands turn and adjust something that they hold."""
    sides, rise_fall, draw = one_or_both(rng, 0.6), ramps(rng), rng.uniform
    centre = vector(draw(-0.12, 0.12), draw(0.12, 0.45), draw(0.24, 0.42))
    wide, sway, turn = draw(0.075, 0.14), draw(0.008, 0.03), draw(0.08, 0.3)
    curl, play, seed = curls(rng, 0.5, 1.1), draw(0.05, 0.3), int(rng.integers(1 << 31))
    level, thumb = draw(-0.02, 0.02), draw(0.5, 1)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        local, weight = np.random.default_rng(seed), beat.envelope(*rise_fall)
        for side in sides:
            g = sign(side)
            wander = drift(local, beat.time_s, sway, (0.4, 2.0), 3)
            turning = drift(local, beat.time_s, turn, (0.4, 2.0), 3)
            playing = np.clip(curl + drift(local, beat.time_s, play, (0.6, 3.0), 4), 0, 1.6)
            wrist = frames.on_lap(centre + vector(g * wide, level, 0) + wander)
            fingers, palm = vector(-g * 0.8, 0.3, 0.5) + turning, vector(-g * 0.5, -0.2, -0.8)
            reach(limbs, frames, side, weight, Goal(wrist, fingers, palm, playing, vector(g * 0.7, -0.8, -0.1), thumb))

    return Motion(wrist_names(*sides), limbs=limbs, hands=frozenset(sides))


@action("pointing oneself", 0.6, 3.0)
def pointing_oneself(rng: Rng) -> Motion:
    """A hand points at the own body, usually with the index finger, near the chest."""
    side, draw, rise_fall = either(rng), rng.uniform, ramps(rng, 0.35, 0.8)
    g = sign(side)
    place = vector(g * draw(-0.06, 0.1), -draw(0.06, 0.24), 0.13 + draw(0, 0.06))
    contact = Contact(
        place=lambda _, frames: frames.on_chest(place),
        fingers=vector(-g * draw(0.5, 1), draw(-0.2, 0.5), -draw(0.2, 0.8)),
        palm=vector(0, -0.3, -1),
        curl=POINTING if chance(rng, 0.88) else curls(rng, 0, 0.4),
        pole=vector(g * 0.9, -0.6, 0),
        along_m=0.17,
    )
    tapping = still_or_rub(rng, (0.0, 0.02), (1.0, 2.5))

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        shift = rotate(frames.chest_rotation, tapping(beat.time_s))
        touch(limbs, frames, side, beat.envelope(*rise_fall), contact, shift)

    return Motion(wrist_names(side), limbs=limbs, hands=frozenset({side}))


def _raised(rng: Rng, side: int, out: float) -> Goal | None:
    """A place before the chest or the chin to which the hand may be raised first; None: it stays where it rests."""
    if not chance(rng, out):
        return None
    g, draw = sign(side), rng.uniform
    return Goal(
        wrist=vector(g * draw(0.08, 0.32), draw(-0.38, 0.06), draw(0.2, 0.38)),
        fingers=vector(-g * 0.25, draw(0.2, 1), 0.45),
        palm=vector(-g * 0.6, -0.2, -0.6 if chance(rng, 0.5) else 0.6),
        curl=curls(rng, 0.1, 0.5),
        pole=vector(g * 0.6, -1, -0.1),
    )


def _raise(limbs: Limbs, frames: Frames, side: int, beat: Beat, goal: Goal | None) -> None:
    if goal is None:
        return
    weight = beat.envelope(0.4, 0.4)
    fingers, palm = (rotate(frames.chest_rotation, way) for way in (goal.fingers, goal.palm))
    wrist = frames.on_chest(goal.wrist)
    reach(limbs, frames, side, weight, Goal(wrist, fingers, palm, goal.curl, goal.pole))


@action("clenching fist", 0.6, 3.0)
def clenching_fist(rng: Rng) -> Motion:
    """The fingers of a hand bend into a fist, wholly or partly, once or repeatedly."""
    sides = one_or_both(rng, 0.15)
    goals = {side: _raised(rng, side, 0.55) for side in sides}
    opened, fist, thumb = curls(rng, 0.1, 0.4), curls(rng, 1.05, 1.55), rng.uniform(0.4, 0.9)
    pumping, wave = chance(rng, 0.5), oscillation(rng, rng.uniform(0.5, 2.2))
    rise_fall, shift = ramps(rng, 0.15, 0.6), rng.uniform(-0.015, 0.015, 3)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        closing = beat.envelope(*rise_fall)
        closed = closing * smoothstep(0.5 + 0.6 * wave(beat.time_s)) if pumping else closing
        for side in sides:
            _raise(limbs, frames, side, beat, goals[side])
            held = closing[:, None]
            bent = opened + closed[:, None] * (fist - opened)
            limbs.curl[:, side] = limbs.curl[:, side] * (1 - held) + bent * held
            limbs.thumb[:, side] += closing * (thumb - limbs.thumb[:, side])
            limbs.wrists[:, side] += closed[:, None] * shift

    return Motion((*wrist_names(*sides), *tip_names(*sides)), limbs=limbs)


@action("other finger movements", 0.8, 4.0)
def other_finger_movements(rng: Rng) -> Motion:
    """Fingers of a hand, or of both, drum, wriggle or stretch."""
    sides = one_or_both(rng, 0.35)
    goals = {side: _raised(rng, side, 0.35) for side in sides}
    hz, lag, size = rng.uniform(0.8, 4), rng.uniform(-0.8, 0.8), rng.uniform(0.2, 0.6)
    wave, base, thumb = oscillation(rng, hz), rng.uniform(0.1, 0.8), rng.uniform(0, 0.3) * chance(rng, 0.5)
    those = (rng.random(4) < 0.5) if chance(rng, 0.4) else np.ones(4, bool)
    moving = those if those.any() else np.ones(4, bool)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        envelope = beat.envelope(0.25, 0.25)
        waves = np.stack([wave(beat.time_s + lag * finger / (6 * hz)) for finger in range(4)], -1)
        for side in sides:
            _raise(limbs, frames, side, beat, goals[side])
            limbs.curl[:, side] += envelope[:, None] * (base - limbs.curl[:, side] * 0.5 + size * moving * waves)
            limbs.thumb[:, side] += envelope * thumb * wave(beat.time_s)
        np.clip(limbs.curl, 0, 1.6, out=limbs.curl)

    return Motion((*wrist_names(*sides), *tip_names(*sides)), limbs=limbs)


@action("spreading hands", 0.6, 3.5)
def spreading_hands(rng: Rng) -> Motion:
    """A hand, or both, opens and turns its palm up."""
    sides, rise_fall, draw = one_or_both(rng, 0.7), ramps(rng), rng.uniform
    place = vector(draw(0.14, 0.42), draw(0.14, 0.5), draw(0.12, 0.38))
    fingers, palm = vector(draw(0.1, 0.9), draw(-0.1, 0.4), 0.9), vector(0.15, 1, 0.15)
    wave, bob, curl = oscillation(rng, draw(0.5, 1.5)), draw(0, 0.02), curls(rng, 0, 0.35)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        moved = wave(beat.time_s)[:, None] * vector(0.4, 1, 0) * bob
        for side in sides:
            mirror = vector(sign(side), 1, 1)
            wrist = frames.on_lap((place + moved) * mirror)
            way, facing = (rotate(frames.chest_rotation, unit(one * mirror)) for one in (fingers, palm))
            reach(limbs, frames, side, weight, Goal(wrist, way, facing, curl, vector(0.4, -1, -0.4) * mirror, 0.0))

    return Motion(wrist_names(*sides), limbs=limbs, hands=frozenset(sides))


def _gesturing(rng: Rng, duration_s: float, sides: tuple[int, ...]) -> dict[int, tuple[Pose, list[Stroke]]]:
    """Where the hand of each side begins and which strokes it makes.

    Two hands mostly mirror each other; or they take turns, or one strokes over the other, which is its base.
    """
    inner_m, together = _OFF_THE_OTHER_M * (len(sides) - 1), rng.random()
    first, second, base = a_pose(rng, inner_m), a_pose(rng, inner_m), a_pose(rng, inner_m, highest_m=-0.2)
    drawn = strokes(rng, first, duration_s, inner_m)
    if len(sides) == 1 or together < _MIRRORED:
        return dict.fromkeys(sides, (first, drawn))
    if together < _MIRRORED + _IN_TURN:
        return {sides[0]: (first, drawn[::2]), sides[1]: (second, drawn[1::2])}
    return {sides[0]: (first, drawn), sides[1]: (base, [])}


@action("illustrative gestures", 0.7, 5.0)
def illustrative_gestures(rng: Rng) -> Motion:
    """An arm, or both, gestures along with speech, in strokes, holds and beats; or a hand is shown to the camera."""
    shows, rise_fall, seed = chance(rng, _EMBLEM), ramps(rng, 0.35, 0.9), int(rng.integers(1 << 31))
    sides = one_or_both(rng, 0.0 if shows else 0.6)
    if chance(rng, 0.5):
        sides = sides[::-1]

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        local, weight = np.random.default_rng(seed), beat.envelope(*rise_fall)
        length_s = beat.duration_s
        made = {sides[0]: emblem(local, length_s)} if shows else _gesturing(local, length_s, sides)
        for side, (first, drawn) in made.items():
            mirror, late_s, apart = vector(sign(side), 1, 1), local.uniform(0, 0.06), local.normal(0, 0.012, 3)
            pose = followed(first, drawn, beat.time_s - late_s)
            alive = drift(local, beat.time_s, 0.004, (0.4, 2.0), 3)
            playing = np.clip(pose.curl + drift(local, beat.time_s, 0.04, (0.4, 2.0), 4), 0, 1.6)
            wrist = frames.on_chest((pose.place + alive + apart) * mirror)
            way, facing = (rotate(frames.chest_rotation, one * mirror) for one in (pose.fingers, pose.palm))
            goal = Goal(wrist, way, facing, playing, vector(0.6, -1, -0.2) * mirror, pose.thumb)
            reach(limbs, frames, side, weight, goal)

    return Motion(wrist_names(*sides), limbs=limbs, hands=frozenset(sides))
