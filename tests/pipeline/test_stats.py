import numpy as np
import pytest

from mmn_live.pipeline.stats import StatsMeter
from mmn_live.types import Frame

IMAGE = np.zeros((1, 1, 3), np.uint8)


def frame(index: int, fps: float, captured_at_s: float = 0.0) -> Frame:
    return Frame(index, index / fps, IMAGE, captured_at_s)


def test_the_delivered_rate_is_measured_not_announced():
    meter = StatsMeter(announced_fps=30.0)
    for i in range(100):
        meter.frame(frame(i, fps=12.5), now_s=i / 12.5)
    stats = meter.stats()
    assert stats.delivered_fps == pytest.approx(12.5)
    assert stats.announced_fps == 30.0


def test_dropped_frames_are_the_jumps_in_the_index_and_count_as_delivered():
    meter = StatsMeter(None)
    dropped = [meter.frame(frame(i, fps=30), now_s=i / 30)[1] for i in (2, 3, 7, 8)]
    stats = meter.stats()
    assert dropped == [2, 0, 3, 0]
    assert stats.dropped_frames == 5
    assert stats.delivered_frames == 9
    assert stats.delivered_fps == pytest.approx(30.0)


def test_latency_is_from_capture_to_the_moment_given():
    meter = StatsMeter(None)
    for i in range(100):
        meter.frame(frame(i, 30, captured_at_s=i), now_s=i + (0.2 if i >= 90 else 0.05))
    stats = meter.stats()
    assert stats.latency_ms_p50 == pytest.approx(50)
    assert stats.latency_ms_p95 == pytest.approx(200)
