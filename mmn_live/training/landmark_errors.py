"""How landmarks that were seen depart from where they are: what the observer is fitted to, and checked by.

Lengths are in shoulder widths; a figure of a track is an average over its points of a group and over x and y. A figure
that a track cannot give (nothing moved, nothing was outside) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.heads import FACE, PARTS, STRAIGHT, drawn_straight, ears_of, face_of, parts_of
from mmn_live.training.landmarks import (
    CLUSTER_OF,
    CLUSTERS,
    DEPTHS,
    DISTANCES,
    GROUPS,
    SITUATIONS,
    WRISTS,
    clusters_of,
    depth_of,
    distance_of,
    logit,
    scale_of,
    situations_of,
)
from mmn_live.training.rendered import RenderedTrack
from mmn_live.windows import BODY_FLOOR

_STILL_PER_S = 0.15
_LEAST_FRAMES = 12
_MOVES, _STIRS = 0.04, 0.005
_POSED, _TILTED = 0.03, 0.012
"""How far from straight (rms) a part of a head's pose must be for its gain to be measured, and how much a tilt move."""
_USUAL_LAG_S = 0.03
_LAGS_S = np.arange(-2, 16) / 100
_MEMORY_S = (0.1, 0.35, 0.7)
_TOUCHING = SITUATIONS.index("touching")
_LATER_S, _STAYED, _WENT = 1.0, 0.02, 0.2
_DOUBTED = 0.007
"""A visibility that is farther than this from 0 and from 1 is one whose flicker is measured."""

Figures = dict[str, float]


def figures_of(track: RenderedTrack, straight: Points = STRAIGHT) -> Figures:
    """Every figure that the track gives, by name; faces are drawn to the `straight` one.

    What is lost so of a head's pose is no other error: those of a face in the picture are measured against the rest.
    """
    seen = track.pose.any((1, 2))
    if seen.sum() < 2 * _LEAST_FRAMES:
        return {}
    scale_px = scale_of(track.true_pose)
    pose = track.pose[seen].astype(float)
    sight = _Sight(
        track.times_s[seen],
        pose[..., :2] / scale_px,
        track.true_pose[seen] / scale_px,
        pose[..., 2],
        np.array(track.size) / scale_px,
    )
    hands = _HandSight.of(track, scale_px)
    gains = _face_gains(sight, straight)
    expected = _drawn_straight(sight, gains, straight)
    return {
        **gains,
        **_body(sight, expected),
        **_head(sight, expected),
        **_flicker(sight),
        **_outside(sight),
        **_hands(hands),
    }


def mean_faces(track: RenderedTrack) -> tuple[Points, Points] | None:
    """The true and the seen mean face (11, 2) of a track; None for too few frames, or where it leaves the picture."""
    seen = track.pose.any((1, 2))
    if seen.sum() < 2 * _LEAST_FRAMES:
        return None
    scale_px = scale_of(track.true_pose)
    true = track.true_pose[seen] / scale_px
    if not (depth_of(true[:, FACE], np.array(track.size) / scale_px) < 0).all():
        return None
    return face_of(true).mean(0), face_of(track.pose[seen, :, :2].astype(float) / scale_px).mean(0)


@dataclass(frozen=True)
class _Sight:
    """Seen and true points (N, P, 2), visibility (N, P), the picture's size, all in shoulder widths."""

    times_s: Points
    seen: Points
    true: Points
    visibility: Points
    size: Points

    @property
    def depth(self) -> Points:
        return depth_of(self.true, self.size)

    @property
    def speed(self) -> Points:
        return np.linalg.norm(np.gradient(self.true, self.times_s, axis=0), axis=-1)


def _body(sight: _Sight, expected: Points) -> Figures:
    """Bias, gain, lag, wander and quick jitter of what is in the picture, against where it was expected (N, P, 2)."""
    inside = (sight.depth < -DEPTHS[1]).mean(0) > 0.95
    found: dict[str, list[Figures]] = {group: [] for group in GROUPS}
    for group, points in CLUSTERS:
        index = [point for point in points if inside[point]]
        if len(index) == len(points):
            seen, true = sight.seen[:, index], expected[:, index]
            found[group].append(_errors(sight.times_s, seen, true) | _changes(sight.times_s, seen, true))
    return {
        f"{name} of {group}": float(np.mean([one[name] for one in several if name in one]))
        for group, several in found.items()
        for name in dict.fromkeys(name for one in several for name in one)
    }


def _errors(times_s: Points, seen: Points, true: Points) -> Figures:
    """The figures of one cluster (N, P, 2)."""
    error = seen - true
    bias = np.median(error, 0)
    own = bias.var(0, ddof=1).sum() if len(bias) > 1 else 0.0
    figures = {"bias": _rms(bias), "own share of the bias": float(min(own / max((bias**2).mean(0).sum(), 1e-12), 1.0))}
    middle = true.mean(1)
    moved = float((middle - middle.mean(0)).std())
    gain, lag_s = 1.0, _USUAL_LAG_S
    if moved > _MOVES:
        gain, lag_s = _followed(times_s, seen.mean(1), middle)
        figures |= {"gain": gain, "lag s": lag_s}
    delayed = _delayed(times_s, true, lag_s)
    if _STIRS < moved < _MOVES / 2:
        figures["gain of small motion"] = _slope(delayed.mean(1), seen.mean(1))
    speed = np.linalg.norm(np.gradient(true, times_s, axis=0), axis=-1).max(1)
    still = np.convolve(speed < _STILL_PER_S, np.ones(3), "same") == 3
    if still.sum() >= _LEAST_FRAMES:
        figures |= _still_errors(times_s, seen - delayed, still)
    return figures


def _changes(times_s: Points, seen: Points, true: Points) -> Figures:
    """By how much a cluster's error has changed a second later, where it is in the same place then and elsewhere."""
    step = max(1, round(_LATER_S / float(np.median(np.diff(times_s)))))
    middle, error = true.mean(1), (seen - true).mean(1)
    went = np.linalg.norm(middle[step:] - middle[:-step], axis=-1)
    changed = np.linalg.norm(error[step:] - error[:-step], axis=-1)
    return {
        f"change of the error {name}": float(np.median(changed[there]))
        for name, there in (("at rest", went < _STAYED), ("elsewhere", went > _WENT))
        if there.sum() >= _LEAST_FRAMES
    }


def _still_errors(times_s: Points, error: Points, still: np.ndarray) -> Figures:
    error = error - error[still].mean(0)
    together = error.mean(1, keepdims=True)
    quick = np.diff(error, n=2, axis=0)[still[2:] & still[1:-1] & still[:-2]]
    figures = {
        "wander": float(together[still].std()),
        "own wander": float((error - together)[still].std()),
        "quick jitter": _rms(quick) / np.sqrt(6),
    }
    interval_s = float(np.median(np.diff(times_s)))
    for after_s in _MEMORY_S:
        step = max(1, round(after_s / interval_s))
        both = still[step:] & still[:-step]
        if both.sum() >= _LEAST_FRAMES:
            product = (together[step:][both] * together[:-step][both]).mean()
            figures[f"memory after {after_s} s"] = float(product / max((together[still] ** 2).mean(), 1e-12))
    return figures


def _followed(times_s: Points, seen: Points, true: Points) -> tuple[float, float]:
    """Gain and lag in seconds with which `seen` (N, 2) best follows `true`."""
    fits = []
    for lag_s in _LAGS_S:
        delayed = _at(times_s - lag_s, times_s, true)
        gain = _slope(delayed, seen)
        rest = (seen - seen.mean(0)) - gain * (delayed - delayed.mean(0))
        fits.append(((rest**2).sum(), gain, float(lag_s)))
    _, gain, lag_s = min(fits)
    return gain, lag_s


def _face_gains(sight: _Sight, straight: Points) -> Figures:
    """How much is seen of a head's turn, bow and tilt, and of how broad its face is, while it is in the picture.

    Of a tilt by its movement alone: a face that is lopsided for good would pass for one.
    """
    inside = (sight.depth[:, FACE] < 0).all(1)
    if inside.sum() < 2 * _LEAST_FRAMES:
        return {}
    delayed = _delayed(sight.times_s, sight.true, _USUAL_LAG_S)
    figures: Figures = {}
    away, seen_away = (parts_of(face_of(points[inside]) - straight) for points in (delayed, sight.seen))
    for name, true, seen in zip(PARTS, away, seen_away, strict=True):
        if name == "tilts":
            true, seen = true - true.mean(0), seen - seen.mean(0)
        if _rms(true) > (_TILTED if name == "tilts" else _POSED):
            figures[f"gain of {name}"] = float((true * seen).sum() / (true**2).sum())
    return figures


def _head(sight: _Sight, expected: Points) -> Figures:
    """How much of a head's motion as a whole is seen."""
    head, seen_head = ears_of(expected)[:, 0], ears_of(sight.seen)[:, 0]
    return {"gain of head": _followed(sight.times_s, seen_head, head)[0]} if head.std() > _MOVES else {}


def _drawn_straight(sight: _Sight, gains: Figures, straight: Points) -> Points:
    """The true points (N, P, 2), but the face as that much of its pose is seen."""
    expected = sight.true.copy()
    of_parts = np.array([gains.get(f"gain of {name}", 1.0) for name in PARTS])
    expected[:, FACE] = ears_of(sight.true) + drawn_straight(face_of(sight.true), of_parts, straight)
    return expected


def _flicker(sight: _Sight) -> Figures:
    """By how much the logit of a visibility changes from frame to frame, inside the picture."""
    doubted = (sight.depth < -DEPTHS[1]) & (np.abs(sight.visibility - 0.5) < 0.5 - _DOUBTED)
    quick = np.diff(logit(sight.visibility), n=2, axis=0)
    there = doubted[2:] & doubted[1:-1] & doubted[:-2]
    figures: Figures = {}
    for group in GROUPS:
        index = np.isin(CLUSTER_OF, clusters_of(group))
        if there[:, index].sum() >= _LEAST_FRAMES:
            figures[f"flicker of the visibility of {group}"] = _rms(quick[:, index][there[:, index]]) / np.sqrt(6)
    return figures


def _outside(sight: _Sight) -> Figures:
    """Visibility by the distance outside; and how points outside are invented."""
    figures: Figures = {}
    depth, error = sight.depth, sight.seen - sight.true
    outward = sight.true - np.clip(sight.true, 0, sight.size)
    far = np.maximum(np.linalg.norm(outward, axis=-1), 1e-6)
    seen_outside = depth_of(sight.seen, sight.size) > 0
    for group in GROUPS:
        index = [point for name, points in CLUSTERS if name == group for point in points]
        for least, most in zip((-9.0, *DEPTHS), DEPTHS, strict=False):
            there = (depth[:, index] > least) & (depth[:, index] <= most)
            if there.sum() < _LEAST_FRAMES:
                continue
            where = f"{group} to {most:g} outside"
            visibility = sight.visibility[:, index][there]
            figures[f"visibility of {where}"] = float(np.median(visibility))
            figures[f"unrest of the visibility of {where}"] = float(visibility.std())
            usable = ~seen_outside[:, index][there] & (visibility > BODY_FLOOR)
            figures[f"usable of {where}"] = float(usable.mean())
            if most > DEPTHS[1]:
                along = (error * outward).sum(-1)[:, index][there] / far[:, index][there]
                figures[f"pull of {where}"] = float(np.median(along / far[:, index][there]))
                figures |= {f"{name} of {where}": value for name, value in _invention(error[:, index], there)}
    return figures


def _invention(error: Points, there: np.ndarray) -> Iterator[tuple[str, float]]:
    columns = there.sum(0) >= _LEAST_FRAMES
    if columns.any():
        still = [error[there[:, column], column] for column in np.flatnonzero(columns)]
        yield "stray", float(np.mean([np.linalg.norm(np.median(one, 0)) for one in still]))
        yield "sway", float(np.mean([one.std(0).mean() for one in still]))


@dataclass(frozen=True)
class _HandSight:
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
    def of(cls, track: RenderedTrack, scale_px: float) -> _HandSight:
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


def _hands(sight: _HandSight) -> Figures:
    figures: Figures = {}
    for number, name in enumerate(SITUATIONS):
        there = sight.situation == number
        if there.sum() >= _LEAST_FRAMES:
            seen_from = f" from {sight.distance}" if name == "free" else ""
            if seen_from or sight.distance != DISTANCES[0]:
                figures[f"found of hands {name}{seen_from}"] = float(sight.found[there].mean())
    hidden = (sight.situation == SITUATIONS.index("hidden")) & (sight.wrist_visibility > 0)
    if hidden.sum() >= _LEAST_FRAMES:
        figures["visibility of hidden wrists"] = float(np.median(sight.wrist_visibility[hidden]))
        figures["stray of hidden wrists"] = float(np.median(sight.wrist_error[hidden]))
    inside = sight.situation != 0
    if inside.sum() >= _LEAST_FRAMES:
        changed = (sight.found[1:] != sight.found[:-1]) & inside[1:]
        figures["hands lost and found per s"] = float(
            changed.sum() / (inside.sum() * np.median(np.diff(sight.times_s)))
        )
    figures |= _swaps(sight)
    several = [
        _errors(sight.times_s[one], sight.seen[one, side], sight.true[one, side])
        for side in (0, 1)
        if (one := sight.found[:, side] & (sight.situation[:, side] > _TOUCHING)).sum() > 3 * _LEAST_FRAMES
    ]
    return figures | {
        f"{name} of hands": float(np.mean([one[name] for one in several if name in one]))
        for name in dict.fromkeys(name for one in several for name in one)
    }


def _swaps(sight: _HandSight) -> Figures:
    """The share of found hands that lie at the other hand."""
    distance = [
        np.linalg.norm(sight.seen.mean(2) - sight.true.mean(2)[:, order], axis=-1) for order in ([0, 1], [1, 0])
    ]
    apart = np.linalg.norm(sight.true.mean(2)[:, 0] - sight.true.mean(2)[:, 1], axis=-1)[:, None]
    figures: Figures = {}
    for name, there in (("together", apart < 0.6), ("apart", apart >= 0.6)):
        asked = sight.found & there
        if asked.sum() >= _LEAST_FRAMES:
            figures[f"swapped of hands {name}"] = float((distance[1] < distance[0])[asked].mean())
    return figures


def _delayed(times_s: Points, points: Points, lag_s: float) -> Points:
    """Points (N, P, 2) as they were `lag_s` before each time."""
    return np.stack([_at(times_s - lag_s, times_s, points[:, point]) for point in range(points.shape[1])], 1)


def _at(wanted_s: Points, times_s: Points, values: Points) -> Points:
    """Values (N, C) at other times, straight lines between."""
    return np.stack([np.interp(wanted_s, times_s, column) for column in values.T], -1)


def _slope(true: Points, seen: Points) -> float:
    true, seen = true - true.mean(0), seen - seen.mean(0)
    return float((true * seen).sum() / max((true**2).sum(), 1e-12))


def _rms(values: Points) -> float:
    return float(np.sqrt((values**2).mean())) if values.size else 0.0
