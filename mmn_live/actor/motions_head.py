"""Actions of the head. Angles: positive yaw to the figure's left, positive pitch down, positive roll to its right."""

from __future__ import annotations

from mmn_live.actor.kinematics import Trunk
from mmn_live.actor.motion import Beat, Motion, Rng, action, chance, degrees, oscillation

_HEAD = ("nose",)


@action("nodding", 1.0, 3.0)
def nodding(rng: Rng) -> Motion:
    """The head goes down and up repeatedly."""
    wave, size = oscillation(rng, rng.uniform(1.0, 2.4)), degrees(rng, 6, 17)
    bias, chest = rng.uniform(0.1, 0.7), degrees(rng, -1, 2)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(0.25, 0.3)
        trunk.head[:, 1] += envelope * (wave(beat.time_s) + bias) * size
        trunk.chest[:, 1] += envelope * chest

    return Motion(_HEAD, trunk)


@action("shaking head", 1.0, 3.0)
def shaking_head(rng: Rng) -> Motion:
    """The head turns left and right repeatedly."""
    hz = rng.uniform(0.9, 2.2)
    wave, size = oscillation(rng, hz), degrees(rng, 9, 30)
    roll, pitch = degrees(rng, -3, 3), degrees(rng, -3, 6)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(0.25, 0.3)
        swing = envelope * wave(beat.time_s)
        trunk.head[:, 0] += swing * size
        trunk.head[:, 1] += envelope * pitch
        trunk.head[:, 2] += swing * roll

    return Motion(_HEAD, trunk)


@action("turning head", 1.2, 3.0)
def turning_head(rng: Rng) -> Motion:
    """The head turns to one side and comes back, or goes on to the other side first."""
    yaw = degrees(rng, 20, 62) * (1 if chance(rng, 0.5) else -1)
    pitch, roll, chest = degrees(rng, -6, 10), degrees(rng, -6, 6), rng.uniform(0, 0.2)
    rise, fall, both = rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.8), chance(rng, 0.25)

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


@action("tilting head", 1.0, 3.0)
def tilting_head(rng: Rng) -> Motion:
    """The head leans towards a shoulder."""
    roll = degrees(rng, 10, 30) * (1 if chance(rng, 0.5) else -1)
    yaw, pitch, lean = degrees(rng, -8, 8), degrees(rng, -4, 7), roll * rng.uniform(0, 0.15)
    rise, fall = rng.uniform(0.25, 0.8), rng.uniform(0.25, 0.8)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)
        trunk.head += envelope[:, None] * (yaw, pitch, roll)
        trunk.lean[:, 2] += envelope * lean

    return Motion(_HEAD, trunk)


@action("bowing head", 1.0, 3.0)
def bowing_head(rng: Rng) -> Motion:
    """The head is lowered once and stays down for a while."""
    pitch, chest, yaw = degrees(rng, 18, 42), degrees(rng, 0, 12), degrees(rng, -10, 10)
    rise, fall = rng.uniform(0.3, 0.8), rng.uniform(0.3, 0.8)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        envelope = beat.envelope(rise, fall)
        trunk.head += envelope[:, None] * (yaw, pitch, 0)
        trunk.chest[:, 1] += envelope * chest

    return Motion(_HEAD, trunk)
