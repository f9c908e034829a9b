"""The skeletons of a session as arrays over all its frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mmn_live.exports.content import SessionContent
from mmn_live.types import FloatArray


@dataclass(frozen=True)
class Track:
    """One person over all N frames of a session.

    `joints` is (N, V, 2) px and NaN where the joint or the person was not seen, `visibility` (N, V) and NaN without the
    person.
    """

    person_id: int
    joints: FloatArray
    visibility: FloatArray


def tracks(content: SessionContent) -> tuple[NDArray[np.float64], list[Track]]:
    """The frames' times, (N,) s on the session's clock, and a track for every person."""
    people = list(content.people())
    times_s = np.array([frame.time_s for frame in people], np.float64)
    shape = (len(people), content.layout.size)
    found = []
    for person_id in content.person_ids:
        joints, visibility = np.full((*shape, 2), np.nan, np.float32), np.full(shape, np.nan, np.float32)
        for i, frame in enumerate(people):
            for skeleton in frame.skeletons:
                if skeleton.person_id == person_id and skeleton.person:
                    joints[i], visibility[i] = skeleton.joints, skeleton.visibility
        joints[~(visibility > 0)] = np.nan
        found.append(Track(person_id, joints, visibility))
    return times_s, found


def mean_rate(times_s: NDArray[np.float64]) -> float | None:
    """Frames a second over the whole session; None for fewer than two frames."""
    lasted_s = float(times_s[-1] - times_s[0]) if len(times_s) else 0.0
    return (len(times_s) - 1) / lasted_s if lasted_s > 0 else None
