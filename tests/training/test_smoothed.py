"""What goes into MediaPipe's filter, so that what comes out is as large as it was measured."""

from __future__ import annotations

import numpy as np

from mmn_live.training.smoothed import raw, smoothed

REGION = 6.5


def test_white_noise_comes_out_about_as_large_as_was_asked_for() -> None:
    noise = np.random.default_rng(1).standard_normal((4000, 1))
    times_s = np.arange(4000) / 11
    for quick in (0.001, 0.002, 0.005):
        seen = smoothed(times_s, raw(quick) * noise, REGION)
        assert 0.4 < np.diff(seen, n=2, axis=0).std() / np.sqrt(6) / quick < 1.0
