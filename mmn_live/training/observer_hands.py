"""What MediaPipe would see of a performance's hands: whether each is found, and where its points are then.

As in observer.py, errors are those measured, drawn anew for every performance; what is set by hand is said.
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.filmed import smooth_noise
from mmn_live.training.landmarks import DISTANCES, HAND_PARTS, SITUATIONS, depth_of, distance_of
from mmn_live.training.measured import amounts, amounts_drawn, at_level, ratios, shared, shares

Rng = np.random.Generator

_HAND_KNOT_S = 0.6
"""Straight lines between draws so far apart; hands forget their errors sooner than the body does."""

_LOST_FOR_S, _STEADY = 0.3, 0.6
"""How long a hand is lost for at least, and the share of places at which it is lost or found as long as it is there."""

_PLACE = 0.8
"""A hand that has moved so far, in shoulder widths, is held another way, and is found or not for reasons of its own."""

_SWAPPED, _TAKEN_FOR_ANOTHER = 0.04, 0.7
"""Share of places at which hands are taken for one another, nearer to each other than so many shoulder widths."""
_BLIND_TO_HANDS = 0.05
"""Share of cameras, believed: hands too small or dark to be found."""

_REACH = (0.03, 0.3)
"""How far outside the picture the wrist may be of a hand that is found by its fingers, more widely than was measured:
on rendered tracks 0.9 of those are found up to 0.05, 0.74 up to 0.1 and 0.19 up to 0.2."""

_HAND_ERRORS = np.stack([amounts(f"{name} of hands") for name in ("bias", "wander", "own wander", "quick jitter")])
_OWN_BIAS = shares("own share of the bias of hands")
_MEASURED_AS = {"hidden": "outside"}
"""Believed, for such a hand is hardly ever found: one that is partly behind something errs as if partly outside."""
_RELATIVE_ERRORS = np.stack(
    [
        [ratios(f"relative error of {part} of hands {_MEASURED_AS.get(name, name)}") for part in HAND_PARTS]
        for name in SITUATIONS
    ]
)
"""(situations, parts, L)"""
_PART_OF = [next(number for number, points in enumerate(HAND_PARTS.values()) if one in points) for one in range(21)]

_FOUND = np.stack([shares(f"found of hands {name}") for name in SITUATIONS[:-1]])
_FOUND_FREE = np.stack([shares(f"found of hands free from {distance}") for distance in DISTANCES])


class HandObserver:
    """A tracker's habits with hands, drawn once; `badness` is that of all it sees. Lengths are in shoulder widths."""

    def __init__(self, rng: Rng, badness: float) -> None:
        self._rng = rng
        self._errors = amounts_drawn(rng, badness, _HAND_ERRORS)
        self._own_bias = at_level(_OWN_BIAS, np.array(rng.random()))
        level = np.repeat(rng.random((len(SITUATIONS), 1)), len(HAND_PARTS), 1)
        self._relative_errors = np.exp(at_level(_RELATIVE_ERRORS, level))[:, _PART_OF]  # (situations, 21)
        self._sees = rng.random() >= _BLIND_TO_HANDS
        self._reach = rng.uniform(*_REACH)

    def see(self, times_s: Points, hands: Points, place: np.ndarray, situation: np.ndarray, size: Points) -> Points:
        """(T, 2, 21, 3): jittered where found, zero elsewhere; hands that touch are at times taken for one another."""
        rng = self._rng
        found = self._find(times_s, hands, place, situation, size)
        bias, wander, own, quick = self._errors
        bias = bias * shared(rng.standard_normal((2, 1, 2)), rng.standard_normal((2, 21, 2)), self._own_bias)
        together = 0.7 * wander * smooth_noise(self._rng, times_s, (2, 1, 2), _HAND_KNOT_S)
        together += 0.4 * quick * rng.standard_normal(together.shape)
        error = 0.6 * own * smooth_noise(self._rng, times_s, (2, 21, 2), _HAND_KNOT_S)
        error += 0.9 * quick * rng.standard_normal(error.shape) + together + bias
        error *= self._relative_errors[situation][..., None]
        seen = np.concatenate([hands + error, np.ones((*hands.shape[:-1], 1))], -1)
        apart = np.linalg.norm(hands[:, 0].mean(1) - hands[:, 1].mean(1), axis=-1)
        swapped = (rng.random(place.max() + 1) < _SWAPPED)[place[:, 0]] & (apart < _TAKEN_FOR_ANOTHER)
        seen = np.where(swapped[:, None, None, None], seen[:, ::-1], seen)
        return np.where(found[..., None, None], seen, 0.0)

    def _find(
        self, times_s: Points, hands: Points, place: np.ndarray, situation: np.ndarray, size: Points
    ) -> np.ndarray:
        """(T, 2) bool: in which frames each hand is found; a hand that is lost stays lost for a while."""
        rng = self._rng
        level, once, steady = (np.take_along_axis(rng.random((place.max() + 1, 2)), place, 0) for _ in range(3))
        level = np.where(rng.random(2) < 0.5, level[0], level)
        free = _FOUND_FREE[distance_of(size)]
        # Nothing that a hand does makes it easier to find than if it did nothing.
        table = np.minimum(np.concatenate([_FOUND, free[None]]), free)
        share = at_level(table[situation], level)
        draws = rng.random((int((times_s[-1] - times_s[0]) / _LOST_FOR_S) + 1, 2))
        held = np.where(steady < _STEADY, once, draws[((times_s - times_s[0]) / _LOST_FOR_S).astype(int)])
        inside = (depth_of(hands[:, :, (0, 9)], size) < (self._reach, 0.0)).all(-1)
        return inside & (held < share) & self._sees


def places_of(hands: Points) -> np.ndarray:
    """(T, 2): the number of the place that each hand is at; it has gone a way before it is at another."""
    steps = np.linalg.norm(np.diff(hands[:, :, 9], axis=0, prepend=hands[:1, :, 9]), axis=-1)
    return (np.cumsum(steps, 0) / _PLACE).astype(int)
