"""Where hands rest: side by side, together, or one of them by itself. Places are in metres from the hips."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmn_live.actor.algebra import SIDE_SIGNS, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames
from mmn_live.actor.motion import Rng, either, sign

Rested = tuple[Points, Points, Points, Points]
"""Wrists (T, 2, 3); fingers, palms and elbow poles (2, 3)."""

_APART = {
    True: ("lap", "desk", "knees", "before the belly", "hanging", "armrests", "beside the seat"),
    False: ("hanging", "before the belly", "at the pockets"),
}
_TOGETHER = {
    True: ("lap together", "folded low", "clasped", "wrist held"),
    False: ("clasped", "wrist held", "behind the back"),
}
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


def hands_at_rest(frames: Frames, rest: str, rng: Rng) -> Rested:
    """Hands in one of the rests. Raises KeyError for another."""
    pole = sided(rng.uniform(0.4, 1), -0.8, -rng.uniform(0.2, 0.7))
    return _RESTS[rest](frames, rng, pole)


def _lap(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.11, 0.19), rng.uniform(0.11, 0.15), rng.uniform(0.20, 0.31))
    fingers = sided(-rng.uniform(0.1, 0.7), -rng.uniform(0.05, 0.4), 1)
    return _from_root(frames, wrists), fingers, sided(0, -1, -0.2), pole


def _desk(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.08, 0.25), rng.uniform(0.17, 0.28), rng.uniform(0.30, 0.42))
    return _from_root(frames, wrists), sided(-rng.uniform(0, 0.8), -0.05, 1), sided(0, -1, 0), pole


def _knees(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(0.15, 0.03, 0.36) + sided(0, rng.uniform(0.04, 0.08), 0)
    return _from_root(frames, wrists), sided(-rng.uniform(-0.2, 0.4), -0.35, 1), sided(0, -1, -0.3), pole


def _before_the_belly(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.10, 0.22), rng.uniform(0.20, 0.32), rng.uniform(0.22, 0.32))
    fingers = sided(-rng.uniform(0.2, 0.9), rng.uniform(0, 0.5), 0.8)
    return _from_root(frames, wrists), fingers, sided(-0.7, -0.3, -0.3), pole


def _hanging(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    length = (frames.body.upper_arm + frames.body.forearm) * rng.uniform(0.93, 0.98)
    wrists = frames.shoulders + sided(rng.uniform(0.03, 0.12), -length, rng.uniform(-0.02, 0.08))
    return wrists, sided(0, -1, 0.1), sided(-1, 0, -0.2), sided(0.6, 0, -1)


def _armrests(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.22, 0.30), rng.uniform(0.19, 0.27), rng.uniform(0.16, 0.30))
    fingers = sided(-rng.uniform(-0.1, 0.4), -rng.uniform(0, 0.3), 1)
    return _from_root(frames, wrists), fingers, sided(0, -1, 0), sided(0.7, -0.7, -0.5)


def _beside_the_seat(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.21, 0.27), rng.uniform(0.0, 0.08), rng.uniform(-0.02, 0.16))
    return _from_root(frames, wrists), sided(0.1, -1, rng.uniform(0, 0.6)), sided(-1, 0, 0.1), sided(0.6, 0, -1)


def _at_the_pockets(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.16, 0.21), rng.uniform(-0.06, 0.02), rng.uniform(0.03, 0.12))
    return _from_root(frames, wrists), sided(-0.3, -1, 0.15), sided(-1, 0, -0.3), sided(0.5, -0.1, -rng.uniform(0.5, 1))


def _behind_the_back(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    draw = rng.uniform
    wrists = sided(draw(0.03, 0.09), draw(0.0, 0.14), -draw(0.15, 0.19))
    return _from_root(frames, wrists), sided(-1, -draw(-0.2, 1), 0), sided(0, 0, -1), sided(1, 0, -draw(0.3, 1))


def _lap_together(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.05, 0.11), rng.uniform(0.11, 0.16), rng.uniform(0.18, 0.26))
    return _from_root(frames, wrists), sided(-1, -0.2, rng.uniform(0.2, 0.7)), sided(0, -0.7, -0.7), pole


def _folded_low(frames: Frames, rng: Rng, _pole: Points) -> Rested:
    wrists = sided(-rng.uniform(0.0, 0.06), rng.uniform(0.20, 0.26), 0.30) + _RIGHT_ON_TOP
    return _from_root(frames, wrists), sided(-1, 0, rng.uniform(0, 0.3)), sided(0, -1, 0), sided(1, -0.4, 0.1)


def _clasped(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.04, 0.08), rng.uniform(0.10, 0.18), rng.uniform(0.20, 0.27))
    return _from_root(frames, wrists), sided(-1, -0.2, 0.5), sided(-0.2, -0.5, -0.8), pole


def _wrist_held(frames: Frames, rng: Rng, pole: Points) -> Rested:
    """One hand lies round the wrist of the other, before the lower belly."""
    holding, draw = either(rng), rng.uniform
    g = sign(holding)
    wrists = np.zeros((2, 3)) + vector(-g * draw(0.03, 0.07), draw(0.12, 0.2), draw(0.21, 0.28))
    wrists[holding] += vector(g * 0.085, 0.03, 0.01)
    fingers, palms = sided(-1, -0.2, 0.6), sided(0, -1, -0.3)
    fingers[holding] = vector(-g, -0.1, 0.1)
    return _from_root(frames, wrists), fingers, palms, pole


def _phone(frames: Frames, rng: Rng, pole: Points) -> Rested:
    wrists = sided(rng.uniform(0.02, 0.15), rng.uniform(0.20, 0.34), rng.uniform(0.22, 0.36))
    fingers = sided(-rng.uniform(0.2, 0.7), rng.uniform(0.4, 1), 0.6)
    return _from_root(frames, wrists), fingers, sided(-0.2, 0.2, -1), pole


def _from_root(frames: Frames, wrists: Points) -> Points:
    return frames.root[:, None] + wrists


_RESTS: dict[str, Callable[[Frames, Rng, Points], Rested]] = {
    "lap": _lap,
    "desk": _desk,
    "knees": _knees,
    "before the belly": _before_the_belly,
    "hanging": _hanging,
    "armrests": _armrests,
    "beside the seat": _beside_the_seat,
    "at the pockets": _at_the_pockets,
    "behind the back": _behind_the_back,
    "lap together": _lap_together,
    "folded low": _folded_low,
    "clasped": _clasped,
    "wrist held": _wrist_held,
    "phone": _phone,
}
