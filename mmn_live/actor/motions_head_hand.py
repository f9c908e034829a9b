"""Actions of a hand on the head. Places are in head axes from the skull's centre, in metres: x to the person's left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from mmn_live.actor.algebra import rotate, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Limbs, Trunk, wrist_that_touches
from mmn_live.actor.motion import (
    BOW_CHANCE,
    BOW_DEG,
    POINTING,
    RAMP_S,
    Beat,
    Goal,
    Motion,
    Rng,
    Rub,
    action,
    chance,
    curls,
    degrees,
    one_or_both,
    ramps,
    reach,
    sign,
    still_or_rub,
    towards,
    wrist_names,
)
from mmn_live.actor.propped import propped

_PROPPED = 0.3
_CHIN_HELD, _LIPS_REACHED = 0.45, 0.2


@dataclass(frozen=True)
class _HeadTouch:
    """How hands meet the head; everything is for the left hand and mirrored for the right one.

    `place` (3,) in head axes, `fingers` the direction of the hand in chest axes, `palm` (3,) in head axes, None for
    towards the skull. `along_m`: see `motion.Contact`. `meet_deg` is how far the head may come to meet the hand, which
    it does mostly on the hand's side: greatest yaw, least and greatest pitch, greatest roll. `bow_chance` is how often
    it bows to it, whether it turns or not; `prop_chance` how often it rests on the hand, the elbow on something.
    """

    place: Points
    fingers: Points
    curl: Points
    both: float = 0.0
    palm: Points | None = None
    along_m: float | None = None
    pole: Points | None = None
    rub: Rub | None = None
    meet_deg: tuple[float, float, float, float] = (10, -4, 12, 9)
    meet_chance: float = 0.45
    bow_chance: float = 0.0
    prop_chance: float = 0.0
    ramps_s: tuple[float, float] = RAMP_S
    scatter_m: float = 0.006
    via: Points = field(default_factory=lambda: vector(0.02, 0, 0.09))


def _to_head(rng: Rng, how: _HeadTouch) -> Motion:
    sides, rise_fall = one_or_both(rng, how.both), ramps(rng, *how.ramps_s)
    meet = _met(rng, how, sides)
    pole = (
        vector(rng.uniform(0.4, 0.9), -rng.uniform(-0.1, 1.3), rng.uniform(0, 0.35)) if how.pole is None else how.pole
    )
    rubbing = how.rub or still_or_rub(rng, (0.003, 0.015))
    scatter, thumb = rng.normal(0, how.scatter_m, 3), rng.uniform(0, 0.7)

    prop = propped(rng, sides, how.prop_chance, high=bool(how.place[1] > 0.03))

    def trunk(trunk: Trunk, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        if prop and trunk.seated:
            prop.bow(trunk, weight)
        else:
            trunk.head += weight[:, None] * meet

    def limbs(limbs: Limbs, frames: Frames, beat: Beat) -> None:
        weight = beat.envelope(*rise_fall)
        shift = rotate(frames.head_rotation, rubbing(beat.time_s)) * weight[:, None]
        for side in sides:
            mirror = vector(sign(side), 1, 1)
            point = (how.place + scatter) * mirror
            place = frames.on_head(point) + shift
            resting = prop if frames.seated else None
            free = rotate(frames.chest_rotation, unit(how.fingers * mirror))
            direction = resting.fingers(frames, place) if resting else free
            facing = -point if how.palm is None else how.palm * mirror
            palm = rotate(frames.head_rotation, unit(facing))
            if how.along_m is None:
                wrist = wrist_that_touches(place, direction, palm, how.curl, sign(side), frames.body.hand)
            else:
                wrist = place - direction * how.along_m * frames.body.hand
            elbow = resting.pole(frames, wrist) if resting else pole * mirror
            goal = Goal(wrist, direction, palm, how.curl, elbow, thumb, how.via * mirror)
            reach(limbs, frames, side, weight, goal)

    return Motion((*wrist_names(*sides), "nose"), trunk, limbs, hands=frozenset(sides))


def _met(rng: Rng, how: _HeadTouch, sides: tuple[int, ...]) -> Points:
    """Yaw, pitch and roll (3,) of a head that comes to meet the hands, radians."""
    yaw, least, most, roll = how.meet_deg
    way = towards(rng, sides)
    meet = np.array([way * degrees(rng, 0, yaw), degrees(rng, least, most), -way * degrees(rng, 0, roll)])
    meet = meet * chance(rng, how.meet_chance)
    if chance(rng, how.bow_chance):
        meet[1] = degrees(rng, *BOW_DEG)
    return meet


def _upwards(rng: Rng, inward: tuple[float, float] = (0.1, 0.7)) -> Points:
    """A hand that points up and inward, a little to the back."""
    return vector(-rng.uniform(*inward), rng.uniform(0.5, 1), -rng.uniform(0, 0.5))


def _stroke(rng: Rng, way: Points) -> Callable[[Points], Points]:
    """One slow stroke to and fro along `way` (3,) metres."""
    hz, phase = rng.uniform(0.25, 0.9), rng.uniform(0, 2 * np.pi)
    return lambda time_s: np.sin(2 * np.pi * hz * time_s + phase)[:, None] * way * 0.5


def _finger_or_hand(rng: Rng, one_finger: float) -> Points:
    return POINTING + rng.uniform(-0.05, 0.3, 4) if chance(rng, one_finger) else curls(rng, 0.2, 0.9)


def _hand_or_fist(
    rng: Rng, bent: tuple[float, float], fist: float, along_m: float | None
) -> tuple[Points, float | None]:
    """Its curl and how far from the wrist it meets the head: an open hand `along_m`, a fist with its knuckles."""
    if chance(rng, fist):
        return curls(rng, 1.1, 1.5), rng.uniform(0.07, 0.10)
    return curls(rng, *bent), along_m


def _at_the_chin(rng: Rng, low_m: tuple[float, float]) -> _HeadTouch:
    """A thinker's hand: it comes from below; a place between knuckles and finger tips is so far under the centre."""
    draw = rng.uniform
    bent = draw(0.2, 1.5)
    index = draw(0.2, 0.6) if chance(rng, 0.4) else 1.0
    return _HeadTouch(
        place=vector(draw(-0.03, 0.03), -draw(*low_m), draw(0.075, 0.105)),
        fingers=vector(-draw(0.0, 1.0), draw(0.4, 1.0), -draw(0.0, 0.3)),
        curl=curls(rng, bent, bent) * (index, 1, 1, 1),
        along_m=draw(0.07, 0.16 - 0.05 * bent),
        rub=still_or_rub(rng, (0.002, 0.012), (0.5, 3.0)),
        prop_chance=_PROPPED,
    )


@action("touching nose", 0.6, 3.5)
def touching_nose(rng: Rng) -> Motion:
    """The finger tips of one hand meet the nose."""
    place = vector(rng.uniform(-0.008, 0.012), -rng.uniform(0.025, 0.045), 0.112)
    return _to_head(
        rng, _HeadTouch(place, _upwards(rng), _finger_or_hand(rng, 0.6), scatter_m=0.004, prop_chance=_PROPPED)
    )


@action("scratching or touching face", 0.7, 6.0)
def touching_face(rng: Rng) -> Motion:
    """A hand touches or scratches a cheek or the jaw, or holds the chin, which has no class: this is the nearest."""
    draw = rng.uniform
    cheek, jaw = vector(draw(0.04, 0.064), -draw(0.02, 0.06), 0.07), vector(draw(0.04, 0.06), -draw(0.07, 0.1), 0.045)
    place = cheek if chance(rng, 0.6) else jaw
    along = None if chance(rng, 0.5) else draw(0.07, 0.15)
    how = _HeadTouch(
        place, _upwards(rng, (-0.1, 0.6)), curls(rng, 0.1, 1.2), both=0.2, along_m=along, prop_chance=_PROPPED
    )
    return _to_head(rng, _at_the_chin(rng, (0.11, 0.15)) if chance(rng, _CHIN_HELD) else how)


@action("rubbing eyes", 0.8, 3.5)
def rubbing_eyes(rng: Rng) -> Motion:
    """A hand, both, or fists go to the eyes and rub around them."""
    open_hand = _finger_or_hand(rng, 0.4), None if chance(rng, 0.5) else rng.uniform(0.09, 0.14)
    curl, along = (curls(rng, 0.9, 1.4), rng.uniform(0.07, 0.10)) if chance(rng, 0.3) else open_hand
    how = _HeadTouch(
        place=vector(0.031, 0.002, 0.085),
        fingers=_upwards(rng),
        curl=curl,
        both=0.35,
        along_m=along,
        rub=still_or_rub(rng, (0.006, 0.016), (1.5, 4.0)),
        meet_deg=(12, -4, 22, 10),
        bow_chance=BOW_CHANCE,
    )
    return _to_head(rng, how)


@action("scratching or touching forehead", 0.6, 3.5)
def touching_forehead(rng: Rng) -> Motion:
    """A hand, or a fist, touches or scratches the forehead, in the middle or at a temple."""
    draw = rng.uniform
    middle = vector(draw(-0.02, 0.05), draw(0.045, 0.078), 0.085)
    temple = vector(draw(0.052, 0.068), draw(0.032, 0.065), draw(0.05, 0.07))
    curl, along = _hand_or_fist(rng, (0.1, 1.2), 0.2, None if chance(rng, 0.4) else draw(0.08, 0.15))
    how = _HeadTouch(
        place=temple if chance(rng, 0.3) else middle,
        fingers=_upwards(rng),
        curl=curl,
        both=0.1,
        along_m=along,
        rub=still_or_rub(rng, (0.004, 0.025)),
        meet_deg=(12, -4, 22, 10),
        bow_chance=BOW_CHANCE,
        prop_chance=_PROPPED,
    )
    return _to_head(rng, how)


@action("covering mouth", 0.7, 3.5)
def covering_mouth(rng: Rng) -> Motion:
    """A hand, or a fist, covers the mouth, or lies at chin and lips."""
    curl, along = _hand_or_fist(rng, (0.0, 1.1), 0.2, rng.uniform(0.07, 0.13))
    how = _HeadTouch(
        place=vector(rng.uniform(-0.01, 0.02), -0.072, 0.115),
        fingers=vector(-rng.uniform(0.3, 1.1), rng.uniform(0.2, 0.9), -0.15),
        curl=curl,
        both=0.15,
        along_m=along,
        rub=still_or_rub(rng, (0.001, 0.006)),
        prop_chance=_PROPPED,
    )
    return _to_head(rng, _at_the_chin(rng, (0.075, 0.092)) if chance(rng, _LIPS_REACHED) else how)


@action("covering face", 0.8, 4.0)
def covering_face(rng: Rng) -> Motion:
    """One or both hands cover the face."""
    how = _HeadTouch(
        place=vector(0.022, rng.uniform(-0.025, 0.045), 0.115),
        fingers=vector(-rng.uniform(0, 0.5), 1, -rng.uniform(0, 0.2)),
        curl=curls(rng, 0.0, 0.4),
        both=0.65,
        along_m=rng.uniform(0.07, 0.11),
        rub=still_or_rub(rng, (0.001, 0.015), (0.4, 1.5)),
        meet_deg=(8, -4, 25, 8),
        scatter_m=0.008,
    )
    return _to_head(rng, how)


@action("pushing glasses", 0.5, 1.8)
def pushing_glasses(rng: Rng) -> Motion:
    """A finger goes to the bridge or the rim of glasses, briefly, and pushes them."""
    bridge = chance(rng, 0.6)
    place = vector(0.0, 0.004, 0.102) if bridge else vector(0.060, 0.002, 0.062)
    how = _HeadTouch(
        place=place,
        fingers=_upwards(rng, (0.1, 0.6) if bridge else (-0.2, 0.4)),
        curl=POINTING + rng.uniform(0, 0.2, 4) if chance(rng, 0.65) else curls(rng, 0.4, 0.8),
        both=0.0 if bridge else 0.15,
        rub=_stroke(rng, vector(0, 0.012, 0)),
        ramps_s=(0.3, 0.55),
        scatter_m=0.004,
    )
    return _to_head(rng, how)


@action("playing or tidying hair", 0.8, 4.0)
def tidying_hair(rng: Rng) -> Motion:
    """A hand adjusts the hair at the side or the top of the head, often with a stroke."""
    draw = rng.uniform
    places = (
        vector(0.085, 0.06, 0.0),
        vector(0.035, 0.12, 0.01),
        vector(0.04, 0.095, 0.07),
        vector(0.09, -draw(0, 0.12), 0.03),
    )
    stroke = vector(draw(0, 0.6), -draw(0, 1), -draw(0, 0.8)) * draw(0.04, 0.14)
    how = _HeadTouch(
        place=places[rng.integers(4)],
        fingers=_upwards(rng, (0.2, 0.8)),
        curl=curls(rng, 0.1, 0.9),
        both=0.2,
        along_m=None if chance(rng, 0.3) else draw(0.10, 0.15),
        pole=vector(0.9, draw(-0.6, 0.3), 0.2),
        rub=_stroke(rng, stroke) if chance(rng, 0.6) else still_or_rub(rng, (0.008, 0.03)),
        scatter_m=0.012,
        prop_chance=_PROPPED,
    )
    return _to_head(rng, how)


@action("scratching or touching hindbrain", 0.8, 4.0)
def touching_hindbrain(rng: Rng) -> Motion:
    """A hand touches or scratches the back of the head, the elbow out."""
    how = _HeadTouch(
        place=vector(rng.uniform(0, 0.045), rng.uniform(-0.06, 0.06), -0.105),
        fingers=vector(-0.7, 0.4, -0.5),
        curl=curls(rng, 0.1, 0.7),
        both=0.2,
        palm=vector(0, 0, 1),
        along_m=rng.uniform(0.07, 0.12),
        pole=vector(1, rng.uniform(-0.2, 0.4), 0.3),
        rub=still_or_rub(rng, (0.005, 0.03)),
        via=vector(0.07, 0.02, 0.05),
        meet_deg=(12, -4, 18, 10),
        bow_chance=BOW_CHANCE,
        scatter_m=0.01,
    )
    return _to_head(rng, how)


@action("touching ears", 0.7, 3.5)
def touching_ears(rng: Rng) -> Motion:
    """A hand goes to an ear and touches or rubs it."""
    how = _HeadTouch(
        place=vector(0.086, -0.012 + rng.uniform(-0.025, 0.015), 0.0),
        fingers=vector(-rng.uniform(0, 0.4), rng.uniform(0.4, 1), -rng.uniform(0.1, 0.6)),
        curl=curls(rng, 0.2, 1.0),
        both=0.1,
        along_m=None if chance(rng, 0.6) else rng.uniform(0.10, 0.15),
        rub=still_or_rub(rng, (0.003, 0.014)),
        meet_deg=(10, -4, 10, 13),
        prop_chance=_PROPPED,
    )
    return _to_head(rng, how)
