"""What a run leaves on disk, and where it says that it lies."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from mmn_live.pipeline import Recorder
from mmn_live.types import Frame, People

IMAGE = np.zeros((48, 64, 3), np.uint8)


def record(recorder: Recorder, time_s: float) -> None:
    recorder.frame(Frame(0, time_s, IMAGE, time.monotonic()), People(0, time_s, ()), IMAGE, 0, 1.0)


def test_videos_and_snapshots_are_numbered_never_overwritten_and_told(tmp_path: Path) -> None:
    first = tmp_path / "run.mp4"
    recorder = Recorder(video=first, record=True)
    record(recorder, 0.0)
    recorder.toggle_video()
    assert recorder.recording_s is None
    recorder.snapshot(IMAGE)
    recorder.snapshot(IMAGE)
    recorder.toggle_video()
    record(recorder, 1.0)
    recorder.toggle_video()
    recorder.toggle_video()  # ended before it got a frame
    recorder.close("end of source")
    names = ["run.mp4", "snapshot.png", "snapshot-2.png", "run-2.mp4"]
    assert [path.name for path in recorder.files] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_run_that_never_began_leaves_nothing(tmp_path: Path) -> None:
    Recorder(video=tmp_path / "run.mp4", record=True).discard()
    assert not list(tmp_path.iterdir())
