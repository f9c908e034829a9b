"""What was measured of MediaPipe's errors, as tables to draw from: how much of each, by how bad things are.

A table has a last axis (L,) of `LEVELS`, which run from 0, as little as may be, to 1, as much.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.training.landmarks import DEPTHS, QUANTILES

Rng = np.random.Generator

MEASURED_FILE = Path(__file__).with_name("measured.json")
_MEASURED: dict[str, list[float]] = json.loads(MEASURED_FILE.read_text(encoding="utf-8"))
"""`QUANTILES` over tracks of every figure of landmark_errors.py, and the face of heads.py; written by
`benchmarks/observation.py --fit`."""

_NOTHING = [0.0] * len(QUANTILES)

LEVELS = np.array((0.0, *QUANTILES, 1.0))
"""How bad something is, or how strong, among all that may be; measured at all but the ends."""


def fixed(name: str) -> Points:
    """(N,): what is the same for all that is seen, and no spread over tracks."""
    return np.array(_MEASURED[name])


def amounts(name: str) -> Points:
    """(L,) at `LEVELS`, logarithms: from half the 10th percentile that was measured to twice the 90th."""
    measured = np.maximum(_MEASURED[name], 1e-5)
    return np.log([measured[0] / 2, *measured, 2 * measured[-1]])


def ratios(name: str) -> Points:
    """(L,) at `LEVELS`, logarithms, no farther than from the 10th to the 90th percentile that was measured."""
    measured = _MEASURED[name]
    return np.log([measured[0], *measured, measured[-1]])


def gains(name: str) -> Points:
    """(L,) at `LEVELS`. The farthest is no loss, or what was measured if that is more."""
    measured = _MEASURED[name]
    return np.array([measured[0] - 0.1, *measured, max(1.0, measured[-1])])


def shares(name: str) -> Points:
    """(L,) at `LEVELS`, between 0 and 1."""
    measured = _MEASURED[name]
    return np.array([measured[0] / 2, *measured, measured[-1]])


def curve(name: str, group: str) -> Points:
    """(D, L): a figure in each of `DEPTHS`, of the elbows or the depth before where the group has none there."""
    rows: list[list[float]] = []
    for depth in DEPTHS:
        where = (f"{name} of {one} to {depth:g} outside" for one in (group, "elbows"))
        rows.append(next((_MEASURED[one] for one in where if one in _MEASURED), rows[-1] if rows else _NOTHING))
    return np.array([[row[0], *row, row[-1]] for row in rows])


def at_level(table: Points, level: Points) -> Points:
    """The table's (..., L) value at each level (...) from 0 to 1: how bad, or how strong, among all that may be."""
    position = np.clip(np.searchsorted(LEVELS, level, side="right") - 1, 0, len(LEVELS) - 2)
    share = (level - LEVELS[position]) / (LEVELS[position + 1] - LEVELS[position])
    low = np.take_along_axis(table, position[..., None], -1)[..., 0]
    high = np.take_along_axis(table, position[..., None] + 1, -1)[..., 0]
    return low * (1 - share) + high * share


def levels(rng: Rng, badness: float, shape: tuple[int, ...]) -> Points:
    """How bad things are, 0 to 1: half of them as bad as `badness`, the others anything."""
    return np.where(rng.random(shape) < 0.5, badness, rng.random(shape))


def amounts_drawn(rng: Rng, badness: float, table: Points) -> Points:
    """Of a table (..., L) of `amounts`, an amount (...) each."""
    return np.exp(at_level(table, levels(rng, badness, table.shape[:-1])))


def shared(together: Points, alone: Points, own: Points | float = 0.5) -> Points:
    """Of normal draws that several have in common and such of each alone: of the square, a share of each's own."""
    return np.sqrt(1 - own) * together + np.sqrt(own) * alone
