"""Small vector algebra and smooth signals, vectorised over the leading axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mmn_live.actor.figure import Points

DEGREE = np.pi / 180
TAU = 2 * np.pi
SIDE_SIGNS = np.array([[1.0], [-1.0]])
"""(2, 1): the x direction of the person's left and right."""


def vector(x: float, y: float, z: float) -> Points:
    """A point or direction (3,)."""
    return np.array([x, y, z], float)


def unit(vectors: Points) -> Points:
    """Vectors (..., 3) brought to length one; a zero vector stays zero."""
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)


def rotate(rotations: Points, vectors: ArrayLike) -> Points:
    """Rotations (..., 3, 3) applied to vectors (..., 3)."""
    return np.matmul(rotations, np.asarray(vectors, float)[..., None])[..., 0]


def rotation(yaw: ArrayLike, pitch: ArrayLike, roll: ArrayLike) -> Points:
    """Ry(yaw) Rx(pitch) Rz(roll), radians, (..., 3, 3).

    Positive yaw turns to the figure's left, positive pitch bows forward, positive roll leans to the figure's right.
    """
    yaw, pitch, roll = np.broadcast_arrays(yaw, pitch, roll)
    (cy, cp, cr), (sy, sp, sr) = (np.cos((yaw, pitch, roll)), np.sin((yaw, pitch, roll)))
    rows = (
        (cy * cr + sy * sp * sr, -cy * sr + sy * sp * cr, sy * cp),
        (cp * sr, cp * cr, -sp),
        (-sy * cr + cy * sp * sr, sy * sr + cy * sp * cr, cy * cp),
    )
    return np.stack([np.stack(row, -1) for row in rows], -2)


def smoothstep(x: ArrayLike) -> Points:
    """0 up to x = 0, 1 from x = 1, with zero speed and acceleration at both ends (quintic)."""
    x = np.clip(x, 0.0, 1.0)
    return x * x * x * (x * (6 * x - 15) + 10)


def drift(
    rng: np.random.Generator, time_s: Points, amplitude: float, band_hz: tuple[float, float], dims: int, waves: int = 3
) -> Points:
    """Smooth noise (T, dims): a sum of sinusoids of random frequency in the band; `amplitude` is its RMS."""
    frequency = rng.uniform(*band_hz, (waves, dims))
    phase = rng.uniform(0, TAU, (waves, dims))
    return np.sin(TAU * frequency * time_s[:, None, None] + phase).sum(1) * amplitude * np.sqrt(2 / waves)
