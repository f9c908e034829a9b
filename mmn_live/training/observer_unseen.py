"""What MediaPipe would say of points that it does not see: outside the picture, or behind the body.

It invents them, and says how visible it takes every point for. As in observer.py, what is drawn was measured but for
what is said to be set by hand or believed; lengths are in shoulder widths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.filmed import smooth_noise
from mmn_live.training.landmarks import CLUSTER_OF, CLUSTERS, DEPTHS, HIDDEN, WRISTS, clusters_of, logit, sigmoid
from mmn_live.training.measured import LEVELS, amounts, amounts_drawn, at_level, curve, levels, shares

Rng = np.random.Generator

_UNREST, _UNREST_KNOT_S = 0.5, 0.9
"""Of the logit of visibilities, set by hand, and the time between draws of it."""
_FLICKER_KNOT_S = 0.25
"""Half of the logit's flicker is of each frame, the other half lasts so long."""
_MISTAKEN, _MISTAKEN_BY = 0.03, 3.5
"""Share of places at which a wrist is taken for hidden though the body does not hide it; by how much of the logit."""

_ELBOWS = np.isin(CLUSTER_OF, clusters_of("elbows"))
_WRISTS = clusters_of("wrists")
_MIDDLES = np.convolve(np.array((-0.5, *DEPTHS)), (0.5, 0.5), "valid")
_MEDIAN_NORM = float(np.sqrt(2 * np.log(2)))  # of two normal draws

_CURVES = np.stack([[curve(name, group) for group, _ in CLUSTERS] for name in ("pull", "stray", "visibility")])
_CURVES[2] = logit(_CURVES[2])
_FLICKER = np.stack([amounts(f"flicker of the visibility of {group}") for group, _ in CLUSTERS])
_STRAY_WHEN_HIDDEN, _SEEN_WHEN_HIDDEN = amounts("stray of hidden wrists"), shares("visibility of hidden wrists")


class UnseenObserver:
    """A tracker's habits with what it does not see, drawn once; `badness` is that of all it sees."""

    def __init__(self, rng: Rng, badness: float) -> None:
        self._rng = rng
        count = len(CLUSTERS)
        # Of a curve, all of it is drawn at one level: who sees an elbow well at the edge does so outside, too.
        drawn = np.stack([rng.random(count), rng.random(count), 1 - levels(rng, badness, (count,))])
        self._pull, self._stray, self._seen = at_level(_CURVES, np.repeat(drawn[..., None], len(DEPTHS), -1))
        self._stray_when_hidden = np.exp(at_level(_STRAY_WHEN_HIDDEN, np.array(rng.random()))) / _MEDIAN_NORM
        self._flicker = amounts_drawn(rng, badness, _FLICKER)

    def invent(self, pose: Points, depth: Points, size: Points) -> None:
        """Put what is outside the picture of `size`, by its `depth` (T, 33), somewhere else outside, in place.

        Elbows alone come back to the picture's edge.
        """
        index = np.flatnonzero((depth > DEPTHS[1]).any(0))
        true, between = pose[:, index], _Between.of(depth[:, index], CLUSTER_OF[index])
        outward = true - np.clip(true, 0, size)
        stray = 0.5 * between.of_curves(self._stray)[..., None] * self._rng.standard_normal((len(index), 2))
        invented = true + between.of_curves(self._pull)[..., None] * outward + stray
        kept = ~_ELBOWS[index, None]
        least, most = np.where(kept & (outward > 0), size, -np.inf), np.where(kept & (outward < 0), 0.0, np.inf)
        invented = np.clip(invented, least, most)
        pose[:, index] = np.where((depth[:, index] > DEPTHS[1])[..., None], invented, true)

    def visibility(self, times_s: Points, depth: Points, place: np.ndarray) -> Points:
        """(T, 33): high inside, fading with the distance outside; of wrists low at some of the hands' places."""
        rng, count = self._rng, len(CLUSTERS)
        unrest = _UNREST * smooth_noise(rng, times_s, (count,), _UNREST_KNOT_S)
        unrest += self._flicker * smooth_noise(rng, times_s, (count,), _FLICKER_KNOT_S)
        unrest += self._flicker * rng.standard_normal(unrest.shape)
        mistaken = rng.random((place.max() + 1, 2)) < _MISTAKEN
        unrest[:, _WRISTS] -= _MISTAKEN_BY * np.take_along_axis(mistaken, place, 0)
        return sigmoid(_Between.of(depth, CLUSTER_OF).of_curves(self._seen) + unrest[:, CLUSTER_OF])

    def hide(self, pose: Points, visibility: Points, depth: Points, hidden: Points, place: np.ndarray) -> None:
        """Put wrists behind the body, by the share `hidden` (T, 2), somewhere else, another way at each place, and
        make them less visible, both in place; those outside the picture, by `depth` (T, 33), are so already.
        """
        behind = (hidden > HIDDEN) & (depth[:, WRISTS] < DEPTHS[1])
        if not behind.any():
            return
        rng = self._rng
        stray = rng.standard_normal((place.max() + 1, 2, 2)) * self._stray_when_hidden
        seen_so = np.interp(rng.random((place.max() + 1, 2)), LEVELS, _SEEN_WHEN_HIDDEN)
        for side, cluster in enumerate(_WRISTS):
            frames, points = np.flatnonzero(behind[:, side]), np.flatnonzero(cluster == CLUSTER_OF)
            at, where = place[frames, side], np.ix_(frames, points)
            pose[where] += stray[at, side][:, None]
            visibility[where] = seen_so[at, side, None]


@dataclass(frozen=True)
class _Between:
    """Between which two of the depths at which curves are given each point (T, P) lies, how far on, and its cluster."""

    index: np.ndarray
    share: Points
    cluster: np.ndarray

    @classmethod
    def of(cls, depth: Points, cluster: np.ndarray) -> _Between:
        depth = np.clip(depth, _MIDDLES[0], _MIDDLES[-1])
        index = np.minimum(np.searchsorted(_MIDDLES, depth, side="right") - 1, len(_MIDDLES) - 2)
        return cls(index, (depth - _MIDDLES[index]) / np.diff(_MIDDLES)[index], cluster)

    def of_curves(self, curves: Points) -> Points:
        """(T, P): each cluster's curve (clusters, D) there."""
        return curves[self.cluster, self.index] * (1 - self.share) + curves[self.cluster, self.index + 1] * self.share
