"""How people film themselves, beyond what the actor's camera does: tilted, from the hand; and whom: broad or narrow.

None of it is measured. It is believed, and small against what framing, lens and view of the actor's camera vary.
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.landmarks import scale_of

Rng = np.random.Generator

_TILT_DEG, _MOST_TILT_DEG = 2.5, 10.0
_STRETCH = 0.05
"""Of the picture across, in logarithms, and down the inverse: shoulders are broader for a body's height in one person
than in another, by twice that."""

_IN_HAND = 0.12
"""Share of the cameras that somebody holds."""
_DRIFT, _DRIFT_KNOT_S = (0.004, 0.03), 0.6
"""Shoulder widths by which a camera in the hand strays, least and most."""
_ZOOM, _TURN_DEG = 0.3, 15.0
"""How much nearer and farther, and how many degrees around, for a shoulder width of straying."""


def as_filmed(rng: Rng, times_s: Points, pose: Points, hands: Points, size: Points) -> tuple[Points, Points]:
    """Landmarks px (T, 33, 2) and (T, 2, 21, 2) in the picture of such a camera and person; `size` of the picture."""
    middle = size / 2
    tilt_deg = np.clip(rng.normal(0, _TILT_DEG), -_MOST_TILT_DEG, _MOST_TILT_DEG)
    stretch = np.exp(rng.normal(0, _STRETCH))
    drift = np.zeros((len(times_s), 4))
    if rng.random() < _IN_HAND:
        drift = np.exp(rng.uniform(*np.log(_DRIFT))) * smooth_noise(rng, times_s, (4,), _DRIFT_KNOT_S)
    angle = np.deg2rad(tilt_deg + _TURN_DEG * drift[:, 2])
    zoom = 1 + _ZOOM * drift[:, 3]
    across = zoom * np.stack([np.cos(angle), np.sin(angle)]) * stretch
    down = zoom * np.stack([-np.sin(angle), np.cos(angle)]) / stretch
    axes = np.stack([across.T, down.T], 1)  # (T, 2, 2): rows are where a step across and a step down go
    shift = middle + scale_of(pose) * drift[:, :2]
    filmed = (pose - middle) @ axes + shift[:, None]
    return filmed, (hands - middle) @ axes[:, None] + shift[:, None, None]


def smooth_noise(rng: Rng, times_s: Points, shape: tuple[int, ...], knot_s: float) -> Points:
    """Straight lines between normal draws `knot_s` apart, (T, *shape), of unit variance on the whole."""
    position = (times_s - times_s[0]) / knot_s
    index = position.astype(int)
    knots = np.sqrt(1.5) * rng.standard_normal((index[-1] + 2, *shape))
    share = (position - index).reshape(-1, *(1,) * len(shape))
    return knots[index] * (1 - share) + knots[index + 1] * share
