"""The actor as a source: exact times, the same pixels every time, at most real time, closed at once."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from mmn_live.actor.script import Cue, Script
from mmn_live.errors import UsageError
from mmn_live.sources.demo import DemoSource

SIZE = (160, 120)
NOD = Script((Cue(0.1, 0.4, "nodding"),), 0.6, "webcam")


def test_frames_carry_the_script_s_exact_times() -> None:
    with DemoSource(NOD, size=SIZE, fps=12.5, pace=False) as source:
        frames = list(source)
        assert [frame.index for frame in frames] == list(range(8))
        assert [frame.time_s for frame in frames] == [index / 12.5 for index in range(8)]
        assert {frame.image.shape for frame in frames} == {(120, 160, 3)}
        assert (source.info.kind, source.info.live, source.info.frame_count) == ("actor", False, 8)
        assert [label.name for label in source.performance.labels] == ["nodding"]


def test_same_seed_same_pixels_other_seed_others() -> None:
    one, same, other = ([f.image for f in DemoSource(NOD, seed, SIZE, 5, pace=False)] for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert (np.array(one) != np.array(other)).mean() > 0.5


def test_script_without_anybody_is_an_empty_room(tmp_path: Path) -> None:
    script = tmp_path / "empty.txt"
    script.write_text("figure: none\nduration: 0.4\n", encoding="utf-8")
    with DemoSource(script, size=SIZE, fps=10, pace=False) as source:
        images = [frame.image.astype(int) for frame in source]
        assert source.performance.figure is None
        assert source.info.name == str(script)
    assert len(images) == 4
    assert np.abs(images[0] - images[3]).mean() < 15


def test_frames_do_not_come_faster_than_life() -> None:
    began_s = time.monotonic()
    frames = list(DemoSource(NOD, size=SIZE, fps=10))
    assert len(frames) == 6
    for frame in frames:
        assert frame.captured_at_s >= began_s + frame.time_s


def test_close_ends_the_wait_for_the_next_frame() -> None:
    with DemoSource(Script((), 1000.0), size=SIZE, fps=0.01) as source:
        frames = iter(source)
        next(frames)
        closing = threading.Timer(0.05, source.close)
        closing.start()
        began_s = time.monotonic()
        assert list(frames) == []
        assert time.monotonic() - began_s < 5
        closing.join()


@pytest.mark.parametrize(("size", "fps"), [((8, 8), 25), (SIZE, 0)])
def test_what_cannot_be_shown_is_refused(size: tuple[int, int], fps: float) -> None:
    with pytest.raises(UsageError, match=r"cannot be shown at \d+x\d+"):
        DemoSource(NOD, size=size, fps=fps)


def test_missing_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        DemoSource(tmp_path / "missing.txt")


def test_after_a_pause_the_actor_goes_on_at_the_pace_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, waits_s = 0.0, []

    def wait(seconds: float) -> bool:
        nonlocal now_s
        now_s += seconds
        waits_s.append(seconds)
        return False

    monkeypatch.setattr(time, "monotonic", lambda: now_s)
    source = DemoSource(NOD, size=SIZE, fps=10)
    monkeypatch.setattr(source._closed, "wait", wait)
    for frame in source:
        now_s += 3.0 if frame.index == 1 else 0.0
    assert waits_s == pytest.approx([0, 0.1, 0, 0.1, 0.1, 0.1])
