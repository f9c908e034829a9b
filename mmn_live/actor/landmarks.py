"""Where MediaPipe's landmarks lie on the actor."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import rotate
from mmn_live.actor.figure import Figure, Points

_SIDED = ("eye_inner", "eye", "eye_outer")
POSE_LANDMARKS = (
    "nose",
    *(f"{side}_{part}" for side in ("left", "right") for part in _SIDED),
    *(
        f"{side}_{part}"
        for part in (
            "ear",
            "mouth",
            "shoulder",
            "elbow",
            "wrist",
            "little",
            "index",
            "thumb",
            "hip",
            "knee",
            "ankle",
            "heel",
            "toe",
        )
        for side in ("left", "right")
    ),
)
"""Names of MediaPipe's 33 pose landmarks, in its order."""

_FACE = np.array(
    [
        (0, -0.034, 0.114),
        (0.018, 0.002, 0.082),
        (0.031, 0.002, 0.080),
        (0.044, 0.001, 0.072),
        (-0.018, 0.002, 0.082),
        (-0.031, 0.002, 0.080),
        (-0.044, 0.001, 0.072),
        (0.064, -0.010, 0.0),
        (-0.064, -0.010, 0.0),
        (0.022, -0.060, 0.092),
        (-0.022, -0.060, 0.092),
    ]
)
"""Landmarks 0 to 10 in head axes from the skull's centre, metres at head size 1."""

_LITTLE_KNUCKLE, _INDEX_KNUCKLE, _THUMB_KNUCKLE = 17, 5, 2


def pose_landmarks(figure: Figure) -> Points:
    """The 33 pose landmarks (T, 33, 3) in the world, metres."""
    head = figure.head_centre[:, None] + rotate(figure.head_rotation[:, None], _FACE * figure.body.head)
    hands = (figure.hands[:, :, knuckle] for knuckle in (_LITTLE_KNUCKLE, _INDEX_KNUCKLE, _THUMB_KNUCKLE))
    arms = (figure.shoulders, figure.elbows, figure.wrists)
    legs = (figure.hips, figure.knees, figure.ankles, figure.heels, figure.toes)
    return np.concatenate([head, *arms, *hands, *legs], 1)
