"""What the actor does when it does nothing: it sways and breathes, and rests its hands and legs somewhere."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import DEGREE, TAU, drift, rotate, smoothstep, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.hand_shapes import AT_REST, hand_shape
from mmn_live.actor.kinematics import Frames, Limbs, Trunk
from mmn_live.actor.motion import Rng, chance, degrees, either, sign
from mmn_live.actor.rests import GRIP, alike, apart, hands_at_rest, sided, single

_ARMS = ("wrists", "fingers", "palms", "elbow_poles", "curl", "thumb")
_OTHER_SHAPE_CHANCE, _DIFFER_CHANCE = 0.1, 0.5
_RESTLESS_CHANCE, _CHANGES_PER_S, _ONE_ARM_CHANCE = 0.5, (0.1, 0.3), 0.75


def settle_in(trunk: Trunk, time_s: Points, rng: Rng) -> None:
    """Give the trunk a posture of its own, breathing, sway and small drifts of the head: nobody is ever frozen."""
    liveliness = np.exp(rng.uniform(np.log(0.08), np.log(1.0)))
    trunk.turn += degrees(rng, -10, 10)
    trunk.lean += np.array([0, rng.uniform(-6, 13), rng.uniform(-3, 3)]) * DEGREE
    if chance(rng, 0.25):
        forward = degrees(rng, 0, 17)
        trunk.lean[:, 1] += forward
        trunk.head[:, 1] -= forward * rng.uniform(0.3, 1)
    trunk.head += np.array([rng.uniform(-12, 12), rng.uniform(-6, 12), rng.uniform(-5, 5)]) * DEGREE
    trunk.lean += drift(rng, time_s, 0.45 * DEGREE * liveliness, (0.08, 0.45), 3)
    trunk.chest += drift(rng, time_s, 0.35 * DEGREE * liveliness, (0.08, 0.45), 3)
    trunk.head += drift(rng, time_s, 1.2 * DEGREE * liveliness, (0.08, 0.6), 3)
    trunk.root += drift(rng, time_s, 0.003 * liveliness, (0.05, 0.3), 3)
    breath = np.sin(TAU * rng.uniform(0.2, 0.3) * time_s + rng.uniform(0, TAU))
    trunk.shrug[:, :, 0] += (breath * rng.uniform(0.001, 0.003))[:, None]
    trunk.chest[:, 1] -= breath * 0.4 * DEGREE


def idle_limbs(frames: Frames, time_s: Points, duration_s: float, rng: Rng, *, legs_crossed: bool) -> Limbs:
    """Hands at rest, often in different places; of restless people they now and then move elsewhere.

    Hands that move do not come together: that would be an action.
    """

    def at(rest: str) -> Limbs:
        own = np.random.default_rng(int(rng.integers(1 << 31)))  # crossed legs draw more, and must change nothing else
        return resting_limbs(frames, time_s, rest, frames.seated, own, legs_crossed=legs_crossed)

    differ, side = chance(rng, _DIFFER_CHANCE), either(rng)
    first, second = (str(rest) for rest in rng.choice(single(frames.seated), 2, replace=False))
    limbs = at(first if differ else str(rng.choice(alike(frames.seated))))
    if differ:
        _move_arms(limbs, at(second), (side,), np.ones(len(time_s)))
    changes = max(round(duration_s * rng.uniform(*_CHANGES_PER_S)), 1) if chance(rng, _RESTLESS_CHANCE) else 0
    for index in range(changes):
        at_s, lasting_s = (index + rng.uniform(0.1, 0.8)) * duration_s / changes, rng.uniform(0.6, 1.6)
        one, side = chance(rng, _ONE_ARM_CHANCE), either(rng)
        other = at(str(rng.choice(single(frames.seated) if one else apart(frames.seated))))
        _move_arms(limbs, other, (side,) if one else (0, 1), smoothstep((time_s - at_s) / lasting_s))
    return limbs


def resting_limbs(
    frames: Frames, time_s: Points, rest: str, seated: bool, rng: Rng, *, legs_crossed: bool = False
) -> Limbs:
    """Limbs at rest in one of the rests, with the small drift of relaxed hands."""
    samples = len(time_s)
    wrists, fingers, palms, poles = hands_at_rest(frames, rest, rng)
    wobble = np.exp(rng.uniform(np.log(0.0007), np.log(0.009)))
    curl = rng.uniform(0.15, 0.7) * np.array([0.8, 0.9, 1.0, 1.1]) + GRIP.get(rest, 0.0)
    wrists = wrists + drift(rng, time_s, wobble, (0.1, 0.7), 6, waves=2).reshape(samples, 2, 3)
    fingers = fingers + drift(rng, time_s, 0.02, (0.1, 0.5), 6, waves=2).reshape(samples, 2, 3)
    curl = np.broadcast_to(curl, (samples, 2, 4)).copy()
    thumb = np.full((samples, 2), rng.uniform(0, 0.5))
    for side in (0, 1):
        shape = hand_shape(rng, AT_REST)  # drawn whether it is seen or not, so that what follows stays the same
        if chance(rng, _OTHER_SHAPE_CHANCE) and rest not in GRIP:
            curl[:, side], thumb[:, side] = shape.curl, shape.thumb
    ankles, knees, feet = (_legs_crossed if legs_crossed and seated else _legs_at_rest)(frames, seated, rng)
    return Limbs(
        wrists=wrists,
        fingers=fingers,
        palms=_everywhere(palms, samples),
        elbow_poles=rotate(frames.chest_rotation[:, None], poles),
        curl=curl,
        thumb=thumb,
        ankles=ankles,
        knee_poles=knees,
        feet=feet,
        toe_lift=np.zeros((samples, 2)),
    )


def _move_arms(limbs: Limbs, to: Limbs, sides: tuple[int, ...], weight: Points) -> None:
    """Bring the arms of those sides to where they are in other limbs, as far as `weight` (T,) says."""
    for name in _ARMS:
        here, there = getattr(limbs, name), getattr(to, name)
        part = weight.reshape(-1, *(1,) * (here.ndim - 2))
        for side in sides:
            here[:, side] += part * (there[:, side] - here[:, side])


def _legs_crossed(frames: Frames, seated: bool, rng: Rng) -> tuple[Points, Points, Points]:
    """As `_legs_at_rest`, but one leg lies over the other, or the feet are crossed, or drawn under the seat."""
    ankles, knees, feet = _legs_at_rest(frames, seated, rng)
    side, turned, way = either(rng), frames.root_rotation, int(rng.integers(3))
    g, draw = sign(side), rng.uniform
    if way == 0:
        ankles[:, side] = rotate(turned, vector(-g * draw(0.05, 0.2), draw(0.28, 0.48), draw(0.32, 0.46)))
        ankles[:, side] += frames.root * (1, 0, 1)
        knees[:, side] = rotate(turned, vector(g * draw(0, 1.2), 0.8, 1))
        feet[:, side] = rotate(turned, vector(-g * 0.5, -0.3, 1))
    elif way == 1:
        ankles[:, side] += rotate(turned, vector(-g * draw(0.22, 0.36), 0.03, draw(0, 0.2)))
    else:
        ankles += rotate(turned, vector(0, draw(0, 0.04), -draw(0.15, 0.4)))[:, None]
    return ankles, knees, feet


def _everywhere(pair: Points, samples: int) -> Points:
    return np.broadcast_to(pair, (samples, 2, 3)).copy()


def _legs_at_rest(frames: Frames, seated: bool, rng: Rng) -> tuple[Points, Points, Points]:
    """Ankles, knee poles and feet (T, 2, 3), turned with the body."""
    wide, ahead = (rng.uniform(0.10, 0.22), rng.uniform(0.28, 0.46)) if seated else (rng.uniform(0.09, 0.15), 0.0)
    turned = frames.root_rotation[:, None]
    knees, feet = sided(rng.uniform(0.05, 0.45), 0.4, 1), sided(rng.uniform(0.05, 0.45), 0, 1)
    return rotate(turned, sided(wide, 0.10, ahead)), rotate(turned, knees), rotate(turned, feet)
