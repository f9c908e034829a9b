"""`mmn-live --lsl`: what a listener hears of a run is what its session says, and no listener can end the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmn_live.cli import main
from mmn_live.recording import SessionReader

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("model_files")]

NODS = "".join(f"{start_s} 2.4 nodding\n" for start_s in range(3, 112, 7))
SCRIPT = f"figure: seated\nview: half\nseed: 4\nlook: 2\nduration: 120\n{NODS}"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The built-in actor nods every seven seconds, on LSL, for longer than the test may take."""
    pytest.importorskip("mne_lsl")
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    arguments = ["--demo", "--script", script, "--fps", 15, "--session", tmp_path / "P07"]
    process = subprocess.Popen(
        [sys.executable, "-m", "mmn_live", "--lsl", "--no-display", *map(str, arguments)],
        env={**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def lsl_facts(folder: Path) -> dict[str, Any] | None:
    try:
        return json.loads((folder / "session.json").read_text(encoding="utf-8")).get("lsl")
    except FileNotFoundError:
        return None


def source_ids(folder: Path, process: subprocess.Popen[str]) -> list[str]:
    """The ids of the run's streams, as soon as the session names them."""
    deadline_s = time.monotonic() + 60
    while (facts := lsl_facts(folder)) is None:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    return [stream["source_id"] for stream in facts["streams"].values()]


class Places:
    """Where times of a session lie on LSL's clock, from the capture times that the session holds.

    A time after the newest frame is stamped before the next frame is there: exact for a camera, and off by as much as
    two frames of the actor come too late or too early.
    """

    def __init__(self, session: SessionReader, offset_s: float) -> None:
        rows = list(session.frames())
        self._times_s = np.array([row.time_s for row in rows])
        self._stamps_s = np.array([row.captured_s + offset_s for row in rows])

    def check(self, stamp: float, time_s: float) -> None:
        unevenness_s = np.abs(np.diff(self._stamps_s) - np.diff(self._times_s))
        after = int(np.clip(np.searchsorted(self._times_s, time_s), 1, len(unevenness_s)))
        tolerance_s = 0.01 + unevenness_s[after - 1 : after + 1].sum()
        assert stamp == pytest.approx(np.interp(time_s, self._times_s, self._stamps_s), abs=tolerance_s)


def test_a_run_is_heard_as_it_is_recorded(demo: subprocess.Popen[str], listen: Callable[..., Any], tmp_path: Path):
    folder = tmp_path / "P07"
    ids = source_ids(folder, demo)
    listener, doomed = listen(ids), listen(ids)
    doomed.wait_for("frames", 10)
    doomed.kill()
    listener.wait_for("markers", 4)
    demo.send_signal(signal.SIGINT)
    said, _ = demo.communicate(timeout=120)
    assert demo.returncode == 0, said
    listener.close()

    session, facts = SessionReader(folder), lsl_facts(folder)
    assert facts is not None
    assert session.ended == "stopped by the user"
    assert facts["failed_samples"] == 0
    assert abs(facts["at_end"]["offset_s"] - facts["offset_s"]) < 1e-3
    captured_s = {row.index: row.captured_s for row in session.frames()}
    heard = listener.of("frames")
    indices = [int(float(sample.sample[0])) for sample in heard]
    assert indices == list(captured_s)[-len(indices) :]
    assert len(indices) > 60
    for index, sample in zip(indices, heard, strict=True):
        assert sample.stamp == pytest.approx(captured_s[index] + facts["offset_s"], abs=1e-5)

    place = Places(session, facts["offset_s"])
    sent = listener.of("probabilities")
    assert len(sent) > 5
    for sample, prediction in zip(sent, list(session.predictions())[-len(sent) :], strict=True):
        assert [float(value) for value in sample.sample[2:]] == pytest.approx(prediction.probabilities, abs=1e-5)
        place.check(sample.stamp, prediction.end_s)

    markers = [(json.loads(sample.sample[0]), sample) for sample in listener.of("markers")]
    offsets = [text for text, _ in markers if text["marker"] == "offset"]
    assert [(text["label"], text["onset_s"], text["offset_s"]) for text in offsets] == [
        (event.label, pytest.approx(event.onset_s, abs=1e-5), pytest.approx(event.offset_s, abs=1e-5))
        for event in list(session.events())[-len(offsets) :]
    ]
    kinds = [text["marker"] for text, _ in markers]
    begun = kinds.index("onset")  # the listener may have come in the middle of an event
    assert kinds[begun:] == ["onset", "offset"] * (len(kinds[begun:]) // 2)
    for text, sample in markers:
        when_s = text[f"{text['marker']}_s"]
        place.check(sample.stamp, when_s)
        newest_s = max(float(frame.sample[1]) for frame in heard if frame.received <= sample.received)
        print(f"{text['marker']} of {text['label']}: heard when the run was {newest_s - when_s:.2f} s further on")
        assert newest_s >= when_s
    assert "nodding" in {text["label"] for text in offsets}


def test_without_the_library_there_is_one_message_and_no_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in [name for name in sys.modules if name.partition(".")[0] == "mne_lsl"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mne_lsl", None)
    arguments = ["--demo", "--lsl", "--no-display", "--session", str(tmp_path / "P07")]
    monkeypatch.setattr(sys, "argv", ["mmn-live", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert 'pip install "mmn-live[lsl]"' in capsys.readouterr().err
    assert not (tmp_path / "P07").exists()
