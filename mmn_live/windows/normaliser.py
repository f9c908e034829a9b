"""A window as the network's input: the released networks' preprocessing, and ours.

A joint that was not observed moves nothing: its pixels are never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mmn_live.joints import Layout
from mmn_live.types import BoolArray, FloatArray, Window
from mmn_live.windows.body import body_frame
from mmn_live.windows.visible import confidence

if TYPE_CHECKING:
    from mmn_live.models import Preprocessing

_REACH = 6.0
"""Positions further from the body than this, in shoulder widths, are a tracker's error."""

_MOTION_GAIN = 4.0
"""Small motion lies two orders below posture; the gain lifts it into view of the first layer."""

_EPSILON = 1e-6

_CHANNELS: dict[Preprocessing, int] = {"official": 2, "body": 7}
_MIRRORED: dict[Preprocessing, tuple[int, ...]] = {"official": (0,), "body": (0, 3, 5)}


def channels(preprocessing: Preprocessing) -> int:
    """How many channels C that preprocessing makes."""
    return _CHANNELS[preprocessing]


def mirrored_channels(preprocessing: Preprocessing) -> tuple[int, ...]:
    """Of those channels the ones that change their sign when the image is mirrored."""
    return _MIRRORED[preprocessing]


def normalise(window: Window, layout: Layout, preprocessing: Preprocessing) -> FloatArray:
    """The network's input (C, T, V), joints in network order.

    "official": x and y, each brought to [-1, 1] by its extremes over the window's observed joints, which a joint that
    was not observed cannot be: it lies at the mean of the others. "body": x and y from mid-shoulder in shoulder
    widths; confidence (0, 0.5 a hand's fallback point, 1); x and y from their means over the window, times 4; x and y
    from the nose. A joint that was not observed is 0 in all seven.
    """
    is_official = preprocessing == "official"
    points = _to_unit_range(window.joints, window.observed) if is_official else _body(window, layout)
    return np.ascontiguousarray(points[:, list(layout.network_order)].transpose(2, 0, 1), dtype=np.float32)


def official_clip(
    keypoints: NDArray[np.floating], layout: Layout, frames: int = 64, *, bones: bool = False
) -> tuple[FloatArray, FloatArray]:
    """The input (2, frames, V, 1) and index_t (frames,) that the released networks are tested with.

    `keypoints` is a whole clip (T, V, 2) in pixels. With `bones`, differences of joints take the joints' place. The
    truncation of numpy's own `linspace` is part of the published preprocessing.
    """
    length = len(keypoints)
    picked = np.linspace(0, length - 1, frames).astype(int)
    scaled = _to_unit_range(keypoints, np.ones(layout.size, bool))[picked]
    points = _bones(scaled, layout) if bones else scaled
    inputs = points[:, list(layout.network_order)].transpose(2, 0, 1)[..., None]
    index_t = 2 * picked.astype(np.float32) / length - 1
    return np.ascontiguousarray(inputs, dtype=np.float32), index_t.astype(np.float32)


def _to_unit_range(points: NDArray[np.floating], observed: BoolArray) -> NDArray[np.float64]:
    """Points (T, V, 2) with each coordinate brought to [-1, 1] by its extremes over the observed joints."""
    if not observed.any():
        return np.zeros(points.shape)
    believed = points[:, observed].astype(np.float64)
    filled = np.where(observed[:, None], points, believed.mean(axis=(0, 1)))
    low, high = believed.min(axis=(0, 1)), believed.max(axis=(0, 1))
    return (filled - low) / (high - low + _EPSILON) * 2 - 1


def _bones(points: NDArray[np.float64], layout: Layout) -> NDArray[np.float64]:
    """Differences (T, V, 2) along the layout's bone pairs; a later pair replaces an earlier one with the same end."""
    bones = np.zeros_like(points)
    for end, begin in layout.bone_pairs:
        bones[:, end] = points[:, end] - points[:, begin]
    return bones


def _body(window: Window, layout: Layout) -> FloatArray:
    """The seven channels (T, V, 7) of the "body" preprocessing, joints in data order."""
    origin, scale_px = body_frame(window.joints, window.observed, layout)
    observed = window.observed[:, None]
    place = np.clip((window.joints - origin) / max(scale_px, _EPSILON), -_REACH, _REACH)
    place = np.where(observed, place, np.float32(0))
    motion = _MOTION_GAIN * (place - place.mean(axis=0))
    nose = layout.index("nose")
    from_nose = np.where(observed & window.observed[nose], place - place[:, nose : nose + 1], np.float32(0))
    believed = np.where(window.observed, confidence(window.visibility, layout), np.float32(0))
    return np.concatenate((place, believed[..., None], motion, from_nose), axis=-1)
