"""The shapes that hands take in whatever they do: one that was seen in one class alone would give that class away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.actor.motion import POINTING, Rng


@dataclass(frozen=True)
class HandShape:
    """`curl` (4,) radians per finger and `thumb`, 0 open to 1 folded, as in `Limbs`."""

    curl: Points
    thumb: float


_SHAPES = {
    "open": HandShape(np.full(4, 0.08), 0.0),
    "relaxed": HandShape(np.array([0.35, 0.45, 0.52, 0.58]), 0.3),
    "index": HandShape(POINTING, 0.7),
    "index and middle": HandShape(np.array([0.08, 0.1, 1.2, 1.25]), 0.8),
    "pinch": HandShape(np.array([0.9, 0.75, 0.6, 0.5]), 0.6),
    "fist": HandShape(np.full(4, 1.4), 0.9),
    "thumb": HandShape(np.full(4, 1.4), 0.0),
    "ring": HandShape(np.array([0.95, 0.35, 0.2, 0.1]), 0.6),
}
IN_SPEECH = {
    "open": 0.22,
    "relaxed": 0.2,
    "index": 0.25,
    "index and middle": 0.05,
    "pinch": 0.15,
    "fist": 0.10,
    "thumb": 0.03,
}
"""How often each shape comes up in gestures along with speech."""
EMBLEMS = {
    "open": 0.2,
    "index": 0.2,
    "index and middle": 0.15,
    "pinch": 0.05,
    "fist": 0.1,
    "thumb": 0.2,
    "ring": 0.1,
}
"""How often each comes up in a hand that is shown to somebody, as a sign that stands for a word: rings there alone."""
AT_REST = {"open": 0.15, "index": 0.35, "index and middle": 0.15, "pinch": 0.15, "fist": 0.1, "thumb": 0.1}
"""How often each comes up in a resting hand that is not simply relaxed."""
POINTING_ELSEWHERE = {"index": 1.0}
"""A hand that points at something other than the own body."""


def hand_shape(rng: Rng, shares: Mapping[str, float]) -> HandShape:
    """A shape drawn by its share, as one person makes it this once."""
    shape = _SHAPES[str(rng.choice(list(shares), p=list(shares.values())))]
    return HandShape(np.clip(shape.curl + rng.uniform(-0.1, 0.1, 4), 0, 1.6), shape.thumb)
