"""Actions of the trunk and the legs."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import SIDES, Beat, Motion, Rng, action, chance, degrees, either, oscillation

_SHOULDERS = ("left_shoulder", "right_shoulder")


@action("shaking body", 1.5, 4.0)
def shaking_body(rng: Rng) -> Motion:
    """The upper body sways from side to side."""
    wave, roll = oscillation(rng, rng.uniform(0.5, 1.4)), degrees(rng, 5, 12)
    lean, shift, chest = rng.uniform(0.5, 1), rng.uniform(0, 0.3), rng.uniform(0, 0.5)
    head, yaw = rng.uniform(0, 0.8), rng.uniform(-0.5, 0.5)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        sway = beat.envelope(0.4, 0.4) * wave(beat.time_s) * roll
        trunk.lean[:, 2] += sway * lean
        trunk.lean[:, 0] += sway * yaw
        trunk.root[:, 0] -= sway * shift
        trunk.chest[:, 2] += sway * chest
        trunk.head[:, 2] -= sway * head

    return Motion(_SHOULDERS, trunk)


@action("shrugging", 0.8, 1.8)
def shrugging(rng: Rng) -> Motion:
    """The shoulders go up, both or mostly one, once or twice."""
    times = 1 if chance(rng, 0.6) else 2
    height = rng.uniform(0.035, 0.07)
    share = np.ones(2) if chance(rng, 0.85) else np.array([1.0, 0.15])[:: 1 if chance(rng, 0.5) else -1]
    roll, pitch, hold = degrees(rng, -8, 8), degrees(rng, -4, 6), rng.uniform(0.4, 0.7)

    def trunk(trunk: Trunk, beat: Beat) -> None:
        lift = np.zeros_like(beat.time_s)
        for i in range(times):
            part = beat.duration_s / times
            lift += Beat(beat.time_s - i * part, part).envelope(hold * part, (1 - hold) * part)
        trunk.shrug[:, :, 0] += (lift * height)[:, None] * share
        trunk.head[:, 2] += lift * roll
        trunk.head[:, 1] += lift * pitch

    return Motion(_SHOULDERS, trunk)


@action("shaking legs", 1.5, 4.0)
def shaking_legs(rng: Rng) -> Motion:
    """A leg, or both, bounces on the ball of the foot, or the knee swings from side to side."""
    sides = (0, 1) if chance(rng, 0.35) else (either(rng),)
    wave, height = oscillation(rng, rng.uniform(2.0, 5.0)), rng.uniform(0.03, 0.07)
    sideways = chance(rng, 0.2)

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:  # noqa: ARG001
        bounce = beat.envelope(0.2, 0.2) * (0.5 + 0.5 * wave(beat.time_s)) * height
        for side in sides:
            if sideways:
                limbs.knee_poles[:, side, 0] += bounce * 14
            else:
                limbs.ankles[:, side] += bounce[:, None] * (0, 1, -0.3)
                limbs.toe_lift[:, side] -= bounce

    return Motion(tuple(f"{SIDES[side]}_{joint}" for side in sides for joint in ("knee", "ankle")), limbs=limbs)
