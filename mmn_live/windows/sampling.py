"""Skeletons at the times their frames came, brought to even times.

N frames, T samples, V joints.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmn_live.joints import Layout
from mmn_live.types import FIRST_PERSON, MAX_BRIDGE_S, BoolArray, FloatArray, Window
from mmn_live.windows.body import body_frame
from mmn_live.windows.visible import visibility_floor

Times = NDArray[np.float64]
Indices = NDArray[np.intp]

OBSERVED_SHARE = 0.25
"""A joint seen in less of the window than this is unobserved: too little to tell what it does."""

_ROUNDING_S = 1e-9


def sample_window(
    times_s: Times,
    joints: FloatArray,
    visibility: FloatArray,
    start_s: float,
    end_s: float,
    frames: int,
    layout: Layout,
    *,
    until_s: float | None = None,
    person_id: int = FIRST_PERSON,
    due_s: float | None = None,
) -> Window:
    """The window of `frames` samples at even times from `start_s` to `end_s`, both included.

    `times_s` (N,) strictly increasing, N at least 1; `joints` (N, V, 2) px; `visibility` (N, V) in 0..1, zero where
    nobody was in view. Frames outside the window help at its edges. A joint is interpolated between two frames that
    saw it at most MAX_BRIDGE_S apart, and otherwise keeps the place where it was last seen (before that, where it is
    first seen). An unobserved joint lies at (0, 0). `until_s` is the time up to which it is known that no frame
    followed the last one; `due_s` is noted with the window.
    """
    seen = _without_glimpses(visibility >= visibility_floor(layout))
    samples_s = np.linspace(start_s, end_s, frames)
    nearest = _nearest(times_s, samples_s)
    observed = seen[nearest].mean(axis=0) >= OBSERVED_SHARE
    sampled = np.where(observed[:, None], _interpolate(times_s, joints, seen, samples_s), np.float32(0))
    _, scale_px = body_frame(sampled, observed, layout)
    return Window(
        start_s=start_s,
        end_s=end_s,
        joints=sampled,
        visibility=np.where(seen, visibility, np.float32(0))[nearest],
        index_t=(2 * np.arange(frames) / frames - 1).astype(np.float32),
        observed=observed,
        scale_px=scale_px,
        presence=float(visibility[nearest].any(axis=1).mean()),
        coverage=_coverage(times_s, start_s, end_s, until_s),
        person_id=person_id,
        due_s=due_s,
    )


def _without_glimpses(seen: BoolArray) -> BoolArray:
    """Without the joints seen in one frame but in neither neighbour of it: MediaPipe's guess was bold for once.

    The newest frame has no neighbour after it, so a joint that appears is believed one frame late.
    """
    padded = np.concatenate((seen[:1], seen, np.zeros_like(seen[:1])))
    return seen & (padded[:-2] | padded[2:])


def _coverage(times_s: Times, start_s: float, end_s: float, until_s: float | None) -> float:
    """The share of the window outside stretches without frames that are longer than MAX_BRIDGE_S."""
    last_s = end_s if until_s is None else max(end_s, until_s)
    marks_s = np.concatenate(([min(start_s, times_s[0])], times_s, [max(last_s, times_s[-1])]))
    missing = np.diff(marks_s) > MAX_BRIDGE_S + _ROUNDING_S
    within_s = np.diff(marks_s.clip(start_s, end_s))
    return float(1 - within_s[missing].sum() / (end_s - start_s))


def _nearest(times_s: Times, samples_s: Times) -> Indices:
    after = np.searchsorted(times_s, samples_s).clip(0, len(times_s) - 1)
    before = (after - 1).clip(0)
    return np.where(samples_s - times_s[before] < times_s[after] - samples_s, before, after)


def _interpolate(times_s: Times, joints: FloatArray, seen: BoolArray, samples_s: Times) -> FloatArray:
    """Joints (T, V, 2) at the samples, from the frames in which each was seen; arbitrary for one never seen."""
    count = len(times_s)
    frame = np.arange(count)[:, None]
    nowhere = np.ones((1, seen.shape[1]), np.intp)
    last_seen = np.maximum.accumulate(np.where(seen, frame, -1), axis=0)
    next_seen = np.minimum.accumulate(np.where(seen, frame, count)[::-1], axis=0)[::-1]
    passed = np.searchsorted(times_s, samples_s, side="right")
    before = np.concatenate((-nowhere, last_seen))[passed]
    after = np.concatenate((next_seen, count * nowhere))[passed]
    left = np.where(before >= 0, before, after).clip(0, count - 1)
    right = np.where(after < count, after, left)
    span_s = times_s[right] - times_s[left]
    bridged = (span_s > 0) & (span_s <= MAX_BRIDGE_S + _ROUNDING_S)
    share = np.where(bridged, (samples_s[:, None] - times_s[left]) / np.where(bridged, span_s, 1), 0)
    joint = np.arange(seen.shape[1])
    begin, end = joints[left, joint], joints[right, joint]
    return (begin + share[..., None].astype(np.float32) * (end - begin)).astype(np.float32)
