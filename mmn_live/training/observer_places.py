"""Errors that go with a place: they stay while a limb stays, and are the same again where it comes back to.

Their size is set by hand, until errors changed with movement as measured (docs/OBSERVATION.md); lengths are in
shoulder widths.
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.landmarks import CLUSTER_OF, CLUSTERS, clusters_of

Rng = np.random.Generator

_AMOUNTS = {
    "face": 0.008,
    "shoulders": 0.012,
    "elbows": 0.028,
    "wrists": 0.023,
    "hips": 0.02,
    "knees": 0.035,
    "feet": 0.02,
}
_AMOUNT = np.array([_AMOUNTS[group] for group, _ in CLUSTERS])
_SPREAD = 0.8
"""Of their logarithms, over performances and clusters."""
_OTHER_PLACE, _WAVES = 0.15, 6
"""How far away errors are other ones, and of how many waves the field is made that says so."""

_DRAGGED = 0.5
"""How much of the way of the wrists, on the mean, errors of shoulders and hips take for a way of their own."""
_CROWDED, _CROWD = 1.5, 0.7
"""How many times more errors wrists have that are at each other, and nearer than how far."""

_WRISTS, _TRUNK = clusters_of("wrists"), clusters_of("shoulders", "hips")
_MEANS = (np.arange(len(CLUSTERS))[:, None] == CLUSTER_OF).astype(float)
_MEANS /= _MEANS.sum(1, keepdims=True)


def errors_of_places(rng: Rng, pose: Points) -> Points:
    """Errors (T, 33, 2) of a pose of that shape, of one tracker: drawn anew with each call.

    The trunk's are other ones where the arms are elsewhere, and those of wrists larger where they meet.
    """
    count = len(CLUSTERS)
    amount = _AMOUNT * np.exp(rng.normal(0, _SPREAD, count))
    waves = rng.standard_normal((count, 2, _WAVES)) / _OTHER_PLACE
    heights = amount[:, None, None] * np.sqrt(2 / _WAVES) * rng.standard_normal((count, _WAVES, 2))
    place = np.einsum("cp,tpx->ctx", _MEANS, pose)
    wrists = place[_WRISTS]
    place[_TRUNK] += _DRAGGED * wrists.mean(0)
    field = np.cos(place @ waves + rng.uniform(0, 2 * np.pi, (count, 1, _WAVES))) @ heights  # (clusters, T, 2)
    apart = np.linalg.norm(wrists[0] - wrists[1], axis=-1)
    field[_WRISTS] *= 1 + _CROWDED * np.maximum(1 - apart / _CROWD, 0)[:, None]
    return field.transpose(1, 0, 2)[:, CLUSTER_OF]
