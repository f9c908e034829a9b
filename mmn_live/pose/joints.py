"""Landmarks to the joints of a layout: a weighted sum of MediaPipe's points for every joint.

A joint that MediaPipe does not give is derived from those it does, in the image plane; the factors were measured on
upright faces and hands of average proportions. Sources: pose landmarks 0-32 (nose 0, eyes 1-6, ears 7-8, mouth
9-10, shoulders 11-12, elbows, wrists 15-16, little fingers 17-18, index fingers 19-20, thumbs 21-22, hips 23-24, knees,
ankles, heels 29-30, toes 31-32; the person's left is odd from 11 on) and the 21 points of each hand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mmn_live.joints import Layout, layout_named
from mmn_live.types import BoolArray, FloatArray, People, Skeleton

FALLBACK_CONFIDENCE = 0.5
"""Highest visibility of a hand joint that comes from the pose because the hand itself was not found."""

_WRIST_LOST = 0.5
"""A wrist that the pose sees less surely is where the hand was found, if it was: the hand is the surer of both."""

_POSE_POINTS, _HAND_POINTS = 33, 21
_TIPS = {"hand_wrist": 0, "thumb_tip": 4, "index_tip": 8, "middle_tip": 12, "ring_tip": 16, "little_tip": 20}
Weights = dict[int, float]


def _side_weights(side: str, odd: int) -> dict[str, Weights]:
    """Joints of one side; `odd` is 0 for the person's left, 1 for the right."""
    outer_eye, eye, ear = (3, 2, 7) if odd == 0 else (6, 5, 8)
    wrist, little, index, thumb = 15 + odd, 17 + odd, 19 + odd, 21 + odd
    return {
        f"{side}_eye": {eye: 1},
        f"{side}_eye_corner": {outer_eye: 1},
        f"{side}_ear": {ear: 1},
        f"{side}_shoulder": {11 + odd: 1},
        f"{side}_elbow": {13 + odd: 1},
        f"{side}_wrist": {wrist: 1},
        f"{side}_hip": {23 + odd: 1},
        f"{side}_knee": {25 + odd: 1},
        f"{side}_ankle": {27 + odd: 1},
        f"{side}_heel": {29 + odd: 1},
        # MediaPipe has one toe a foot.
        f"{side}_big_toe": {31 + odd: 1},
        f"{side}_small_toe": {31 + odd: 1},
        # Where no hand was found: the pose gives knuckles and a thumb; tips lie beyond them, seen from the wrist.
        f"{side}_hand_wrist": {wrist: 1},
        f"{side}_thumb_tip": {wrist: -0.3, thumb: 1.3},
        f"{side}_index_tip": {wrist: -0.6, index: 1.6},
        f"{side}_middle_tip": {wrist: -0.62, index: 1.12, little: 0.5},
        f"{side}_ring_tip": {wrist: -0.56, index: 0.56, little: 1.0},
        f"{side}_little_tip": {wrist: -0.5, little: 1.5},
    }


_POSE_WEIGHTS: dict[str, Weights] = {
    **_side_weights("left", 0),
    **_side_weights("right", 1),
    "nose": {0: 1},
    "neck": {11: 0.5, 12: 0.5},
    "hip_centre": {23: 0.5, 24: 0.5},
    # The crown lies about one and a half eye-to-mouth distances above the eyes.
    "head_top": {2: 1.275, 5: 1.275, 9: -0.775, 10: -0.775},
    # Between the inner eye corners.
    "nose_bridge": {1: 0.5, 4: 0.5},
    # A quarter of the way from the nose's tip to the mouth.
    "nose_base": {0: 0.75, 9: 0.125, 10: 0.125},
    # The lips part above and below the line of the mouth's corners, by 0.12 of the eye-to-mouth distance.
    "upper_lip": {9: 0.44, 10: 0.44, 2: 0.06, 5: 0.06},
    "lower_lip": {9: 0.56, 10: 0.56, 2: -0.06, 5: -0.06},
}


@cache
def _pose_matrix(layout_name: str) -> NDArray[np.float32]:
    """(V, 33): weight of every pose landmark in every joint."""
    names = layout_named(layout_name).names
    matrix = np.zeros((len(names), _POSE_POINTS), np.float32)
    for row, name in enumerate(names):
        for source, weight in _POSE_WEIGHTS[name].items():
            matrix[row, source] = weight
    return matrix


@cache
def _hand_points(layout_name: str) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """(joint, hand, hand point) of every joint that a found hand gives whatever the pose says."""
    rows = [
        (joint, hand, _TIPS[name.removeprefix(f"{side}_")])
        for joint, name in enumerate(layout_named(layout_name).names)
        for hand, side in enumerate(("left", "right"))
        if name.startswith(side) and name.removeprefix(f"{side}_") in _TIPS
    ]
    joints, hands, points = np.array(rows, np.intp).T
    return joints, hands, points


@cache
def _wrists(layout_name: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(joint, hand) of every wrist, the pose's and the hands' own."""
    rows = [
        (joint, hand)
        for joint, name in enumerate(layout_named(layout_name).names)
        for hand, side in enumerate(("left", "right"))
        if name.startswith(side) and name.endswith("_wrist")
    ]
    joints, hands = np.array(rows, np.intp).T
    return joints, hands


def joints_from_landmarks(
    pose: FloatArray, hands: FloatArray, layout: Layout, width: float, height: float
) -> tuple[FloatArray, FloatArray]:
    """The joints of a layout and how well each is seen.

    `pose` is (..., 33, 3): x px, y px, visibility; `hands` (..., 2, 21, 3): x px, y px, found (0 or 1), the person's
    left first; `width` and `height` of the image in pixels. Returns joints (..., V, 2) px and visibility (..., V): the
    lowest of a joint's sources, 1 for the points of a found hand, at most `FALLBACK_CONFIDENCE` for hand points taken
    from the pose, and 0 where the joint, or a landmark of the pose that it is derived from, lies outside the image.

    Of a found hand the wrist alone counts outside, too, and takes the place of the pose's where that is lost: of a hand
    at the chin of somebody who sits near the camera only the fingers are in the image, and its wrist is placed as well
    as inside (docs/OBSERVATION.md).
    """
    matrix = _pose_matrix(layout.name)
    xy = np.einsum("vp,...pc->...vc", matrix, pose[..., :2], optimize=True)
    source_seen = np.where(_inside(pose, width, height), pose[..., 2], 0.0)
    seen = np.where(matrix != 0, source_seen[..., None, :], 1.0).min(axis=-1)
    joint, hand, point = _hand_points(layout.name)
    found = hands[..., hand, point, 2] > 0
    xy[..., joint, :] = np.where(found[..., None], hands[..., hand, point, :2], xy[..., joint, :])
    seen[..., joint] = np.where(found, 1.0, FALLBACK_CONFIDENCE * seen[..., joint])
    seen = np.where(_inside(xy, width, height), seen, 0.0)
    joint, hand = _wrists(layout.name)
    lost = (hands[..., hand, 0, 2] > 0) & (seen[..., joint] < _WRIST_LOST)
    xy[..., joint, :] = np.where(lost[..., None], hands[..., hand, 0, :2], xy[..., joint, :])
    seen[..., joint] = np.where(lost, 1.0, seen[..., joint])
    return xy.astype(np.float32), seen.astype(np.float32)


def in_layout(people: People, layout: Layout, width: int, height: int) -> People:
    """The same people with joints of that layout, made anew from MediaPipe's landmarks."""

    def made_anew(one: Skeleton) -> Skeleton:
        if one.landmarks is None:
            return one
        joints, visibility = joints_from_landmarks(one.landmarks.pose, one.landmarks.hands, layout, width, height)
        return replace(one, joints=joints, visibility=visibility)

    return replace(people, skeletons=tuple(made_anew(one) for one in people.skeletons))


def _inside(points: FloatArray, width: float, height: float) -> BoolArray:
    """(...) bool: whether points (..., 2 or more) lie in the image; what lies outside it was invented."""
    x, y = points[..., 0], points[..., 1]
    return (x >= 0) & (x < width) & (y >= 0) & (y < height)
