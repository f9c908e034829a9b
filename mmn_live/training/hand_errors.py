"""What MediaPipe makes of hands: whether it finds them, which for which, and with what errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.cluster_errors import LEAST_FRAMES, Figures, errors_of
from mmn_live.training.landmarks import DISTANCES, HAND_PARTS, SITUATIONS, WRISTS, distance_of, situations_of
from mmn_live.training.rendered import RenderedTrack

_TOUCHING = SITUATIONS.index("touching")
_MEDIAN_JUMP = np.sqrt(6) * np.sqrt(2 * np.log(2))
"""Of the second difference of normal jitter in a plane, for a standard deviation of one along each axis."""


@dataclass(frozen=True)
class HandSight:
    """Hands (N, 2, 21, 2) in shoulder widths, where found (N, 2), what they were doing (N, 2), and how far away.

    Of their wrists, as those of a body: visibility and distance from where they are, (N, 2).
    """

    times_s: Points
    seen: Points
    true: Points
    found: np.ndarray
    situation: np.ndarray
    distance: str
    wrist_visibility: Points
    wrist_error: Points

    @classmethod
    def of(cls, track: RenderedTrack, scale_px: float) -> HandSight:
        """A track's hands, of somebody with shoulders of that width."""
        size = np.array(track.size) / scale_px
        true = track.true_hands / scale_px
        situation = situations_of(track.times_s, true, track.hidden, track.true_pose[:, 0] / scale_px, size)
        wrists = track.pose[:, WRISTS].astype(float)
        found = track.hands[..., 0, 2] > 0
        return cls(
            track.times_s,
            track.hands[..., :2].astype(float) / scale_px,
            true,
            found,
            situation,
            DISTANCES[distance_of(size)],
            wrists[..., 2],
            np.linalg.norm(wrists[..., :2] - track.true_pose[:, WRISTS], axis=-1) / scale_px,
        )


def hand_figures(sight: HandSight) -> Figures:
    """Every figure that a track gives of its hands, by name."""
    figures: Figures = {}
    for number, name in enumerate(SITUATIONS):
        there = sight.situation == number
        if there.sum() >= LEAST_FRAMES:
            seen_from = f" from {sight.distance}" if name == "free" else ""
            if seen_from or sight.distance != DISTANCES[0]:
                figures[f"found of hands {name}{seen_from}"] = float(sight.found[there].mean())
    hidden = (sight.situation == SITUATIONS.index("hidden")) & (sight.wrist_visibility > 0)
    if hidden.sum() >= LEAST_FRAMES:
        figures["visibility of hidden wrists"] = float(np.median(sight.wrist_visibility[hidden]))
        figures["stray of hidden wrists"] = float(np.median(sight.wrist_error[hidden]))
    inside = sight.situation != 0
    if inside.sum() >= LEAST_FRAMES:
        changed = (sight.found[1:] != sight.found[:-1]) & inside[1:]
        figures["hands lost and found per s"] = float(
            changed.sum() / (inside.sum() * np.median(np.diff(sight.times_s)))
        )
    figures |= _swaps(sight)
    several = [
        errors_of(sight.times_s[one], sight.seen[one, side], sight.true[one, side])
        for side in (0, 1)
        if (one := sight.found[:, side] & (sight.situation[:, side] > _TOUCHING)).sum() > 3 * LEAST_FRAMES
    ]
    figures |= {
        f"{name} of hands": float(np.mean([one[name] for one in several if name in one]))
        for name in dict.fromkeys(name for one in several for name in one)
    }
    return figures | _relative_errors(sight) | _jitter(sight)


def _relative_errors(sight: HandSight) -> Figures:
    """How far a hand's points are off in each situation: ratios, of medians over the frames.

    The measure is the mean over all points where hands are not hidden, outside or touching. Hands that were taken for
    one another are left out.
    """
    off = np.linalg.norm(sight.seen - sight.true, axis=-1)
    taken = sight.found & ~_are_swapped(sight)
    usual = taken & (sight.situation > _TOUCHING)
    if usual.sum() <= 3 * LEAST_FRAMES:
        return {}
    mean = max(np.median(off[usual], 0).mean(), 1e-12)
    figures: Figures = {}
    for number, name in enumerate(SITUATIONS):
        there = taken & (sight.situation == number)
        if there.sum() >= LEAST_FRAMES:
            typical = np.median(off[there], 0)
            for part, points in HAND_PARTS.items():
                figures[f"relative error of {part} of hands {name}"] = float(typical[list(points)].mean() / mean)
    return figures


def _jitter(sight: HandSight) -> Figures:
    """How much a hand's points jump from frame to frame in each situation, as a standard deviation along an axis.

    It is that of normal jitter whose second difference has the median that was seen: a hand that is taken for another
    one or put elsewhere for a moment does not count.
    """
    taken = sight.found & ~_are_swapped(sight)
    jump = np.linalg.norm(np.diff(sight.seen - sight.true, n=2, axis=0), axis=-1) / _MEDIAN_JUMP
    figures: Figures = {}
    for number, name in enumerate(SITUATIONS):
        there = taken & (sight.situation == number)
        there = there[2:] & there[1:-1] & there[:-2]
        if there.sum() >= LEAST_FRAMES:
            typical = np.median(jump[there], 0)
            for part, points in HAND_PARTS.items():
                figures[f"jitter of {part} of hands {name}"] = float(typical[list(points)].mean())
    return figures


def _swaps(sight: HandSight) -> Figures:
    """The share of found hands that lie at the other hand."""
    swapped = _are_swapped(sight)
    apart = np.linalg.norm(sight.true.mean(2)[:, 0] - sight.true.mean(2)[:, 1], axis=-1)[:, None]
    figures: Figures = {}
    for name, there in (("together", apart < 0.6), ("apart", apart >= 0.6)):
        asked = sight.found & there
        if asked.sum() >= LEAST_FRAMES:
            figures[f"swapped of hands {name}"] = float(swapped[asked].mean())
    return figures


def _are_swapped(sight: HandSight) -> np.ndarray:
    """(N, 2) bool: where a hand lies nearer to the other one."""
    own, other = (
        np.linalg.norm(sight.seen.mean(2) - sight.true.mean(2)[:, order], axis=-1) for order in ([0, 1], [1, 0])
    )
    return other < own
