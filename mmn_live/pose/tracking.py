"""Ids for people: who in this picture is who in the last ones.

MediaPipe's order of people means nothing, and where two cross it loses one of them, or lets both jump. So each is
matched by where their movement would have brought them, by size, and by the colours of their clothes, which is what
tells two people apart who were at the same place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mmn_live.pose.matching import least_total
from mmn_live.pose.person import body_size_px, shoulders_px
from mmn_live.types import FIRST_PERSON, FloatArray, Image

KEPT_S = 2.0
"""Who comes back within this time is the same person."""

_REACH, _REACH_PER_S = 0.75, 4.0
"""How far from where they are expected somebody may be, in body sizes: a walker makes 3.5 of them a second."""

_COAST_S = 0.6
"""How long a movement is taken to go on out of sight."""

_LOOK_WEIGHT, _SIZE_WEIGHT = 2.0, 0.5
_NEW_PERSON = 2.0
"""What it costs to take somebody for new: as much as clothes of other colours, or more than the reach and a half."""

_OTHER_LOOK, _RECENT_S = 0.75, 0.3
"""Clothes that differ so much are another person's, unless that person was seen a moment ago at the same place."""

_LOOK_SHARE, _VELOCITY_SHARE = 0.1, 0.3
_BINS = (4, 12, 12)


@dataclass(frozen=True)
class Sighting:
    """A body as it is compared with others: `place` (2,) px between the shoulders, `size` px, `look` its colours."""

    place: NDArray[np.float64]
    size: float
    look: FloatArray


@dataclass
class _Track:
    seen_s: float
    place: NDArray[np.float64]
    velocity: NDArray[np.float64]
    size: float
    look: FloatArray


def sighting(image: Image, pose: FloatArray) -> Sighting:
    """What tells the body (33, 3) from others in the image (H, W, 3) BGR."""
    size = max(body_size_px(pose), 1.0)
    return Sighting(shoulders_px(pose), size, _look(image, pose, size))


class Tracker:
    """Gives ids from 1 on to the people of one stream; an id that was given is never somebody else's."""

    def __init__(self) -> None:
        self._tracks: dict[int, _Track] = {}
        self._next_id = FIRST_PERSON

    def process(self, time_s: float, people: Sequence[Sighting]) -> list[int]:
        """The id of each, in their order. Times increase from call to call."""
        self._tracks = {key: track for key, track in self._tracks.items() if time_s - track.seen_s <= KEPT_S}
        costs = [self._costs(time_s, person) for person in people]
        ids = [key if key is not None else self._new_id() for key in least_total(costs, _NEW_PERSON)]
        for person_id, person in zip(ids, people, strict=True):
            self._see(person_id, time_s, person)
        return ids

    def forget_movement(self) -> None:
        """After a gap nobody went on as they did; who is back in time is known by place and look."""
        for track in self._tracks.values():
            track.velocity = np.zeros(2)

    def _costs(self, time_s: float, person: Sighting) -> dict[int, float]:
        costs = {key: _cost(track, time_s, person) for key, track in self._tracks.items()}
        return {key: cost for key, cost in costs.items() if cost < math.inf}

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id - 1

    def _see(self, person_id: int, time_s: float, person: Sighting) -> None:
        track = self._tracks.get(person_id)
        if track is None:
            self._tracks[person_id] = _Track(time_s, person.place, np.zeros(2), person.size, person.look)
            return
        passed_s = max(time_s - track.seen_s, 1e-3)
        velocity = (person.place - track.place) / passed_s
        share = _VELOCITY_SHARE if passed_s < _RECENT_S else 0.0
        track.velocity = (1 - share) * track.velocity + share * velocity
        track.look = ((1 - _LOOK_SHARE) * track.look + _LOOK_SHARE * person.look).astype(np.float32)
        track.seen_s, track.place, track.size = time_s, person.place, person.size


def _cost(track: _Track, time_s: float, person: Sighting) -> float:
    """How unlike the track the person is; infinite where they cannot be the same."""
    away_s = time_s - track.seen_s
    expected = track.place + track.velocity * min(away_s, _COAST_S)
    distance = float(np.linalg.norm(person.place - expected)) / max(track.size, person.size)
    reach = _REACH + _REACH_PER_S * away_s
    unlike = _difference(track.look, person.look)
    if distance > reach or (unlike > _OTHER_LOOK and away_s > _RECENT_S):
        return math.inf
    return distance / reach + _LOOK_WEIGHT * unlike + _SIZE_WEIGHT * abs(math.log(person.size / track.size))


def _look(image: Image, pose: FloatArray, size: float) -> FloatArray:
    """Colour histogram of the chest: its lightness coarsely, its colour finely; it sums to 1."""
    x, y = shoulders_px(pose)
    half = 0.35 * max(float(abs(pose[11, 0] - pose[12, 0])), size / 3)
    height, width = image.shape[:2]
    left, right = (int(np.clip(edge, 0, width)) for edge in (x - half, x + half))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (y + 0.1 * size, y + 0.9 * size))
    chest = image[top:bottom, left:right]
    if not chest.size:
        return np.full(_BINS, 1 / math.prod(_BINS), np.float32)
    lab = cv2.cvtColor(np.ascontiguousarray(chest), cv2.COLOR_BGR2LAB)
    counts = cv2.calcHist([lab], [0, 1, 2], None, list(_BINS), [0, 256, 64, 192, 64, 192])
    return (counts / max(float(counts.sum()), 1.0)).astype(np.float32)


def _difference(one: FloatArray, other: FloatArray) -> float:
    """Hellinger distance of two histograms, from 0 (the same) to 1 (nothing in common)."""
    return math.sqrt(max(0.0, 1.0 - float(np.sqrt(one * other).sum())))
