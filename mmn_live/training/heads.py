"""How MediaPipe sees a head: as less turned, bowed and tilted than it is, drawn to a face that looks straight ahead.

So a head that is held low for a whole video is seen half as low, as much as one that is lowered: what is lost is not of
a movement but of a pose. Faces are offsets (..., 11, 2) of the face's points from the middle of the ears, in shoulder
widths; each is the sum of four parts, by what they are the same or opposite in on the left and the right.
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.measured import fixed

FACE = slice(0, 11)
EARS = (7, 8)
PARTS = ("turns", "breadths", "nods", "tilts")
MIRRORED = np.array((0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9))
"""The face's points with left and right exchanged."""

STRAIGHT = fixed("face seen straight").reshape(11, 2)
"""The face to which others are drawn."""


def ears_of(pose: Points) -> Points:
    """(..., 1, 2): the middle of the ears of a pose (..., 33, 2)."""
    return pose[..., EARS, :].mean(-2, keepdims=True)


def face_of(pose: Points) -> Points:
    """The face of a pose (..., 33, 2)."""
    return pose[..., FACE, :] - ears_of(pose)


def parts_of(face: Points) -> Points:
    """(4, ..., 11): in the order of PARTS; the first two add up to x, the others to y."""
    mirrored = face[..., MIRRORED, :]
    same, opposite = (face + mirrored) / 2, (face - mirrored) / 2
    return np.stack([same[..., 0], opposite[..., 0], same[..., 1], opposite[..., 1]])


def drawn_straight(face: Points, gains: Points, straight: Points = STRAIGHT) -> Points:
    """The face with so much of each part's distance from the straight face, `gains` (4,).

    A turned face stays where its ears are, a bowed one where the middle between ears and nose is: on 244
    tracks the ears' error grew by 0.25 of the nose's distance under them, the nose's own by -0.29 (measured once).
    """
    away = parts_of(face - straight)
    gains = gains.reshape(4, *[1] * (away.ndim - 1))
    turns, breadths, nods, tilts = away * gains
    middle = 0.5 * (1 - gains[2]) * away[2, ..., :1]
    return straight + np.stack([turns + breadths, middle + nods + tilts], -1)


def fitted_straight(true: Points, seen: Points) -> Points:
    """The face (11, 2) to which the mean faces (K, 11, 2) of K tracks are drawn: where it is seen, it is there.

    Its breadth and its height are fitted with one gain each for all points; a straight face has no turn and no tilt.
    """
    _, *breadths, _ = zip(parts_of(true), parts_of(seen), strict=True)
    return np.stack([_fixed_point(*pair) for pair in breadths], -1)


def _fixed_point(true: Points, seen: Points) -> Points:
    mean, mean_seen = true.mean(0), seen.mean(0)
    gain = ((true - mean) * (seen - mean_seen)).sum() / ((true - mean) ** 2).sum()
    return (mean_seen - gain * mean) / (1 - gain)
