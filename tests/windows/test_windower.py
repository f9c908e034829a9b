"""Windows by the clock, whatever the frames do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.types import Gap, Window
from mmn_live.windows import Windower

Person = Callable[..., Any]


def _windows(windower: Windower, items: list[Any]) -> list[Window]:
    return [window for item in items for window in windower.process(item)]


def test_windows_end_at_multiples_of_the_stride(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    windows = _windows(windower, person(MA52, 4.0, fps=29.97).skeletons())
    np.testing.assert_allclose([window.end_s for window in windows], np.arange(4, 20) * 0.2)
    np.testing.assert_allclose(
        [window.start_s for window in windows], np.maximum(np.arange(-6, 10) * 0.2, 0), atol=1e-9
    )
    assert all(window.coverage == 1 and window.presence == 1 for window in windows)
    assert all(window.at_s == window.end_s for window in windows)


def test_the_last_windows_of_a_session_end_with_it(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    skeletons = person(MA52, 4.0, fps=29.97).skeletons()
    before = _windows(windower, skeletons)[-1]
    windows = windower.flush()
    starts_s = np.arange(10, 17) * 0.2
    np.testing.assert_allclose([window.start_s for window in windows], starts_s)
    np.testing.assert_allclose([window.at_s for window in windows], starts_s + 2.0)
    assert windows[0].at_s == pytest.approx(before.end_s + 0.2)
    assert all(window.end_s == skeletons[-1].time_s and window.coverage == 1 for window in windows)
    assert windows[-1].end_s - windows[-1].start_s >= 0.7
    assert windower.flush() == []


def test_whoever_comes_late_has_short_windows_first(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    windows = _windows(windower, [s for s in person(MA52, 5.0).skeletons() if s.time_s >= 3.05])
    first_s = windows[0].start_s
    assert first_s >= 3.05
    assert windows[0].end_s == pytest.approx(3.8)
    assert [window.start_s for window in windows[:3]] == [first_s] * 3
    assert all(window.coverage == 1 for window in windows)


def test_in_a_gap_no_session_ends(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    made = _windows(windower, [*person(MA52, 3.0).skeletons(), Gap(3.0, 3.3, "camera away")])
    assert made[-1].end_s - made[-1].start_s == pytest.approx(2.0)
    assert windower.flush() == []


def test_the_same_frames_give_the_same_windows_however_many_are_kept(person: Person) -> None:
    skeletons = person(MA52, 6.0).skeletons()
    late = [s for s in skeletons if s.time_s >= 2.0]
    whole = _windows(Windower(MA52, 2.0, 0.2, 64), skeletons)
    part = _windows(Windower(MA52, 2.0, 0.2, 64), late)
    np.testing.assert_array_equal(whole[-1].joints, part[-1].joints)
    assert whole[-1].end_s == part[-1].end_s


def test_memory_is_bounded_by_time(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    _windows(windower, person(MA52, 30.0, fps=100).skeletons())
    assert len(windower._kept) <= 100 * (2.0 + 0.2 + 0.5) + 2


def test_a_jump_in_time_is_never_bridged(person: Person) -> None:
    skeletons = [s for s in person(MA52, 10.0).skeletons() if not 3.0 < s.time_s < 5.0]
    windows = _windows(Windower(MA52, 2.0, 0.2, 64), skeletons)
    touched = [window.end_s for window in windows if window.coverage < 1]
    assert min(touched) == pytest.approx(3.2)
    assert max(touched) == pytest.approx(6.8)
    assert all(window.coverage == 1 for window in windows if window.end_s >= 7.0 or window.end_s <= 3.0)


def test_a_gap_is_reported_while_it_lasts_and_ends_with_the_frames_it_holds(person: Person) -> None:
    skeletons = person(MA52, 3.0).skeletons()
    windower = Windower(MA52, 2.0, 0.2, 64)
    _windows(windower, skeletons)
    gaps = [Gap(3.0, end_s, "camera away") for end_s in np.arange(3.6, 60, 0.25)]
    windows = _windows(windower, gaps)
    assert windows[0].end_s == pytest.approx(3.2)
    assert all(window.coverage < 1 for window in windows)
    assert windows[-1].end_s <= 5.0 + 1e-6
    assert len(windower._kept) < 60


def test_a_leap_of_the_clock_makes_no_flood_of_windows(person: Person) -> None:
    first, second = person(MA52, 3.0).skeletons(), person(MA52, 3.0).skeletons()
    leap = [type(s)(s.index, s.time_s + 1e9, s.joints, s.visibility, s.landmarks) for s in second]
    windower = Windower(MA52, 2.0, 0.2, 64)
    assert len(_windows(windower, [*first, *leap])) < 40
    assert len(windower.flush()) < 10


def test_no_window_is_longer_than_its_length_after_a_gap_or_with_a_long_stride(person: Person) -> None:
    skeletons = person(MA52, 20.0).skeletons()
    before, after = skeletons[:60], [s for s in skeletons if 9.9 < s.time_s < 10.1]
    windower = Windower(MA52, 2.0, 0.2, 64)
    _windows(windower, [*before, Gap(before[-1].time_s, after[0].time_s, "camera away"), *after])
    last = windower.flush()
    assert last
    assert all(window.end_s - window.start_s <= 2.0 + 1e-9 and window.coverage < 1 for window in last)
    slow = Windower(MA52, 2.0, 5.0, 64)
    assert _windows(slow, [s for s in skeletons if s.time_s < 4.9]) == []
    (window,) = slow.flush()
    assert window.end_s - window.start_s == pytest.approx(2.0)
    assert window.coverage == 1


def test_a_session_of_a_third_of_a_window_is_looked_at_and_a_shorter_one_called_uncovered(person: Person) -> None:
    for duration_s, covered in ((0.78, True), (0.1, False)):
        windower = Windower(MA52, 2.0, 0.2, 64)
        assert _windows(windower, person(MA52, duration_s).skeletons()) == []
        (window,) = windower.flush()
        assert (window.coverage == 1) is covered
        assert windower.flush() == []


def test_a_short_video_is_told_apart_into_its_beginning_and_its_end(person: Person) -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    windows = [*_windows(windower, person(MA52, 1.5).skeletons()), *windower.flush()]
    centres_s = [(window.start_s + window.end_s) / 2 for window in windows]
    assert centres_s[0] < 0.45
    assert centres_s[-1] > 1.0
    assert centres_s == sorted(centres_s)
    np.testing.assert_allclose(np.diff([window.at_s for window in windows]), 0.2)


def test_a_session_without_frames_has_no_windows() -> None:
    windower = Windower(MA52, 2.0, 0.2, 64)
    assert windower.process(Gap(0.0, 5.0, "camera away")) == []
    assert windower.flush() == []


@pytest.mark.parametrize(
    ("window_s", "stride_s"), [(0.0, 0.2), (2.0, -1.0), (np.inf, 0.2), (np.nan, 0.2), (2.0, np.nan)]
)
def test_lengths_that_are_not_positive_and_finite_are_refused(window_s: float, stride_s: float) -> None:
    with pytest.raises(UsageError, match="above 0"):
        Windower(MA52, window_s, stride_s, 64)
