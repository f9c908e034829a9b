"""What a motion is: something that adds to the trunk and bends the limbs towards a goal, on a clock of its own.

An action's maker draws one way to do it (side, size, speed, repetitions, variant) from a random generator and returns
that as a `Motion`. `ACTIONS` maps the label's name to its `Action`; the motions_* modules fill it, one per part of
the body.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from mmn_live.actor.algebra import DEGREE, TAU, rotate, smoothstep, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk, wrist_that_touches

Rng = np.random.Generator
SIDES = ("left", "right")
RAMP_S = (0.25, 0.9)
"""How long people take to move into a pose or out of it, least and most."""


@dataclass(frozen=True)
class Phase:
    """What must be done before an action, or undone after it, and the label that this has itself, if any.

    An arm can only be drawn back once it has been stretched: `lasting_s` is how long that takes, `apart_s` the pause
    between it and the action.
    """

    lasting_s: float
    apart_s: float
    name: str | None = None

    @property
    def length_s(self) -> float:
        """How long it and its pause take together."""
        return self.lasting_s + self.apart_s


@dataclass(frozen=True)
class Beat:
    """A motion's clock: `time_s` (T,) since its onset (negative before it) and its `duration_s`.

    `rise_s` is how long a hand takes that comes straight from another action, instead of the motion's own time. At
    `taken_s` after the onset the next action has taken the hand over, which until then stays where it is.
    """

    LONGEST_RAMP: ClassVar[float] = 0.45
    """The share of an action that moving into it, or out of it, takes at most."""
    LEAST_PERIODS: ClassVar[float] = 1.5
    """How often something must be done at least to be seen as repeated."""

    time_s: Points
    duration_s: float
    rise_s: float | None = None
    taken_s: float | None = None

    def envelope(self, rise_s: float, fall_s: float) -> Points:
        """(T,) from 0 at the onset to 1, held, and back to 0 at the offset; or dropped once the hand is taken over.

        Dropping it is not seen, since the action that has the hand then leaves nothing of where it was.
        """
        rise_s, fall_s = (min(ramp, self.LONGEST_RAMP * self.duration_s) for ramp in (self.rise_s or rise_s, fall_s))
        if self.taken_s is not None:
            return smoothstep(self.time_s / rise_s) * (self.time_s < self.taken_s)
        return smoothstep(self.time_s / rise_s) * smoothstep((self.duration_s - self.time_s) / fall_s)

    def going(self, ramp_s: float) -> Points:
        """(T,) from 0 at the onset to 1, and 1 from there on: what the action changes stays changed."""
        return smoothstep(self.time_s / min(ramp_s, 0.9 * self.duration_s))

    def repeating(self, hz: float) -> Points:
        """Its time (T,), run faster where so few periods of `hz` fit that nobody would call it repeated."""
        return self.time_s * max(1.0, self.LEAST_PERIODS / (hz * self.duration_s))

    def before(self, phase: Phase) -> Points:
        """(T,) from 0 to 1 while the phase is gone through that leads up to the action, and 1 from there on."""
        return smoothstep((self.time_s + phase.apart_s + phase.lasting_s) / phase.lasting_s)

    def after(self, phase: Phase) -> Points:
        """(T,) from 0 to 1 while the phase is gone through that follows the action, and 1 from there on."""
        return smoothstep((self.time_s - self.duration_s - phase.apart_s) / phase.lasting_s)


TrunkMotion = Callable[[Trunk, Beat], None]
LimbMotion = Callable[[Limbs, Frames, Beat], None]
Place = Callable[[Limbs, Frames], Points]
"""Where something on the body is, (3,) or (T, 3) in the world."""


@dataclass(frozen=True)
class Motion:
    """One drawn way to do something.

    `trunk` adds to the trunk, `limbs` changes the limbs once the trunk is known. `acting` names the MA-52 joints that
    must all be seen for anybody to tell what is being done; of a finger tip the hand itself must be found. `lead` and
    `tail` are what comes before and after. `hands` are the sides whose hands it holds somewhere by `reach`, wherever
    they come from: only these can go straight from one action to another.
    """

    acting: tuple[str, ...]
    trunk: TrunkMotion | None = None
    limbs: LimbMotion | None = None
    lead: Phase | None = None
    tail: Phase | None = None
    hands: frozenset[int] = frozenset()

    @property
    def before_s(self) -> float:
        """How long what comes before it takes."""
        return self.lead.length_s if self.lead else 0.0

    @property
    def after_s(self) -> float:
        """How long what comes after it takes."""
        return self.tail.length_s if self.tail else 0.0

    @property
    def moves_arms(self) -> bool:
        """Whether it does anything with the arms, or, having no name, may do so."""
        named = any(joint.endswith("_wrist") for joint in self.acting)
        return self.limbs is not None and (named or not self.acting)


@dataclass(frozen=True)
class Action:
    """A named action: how long it usually lasts, least and most, and its maker."""

    name: str
    duration_s: tuple[float, float]
    make: Callable[[Rng], Motion]


ACTIONS: dict[str, Action] = {}


def action(name: str, least_s: float, most_s: float) -> Callable[[Callable[[Rng], Motion]], Callable[[Rng], Motion]]:
    """Enter the decorated maker in ACTIONS under the label's name."""

    def enter(make: Callable[[Rng], Motion]) -> Callable[[Rng], Motion]:
        ACTIONS[name] = Action(name, (least_s, most_s), make)
        return make

    return enter


def either(rng: Rng) -> int:
    """A side: 0 left, 1 right."""
    return int(rng.integers(2))


def chance(rng: Rng, probability: float) -> bool:
    """True with that probability."""
    return bool(rng.random() < probability)


def one_or_both(rng: Rng, both: float) -> tuple[int, ...]:
    """Both sides with that probability, else either."""
    return (0, 1) if chance(rng, both) else (either(rng),)


def sign(side: int) -> int:
    """The x direction of a side: 1 for the left, -1 for the right."""
    return 1 - 2 * side


def degrees(rng: Rng, least: float, most: float) -> float:
    """An angle in radians, drawn from a range in degrees."""
    return rng.uniform(least, most) * DEGREE


def spread(rng: Rng, least: float, most: float) -> float:
    """A size drawn evenly over its orders: small ones are as frequent as large ones."""
    return float(np.exp(rng.uniform(np.log(least), np.log(most))))


def towards(rng: Rng, sides: Collection[int]) -> int:
    """The x direction in which the head goes that meets a hand: mostly to the hand's side; any for both hands."""
    if len(sides) > 1:
        return sign(either(rng))
    return sign(*sides) * (1 if chance(rng, 0.75) else -1)


def ramps(rng: Rng, least_s: float = RAMP_S[0], most_s: float = RAMP_S[1]) -> tuple[float, float]:
    """Times to move into a pose and out of it, seconds."""
    return rng.uniform(least_s, most_s), rng.uniform(least_s, most_s)


def phase(rng: Rng, name: str | None = None) -> Phase:
    """What leads up to an action or follows it: half a second to two, at some distance."""
    return Phase(rng.uniform(0.5, 1.6), rng.uniform(0.2, 2.5), name)


def oscillation(rng: Rng, hz: float) -> Callable[[Points], Points]:
    """A sinusoid of time with the slightly uneven rhythm of a person; zero at the onset."""
    wobble_hz, wobble_phase, first = rng.uniform(0.2, 0.8), rng.uniform(0, TAU), 1 if chance(rng, 0.5) else -1

    def wave(time_s: Points) -> Points:
        uneven = np.sin(TAU * wobble_hz * time_s + wobble_phase) - np.sin(wobble_phase)
        return first * np.sin(TAU * hz * time_s + 0.25 * uneven)

    return wave


@dataclass(frozen=True)
class Goal:
    """Where a hand should go and how it is held.

    `wrist` in the world, `fingers` and `palm` directions, (3,) or (T, 3); `pole` the elbow's direction in chest axes;
    `curl` (4,) or (T, 4); `thumb` one or (T,); `via` a detour (3,) in metres taken half-way.
    """

    wrist: Points
    fingers: Points
    palm: Points
    curl: ArrayLike
    pole: Points
    thumb: Points | float = 0.3
    via: Points = field(default_factory=lambda: vector(0, 0, 0.06))


def reach(limbs: Limbs, frames: Frames, side: int, weight: Points, goal: Goal) -> None:
    """Bring one hand from where it is (weight 0) to its goal (weight 1); `weight` is (T,)."""
    part = weight[:, None]
    detour = np.sin(np.pi * np.clip(part, 0, 1)) * goal.via

    def blend(current: Points, wanted: ArrayLike) -> Points:
        return current * (1 - part) + np.asarray(wanted, float) * part

    limbs.wrists[:, side] = blend(limbs.wrists[:, side], goal.wrist) + detour
    limbs.fingers[:, side] = blend(unit(limbs.fingers[:, side]), unit(goal.fingers))
    limbs.palms[:, side] = blend(unit(limbs.palms[:, side]), unit(goal.palm))
    pole = rotate(frames.chest_rotation, unit(goal.pole))
    limbs.elbow_poles[:, side] = blend(unit(limbs.elbow_poles[:, side]), pole)
    limbs.curl[:, side] = blend(limbs.curl[:, side], goal.curl)
    limbs.thumb[:, side] += weight * (goal.thumb - limbs.thumb[:, side])


def curls(rng: Rng, least: float, most: float) -> Points:
    """Finger curl (4,) of a hand that is held about as much open as the range says."""
    return np.clip(rng.uniform(least, most) + rng.uniform(-0.12, 0.12, 4), 0, 1.6)


def still_or_rub(rng: Rng, amplitude_m: tuple[float, float], hz: tuple[float, float] = (1.2, 4.5)) -> Rub:
    """What fingers do where they touch: mostly they rub or scratch, sometimes they only rest."""
    return rub(rng, rng.uniform(*amplitude_m) * (1 if chance(rng, 0.65) else 0.12), rng.uniform(*hz))


BOW_CHANCE, BOW_DEG = 0.7, (4, 20)
"""How often, and how far, a head bows to a hand on the eyes, the forehead or the nape."""

POINTING = np.array([0.08, 1.1, 1.2, 1.25])
"""Curl of a hand whose index finger alone is stretched."""


Rub = Callable[[Points], Points]


def rub(rng: Rng, amplitude_m: float, hz: float) -> Rub:
    """A small movement to and fro (T, 3) along one random direction."""
    direction = unit(rng.standard_normal(3))
    wave = oscillation(rng, hz)
    return lambda t: wave(t)[:, None] * direction * amplitude_m


@dataclass(frozen=True)
class Contact:
    """How a hand meets a place of the body.

    `fingers` the direction (3,) in chest axes in which it points, `palm` (3,) the way it faces, in chest axes.
    `along_m` is how far from the wrist the hand meets the place; None: with the tip of its straightest finger.
    """

    place: Place
    fingers: Points
    palm: Points
    curl: Points
    pole: Points
    along_m: float | None = None
    thumb: float = 0.3
    via: Points = field(default_factory=lambda: vector(0, 0, 0.06))


def touch(limbs: Limbs, frames: Frames, side: int, weight: Points, contact: Contact, shift: Points) -> None:
    """Bring a hand into contact with a place, moved by `shift` (T, 3) in metres; `weight` is (T,)."""
    direction, palm = (rotate(frames.chest_rotation, unit(way)) for way in (contact.fingers, contact.palm))
    place = contact.place(limbs, frames) + shift * weight[:, None]
    if contact.along_m is None:
        wrist = wrist_that_touches(place, direction, palm, contact.curl, sign(side), frames.body.hand)
    else:
        wrist = place - direction * contact.along_m * frames.body.hand
    goal = Goal(wrist, direction, palm, contact.curl, contact.pole, contact.thumb, contact.via)
    reach(limbs, frames, side, weight, goal)


def tip_names(*sides: int) -> tuple[str, ...]:
    """The index finger tips of those sides: seen only where the hand is found."""
    return tuple(f"{SIDES[side]}_index_tip" for side in sides)


def wrist_names(*sides: int) -> tuple[str, ...]:
    """The wrist joints of those sides."""
    return tuple(f"{SIDES[side]}_wrist" for side in sides)
