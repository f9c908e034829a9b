"""What MediaPipe would see of a performance: its landmarks with its errors, without a single pixel.

The errors are those measured on rendered actors (measured.json, docs/OBSERVATION.md), drawn anew for every performance
and mostly more widely than measured, since real people, rooms and cameras differ more than rendered ones do. What is
not measured but believed, or set by hand, is said where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.actor.perform import Performance
from mmn_live.training.filmed import as_filmed, smooth_noise
from mmn_live.training.heads import FACE, PARTS, drawn_straight, ears_of, face_of
from mmn_live.training.landmarks import CLUSTERS, DEPTHS, HIDDEN, NEAR_FACE, depth_of, scale_of, situations_of
from mmn_live.training.measured import LEVELS, amounts, amounts_drawn, at_level, curve, gains, levels, shared, shares
from mmn_live.training.observer_hands import HandObserver, places_of
from mmn_live.training.smoothed import raw, smoothed

Rng = np.random.Generator

_POINTS = 33
_ELBOWS = np.isin(np.arange(_POINTS), (13, 14))
_LEGS = slice(25, 33)
_CLUSTER = np.zeros(_POINTS, np.intp)
for _number, (_, _points) in enumerate(CLUSTERS):
    _CLUSTER[list(_points)] = _number

_WANDER_KNOT_S, _TREMBLE_KNOT_S = 0.9, 0.25
"""Straight lines between draws so far apart forget themselves as fast as the errors do."""

_OF_A_PLACE = {
    "face": 0.008,
    "shoulders": 0.012,
    "elbows": 0.035,
    "wrists": 0.028,
    "hips": 0.02,
    "knees": 0.035,
    "feet": 0.02,
}
"""Errors that a cluster has at a place, in shoulder widths: set by hand until they changed as measured."""
_OF_A_PLACE_SPREAD = 0.8
"""Of their logarithms, over performances and clusters."""
_DRAGGED = 0.5
"""How much of the way of the wrists, on the mean, errors of shoulders and hips take for a way of their own."""
_CROWDED, _CROWD = 1.5, 0.7
"""How many times more errors wrists have that are at each other, and nearer than how many shoulder widths."""
_OTHER_PLACE, _WAVES = 0.15, 6
"""How far away errors are other ones, and of how many waves the field is made that says so."""

_TRUE_GAIN = 0.25
"""Of a measured gain's distance from 1, the part that is one: the rest comes from errors of a place."""
_AT_REST, _FACE_AT_REST = 0.45, 0.6
"""Of measured wandering, the part that passes with time: it was measured over several places together, which a face
has fewer of."""

_OUTSIDE_SHAKE, _WILD_FROM = 4.0, 0.5
"""How many times more points move that are so far outside the picture; in proportion nearer."""
_REGION = (5.5, 9.0)
"""Size of the region of interest around a body, least and most: 6.5 fits motion on rendered tracks best."""
_UNREST = 0.4
_HIDDEN, _HIDDEN_BY = 0.03, 3.5
"""Share of places at which a wrist is taken for hidden though the body does not hide it; by how much of the logit."""
_TREMBLE = (0.001, 0.015)
"""Least and most of the quick jitter that a hand before the face adds to it."""

_HIDES_LEGS = 0.2
"""Share of cameras, believed: legs behind a desk."""


def _true_gains(name: str) -> Points:
    """(L,) at `measured.LEVELS`, of the motion of all of a cluster."""
    return 1 + _TRUE_GAIN * (gains(name) - 1)


def _logit(share: Points) -> Points:
    share = np.clip(share, 1e-4, 1 - 1e-4)
    return np.log(share / (1 - share))


_NAMES = [group for group, _ in CLUSTERS]
_WRISTS = [number for number, name in enumerate(_NAMES) if name == "wrists"]
_TRUNK = [number for number, name in enumerate(_NAMES) if name in ("shoulders", "hips")]
_ERRORS = np.stack(
    [[amounts(f"{name} of {group}") for group in _NAMES] for name in ("bias", "wander", "own wander", "quick jitter")]
)
_ERRORS[1:3] += np.log([[_FACE_AT_REST if name == "face" else _AT_REST] for name in _NAMES])
_OWN_BIAS = np.stack([shares(f"own share of the bias of {name}") for name in _NAMES])
_GAIN = np.stack([_true_gains(f"gain of {name}") for name in ("head", *_NAMES[1:])])
_FIELD = np.array([_OF_A_PLACE[name] for name in _NAMES])
_MEMBERS = (np.arange(len(CLUSTERS))[:, None] == _CLUSTER).astype(float)
_MEMBERS /= _MEMBERS.sum(1, keepdims=True)
_FACE_GAINS = np.maximum([gains(f"gain of {name}") for name in PARTS], 0.0)  # nobody is seen tilted the other way
_CURVES = np.stack([[curve(name, group) for group in _NAMES] for name in ("pull", "stray", "visibility")])
_CURVES[2] = _logit(_CURVES[2])
_STRAY_WHEN_HIDDEN, _SEEN_WHEN_HIDDEN = amounts("stray of hidden wrists"), shares("visibility of hidden wrists")
_MEDIAN_NORM = float(np.sqrt(2 * np.log(2)))  # of two normal draws
_MIDDLES = np.convolve(np.array((-0.5, *DEPTHS)), (0.5, 0.5), "valid")


@dataclass(frozen=True)
class Observation:
    """Landmarks as the pose room gives them.

    `pose` (T, 33, 3): x px, y px, visibility; `hands` (T, 2, 21, 3): x px, y px, found.
    """

    pose: Points
    hands: Points


class Observer:
    """One camera's and one tracker's habits, drawn once and kept for a whole performance."""

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        badness = rng.random()
        self._bias, self._wander, self._own, self._quick = amounts_drawn(rng, badness, _ERRORS)[:, _CLUSTER, None]
        self._own_bias = at_level(_OWN_BIAS, rng.random(len(_NAMES)))[_CLUSTER, None]
        self._gain = at_level(_GAIN, rng.random(len(_NAMES)))[_CLUSTER, None]
        self._face_gains = at_level(_FACE_GAINS, rng.random(len(PARTS)))
        self._region = rng.uniform(*_REGION)
        # Of a curve, all of it is drawn at one level: who sees an elbow well at the edge does so outside, too.
        drawn = np.stack([rng.random(len(_NAMES)), rng.random(len(_NAMES)), 1 - levels(rng, badness, (len(_NAMES),))])
        self._pull, self._stray, self._seen = at_level(_CURVES, np.repeat(drawn[..., None], len(DEPTHS), -1))
        self._stray_when_hidden = np.exp(at_level(_STRAY_WHEN_HIDDEN, np.array(rng.random()))) / _MEDIAN_NORM
        self._of_hands = HandObserver(rng, badness)
        self._hides_legs = rng.random() < _HIDES_LEGS

    def observe(self, performance: Performance) -> Observation:
        """The performance's landmarks as seen. Somebody must be in it."""
        camera = performance.camera
        size = np.array([camera.width, camera.height], float)
        pose, hands = as_filmed(self._rng, performance.times_s, performance.pose_px, performance.hands_px, size)
        return self.see(performance.times_s, pose, hands, performance.hidden, size)

    def see(self, times_s: Points, pose: Points, hands: Points, hidden: Points, size: Points) -> Observation:
        """Landmarks as seen of where they are, px: `pose` (T, 33, 2), `hands` (T, 2, 21, 2); `size` of the picture.

        `hidden` (T, 2) is how much of each hand is behind the body.
        """
        scale_px = scale_of(pose)
        pose, hands, size = pose / scale_px, hands / scale_px, size / scale_px
        seen = self._drawn(pose) + self._misplace(pose)
        depth = depth_of(seen, size)
        seen = self._disturb_face(seen, hands)
        between = _Between.of(depth)
        errors, quick = self._errors(times_s, depth)
        seen = self._invent(seen, depth, between, size) + quick
        place = places_of(hands)
        visibility = self._visibility(times_s, between, place)
        self._hide(seen, visibility, hidden, place)
        seen = smoothed(times_s, seen, self._region) + errors
        situation = situations_of(times_s, hands, hidden, pose[:, 0], size)
        seen_hands = self._of_hands.see(times_s, hands, place, situation, size)
        return Observation(
            np.concatenate([seen * scale_px, visibility[..., None]], -1), seen_hands * (scale_px, scale_px, 1)
        )

    def _drawn(self, pose: Points) -> Points:
        """The motion of the limbs is a little too small, and a head is drawn straight."""
        typical = pose.mean(0)
        seen = typical + self._gain * (pose - typical)
        seen[:, FACE] = ears_of(seen) + drawn_straight(face_of(pose), self._face_gains)
        return seen

    def _misplace(self, pose: Points) -> Points:
        """Errors (T, 33, 2) that stay while a cluster stays, and are the same again where it comes back to.

        The trunk's are other ones where the arms are elsewhere, and those of wrists larger where they meet.
        """
        rng, count = self._rng, len(_NAMES)
        amount = _FIELD * np.exp(rng.normal(0, _OF_A_PLACE_SPREAD, count))
        waves = rng.standard_normal((count, 2, _WAVES)) / _OTHER_PLACE
        heights = amount[:, None, None] * np.sqrt(2 / _WAVES) * rng.standard_normal((count, _WAVES, 2))
        place = np.einsum("cp,tpx->ctx", _MEMBERS, pose)
        wrists = place[_WRISTS]
        place[_TRUNK] += _DRAGGED * wrists.mean(0)
        field = np.cos(place @ waves + rng.uniform(0, 2 * np.pi, (count, 1, _WAVES))) @ heights  # (clusters, T, 2)
        apart = np.linalg.norm(wrists[0] - wrists[1], axis=-1)
        field[_WRISTS] *= 1 + _CROWDED * np.maximum(1 - apart / _CROWD, 0)[:, None]
        return field.transpose(1, 0, 2)[:, _CLUSTER]

    def _disturb_face(self, pose: Points, hands: Points) -> Points:
        """A hand before the face draws the face's points to itself, or from it, and makes them tremble."""
        rng = self._rng
        for side in (0, 1):
            centre = hands[:, side].mean(1)
            near = np.linalg.norm(centre - pose[:, 0], axis=-1) < NEAR_FACE
            if near.any():
                pull = rng.normal(0.03, 0.1) * (centre[:, None] - pose[:, FACE])
                tremble = raw(np.exp(rng.uniform(*np.log(_TREMBLE)))) * rng.standard_normal((len(pose), 11, 2))
                pose[:, FACE] += near[:, None, None] * (pull + tremble)
        return pose

    def _invent(self, pose: Points, depth: Points, between: _Between, size: Points) -> Points:
        """Put what is outside the picture somewhere else outside; elbows alone come back to the picture's edge."""
        index = np.flatnonzero((depth > DEPTHS[1]).any(0))
        true, between = pose[:, index], between.at_points(index)
        outward = true - np.clip(true, 0, size)
        stray = 0.5 * between.of_curves(self._stray)[..., None] * self._rng.standard_normal((len(index), 2))
        invented = true + between.of_curves(self._pull)[..., None] * outward + stray
        kept = ~_ELBOWS[index, None]
        least, most = np.where(kept & (outward > 0), size, -np.inf), np.where(kept & (outward < 0), 0.0, np.inf)
        invented = np.clip(invented, least, most)
        pose[:, index] = np.where((depth[:, index] > DEPTHS[1])[..., None], invented, true)
        return pose

    def _errors(self, times_s: Points, depth: Points) -> tuple[Points, Points]:
        """Errors (T, 33, 2) that points have inside the picture too, wilder outside: slow ones as they come out of
        MediaPipe's smoothing, and quick ones as they go into it.
        """
        rng = self._rng
        together, alone = rng.standard_normal((len(_NAMES), 2))[_CLUSTER], rng.standard_normal((_POINTS, 2))
        bias = self._bias * shared(together, alone, self._own_bias)
        wander = smooth_noise(self._rng, times_s, (len(_NAMES), 2), _WANDER_KNOT_S)
        wander = 0.95 * wander + 0.3 * smooth_noise(self._rng, times_s, (len(_NAMES), 2), _TREMBLE_KNOT_S)
        error = self._wander * wander[:, _CLUSTER]
        error += self._own * smooth_noise(self._rng, times_s, (_POINTS, 2), _WANDER_KNOT_S)
        quick = shared(rng.standard_normal((len(error), len(_NAMES), 2))[:, _CLUSTER], rng.standard_normal(error.shape))
        wild = (1 + _OUTSIDE_SHAKE * np.clip(depth / _WILD_FROM, 0, 1))[..., None]
        return bias + wild * error, wild * raw(self._quick) * quick

    def _hide(self, seen: Points, visibility: Points, hidden: Points, place: np.ndarray) -> None:
        """Put wrists behind the body somewhere else, another way at each place, and see them less well."""
        if not (hidden > HIDDEN).any():
            return
        rng = self._rng
        stray = rng.standard_normal((place.max() + 1, 2, 2)) * self._stray_when_hidden
        seen_so = np.interp(rng.random((place.max() + 1, 2)), LEVELS, _SEEN_WHEN_HIDDEN)
        for side, cluster in enumerate(_WRISTS):
            frames, points = np.flatnonzero(hidden[:, side] > HIDDEN), np.flatnonzero(cluster == _CLUSTER)
            at, where = place[frames, side], np.ix_(frames, points)
            seen[where] += stray[at, side][:, None]
            visibility[where] = seen_so[at, side, None]

    def _visibility(self, times_s: Points, between: _Between, place: np.ndarray) -> Points:
        """(T, 33): high inside, fading with the distance outside; hidden wrists and legs low everywhere."""
        unrest = _UNREST * smooth_noise(self._rng, times_s, (len(_NAMES),), _WANDER_KNOT_S)
        hidden = self._rng.random((place.max() + 1, 2)) < _HIDDEN
        unrest[:, _WRISTS] -= _HIDDEN_BY * np.take_along_axis(hidden, place, 0)
        visibility = 1 / (1 + np.exp(-between.of_curves(self._seen) - unrest[:, _CLUSTER]))
        if self._hides_legs:
            visibility[:, _LEGS] *= 0.2
        return visibility


@dataclass(frozen=True)
class _Between:
    """Between which two of the depths at which curves are given each point (T, P) lies, how far on, and its cluster."""

    index: np.ndarray
    share: Points
    cluster: np.ndarray

    @classmethod
    def of(cls, depth: Points) -> _Between:
        depth = np.clip(depth, _MIDDLES[0], _MIDDLES[-1])
        index = np.minimum(np.searchsorted(_MIDDLES, depth, side="right") - 1, len(_MIDDLES) - 2)
        return cls(index, (depth - _MIDDLES[index]) / np.diff(_MIDDLES)[index], _CLUSTER)

    def at_points(self, points: np.ndarray) -> _Between:
        return _Between(self.index[:, points], self.share[:, points], self.cluster[points])

    def of_curves(self, curves: Points) -> Points:
        """(T, P): each cluster's curve (clusters, D) there."""
        return curves[self.cluster, self.index] * (1 - self.share) + curves[self.cluster, self.index + 1] * self.share
