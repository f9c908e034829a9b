"""Where hands rest: side by side, together, or one of them by itself. Places are in metres from the hips."""

from __future__ import annotations

import numpy as np

from mmn_live.actor.algebra import SIDE_SIGNS, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames
from mmn_live.actor.motion import Rng, either, sign

_APART = {
    True: ("lap", "desk", "knees", "before the belly", "hanging", "armrests"),
    False: ("hanging", "before the belly"),
}
_TOGETHER = {True: ("lap together", "folded low", "clasped", "wrist held"), False: ("clasped", "wrist held")}
_OF_ONE_HAND = ("phone",)
GRIP = {"clasped": 0.5, "wrist held": 0.45, "phone": 0.3}
"""How much further the fingers bend, radians, of hands that hold something or each other."""
_RIGHT_ON_TOP = np.array([[0.0, 0.0, 0.0], [0.0, 0.01, 0.05]])


def apart(seated: bool) -> tuple[str, ...]:
    """Where two hands rest that do not touch."""
    return _APART[seated]


def alike(seated: bool) -> tuple[str, ...]:
    """Where both hands rest in the same way."""
    return (*_APART[seated], *_TOGETHER[seated])


def single(seated: bool) -> tuple[str, ...]:
    """Where one hand rests, whatever the other does."""
    return (*_APART[seated], *_OF_ONE_HAND)


def sided(x: float, y: float, z: float) -> Points:
    """(2, 3): a vector for the left side, and its mirror image for the right."""
    return np.concatenate([SIDE_SIGNS * x, np.full((2, 1), y), np.full((2, 1), z)], -1)


def hands_at_rest(frames: Frames, rest: str, rng: Rng) -> tuple[Points, Points, Points, Points]:
    """Wrists (T, 2, 3); fingers, palms and elbow poles (2, 3), of one of the rests."""
    draw = rng.uniform
    root = frames.root[:, None]
    pole = sided(draw(0.4, 1), -0.8, -draw(0.2, 0.7))
    if rest == "hanging":
        length = (frames.body.upper_arm + frames.body.forearm) * draw(0.93, 0.98)
        wrists = frames.shoulders + sided(draw(0.03, 0.12), -length, draw(-0.02, 0.08))
        return wrists, sided(0, -1, 0.1), sided(-1, 0, -0.2), sided(0.6, 0, -1)
    if rest == "knees":
        knee = sided(0.15, 0.03, 0.36)
        return (
            root + knee + sided(0, draw(0.04, 0.08), 0),
            sided(-draw(-0.2, 0.4), -0.35, 1),
            sided(0, -1, -0.3),
            pole,
        )
    if rest == "desk":
        wrists = sided(draw(0.08, 0.25), draw(0.17, 0.28), draw(0.30, 0.42))
        return root + wrists, sided(-draw(0, 0.8), -0.05, 1), sided(0, -1, 0), pole
    if rest == "folded low":
        wrists = sided(-draw(0.0, 0.06), draw(0.20, 0.26), 0.30) + _RIGHT_ON_TOP
        return root + wrists, sided(-1, 0, draw(0, 0.3)), sided(0, -1, 0), sided(1, -0.4, 0.1)
    if rest == "clasped":
        wrists = sided(draw(0.04, 0.08), draw(0.10, 0.18), draw(0.20, 0.27))
        return root + wrists, sided(-1, -0.2, 0.5), sided(-0.2, -0.5, -0.8), pole
    if rest == "before the belly":
        wrists = sided(draw(0.10, 0.22), draw(0.20, 0.32), draw(0.22, 0.32))
        return root + wrists, sided(-draw(0.2, 0.9), draw(0, 0.5), 0.8), sided(-0.7, -0.3, -0.3), pole
    if rest == "lap together":
        wrists = sided(draw(0.05, 0.11), draw(0.11, 0.16), draw(0.18, 0.26))
        return root + wrists, sided(-1, -0.2, draw(0.2, 0.7)), sided(0, -0.7, -0.7), pole
    if rest == "armrests":
        wrists = sided(draw(0.22, 0.30), draw(0.19, 0.27), draw(0.16, 0.30))
        return root + wrists, sided(-draw(-0.1, 0.4), -draw(0, 0.3), 1), sided(0, -1, 0), sided(0.7, -0.7, -0.5)
    if rest == "wrist held":
        return _one_wrist_held(root, rng, pole)
    if rest == "phone":
        wrists = sided(draw(0.02, 0.15), draw(0.22, 0.42), draw(0.22, 0.36))
        return root + wrists, sided(-draw(0.2, 0.7), draw(0.4, 1), 0.6), sided(-0.2, 0.2, -1), pole
    wrists = sided(draw(0.11, 0.19), draw(0.11, 0.15), draw(0.20, 0.31))
    return root + wrists, sided(-draw(0.1, 0.7), -draw(0.05, 0.4), 1), sided(0, -1, -0.2), pole


def _one_wrist_held(root: Points, rng: Rng, pole: Points) -> tuple[Points, Points, Points, Points]:
    """One hand lies round the wrist of the other, before the lower belly."""
    holding, draw = either(rng), rng.uniform
    g = sign(holding)
    wrists = np.zeros((2, 3)) + vector(-g * draw(0.03, 0.07), draw(0.12, 0.2), draw(0.21, 0.28))
    wrists[holding] += vector(g * 0.085, 0.03, 0.01)
    fingers, palms = sided(-1, -0.2, 0.6), sided(0, -1, -0.3)
    fingers[holding] = vector(-g, -0.1, 0.1)
    return root + wrists, fingers, palms, pole
