"""Builders of skeletons for the tests of windows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from mmn_live.joints import Layout
from mmn_live.types import FloatArray, Landmarks, Skeleton

_PLACES = {
    "nose": (300, 150), "left_eye": (315, 140), "right_eye": (285, 140),
    "left_ear": (330, 145), "right_ear": (270, 145), "left_shoulder": (380, 250), "right_shoulder": (220, 250),
    "left_wrist": (400, 420), "right_wrist": (200, 420),
}  # fmt: skip


@dataclass(frozen=True)
class Track:
    """Frames of one person: `times_s` (N,), `joints` (N, V, 2), `visibility` (N, V)."""

    times_s: np.ndarray
    joints: FloatArray
    visibility: FloatArray

    def skeletons(self) -> list[Skeleton]:
        someone = Landmarks(np.zeros((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
        return [
            Skeleton(i, float(self.times_s[i]), self.joints[i], self.visibility[i], someone)
            for i in range(len(self.times_s))
        ]


@pytest.fixture
def person() -> Callable[..., Track]:
    """Makes a person 160 px wide at the shoulders, every joint seen and in motion of some pixels, from 0 s on."""

    def make(layout: Layout, duration_s: float = 3.0, fps: float = 30.0, seed: int = 0) -> Track:
        rng = np.random.default_rng(seed)
        rest = np.array([_PLACES.get(name, rng.uniform((200, 250), (400, 450))) for name in layout.names])
        times_s = np.arange(0, duration_s + 1e-9, 1 / fps)
        swing = rng.uniform(2, 8, rest.shape) * np.sin(rng.uniform(2, 6, rest.shape) * times_s[:, None, None])
        joints = (rest + swing).astype(np.float32)
        return Track(times_s, joints, np.ones(joints.shape[:2], np.float32))

    return make
