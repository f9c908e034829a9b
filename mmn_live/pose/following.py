"""Whom to follow where one is followed: the nearest to the centre and largest, and not another each second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mmn_live.pose.person import body_size_px, shoulders_px
from mmn_live.types import FloatArray

LOOK_EVERY_S = 1.5
"""How often everybody in view is looked at: a look costs as much as two frames."""

CLEARLY = 1.3
"""How much more prominent another must be, two looks in a row, to be followed from then on."""

_SAME_PERSON = 0.4
_OFF_CENTRE_SHARE = 0.6


def prominence(pose: FloatArray, width: int) -> float:
    """Size of the body (33, 3), in pixels, less up to 0.6 of it the farther it is from the picture's middle."""
    off_centre = abs(float(shoulders_px(pose)[0]) - width / 2) / (width / 2)
    return body_size_px(pose) * (1 - _OFF_CENTRE_SHARE * min(off_centre, 1.0))


class Chooser:
    """Says when to look at everybody, and after a look whether to follow another."""

    def __init__(self) -> None:
        self._next_look_s = 0.0
        self._rivalled = False
        self._following = False

    def due(self, time_s: float, *, found: bool, tracked: bool) -> bool:
        """Whether to look at everybody now; at once when somebody is found after nobody was.

        `tracked` says that MediaPipe has hold of a body, be it of nobody: a ghost keeps it from finding people.
        """
        appeared = found and not self._following
        self._following = found
        if appeared:
            self._rivalled = True  # nobody was followed yet, so the first look decides
        return appeared or (tracked and time_s >= self._next_look_s)

    def process(
        self, time_s: float, followed: FloatArray | None, everybody: Sequence[FloatArray], width: int
    ) -> FloatArray | None:
        """The body to follow instead of `followed` (33, 3), None to stay; `everybody` as seen in the same frame.

        Where a ghost is followed (None), anybody is better.
        """
        self._next_look_s = time_s + LOOK_EVERY_S
        if followed is None:
            return max(everybody, key=lambda pose: prominence(pose, width), default=None)
        others = [pose for pose in everybody if not same_person(pose, followed)]
        best = max(others, key=lambda pose: prominence(pose, width), default=None)
        rivals = best is not None and prominence(best, width) > CLEARLY * prominence(followed, width)
        again, self._rivalled = rivals and self._rivalled, rivals
        return best if again else None


def same_person(one: FloatArray, other: FloatArray) -> bool:
    """Whether two bodies (33, 3) found in one picture are one person's."""
    apart = float(np.linalg.norm(shoulders_px(one) - shoulders_px(other)))
    return apart < _SAME_PERSON * max(body_size_px(one), body_size_px(other))


def distinct(bodies: Sequence[FloatArray]) -> list[FloatArray]:
    """The bodies without those that MediaPipe found twice; the better seen of two stays."""
    kept: list[FloatArray] = []
    for pose in sorted(bodies, key=lambda pose: -float(pose[:25, 2].mean())):
        if not any(same_person(pose, other) for other in kept):
            kept.append(pose)
    return kept
