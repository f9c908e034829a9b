"""Actions of the head. Angles: positive yaw to the figure's left, positive pitch down, positive roll to its right."""

from __future__ import annotations

from mmn_live.actor.algebra import DEGREE
from mmn_live.actor.kinematics import Trunk
from mmn_live.actor.motion import Beat, Motion, Phase, Rng, action, chance, degrees, oscillation, ramps, spread

_HEAD = ("nose",)


def _either_way(rng: Rng) -> int:
    return 1 if chance(rng, 0.5) else -1


@action("nodding", 0.6, 3.5)
def nodding(rng: Rng) -> Motion:
    """The head goes down and up repeatedly."""
    hz = rng.uniform(0.9, 2.8)
    wave, size = oscillation(rng, hz), spread(rng, 2.5, 17) * DEGREE
    bias, chest = rng.uniform(0, 0.8), degrees(rng, -2, 3)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(0.2, 0.3)
        trunk.head[:, 1] += envelope * (wave(beat.repeating(hz)) + bias) * size
        trunk.chest[:, 1] += envelope * chest

    return Motion(_HEAD, trunk)


@action("shaking head", 0.7, 3.5)
def shaking_head(rng: Rng) -> Motion:
    """The head turns left and right repeatedly."""
    hz = rng.uniform(0.7, 2.4)
    wave, size = oscillation(rng, hz), spread(rng, 4, 32) * DEGREE
    roll, pitch = degrees(rng, -4, 4), degrees(rng, -3, 6)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(0.25, 0.3)
        swing = envelope * wave(beat.repeating(hz))
        trunk.head[:, 0] += swing * size
        trunk.head[:, 1] += envelope * pitch
        trunk.head[:, 2] += swing * roll

    return Motion(_HEAD, trunk)


@action("turning head", 0.8, 4.0)
def turning_head(rng: Rng) -> Motion:
    """The head turns to one side and comes back, or goes on to the other side first."""
    yaw = spread(rng, 12, 68) * DEGREE * _either_way(rng)
    pitch, roll, chest = degrees(rng, -8, 13), degrees(rng, -8, 8), rng.uniform(0, 0.25)
    (rise, fall), both = ramps(rng, 0.25, 1.0), chance(rng, 0.3)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)
        way = envelope
        if both:
            late = Beat(beat.time_s - 0.45 * beat.duration_s, 0.55 * beat.duration_s)
            way = envelope - 2 * late.envelope(rise, fall) * envelope
        trunk.head[:, 0] += way * yaw
        trunk.head[:, 1] += envelope * pitch
        trunk.head[:, 2] += envelope * roll
        trunk.chest[:, 0] += way * yaw * chest

    return Motion(_HEAD, trunk)


@action("tilting head", 0.8, 4.0)
def tilting_head(rng: Rng) -> Motion:
    """The head leans towards a shoulder."""
    roll = spread(rng, 6, 30) * DEGREE * _either_way(rng)
    yaw, pitch, lean = degrees(rng, -10, 10), degrees(rng, -5, 9), roll * rng.uniform(0, 0.2)
    rise, fall = ramps(rng)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)
        trunk.head += envelope[:, None] * (yaw, pitch, roll)
        trunk.lean[:, 2] += envelope * lean

    return Motion(_HEAD, trunk)


@action("bowing head", 0.8, 3.0)
def bowing_head(rng: Rng) -> Motion:
    """The head is lowered; it comes up again at once, or stays down and is raised later."""
    pitch, chest, yaw = spread(rng, 8, 42) * DEGREE, degrees(rng, 0, 14), degrees(rng, -12, 12)
    rise, fall = ramps(rng, 0.25, 0.9)
    later = Phase(rng.uniform(0.4, 1.2), rng.uniform(0.8, 3.0), "head up") if chance(rng, 0.4) else None

    def trunk(trunk: Trunk, beat: Beat) -> None:
        down = beat.envelope(rise, fall) if later is None else beat.going(rise) * (1 - beat.after(later))
        trunk.head += down[:, None] * (yaw, pitch, 0)
        trunk.chest[:, 1] += down * chest

    return Motion(_HEAD, trunk, tail=later)


@action("head up", 0.8, 2.5)
def head_up(rng: Rng) -> Motion:
    """The head is raised: from where it was lowered before, or from upright, and then it comes back."""
    yaw, rise_fall = degrees(rng, -12, 12), ramps(rng, 0.25, 0.9)
    if chance(rng, 0.5):
        return _raised_from_upright(rng, yaw, rise_fall)
    lowered, chest = spread(rng, 9, 40) * DEGREE, degrees(rng, 0, 10)
    over, bowing = degrees(rng, 0, 9), Phase(rng.uniform(0.4, 1.2), rng.uniform(0.6, 3.0), "bowing head")

    def trunk(trunk: Trunk, beat: Beat) -> None:
        up = beat.going(rise_fall[0])
        down = beat.before(bowing) * (1 - up)
        trunk.head[:, 1] += down * lowered - beat.envelope(*rise_fall) * over
        trunk.head[:, 0] += down * yaw
        trunk.chest[:, 1] += down * chest

    return Motion(_HEAD, trunk, lead=bowing)


def _raised_from_upright(rng: Rng, yaw: float, rise_fall: tuple[float, float]) -> Motion:
    pitch, chest = spread(rng, 8, 34) * DEGREE, degrees(rng, 0, 6)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(*rise_fall)
        trunk.head += envelope[:, None] * (yaw, -pitch, 0)
        trunk.chest[:, 1] -= envelope * chest

    return Motion(_HEAD, trunk)
