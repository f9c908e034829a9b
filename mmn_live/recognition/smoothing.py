"""Probabilities over the last few windows, which share most of their frames but not their chance errors."""

from __future__ import annotations

from collections import deque

import numpy as np

from mmn_live.types import BoolArray, FloatArray


class Smoother:
    """The mean of the last `windows` probabilities since the last reset."""

    def __init__(self, windows: int) -> None:
        self._last: deque[FloatArray] = deque(maxlen=windows)

    def process(self, probabilities: FloatArray, possible: BoolArray) -> FloatArray:
        """The smoothed probabilities (C,), summing to 1 over the classes that are possible now; 0 for the others."""
        self._last.append(probabilities)
        mean = np.where(possible, np.mean(self._last, axis=0), 0.0)
        return (mean / mean.sum()).astype(np.float32)

    def reset(self) -> None:
        """Forget: what comes next does not continue what was."""
        self._last.clear()
