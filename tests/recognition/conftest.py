"""A person at rest, seen with MediaPipe's jitter, for the tests of recognition."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mmn_live.joints import MA52, Layout
from mmn_live.types import Window

WIDTH_PX = 160.0


@pytest.fixture
def resting() -> Callable[..., Window]:
    """Makes a window of somebody 160 px wide who does not move; jitter is in shoulder widths, more at finger tips."""

    def make(layout: Layout = MA52, seed: int = 0, jitter: float = 0.005, tip_jitter: float = 0.012) -> Window:
        rng = np.random.default_rng(seed)
        places = rng.uniform(100, 500, (layout.size, 2))
        deviation = [tip_jitter if name.endswith("_tip") else jitter for name in layout.names]
        noise = rng.normal(0, 1, (64, layout.size, 2)) * np.array(deviation)[:, None] * WIDTH_PX
        return Window(
            start_s=1.0,
            end_s=3.0,
            joints=(places + noise).astype(np.float32),
            visibility=np.ones((64, layout.size), np.float32),
            index_t=(2 * np.arange(64) / 64 - 1).astype(np.float32),
            observed=np.ones(layout.size, bool),
            scale_px=WIDTH_PX,
            presence=1.0,
            coverage=1.0,
        )

    return make
