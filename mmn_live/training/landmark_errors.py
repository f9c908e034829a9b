"""How landmarks that were seen depart from where they are: what the observer is fitted to, and checked by.

Lengths are in shoulder widths; a figure of a track is an average over its points of a group and over x and y. A figure
that a track cannot give (nothing moved, nothing was outside) is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.cluster_errors import (
    LEAST_FRAMES,
    MOVES,
    USUAL_LAG_S,
    Figures,
    changes_of,
    delayed,
    errors_of,
    followed,
    rms,
)
from mmn_live.training.hand_errors import HandSight, hand_figures
from mmn_live.training.heads import FACE, PARTS, STRAIGHT, drawn_straight, ears_of, face_of, parts_of
from mmn_live.training.landmarks import (
    CLUSTER_OF,
    CLUSTERS,
    DEPTHS,
    GROUPS,
    clusters_of,
    depth_of,
    logit,
    scale_of,
)
from mmn_live.training.rendered import RenderedTrack
from mmn_live.training.smoothed import smoothed
from mmn_live.windows import BODY_FLOOR

_POSED, _TILTED = 0.03, 0.012
"""How far from straight (rms) a part of a head's pose must be for its gain to be measured, and how much a tilt move."""
_REGION = 6.5
"""Size of the region of interest around a body with which its points are smoothed as MediaPipe smooths them."""
_DOUBTED = 0.007
"""A visibility that is farther than this from 0 and from 1 is one whose flicker is measured."""


def figures_of(track: RenderedTrack, straight: Points = STRAIGHT) -> Figures:
    """Every figure that the track gives, by name; faces are drawn to the `straight` one.

    What is lost so of a head's pose is no other error: those of a face in the picture are measured against the rest.
    """
    if track.pose.any((1, 2)).sum() < 2 * LEAST_FRAMES:
        return {}
    sight = _Sight.of(track)
    hands = HandSight.of(track, scale_of(track.true_pose))
    gains = _face_gains(sight, straight)
    expected = _drawn_straight(sight, gains, straight)
    return {
        **gains,
        **_body(sight, expected),
        **_head(sight, expected),
        **_flicker(sight),
        **_outside(sight),
        **hand_figures(hands),
    }


def departures(track: RenderedTrack, straight: Points) -> Points:
    """(N, 33, 2): how far off the points are in the N frames that show somebody, in shoulder widths.

    From where a face that is drawn to the `straight` one, and MediaPipe's smoothing, would have them.
    """
    sight = _Sight.of(track)
    expected = _drawn_straight(sight, _face_gains(sight, straight), straight)
    return sight.seen - smoothed(sight.times_s, expected, _REGION)


def mean_faces(track: RenderedTrack) -> tuple[Points, Points] | None:
    """The true and the seen mean face (11, 2) of a track; None for too few frames, or where it leaves the picture."""
    seen = track.pose.any((1, 2))
    if seen.sum() < 2 * LEAST_FRAMES:
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

    @classmethod
    def of(cls, track: RenderedTrack) -> _Sight:
        """A track's frames that show somebody."""
        seen, scale_px = track.pose.any((1, 2)), scale_of(track.true_pose)
        pose = track.pose[seen].astype(float)
        return cls(
            track.times_s[seen],
            pose[..., :2] / scale_px,
            track.true_pose[seen] / scale_px,
            pose[..., 2],
            np.array(track.size) / scale_px,
        )

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
            found[group].append(errors_of(sight.times_s, seen, true) | changes_of(sight.times_s, seen, true))
    return {
        f"{name} of {group}": float(np.mean([one[name] for one in several if name in one]))
        for group, several in found.items()
        for name in dict.fromkeys(name for one in several for name in one)
    }


def _face_gains(sight: _Sight, straight: Points) -> Figures:
    """How much is seen of a head's turn, bow and tilt, and of how broad its face is, while it is in the picture.

    Of a tilt by its movement alone: a face that is lopsided for good would pass for one.
    """
    inside = (sight.depth[:, FACE] < 0).all(1)
    if inside.sum() < 2 * LEAST_FRAMES:
        return {}
    later = delayed(sight.times_s, sight.true, USUAL_LAG_S)
    figures: Figures = {}
    away, seen_away = (parts_of(face_of(points[inside]) - straight) for points in (later, sight.seen))
    for name, true, seen in zip(PARTS, away, seen_away, strict=True):
        if name == "tilts":
            true, seen = true - true.mean(0), seen - seen.mean(0)
        if rms(true) > (_TILTED if name == "tilts" else _POSED):
            figures[f"gain of {name}"] = float((true * seen).sum() / (true**2).sum())
    return figures


def _head(sight: _Sight, expected: Points) -> Figures:
    """How much of a head's motion as a whole is seen."""
    head, seen_head = ears_of(expected)[:, 0], ears_of(sight.seen)[:, 0]
    return {"gain of head": followed(sight.times_s, seen_head, head)[0]} if head.std() > MOVES else {}


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
        if there[:, index].sum() >= LEAST_FRAMES:
            figures[f"flicker of the visibility of {group}"] = rms(quick[:, index][there[:, index]]) / np.sqrt(6)
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
            if there.sum() < LEAST_FRAMES:
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
    columns = there.sum(0) >= LEAST_FRAMES
    if columns.any():
        still = [error[there[:, column], column] for column in np.flatnonzero(columns)]
        yield "stray", float(np.mean([np.linalg.norm(np.median(one, 0)) for one in still]))
        yield "sway", float(np.mean([one.std(0).mean() for one in still]))
