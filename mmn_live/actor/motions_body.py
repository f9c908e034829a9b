"""Actions of the whole trunk."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.kinematics import Trunk
from mmn_live.actor.motion import Beat, Motion, Rng, action, chance, degrees, oscillation, phase, ramps

_SHOULDERS = ("left_shoulder", "right_shoulder")
_HIPS = ("left_hip", "right_hip")


@action("shaking body", 1.2, 4.5)
def shaking_body(rng: Rng) -> Motion:
    """The upper body sways from side to side."""
    hz = rng.uniform(0.35, 1.4)
    wave, roll = oscillation(rng, hz), degrees(rng, 3, 12)
    lean, shift, chest = rng.uniform(0.5, 1), rng.uniform(0, 0.3), rng.uniform(0, 0.5)
    head, yaw = rng.uniform(0, 0.9), rng.uniform(-0.6, 0.6)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        sway = beat.envelope(0.4, 0.4) * wave(beat.repeating(hz)) * roll
        trunk.lean[:, 2] += sway * lean
        trunk.lean[:, 0] += sway * yaw
        trunk.root[:, 0] -= sway * shift
        trunk.chest[:, 2] += sway * chest
        trunk.head[:, 2] -= sway * head
        trunk.head[:, 0] -= sway * yaw * head

    return Motion(_SHOULDERS, trunk)


@action("sitting straightly", 0.7, 2.2)
def sitting_straightly(rng: Rng) -> Motion:
    """The back straightens after it has sunk in; how it sinks has no name."""
    sunk, chest, head = degrees(rng, 6, 22), rng.uniform(0.1, 0.8), rng.uniform(0.2, 1.1)
    over, lift, back = degrees(rng, 0, 6), rng.uniform(0, 0.015), rng.uniform(0, 0.05)
    sideways, ramp, sinking = degrees(rng, -5, 5), rng.uniform(0.3, 1.2), phase(rng)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        up = beat.going(ramp)
        slouch, straight = beat.before(sinking) * (1 - up), beat.envelope(ramp, 0.6)
        trunk.lean[:, 1] += slouch * sunk
        trunk.lean[:, 2] += slouch * sideways
        trunk.chest[:, 1] += slouch * sunk * chest - straight * over
        trunk.head[:, 1] -= slouch * sunk * head
        trunk.shrug[:, :, 0] += (straight * lift)[:, None]
        trunk.root[:, 2] -= straight * back

    return Motion(_SHOULDERS, trunk, lead=sinking)


@action("shrugging", 0.5, 2.2)
def shrugging(rng: Rng) -> Motion:
    """The shoulders alone go up, both or mostly one, once or twice; or they roll forward and back."""
    times = 1 if chance(rng, 0.6) else 2
    height, rolling = rng.uniform(0.025, 0.07), chance(rng, 0.3)
    share = np.ones(2) if chance(rng, 0.8) else np.array([1.0, 0.12])[:: 1 if chance(rng, 0.5) else -1]
    forward, wave = rng.uniform(0.03, 0.07), oscillation(rng, rng.uniform(0.6, 1.5))
    roll, pitch, hold = degrees(rng, -10, 10), degrees(rng, -4, 6), rng.uniform(0.35, 0.7)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        lift = np.zeros_like(beat.time_s)
        for i in range(times):
            part = beat.duration_s / times
            lift += Beat(beat.time_s - i * part, part).envelope(hold * part, (1 - hold) * part)
        trunk.shrug[:, :, 0] += (lift * height * (0.5 if rolling else 1))[:, None] * share
        if rolling:
            trunk.shrug[:, :, 1] += (beat.envelope(0.2, 0.3) * wave(beat.time_s) * forward)[:, None]
        trunk.head[:, 2] += lift * roll
        trunk.head[:, 1] += lift * pitch

    return Motion(_SHOULDERS, trunk)


@action("turning around", 1.0, 4.0)
def turning_around(rng: Rng) -> Motion:
    """The whole body turns to face another way; it turns back at once, or later."""
    yaw = degrees(rng, 22, 75) * (1 if chance(rng, 0.5) else -1)
    seat, chest, head = rng.uniform(0, 0.6), rng.uniform(0.2, 0.5), rng.uniform(-0.2, 0.7)
    rise, fall = ramps(rng, 0.4, 1.2)
    back = phase(rng, "turning around") if chance(rng, 0.35) else None

    def trunk(trunk: Trunk, beat: Beat) -> None:
        way = beat.envelope(rise, fall) if back is None else beat.going(rise) * (1 - beat.after(back))
        trunk.turn += way * yaw * seat
        trunk.lean[:, 0] += way * yaw * 0.4
        trunk.chest[:, 0] += way * yaw * chest
        trunk.head[:, 0] += way * yaw * head

    return Motion(_SHOULDERS, trunk, tail=back)


@action("rising up", 0.8, 2.2)
def rising_up(rng: Rng) -> Motion:
    """Leaning forward and lifting off the seat, a little or up to standing; sitting down again has no name."""
    bow, head, ramp = degrees(rng, 16, 45), rng.uniform(0, 0.5), rng.uniform(0.5, 1.4)
    up, forward, sitting_down = rng.uniform(0.03, 0.36), rng.uniform(0.05, 0.25), phase(rng)
    share = rng.uniform(0.6, 0.95)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        way = beat.going(ramp) * (1 - beat.after(sitting_down))
        leaning = np.sin(np.pi * way * share) * bow
        trunk.lean[:, 1] += leaning
        trunk.head[:, 1] -= leaning * head
        trunk.root[:, 1] += way * up
        trunk.root[:, 2] += way * forward

    return Motion((*_SHOULDERS, *_HIPS), trunk, tail=sitting_down)
