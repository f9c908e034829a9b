"""From what the actor intends to where every part of the body is.

First the trunk: `Trunk` angles go through forward kinematics to `Frames`. Then the limbs, whose targets may lie on the
trunk (a nose, a shoulder): `Limbs` goes through two-bone inverse kinematics and a hand model to a `Figure`. All is
vectorised over T samples; pairs have the person's left first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mmn_live.actor.algebra import SIDE_SIGNS, rotate, rotation, unit, vector
from mmn_live.actor.figure import Body, Figure, Points

LUMBAR_M = 0.22
SEAT_HEIGHT_M = 0.53
_ANKLE_HEIGHT_M = 0.10
_SHOULDER_DROP_M = 0.055
_ATLAS = vector(0, 0.075, 0.012)
_SKULL = vector(0, 0.078, 0.022)
_TOE_M, _HEEL_M = 0.15, 0.045


@dataclass
class Trunk:
    """Intended trunk and head; motions add to it.

    `turn` (T,) radians about the vertical; `root` (T, 3) hip centre, metres; `lean` (lumbar), `chest` and
    `head` (T, 3) yaw, pitch, roll in radians, each relative to the part below; `shrug` (T, 2, 2) metres up and
    forward; `seated` tells whether there is a seat and a desk.
    """

    turn: Points
    root: Points
    lean: Points
    chest: Points
    head: Points
    shrug: Points
    seated: bool

    @classmethod
    def upright(cls, samples: int, body: Body, seated: bool) -> Trunk:
        """Straight, facing the camera."""
        height = SEAT_HEIGHT_M if seated else _ANKLE_HEIGHT_M + (body.thigh + body.shin) * 0.985
        return cls(
            turn=np.zeros(samples),
            root=np.zeros((samples, 3)) + vector(0, height, 0),
            lean=np.zeros((samples, 3)),
            chest=np.zeros((samples, 3)),
            head=np.zeros((samples, 3)),
            shrug=np.zeros((samples, 2, 2)),
            seated=seated,
        )


@dataclass(frozen=True)
class Frames:
    """The trunk after forward kinematics: part origins (T, 3), rotations (T, 3, 3), joints (T, 2, 3)."""

    body: Body
    root: Points
    middle: Points
    neck: Points
    head_centre: Points
    root_rotation: Points
    lean_rotation: Points
    chest_rotation: Points
    head_rotation: Points
    shoulders: Points
    hips: Points
    seated: bool

    def on_chest(self, offset: Points) -> Points:
        """World position of an offset (3,) or (T, 3) from the neck in chest axes."""
        return self.neck + rotate(self.chest_rotation, offset)

    def on_lap(self, offset: Points) -> Points:
        """World position of an offset from the hip centre in chest axes."""
        return self.root + rotate(self.chest_rotation, offset)

    def on_head(self, offset: Points) -> Points:
        """World position of an offset from the skull's centre in head axes, scaled with the head."""
        return self.head_centre + rotate(self.head_rotation, offset * self.body.head)


@dataclass
class Limbs:
    """Intended limbs; motions blend towards their own targets.

    Arms: `wrists` (T, 2, 3) targets in the world; `fingers` and `palms` (T, 2, 3) directions in which the hand points
    and the palm faces; `elbow_poles` (T, 2, 3) directions in which the elbows point; `curl` (T, 2, 4) radians per
    finger; `thumb` (T, 2) 0 open to 1 folded. Legs: `ankles` (T, 2, 3) targets; `knee_poles` and `feet` (T, 2, 3)
    directions; `toe_lift` (T, 2) metres.
    """

    wrists: Points
    fingers: Points
    palms: Points
    elbow_poles: Points
    curl: Points
    thumb: Points
    ankles: Points
    knee_poles: Points
    feet: Points
    toe_lift: Points


def trunk_frames(trunk: Trunk, body: Body) -> Frames:
    """Forward kinematics of spine, head, shoulders and hips."""
    root_rotation = rotation(trunk.turn, 0.0, 0.0)
    lean_rotation = root_rotation @ rotation(*trunk.lean.T)
    chest_rotation = lean_rotation @ rotation(*trunk.chest.T)
    head_rotation = chest_rotation @ rotation(*trunk.head.T)
    middle = trunk.root + rotate(lean_rotation, vector(0, LUMBAR_M, 0))
    neck = middle + rotate(chest_rotation, vector(0, body.torso - LUMBAR_M, -0.01))
    head_centre = neck + rotate(chest_rotation, _ATLAS) + rotate(head_rotation, _SKULL * body.head)
    shoulder_offset = np.concatenate(
        [np.broadcast_to(SIDE_SIGNS * body.shoulder, (len(neck), 2, 1)), trunk.shrug - [_SHOULDER_DROP_M, 0.0]], -1
    )
    return Frames(
        body=body,
        root=trunk.root,
        middle=middle,
        neck=neck,
        head_centre=head_centre,
        root_rotation=root_rotation,
        lean_rotation=lean_rotation,
        chest_rotation=chest_rotation,
        head_rotation=head_rotation,
        shoulders=neck[:, None] + rotate(chest_rotation[:, None], shoulder_offset),
        hips=trunk.root[:, None] + rotate(root_rotation[:, None], SIDE_SIGNS * vector(body.hip, 0, 0)),
        seated=trunk.seated,
    )


def two_bone(start: Points, target: Points, first_m: float, second_m: float, pole: Points) -> tuple[Points, Points]:
    """Middle joint and end (..., 3) of two bones that reach for `target`, bent towards `pole`.

    A target out of reach is approached along the straight line to it.
    """
    offset = target - start
    distance = np.linalg.norm(offset, axis=-1, keepdims=True)
    along = offset / (distance + 1e-9)
    reach = np.clip(distance, abs(first_m - second_m) + 0.02, first_m + second_m - 0.002)
    foot = (first_m**2 - second_m**2 + reach**2) / (2 * reach)
    height = np.sqrt(np.maximum(first_m**2 - foot**2, 0.0))
    bend = unit(pole - along * (pole * along).sum(-1, keepdims=True))
    return start + along * foot + bend * height, start + along * reach


_KNUCKLES = np.array([[0.088, 0.024], [0.093, 0.003], [0.087, -0.017], [0.077, -0.034]])
_PHALANGES = np.array([[0.042, 0.025, 0.021], [0.046, 0.029, 0.022], [0.042, 0.027, 0.022], [0.033, 0.020, 0.019]])
_SPREAD = np.array([0.06, 0.0, -0.06, -0.14])
_BEND_SHARE = np.cumsum([0.9, 1.0, 0.7])


def hand_points(wrists: Points, fingers: Points, palms: Points, curl: Points, thumb: Points, scale: float) -> Points:
    """Hand landmarks (T, 2, 21, 3) in MediaPipe's order; the arguments are those of `Limbs`."""
    points = np.concatenate([np.zeros((*thumb.shape, 1, 3)), _thumb(thumb), _four_fingers(curl)], -2)
    return wrists[..., None, :] + np.matmul(points * scale, _hand_axes(fingers, palms, SIDE_SIGNS))


def wrist_that_touches(
    point: Points, fingers: Points, palm: Points, curl: Points, side_sign: int, scale: float
) -> Points:
    """Where one wrist (T, 3) must be for the tip of its straightest finger to lie on `point` (T, 3).

    `fingers` and `palm` are directions (3,) or (T, 3), `curl` is (4,), `side_sign` 1 for the left hand.
    """
    tip = _four_fingers(curl[None, None])[0, 0].reshape(4, 4, 3)[int(curl.argmin()), -1]
    fingers, palm = np.broadcast_arrays(fingers, palm)
    return point - np.matmul(tip * scale, _hand_axes(fingers, palm, side_sign))


def _hand_axes(fingers: Points, palms: Points, side_signs: Points | int) -> Points:
    """Rows (..., 3, 3): the way the hand points, towards the thumb, out of the palm."""
    forward = unit(fingers)
    normal = unit(palms - forward * (palms * forward).sum(-1, keepdims=True))
    return np.stack([forward, -np.cross(forward, normal) * side_signs, normal], -2)


def _thumb(folded: Points) -> Points:
    """Thumb joints (T, 2, 4, 3) in hand axes: forward, towards the thumb, out of the palm."""
    base = np.broadcast_to(vector(0.022, 0.024, 0.008), (*folded.shape, 3))
    knuckle = vector(0.055, 0.046, 0.016) + folded[..., None] * vector(-0.01, -0.02, 0.012)
    direction = unit(vector(0.8, 0.6, 0.15) + folded[..., None] * vector(0, -0.9, 0.5))
    middle = knuckle + 0.032 * direction
    tip = middle + 0.027 * unit(direction - vector(0, 0.15, 0))
    return np.stack([base, knuckle, middle, tip], -2)


def _four_fingers(curl: Points) -> Points:
    """Joints of the four fingers (T, 2, 16, 3) in hand axes."""
    spread = (_SPREAD * (1 - np.minimum(curl, 1)))[..., None]
    bend = curl[..., None] * _BEND_SHARE
    direction = np.stack([np.cos(bend) * np.cos(spread), np.cos(bend) * np.sin(spread), np.sin(bend)], -1)
    knuckles = np.concatenate([_KNUCKLES, np.zeros((4, 1))], -1)
    joints = knuckles[:, None] + np.cumsum(direction * _PHALANGES[..., None], -2)
    start = np.broadcast_to(knuckles[:, None], (*joints.shape[:-2], 1, 3))
    return np.concatenate([start, joints], -2).reshape(*curl.shape[:2], 16, 3)


_LIFT_ELEVATIONS, _LIFTS_M = np.radians([30, 90, 150]), (0.0, 0.025, 0.055)
_REACH_SHARES, _PROTRACTIONS_M = (0.85, 0.95, 1.05), (0.0, 0.025, 0.04)


def shoulders_that_follow(frames: Frames, limbs: Limbs) -> Frames:
    """Frames whose shoulders go along with the arms: up with a raised elbow, forward with a hand that reaches far.

    From about 30 degrees on the shoulder blade takes part in every elevation of the arm (Inman et al., Journal of Bone
    and Joint Surgery 26, 1944).
    """
    body = frames.body
    elbows, _ = two_bone(frames.shoulders, limbs.wrists, body.upper_arm, body.forearm, limbs.elbow_poles)
    down, forward = -frames.chest_rotation[:, None, :, 1], frames.chest_rotation[:, None, :, 2]
    hanging = (unit(elbows - frames.shoulders) * down).sum(-1)
    lift = np.interp(np.arccos(np.clip(hanging, -1, 1)), _LIFT_ELEVATIONS, _LIFTS_M)
    arm = limbs.wrists - frames.shoulders
    share = np.linalg.norm(arm, axis=-1) / (body.upper_arm + body.forearm)
    ahead = np.clip((unit(arm) * forward).sum(-1), 0, 1)
    protraction = np.interp(share, _REACH_SHARES, _PROTRACTIONS_M) * ahead
    return replace(frames, shoulders=frames.shoulders - lift[..., None] * down + protraction[..., None] * forward)


def solve(frames: Frames, limbs: Limbs) -> Figure:
    """The figure whose hands and feet go where `limbs` asks, as far as the bones reach."""
    body = frames.body
    elbows, wrists = two_bone(frames.shoulders, limbs.wrists, body.upper_arm, body.forearm, limbs.elbow_poles)
    knees, ankles = two_bone(frames.hips, limbs.ankles, body.thigh, body.shin, limbs.knee_poles)
    foot = unit(limbs.feet)
    lift = limbs.toe_lift[..., None] * vector(0, 1, 0)
    return Figure(
        body=body,
        seated=frames.seated,
        root=frames.root,
        middle=frames.middle,
        neck=frames.neck,
        head_centre=frames.head_centre,
        root_rotation=frames.root_rotation,
        lean_rotation=frames.lean_rotation,
        chest_rotation=frames.chest_rotation,
        head_rotation=frames.head_rotation,
        shoulders=frames.shoulders,
        elbows=elbows,
        wrists=wrists,
        hands=hand_points(wrists, limbs.fingers, limbs.palms, limbs.curl, limbs.thumb, body.hand),
        hips=frames.hips,
        knees=knees,
        ankles=ankles,
        heels=ankles - foot * _HEEL_M + vector(0, -0.05, 0),
        toes=ankles + foot * _TOE_M + vector(0, -0.058, 0) + lift,
    )
