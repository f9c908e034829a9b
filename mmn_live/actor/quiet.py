"""What the actor does that has no name: from these the class "none" learns what is not an action."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmn_live.actor.algebra import DEGREE, drift, rotate, smoothstep, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import (
    Action,
    Beat,
    Goal,
    Motion,
    Rng,
    chance,
    curls,
    degrees,
    either,
    oscillation,
    ramps,
    reach,
    sign,
    spread,
)


def talking(rng: Rng) -> Motion:
    """Talking with small, irregular emphasis of the head, the trunk going along a little."""
    size, seed = spread(rng, 0.4, 2.6) * DEGREE, int(rng.integers(1 << 31))

    def trunk(trunk: Trunk, beat: Beat) -> None:
        local = np.random.default_rng(seed)
        pulse = 0.5 + 0.5 * smoothstep(0.5 + drift(local, beat.time_s, 0.5, (0.2, 0.6), 1))
        envelope = beat.envelope(0.5, 0.5)[:, None]
        trunk.head += envelope * pulse * drift(local, beat.time_s, size, (0.6, 3.2), 3)
        trunk.lean += envelope * drift(local, beat.time_s, 0.25 * size, (0.2, 1.2), 3)

    return Motion((), trunk)


def reading(rng: Rng) -> Motion:
    """Looking a little down while the gaze goes along lines."""
    pitch, sweep = degrees(rng, 2, 14), degrees(rng, 0.3, 3)
    wave = oscillation(rng, rng.uniform(0.15, 0.4))

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(1.4, 1.4)
        trunk.head[:, 1] += envelope * pitch
        trunk.head[:, 0] += envelope * wave(beat.time_s) * sweep

    return Motion((), trunk)


def glancing(rng: Rng) -> Motion:
    """A small change of where the head points."""
    angles = np.array([degrees(rng, -10, 10), degrees(rng, -6, 7), degrees(rng, -4, 4)])
    rise, fall = rng.uniform(0.4, 1.2), rng.uniform(0.4, 1.2)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        trunk.head += beat.envelope(rise, fall)[:, None] * angles

    return Motion((), trunk)


def settling(rng: Rng) -> Motion:
    """Changing how one sits: a slow lean, a small shift of the seat."""
    lean = np.array([rng.uniform(-6, 6), rng.uniform(-12, 20), rng.uniform(-4, 4)]) * DEGREE
    shift = np.array([rng.uniform(-0.04, 0.04), 0, rng.uniform(-0.05, 0.12)])
    rise, fall = rng.uniform(0.6, 1.5), rng.uniform(0.6, 1.5)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)[:, None]
        trunk.lean += envelope * lean
        trunk.root += envelope * shift
        trunk.head[:, 1] -= envelope[:, 0] * lean[1] * 0.7

    return Motion((), trunk)


def typing(rng: Rng) -> Motion:
    """Fingers and hands that move a little where they are."""
    hz, size, travel_m = rng.uniform(2, 5), rng.uniform(0.1, 0.4), rng.uniform(0.002, 0.02)
    seed = int(rng.integers(1 << 31))

    def limbs(limbs: Limbs, _frames: Frames, beat: Beat) -> None:
        local, envelope = np.random.default_rng(seed), beat.envelope(0.3, 0.3)
        tapping = drift(local, beat.time_s, size, (0.5 * hz, hz), 8, waves=2).reshape(-1, 2, 4)
        limbs.curl += envelope[:, None, None] * np.abs(tapping)
        wander = drift(local, beat.time_s, travel_m, (0.2, 1.0), 6, waves=2).reshape(-1, 2, 3)
        limbs.wrists += envelope[:, None, None] * wander * (1, 0.3, 1)

    return Motion((), limbs=limbs)


def shifting_a_hand(rng: Rng) -> Motion:
    """One hand moves a little, or talks along low before the body."""
    side, ramps = int(rng.integers(2)), (rng.uniform(0.4, 1.0), rng.uniform(0.4, 1.0))
    way = rng.normal(0, 0.03, 3) + (vector(0, rng.uniform(0.03, 0.12), 0.05) if chance(rng, 0.4) else 0)
    opened = curls(rng, 0.1, 0.8)
    way[0] += sign(side) * 0.02

    def limbs(limbs: Limbs, _frames: Frames, beat: Beat) -> None:
        envelope = beat.envelope(*ramps)[:, None]
        limbs.wrists[:, side] += envelope * way
        limbs.curl[:, side] += envelope * (opened - limbs.curl[:, side])

    return Motion((), limbs=limbs)


def laughing(rng: Rng) -> Motion:
    """Laughing: the trunk and the shoulders shake a little, the head goes back or down."""
    wave, size = oscillation(rng, rng.uniform(3.0, 5.5)), rng.uniform(0.002, 0.008)
    pitch, roll, lean = degrees(rng, -10, 7), degrees(rng, -5, 5), degrees(rng, -4, 7)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(0.4, 0.8)
        shake = envelope * wave(beat.time_s)
        trunk.shrug[:, :, 0] += (shake * size)[:, None]
        trunk.root[:, 1] += shake * size * 0.4
        trunk.head[:, 1] += envelope * pitch + shake * 0.8 * DEGREE
        trunk.head[:, 2] += envelope * roll
        trunk.lean[:, 1] += envelope * lean

    return Motion((), trunk)


def leaning(rng: Rng) -> Motion:
    """Leaning forward, back or to a side, and staying so for a while."""
    lean = np.array([0, rng.uniform(-14, 24), rng.uniform(-8, 8)]) * DEGREE
    keep, (rise, fall) = rng.uniform(0.4, 1.0), ramps(rng, 0.8, 2.0)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)[:, None]
        trunk.lean += envelope * lean
        trunk.head -= envelope * lean * (0, keep, keep)

    return Motion((), trunk)


def at_a_second_screen(rng: Rng) -> Motion:
    """Reading from a screen that stands a little to the side."""
    yaw = degrees(rng, 7, 20) * (1 if chance(rng, 0.5) else -1)
    sweep, wave = degrees(rng, 0.3, 2.5), oscillation(rng, rng.uniform(0.15, 0.4))
    (rise, fall), trunk_share = ramps(rng, 0.7, 1.8), rng.uniform(0, 0.4)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)
        trunk.head[:, 0] += envelope * (yaw * (1 - trunk_share) + sweep * wave(beat.time_s))
        trunk.chest[:, 0] += envelope * yaw * trunk_share

    return Motion((), trunk)


def drinking(rng: Rng) -> Motion:
    """A hand brings a cup to the mouth, the head goes back a little, and the cup is put down again."""
    side, rise_fall = either(rng), ramps(rng, 0.6, 1.1)
    g, tipped, curl = sign(side), degrees(rng, 4, 20), np.full(4, rng.uniform(0.9, 1.2))
    ahead, low = rng.uniform(0.16, 0.22), rng.uniform(0.06, 0.10)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        late = Beat(beat.time_s - 0.35 * beat.duration_s, 0.4 * beat.duration_s)
        trunk.head[:, 1] -= late.envelope(0.4, 0.4) * tipped

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        wrist = frames.on_head(vector(g * 0.06, -low - 0.04, ahead))
        fingers = rotate(frames.chest_rotation, vector(-g, 0.25, 0.1))
        palm = rotate(frames.chest_rotation, vector(-g * 0.2, 0, -1))
        goal = Goal(wrist, fingers, palm, curl, vector(g * 0.7, -0.8, 0.1), 0.8, vector(0, 0, 0.05))
        reach(limbs, frames, side, beat.envelope(*rise_fall), goal)

    return Motion((), trunk, limbs)


def with_a_mouse(rng: Rng) -> Motion:
    """One hand on the desk moves a mouse about and clicks; an actor who stands has no desk, and does nothing."""
    side, travel_m, seed = either(rng), spread(rng, 0.004, 0.04), int(rng.integers(1 << 31))
    g, click = sign(side), rng.uniform(0.05, 0.25)
    place, curl = (
        vector(g * rng.uniform(0.14, 0.3), rng.uniform(0.18, 0.28), rng.uniform(0.3, 0.42)),
        curls(rng, 0.2, 0.5),
    )

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        if not frames.seated:
            return
        local = np.random.default_rng(seed)
        wander = drift(local, beat.time_s, travel_m, (0.2, 1.2), 3) * (1, 0.05, 0.8)
        clicking = curl + np.maximum(drift(local, beat.time_s, click, (0.5, 3.0), 4), 0) * (1, 0.4, 0, 0)
        wrist = frames.root + place + wander
        goal = Goal(wrist, vector(-g * 0.2, -0.05, 1), vector(0, -1, 0), clicking, vector(g * 0.6, -0.8, -0.4))
        reach(limbs, frames, side, beat.envelope(0.6, 0.6), goal)

    return Motion((), limbs=limbs)


def looking_down(rng: Rng) -> Motion:
    """Looking down slowly and for long, at a phone or at notes, and writing or scrolling there."""
    pitch, (rise, fall) = degrees(rng, 8, 24), ramps(rng, 0.9, 2.0)
    side, size_m, seed = either(rng), spread(rng, 0.002, 0.015), int(rng.integers(1 << 31))

    def trunk(trunk: Trunk, beat: Beat) -> None:
        trunk.head[:, 1] += beat.envelope(rise, fall) * pitch

    def limbs(limbs: Limbs, _frames: Frames, beat: Beat) -> None:
        local, envelope = np.random.default_rng(seed), beat.envelope(0.6, 0.6)[:, None]
        limbs.wrists[:, side] += envelope * drift(local, beat.time_s, size_m, (0.5, 2.5), 3)
        limbs.curl[:, side] += envelope * np.abs(drift(local, beat.time_s, 0.1, (0.5, 2.0), 4))

    return Motion((), trunk, limbs)


def walking_past(rng: Rng) -> Motion:
    """Walking through the picture from one side to the other, seen from where somebody sits; for a standing figure."""
    way, away, stride = (1 if chance(rng, 0.5) else -1), rng.uniform(1.6, 2.6), rng.uniform(0.5, 0.8)
    hz, turned = rng.uniform(0.8, 1.1), rng.uniform(0.7, 1.0)

    def along(beat: Beat) -> Points:
        return way * away * (2 * np.clip(beat.time_s / beat.duration_s, 0, 1) - 1)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        trunk.root[:, 0] += along(beat)
        trunk.root[:, 1] += 0.015 * np.cos(4 * np.pi * hz * beat.time_s)
        trunk.turn += way * turned * np.pi / 2

    def limbs(limbs: Limbs, _frames: Frames, beat: Beat) -> None:
        step, moving = 2 * np.pi * hz * beat.time_s, (beat.time_s > 0) & (beat.time_s < beat.duration_s)
        for side in (0, 1):
            swing = np.sin(step + np.pi * side) * moving
            lift = np.maximum(np.cos(step + np.pi * side), 0) * moving
            limbs.ankles[:, side, 0] += along(beat) + way * swing * stride / 2
            limbs.ankles[:, side, 1] += 0.08 * lift
            limbs.wrists[:, side, 0] -= way * swing * 0.15

    return Motion((), trunk, limbs)


def _quiet(name: str, make: Callable[[Rng], Motion], least_s: float, most_s: float) -> tuple[str, Action]:
    return name, Action(name, (least_s, most_s), make)


QUIET: dict[str, Action] = dict(
    (
        _quiet("talking", talking, 2.0, 6.0),
        _quiet("reading", reading, 4.0, 8.0),
        _quiet("glancing", glancing, 1.5, 4.0),
        _quiet("settling", settling, 2.0, 5.0),
        _quiet("typing", typing, 2.0, 6.0),
        _quiet("shifting a hand", shifting_a_hand, 1.5, 4.0),
        _quiet("laughing", laughing, 1.0, 4.0),
        _quiet("leaning", leaning, 2.5, 7.0),
        _quiet("at a second screen", at_a_second_screen, 3.0, 8.0),
        _quiet("drinking", drinking, 2.5, 5.0),
        _quiet("with a mouse", with_a_mouse, 2.0, 7.0),
        _quiet("looking down", looking_down, 4.0, 9.0),
        _quiet("walking past", walking_past, 2.5, 5.0),
    )
)
