"""Clocks: the offset of two, and the place of a session's time on the host's."""

from __future__ import annotations

import time

import numpy as np
import pytest

from mmn_live.streams.clock import SessionClock, measure_offset


@pytest.mark.parametrize("apart_s", [-1234.5, 0.0, 98765.4321])
def test_the_offset_lies_within_its_uncertainty(apart_s: float) -> None:
    measured = measure_offset(lambda: time.monotonic() + apart_s)
    assert abs(measured.offset_s - apart_s) <= measured.uncertainty_s + 1e-9
    assert measured.uncertainty_s < 0.02


def test_a_slow_reading_is_not_the_one_that_counts() -> None:
    readings = iter(range(10_000))

    def interrupted() -> float:
        now_s = time.monotonic()
        if next(readings) % 10:  # nine of ten readings are interrupted after the look at the clock
            time.sleep(0.001)
        return now_s + 5.0

    measured = measure_offset(interrupted)
    assert measured.offset_s == pytest.approx(5.0, abs=5e-4)


def test_times_between_frames_are_interpolated_and_others_run_evenly() -> None:
    times_s, captured_s = np.array([0.0, 0.1, 0.3, 0.4]), np.array([50.0, 50.11, 50.29, 50.42])
    clock = SessionClock()
    assert not clock
    for time_s, host_s in zip(times_s, captured_s, strict=True):
        clock.add(time_s, host_s)
    asked_s = np.linspace(0.0, 0.4, 41)
    expected_s = np.interp(asked_s, times_s, captured_s)
    assert [clock.host_s(time_s) for time_s in asked_s] == pytest.approx(expected_s)
    assert clock.host_s(-1.0) == pytest.approx(49.0)
    assert clock.host_s(2.4) == pytest.approx(52.42)
