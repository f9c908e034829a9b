"""What is decided before the network is asked: a window in which nothing can be named gets no name."""

from __future__ import annotations

import numpy as np

from mmn_live.joints import Layout
from mmn_live.types import FloatArray, State, Window

MIN_PRESENCE = 0.5
"""With somebody in view for less than half of the window, it is nobody's window."""

STILL_BELOW = 0.02
"""Motion in shoulder widths below which a body is still.

A body at rest that jitters by 0.005 shoulder widths a frame, its finger tips by 0.012, shows 0.010-0.015 of motion; a
small nod, 0.05 deep and 0.4 s long, shows 0.044 or more (tests/recognition measures both).
"""

_SMOOTHING_SAMPLES = 5
_FINGER_SHARE = 0.4
"""Finger tips jitter two to three times as much as the body, so their motion counts for less."""

_MOVING_TOGETHER = 3
"""A movement of the body takes neighbouring joints along; one or two that move by themselves are the tracker's."""


def gate(window: Window, layout: Layout, still_below: float = STILL_BELOW) -> State | None:
    """NOBODY, UNOBSERVED or STILL where that is all there is to say about the window, else None.

    A gap comes first: where frames are missing, it is not known whether anybody was there. A body is still whose motion
    is below `still_below`, in shoulder widths; with 0 none ever is.
    """
    if window.coverage < 1:
        return State.UNOBSERVED
    if window.presence < MIN_PRESENCE:
        return State.NOBODY
    if not window.observed.any() or window.scale_px <= 0:
        return State.UNOBSERVED
    return State.STILL if motion(window, layout) < still_below else None


def motion(window: Window, layout: Layout) -> float:
    """How far the body moves within the window, in shoulder widths.

    The range of each observed joint's smoothed track along its longer axis; of these the third largest, so that neither
    jitter nor a stray joint makes a motion, while a nod or a bouncing leg, which move five joints or more, does.
    """
    tracks = _smoothed(window.joints[:, window.observed])
    ranges = np.ptp(tracks, axis=0).max(axis=-1) / window.scale_px
    shares = np.array([_FINGER_SHARE if name.endswith("_tip") else 1.0 for name in layout.names])[window.observed]
    ordered = np.sort(ranges * shares)
    return float(ordered[-min(_MOVING_TOGETHER, len(ordered))])


def _smoothed(tracks: FloatArray) -> FloatArray:
    """Moving means (T - 4, V, 2) of tracks (T, V, 2)."""
    if len(tracks) < _SMOOTHING_SAMPLES:
        return tracks
    kept = len(tracks) - _SMOOTHING_SAMPLES + 1
    return np.mean([tracks[i : i + kept] for i in range(_SMOOTHING_SAMPLES)], axis=0)
