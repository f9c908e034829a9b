"""What MediaPipe would see of a performance's hands: whether each is found, and where its points are then.

As in observer.py, errors are those measured, drawn anew for every performance; what is set by hand is said.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.filmed import smooth_noise
from mmn_live.training.landmarks import HAND_PARTS, SITUATIONS, depth_of, sigmoid
from mmn_live.training.measured import amounts, amounts_drawn, at_level, levels, ratios, shared, shares

Rng = np.random.Generator

_WANDER, _WANDER_KNOT_S = 0.8, 0.6
"""How much hands stray at rest, as a share of their jitter, and straight lines between draws so far apart: they forget
that sooner than the body does."""
_FITS, _FITS_KNOT_S = 0.6, 0.15
"""Of the logarithm of that jitter, over time: it comes in fits, and is a tenth less in the middle than on the mean."""
_MISFITS, _MISFIT = 0.006, 12.0
"""Share of the frames in which the jitter is so many times larger: a hand is put badly for once."""
_ALONE = 0.75
"""Of the square of jitter, what each point has of its own."""

_OF_PLACE, _OTHER_PLACE, _OTHER_AIM, _WAVES = 0.75, 0.5, 0.15, 6
"""Of the square of the other errors, what goes with where a hand is and aims; how far from there it is another, in
shoulder widths of its middle and of where its knuckles lie from the wrist; of how many waves the field is made."""

_LOST_FOR_S, _STEADY = 0.3, 0.6
"""How long a hand is lost for at least, and the share of places at which it is lost or found as long as it is there."""

_PLACE = 0.8
"""A hand that has moved so far, in shoulder widths, is held another way, and is found or not for reasons of its own."""

_SWAPPED, _TAKEN_FOR_ANOTHER = 0.04, 0.7
"""Share of places at which hands are taken for one another, nearer to each other than so many shoulder widths."""
_BLIND_TO_HANDS = 0.05
"""Share of cameras, believed: hands too small or dark to be found."""

_KEEN = 0.7
"""Of the logit of how likely hands are found, over cameras: believed, beside what goes by rule."""
_REACH = 0.2
"""How much farther outside the picture than on rendered tracks the wrist may be of a hand that is found by its fingers,
at most: believed. On those 0.9 were found up to 0.05, 0.74 up to 0.1 and 0.19 up to 0.2."""

_BIAS = amounts("bias of hands")
_OWN_BIAS = shares("own share of the bias of hands")


def _by_situation(kind: Callable[[str], Points], figure: str, **measured_as: str) -> Points:
    """(situations, parts, L) of hands; of some situations it is believed that they are as another one."""
    return np.stack(
        [
            [kind(f"{figure} of {part} of hands {measured_as.get(name, name)}") for part in HAND_PARTS]
            for name in SITUATIONS
        ]
    )


_RELATIVE_ERRORS = _by_situation(ratios, "relative error", hidden="outside")
_JITTER = _by_situation(amounts, "jitter", hidden="outside", fast="outside")
_TOUCHING = SITUATIONS.index("touching")
_PART_OF = [next(number for number, points in enumerate(HAND_PARTS.values()) if one in points) for one in range(21)]


class HandObserver:
    """A tracker's habits with hands, drawn once; `badness` is that of all it sees. Lengths are in shoulder widths."""

    def __init__(self, rng: Rng, badness: float) -> None:
        self._rng = rng
        self._bias = amounts_drawn(rng, badness, _BIAS)
        self._own_bias = at_level(_OWN_BIAS, np.array(rng.random()))
        self._relative_errors = _of_points(_RELATIVE_ERRORS, rng.random(len(SITUATIONS)))
        self._jitter = _of_points(_JITTER, levels(rng, badness, (len(SITUATIONS),)))
        self._sees = rng.random() >= _BLIND_TO_HANDS
        self._keen = rng.normal(0, _KEEN)
        self.reach = rng.uniform(0, _REACH)

    def see(
        self,
        times_s: Points,
        hands: Points,
        place: np.ndarray,
        situation: np.ndarray,
        findable: Points,
        size: Points,
    ) -> Points:
        """(T, 2, 21, 3): jittered where found, zero elsewhere; hands that touch are at times taken for one another.

        `findable` (T, 2) is the logit of how likely they are found (systematic.py).
        """
        rng = self._rng
        found = self._find(times_s, hands, place, situation == _TOUCHING, findable, size)
        error = self._relative_errors[situation][..., None] * self._displacements(hands)
        error += self._jitter[situation][..., None] * self._shaking(times_s)
        seen = np.concatenate([hands + error, np.ones((*hands.shape[:-1], 1))], -1)
        apart = np.linalg.norm(hands[:, 0].mean(1) - hands[:, 1].mean(1), axis=-1)
        swapped = (rng.random(place.max() + 1) < _SWAPPED)[place[:, 0]] & (apart < _TAKEN_FOR_ANOTHER)
        seen = np.where(swapped[:, None, None, None], seen[:, ::-1], seen)
        return np.where(found[..., None, None], seen, 0.0)

    def _displacements(self, hands: Points) -> Points:
        """(T, 2, 21, 2): what stays for good of errors, and what does as long as a hand is where it is, as it is."""
        rng = self._rng
        for_good = shared(rng.standard_normal((2, 1, 2)), rng.standard_normal((2, 21, 2)), self._own_bias)
        middle, aim = hands.mean(2), hands[:, :, 9] - hands[:, :, 0]
        place = np.concatenate([middle / _OTHER_PLACE, aim / _OTHER_AIM], -1).transpose(1, 0, 2)  # (2, T, 4)
        phase = rng.uniform(0, 2 * np.pi, (2, 1, _WAVES))
        waves = np.cos(place @ rng.standard_normal((2, 4, _WAVES)) + phase)
        heights = np.sqrt(2 / _WAVES) * shared(
            rng.standard_normal((2, _WAVES, 1, 2)), rng.standard_normal((2, _WAVES, 21, 2)), self._own_bias
        )
        of_place = np.einsum("htw,hwpx->thpx", waves, heights)
        return self._bias * shared(for_good, of_place, _OF_PLACE)

    def _shaking(self, times_s: Points) -> Points:
        """(T, 2, 21, 2): what changes from frame to frame, in the middle by about one along each axis."""
        rng, count = self._rng, len(times_s)
        quick = shared(rng.standard_normal((count, 2, 1, 2)), rng.standard_normal((count, 2, 21, 2)), _ALONE)
        together, alone = (smooth_noise(rng, times_s, (2, points, 2), _WANDER_KNOT_S) for points in (1, 21))
        slow = shared(together, alone, _ALONE)
        amount = np.exp(_FITS * smooth_noise(rng, times_s, (2, 1, 1), _FITS_KNOT_S) - _FITS**2 / 2)
        amount *= np.where(rng.random(amount.shape) < _MISFITS, _MISFIT, 1.0)
        return amount * (quick + _WANDER * slow)

    def _find(
        self,
        times_s: Points,
        hands: Points,
        place: np.ndarray,
        touching: np.ndarray,
        findable: Points,
        size: Points,
    ) -> np.ndarray:
        """(T, 2) bool: in which frames each hand is found; a hand that is lost stays lost for a while.

        Of two that touch the one is found, mostly, that the other is not.
        """
        rng = self._rng
        once, steady = (np.take_along_axis(rng.random((place.max() + 1, 2)), place, 0) for _ in range(2))
        draws = rng.random((int((times_s[-1] - times_s[0]) / _LOST_FOR_S) + 1, 2))
        held = np.where(steady < _STEADY, once, draws[((times_s - times_s[0]) / _LOST_FOR_S).astype(int)])
        held = np.where(touching, np.stack([held[:, 0], 1 - held[:, 0]], 1), held)
        share = sigmoid(findable + self._keen)
        return (depth_of(hands[:, :, 9], size) < 0) & (held < share) & self._sees


def _of_points(table: Points, level: Points) -> Points:
    """(situations, 21): of logarithms (situations, parts, L), those of each situation at one level (situations,)."""
    return np.exp(at_level(table, np.repeat(level[:, None], table.shape[1], 1)))[:, _PART_OF]


def places_of(hands: Points) -> np.ndarray:
    """(T, 2): the number of the place that each hand is at; it has gone a way before it is at another."""
    steps = np.linalg.norm(np.diff(hands[:, :, 9], axis=0, prepend=hands[:1, :, 9]), axis=-1)
    return (np.cumsum(steps, 0) / _PLACE).astype(int)
