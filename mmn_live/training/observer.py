"""What MediaPipe would see of a performance: its landmarks with its errors, without a single pixel.

The errors are those measured on rendered actors (measured.json, docs/OBSERVATION.md), drawn anew for every performance
and mostly more widely than measured, since real people, rooms and cameras differ more than rendered ones do. What is
not measured but believed, or set by hand, is said where it stands. Errors of places, of what is not seen and of hands
have files of their own beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.actor.perform import Performance
from mmn_live.training.filmed import as_filmed, smooth_noise
from mmn_live.training.heads import FACE, PARTS, drawn_straight, ears_of, face_of
from mmn_live.training.landmarks import CLUSTER_OF, CLUSTERS, NEAR_FACE, depth_of, scale_of, situations_of
from mmn_live.training.measured import amounts, amounts_drawn, at_level, gains, shared, shares
from mmn_live.training.observer_hands import HandObserver, places_of
from mmn_live.training.observer_places import errors_of_places
from mmn_live.training.observer_unseen import UnseenObserver
from mmn_live.training.smoothed import raw, smoothed
from mmn_live.training.systematic import Systematic

Rng = np.random.Generator

_NAMES = [group for group, _ in CLUSTERS]
_LEGS = slice(25, 33)

_WANDER_KNOT_S, _TREMBLE_KNOT_S = 0.9, 0.25
"""Straight lines between draws so far apart forget themselves as fast as the errors do."""
_TRUE_GAIN = 0.25
"""Of a measured gain's distance from 1, the part that is one: the rest comes from errors of a place."""
_AT_REST, _FACE_AT_REST = 0.36, 0.5
"""Of measured wandering, the part that passes with time: it was measured over several places together, which a face
has fewer of."""
_OUTSIDE_SHAKE, _WILD_FROM = 4.0, 0.5
"""How many times more points move that are so far outside the picture; in proportion nearer."""
_REGION = (5.5, 9.0)
"""Size of the region of interest around a body, least and most: 6.5 fits motion on rendered tracks best."""
_STRENGTH = (0.6, 1.3)
"""Of the displacements that go by rule, what an observer has, least and most: believed, for people may be seen by other
rules than the actor; networks that were fitted find rather less than there is."""
_TREMBLE = (0.001, 0.015)
"""Least and most of the quick jitter that a hand before the face adds to it."""
_HIDES_LEGS = 0.2
"""Share of cameras, believed: legs behind a desk."""

_ERRORS = np.stack(
    [[amounts(f"{name} of {group}") for group in _NAMES] for name in ("bias", "wander", "own wander", "quick jitter")]
)
_ERRORS[1:3] += np.log([[_FACE_AT_REST if name == "face" else _AT_REST] for name in _NAMES])
_OWN_BIAS = np.stack([shares(f"own share of the bias of {name}") for name in _NAMES])
_GAIN = np.stack([1 + _TRUE_GAIN * (gains(f"gain of {name}") - 1) for name in ("head", *_NAMES[1:])])
_FACE_GAINS = np.maximum([gains(f"gain of {name}") for name in PARTS], 0.0)  # nobody is seen tilted the other way


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
        self._bias, self._wander, self._own, self._quick = amounts_drawn(rng, badness, _ERRORS)[:, CLUSTER_OF, None]
        self._own_bias = at_level(_OWN_BIAS, rng.random(len(_NAMES)))[CLUSTER_OF, None]
        self._gain = at_level(_GAIN, rng.random(len(_NAMES)))[CLUSTER_OF, None]
        self._face_gains = at_level(_FACE_GAINS, rng.random(len(PARTS)))
        self._region = rng.uniform(*_REGION)
        self._strength = rng.uniform(*_STRENGTH)
        self._unseen = UnseenObserver(rng, badness)
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
        place = places_of(hands)
        systematic = Systematic.load()
        seen = self._drawn(pose) + self._strength * systematic.displacements(pose, hands, size)
        seen += errors_of_places(self._rng, pose)
        depth = depth_of(seen, size)
        self._disturb_face(seen, hands)
        errors, quick = self._errors(times_s, depth)
        self._unseen.invent(seen, depth, size)
        seen += quick
        visibility = self._unseen.visibility(times_s, depth, place)
        if self._hides_legs:
            visibility[:, _LEGS] *= 0.2
        self._unseen.hide(seen, visibility, depth, hidden, place)
        seen = smoothed(times_s, seen, self._region) + errors
        situation = situations_of(times_s, hands, hidden, pose[:, 0], size)
        findable = systematic.found(times_s, pose, hands, hidden, size, self._of_hands.reach)
        seen_hands = self._of_hands.see(times_s, hands, place, situation, findable, size)
        return Observation(
            np.concatenate([seen * scale_px, visibility[..., None]], -1), seen_hands * (scale_px, scale_px, 1)
        )

    def _drawn(self, pose: Points) -> Points:
        """The motion of the limbs is a little too small, and a head is drawn straight."""
        typical = pose.mean(0)
        seen = typical + self._gain * (pose - typical)
        seen[:, FACE] = ears_of(seen) + drawn_straight(face_of(pose), self._face_gains)
        return seen

    def _disturb_face(self, pose: Points, hands: Points) -> None:
        """A hand before the face draws the face's points to itself, or from it, and makes them tremble, in place."""
        rng = self._rng
        for side in (0, 1):
            centre = hands[:, side].mean(1)
            near = np.linalg.norm(centre - pose[:, 0], axis=-1) < NEAR_FACE
            if near.any():
                pull = rng.normal(0, 0.1) * (centre[:, None] - pose[:, FACE])
                tremble = raw(np.exp(rng.uniform(*np.log(_TREMBLE)))) * rng.standard_normal((len(pose), 11, 2))
                pose[:, FACE] += near[:, None, None] * (pull + tremble)

    def _errors(self, times_s: Points, depth: Points) -> tuple[Points, Points]:
        """Errors (T, 33, 2) that points have inside the picture too, wilder outside: slow ones as they come out of
        MediaPipe's smoothing, and quick ones as they go into it.
        """
        rng = self._rng
        together, alone = rng.standard_normal((len(_NAMES), 2))[CLUSTER_OF], rng.standard_normal((len(CLUSTER_OF), 2))
        bias = self._bias * shared(together, alone, self._own_bias)
        wander = smooth_noise(rng, times_s, (len(_NAMES), 2), _WANDER_KNOT_S)
        wander = 0.95 * wander + 0.3 * smooth_noise(rng, times_s, (len(_NAMES), 2), _TREMBLE_KNOT_S)
        error = self._wander * wander[:, CLUSTER_OF]
        error += self._own * smooth_noise(rng, times_s, (len(CLUSTER_OF), 2), _WANDER_KNOT_S)
        quick = shared(
            rng.standard_normal((len(error), len(_NAMES), 2))[:, CLUSTER_OF], rng.standard_normal(error.shape)
        )
        wild = (1 + _OUTSIDE_SHAKE * np.clip(depth / _WILD_FROM, 0, 1))[..., None]
        return bias + wild * error, wild * raw(self._quick) * quick
