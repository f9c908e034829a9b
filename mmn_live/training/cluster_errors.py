"""Errors of points that go together, a limb's or a hand's: bias, gain, lag, and what changes with time and place.

Points are (N, P, 2), in shoulder widths.
"""

from __future__ import annotations

import numpy as np

from mmn_live.actor.figure import Points

LEAST_FRAMES = 12
"""A figure of fewer is none."""
MOVES, _STIRS = 0.04, 0.005
"""Motion (standard deviation, shoulder widths) of which gain and lag are measured, and small motion."""
USUAL_LAG_S = 0.03

_STILL_PER_S = 0.15
_LAGS_S = np.arange(-2, 16) / 100
_MEMORY_S = (0.1, 0.35, 0.7)
_LATER_S, _STAYED, _WENT = 1.0, 0.02, 0.2

Figures = dict[str, float]


def errors_of(times_s: Points, seen: Points, true: Points) -> Figures:
    """The figures of one cluster (N, P, 2)."""
    error = seen - true
    bias = np.median(error, 0)
    own = bias.var(0, ddof=1).sum() if len(bias) > 1 else 0.0
    figures = {"bias": rms(bias), "own share of the bias": float(min(own / max((bias**2).mean(0).sum(), 1e-12), 1.0))}
    middle = true.mean(1)
    moved = float((middle - middle.mean(0)).std())
    gain, lag_s = 1.0, USUAL_LAG_S
    if moved > MOVES:
        gain, lag_s = followed(times_s, seen.mean(1), middle)
        figures |= {"gain": gain, "lag s": lag_s}
    later = delayed(times_s, true, lag_s)
    if _STIRS < moved < MOVES / 2:
        figures["gain of small motion"] = slope(later.mean(1), seen.mean(1))
    speed = np.linalg.norm(np.gradient(true, times_s, axis=0), axis=-1).max(1)
    still = np.convolve(speed < _STILL_PER_S, np.ones(3), "same") == 3
    if still.sum() >= LEAST_FRAMES:
        figures |= _still_errors(times_s, seen - later, still)
    return figures


def changes_of(times_s: Points, seen: Points, true: Points) -> Figures:
    """By how much a cluster's error has changed a second later, where it is in the same place then and elsewhere."""
    step = max(1, round(_LATER_S / float(np.median(np.diff(times_s)))))
    middle, error = true.mean(1), (seen - true).mean(1)
    went = np.linalg.norm(middle[step:] - middle[:-step], axis=-1)
    changed = np.linalg.norm(error[step:] - error[:-step], axis=-1)
    return {
        f"change of the error {name}": float(np.median(changed[there]))
        for name, there in (("at rest", went < _STAYED), ("elsewhere", went > _WENT))
        if there.sum() >= LEAST_FRAMES
    }


def _still_errors(times_s: Points, error: Points, still: np.ndarray) -> Figures:
    error = error - error[still].mean(0)
    together = error.mean(1, keepdims=True)
    quick = np.diff(error, n=2, axis=0)[still[2:] & still[1:-1] & still[:-2]]
    figures = {
        "wander": float(together[still].std()),
        "own wander": float((error - together)[still].std()),
        "quick jitter": rms(quick) / np.sqrt(6),
    }
    interval_s = float(np.median(np.diff(times_s)))
    for after_s in _MEMORY_S:
        step = max(1, round(after_s / interval_s))
        both = still[step:] & still[:-step]
        if both.sum() >= LEAST_FRAMES:
            product = (together[step:][both] * together[:-step][both]).mean()
            figures[f"memory after {after_s} s"] = float(product / max((together[still] ** 2).mean(), 1e-12))
    return figures


def followed(times_s: Points, seen: Points, true: Points) -> tuple[float, float]:
    """Gain and lag in seconds with which `seen` (N, 2) best follows `true`."""
    fits = []
    for lag_s in _LAGS_S:
        later = _at(times_s - lag_s, times_s, true)
        gain = slope(later, seen)
        rest = (seen - seen.mean(0)) - gain * (later - later.mean(0))
        fits.append(((rest**2).sum(), gain, float(lag_s)))
    _, gain, lag_s = min(fits)
    return gain, lag_s


def delayed(times_s: Points, points: Points, lag_s: float) -> Points:
    """Points (N, P, 2) as they were `lag_s` before each time."""
    return np.stack([_at(times_s - lag_s, times_s, points[:, point]) for point in range(points.shape[1])], 1)


def _at(wanted_s: Points, times_s: Points, values: Points) -> Points:
    """Values (N, C) at other times, straight lines between."""
    return np.stack([np.interp(wanted_s, times_s, column) for column in values.T], -1)


def slope(true: Points, seen: Points) -> float:
    """Of `seen` over `true`, both about their means."""
    true, seen = true - true.mean(0), seen - seen.mean(0)
    return float((true * seen).sum() / max((true**2).sum(), 1e-12))


def rms(values: Points) -> float:
    """The root of the mean square; 0 of nothing."""
    return float(np.sqrt((values**2).mean())) if values.size else 0.0
