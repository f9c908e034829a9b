"""What MediaPipe would see of a performance: its landmarks with its errors, without a single pixel.

Measured on rendered actors: jitter that is correlated in time; compressed nods and turns; joints outside the
picture invented near where they might be, moving, with low visibility; hands lost at the picture's edge, in fast
motion, when they touch each other or the face, and for no reason; faces disturbed by a hand in front of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.algebra import Points
from mmn_live.actor.perform import Performance

Rng = np.random.Generator

_FACE = slice(0, 11)
_EARS = (7, 8)
_SHOULDERS = (11, 12)
_POINTS = 33
_JITTER = np.ones(_POINTS)
_JITTER[:11] = 0.6
_JITTER[17:23] = 1.5
_JITTER[23:25] = 1.4
_JITTER[25:] = 1.8
_HAND_JITTER = 2.2
_UNSURE = np.full(_POINTS, 2.0)
_UNSURE[:11] = 0.4
_UNSURE[11:13] = 1.0
_UNSURE[13:15] = 1.5
_UNSURE[17:23] = 2.5
"""How far points are put beside the truth, relative to the shoulders: arms half as far again, hands and legs twice."""

_KNOT_S = 0.12
"""Jitter keeps its direction for about this long."""

_WANDER_KNOT_S = 0.6
"""So does the part of the error that comes with the posture, at the pace of postures."""

_HAND_NEAR_FACE = 0.4
_TOUCHING_HANDS = 0.35
_BLUR_PER_S = 4.0
"""Speed in shoulder widths a second at which half of the hands are lost to motion blur."""


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
        self._face_gain = np.array([rng.uniform(0.65, 1.0), rng.uniform(0.25, 0.95)])
        self._jitter = np.exp(rng.uniform(np.log(0.0003), np.log(0.003)))
        self._wander = rng.uniform(0.001, 0.008)
        self._bias = rng.normal(0, 0.02, (_POINTS, 2)) * _UNSURE[:, None]
        self._hand_loss = float(rng.choice([0.02, 0.08, 0.25, 0.6, 1.0], p=[0.6, 0.18, 0.1, 0.07, 0.05]))
        self._hides_legs = rng.random() < 0.2
        self._fade = rng.uniform(2.0, 6.0)

    def observe(self, performance: Performance) -> Observation:
        """The performance's landmarks as seen. Somebody must be in it."""
        camera = performance.camera
        size = np.array([camera.width, camera.height], float)
        pose, hands = performance.pose_px, performance.hands_px
        scale_px = _scale_px(pose)
        pose = self._compress_face(pose)
        outside = _outside(pose, size) / scale_px
        seen = self._disturb_face(self._invent(pose, outside, scale_px), hands, scale_px)
        seen = seen + self._bias * scale_px + self._shake(performance.times_s, outside) * scale_px
        found = self._find_hands(performance.times_s, hands, pose[:, 0], size, scale_px)
        return Observation(
            np.concatenate([seen, self._visibility(performance.times_s, outside)[..., None]], -1),
            self._hands_seen(performance.times_s, hands, found, scale_px),
        )

    def _compress_face(self, pose: Points) -> Points:
        """Motion of the face against the ears is seen too small: nods to a third, turns to three quarters."""
        ears = pose[:, _EARS].mean(1)[:, None]
        relative = pose[:, _FACE] - ears
        typical = relative.mean(0)
        pose = pose.copy()
        pose[:, _FACE] = ears + typical + self._face_gain * (relative - typical)
        return pose

    def _invent(self, pose: Points, outside: Points, scale_px: float) -> Points:
        """Pull what is outside the picture towards a place where the tracker believes it to be."""
        middle = pose[:, _SHOULDERS].mean((0, 1))
        typical = pose.mean(0)
        guess = middle + (typical - middle) * self._rng.uniform(0.55, 1.05)
        guess = guess + self._rng.normal(0, 0.15 * scale_px, guess.shape)
        belief = np.clip(1.2 * outside, 0, 1)[..., None]
        return pose * (1 - belief) + belief * (guess + 0.25 * (pose - typical))

    def _disturb_face(self, pose: Points, hands: Points, scale_px: float) -> Points:
        """A hand before the face draws the face's points towards itself and makes them tremble."""
        rng, pose = self._rng, pose.copy()
        for side in (0, 1):
            centre = hands[:, side].mean(1)
            near = np.linalg.norm(centre - pose[:, 0], axis=-1) < _HAND_NEAR_FACE * scale_px
            if near.any():
                pull = rng.uniform(0, 0.06) * (centre[:, None] - pose[:, _FACE])
                tremble = rng.normal(0, 0.008 * scale_px, (len(pose), 11, 2))
                pose[:, _FACE] += near[:, None, None] * (pull + tremble)
        return pose

    def _shake(self, times_s: Points, outside: Points) -> Points:
        """Jitter (T, 33, 2) in shoulder widths, larger for what is not seen."""
        wild = 1 + 6 * np.clip(1.2 * outside, 0, 1)
        jitter = self._noise(times_s, (_POINTS, 2)) * (self._jitter * _JITTER[:, None]) * wild[..., None]
        return jitter + self._smooth_noise(times_s, (_POINTS, 2), _WANDER_KNOT_S) * (self._wander * _UNSURE[:, None])

    def _noise(self, times_s: Points, shape: tuple[int, ...]) -> Points:
        """Noise (T, *shape) of about unit variance that changes over _KNOT_S, a little of it new in every frame."""
        slow = self._smooth_noise(times_s, shape, _KNOT_S)
        return 1.1 * slow + 0.4 * self._rng.standard_normal(slow.shape)

    def _smooth_noise(self, times_s: Points, shape: tuple[int, ...], knot_s: float) -> Points:
        """Straight lines between normal draws `knot_s` apart, (T, *shape)."""
        position = (times_s - times_s[0]) / knot_s
        index = position.astype(int)
        knots = self._rng.standard_normal((index[-1] + 2, *shape))
        share = (position - index).reshape(-1, *(1,) * len(shape))
        return knots[index] * (1 - share) + knots[index + 1] * share

    def _visibility(self, times_s: Points, outside: Points) -> Points:
        """(T, 33): high inside, fading with the distance outside; hidden legs low everywhere."""
        edge = np.clip(0.9 - outside * self._fade + 0.15 * self._noise(times_s, (_POINTS,)), 0, 1)
        visibility = np.where(outside > 0, edge, self._rng.uniform(0.9, 1.0))
        if self._hides_legs:
            visibility[:, 25:] *= 0.2
        return visibility

    def _find_hands(self, times_s: Points, hands: Points, face: Points, size: Points, scale_px: float) -> np.ndarray:
        """(T, 2) bool: in which frames each hand is found; a hand that is lost stays lost for a while."""
        inside = ((hands[:, :, (0, 9)] > 0) & (hands[:, :, (0, 9)] < size)).all((2, 3))
        wrists = hands[:, :, 0]
        interval_s = np.gradient(times_s)[:, None] if len(times_s) > 1 else np.ones((1, 1))
        speed = np.linalg.norm(np.gradient(wrists, axis=0), axis=-1) / (scale_px * interval_s)
        loss = np.maximum(self._hand_loss, speed**2 / (speed**2 + _BLUR_PER_S**2))
        touching = np.linalg.norm(hands[:, 0].mean(1) - hands[:, 1].mean(1), axis=-1) < _TOUCHING_HANDS * scale_px
        loss = np.maximum(loss, touching[:, None] * self._rng.uniform(0, 1.3, 2))
        near_face = np.linalg.norm(hands.mean(2) - face[:, None], axis=-1) < _HAND_NEAR_FACE * scale_px
        loss = np.maximum(loss, near_face * self._rng.uniform(0, 0.9, 2))
        draws = self._rng.random((int((times_s[-1] - times_s[0]) / 0.2) + 1, 2))
        held = draws[((times_s - times_s[0]) / 0.2).astype(int)]
        return inside & (held >= loss)

    def _hands_seen(self, times_s: Points, hands: Points, found: np.ndarray, scale_px: float) -> Points:
        """(T, 2, 21, 3): jittered where found, zero elsewhere."""
        noise = self._noise(times_s, (2, 21, 2)) * self._jitter * _HAND_JITTER
        shift = self._noise(times_s, (2, 1, 2)) * max(self._jitter, 0.002)
        points = np.concatenate([hands + (noise + shift) * scale_px, np.ones((*hands.shape[:-1], 1))], -1)
        return np.where(found[..., None, None], points, 0.0)


def _scale_px(pose: Points) -> float:
    shoulders = np.median(np.linalg.norm(pose[:, 11] - pose[:, 12], axis=-1))
    ears = np.median(np.linalg.norm(pose[:, 7] - pose[:, 8], axis=-1))
    return max(float(shoulders), 1.1 * float(ears), 1.0)


def _outside(pose: Points, size: Points) -> Points:
    """(T, P): how far a point lies outside the picture, px; negative inside."""
    return np.maximum(np.abs(pose - size / 2) - size / 2, -size).max(-1)
