"""`mmn-live` with good and bad input: what it says, how it ends, what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pytest

from mmn_live.cli import main
from mmn_live.pose import ModelFiles
from mmn_live.recording import SessionReader

pytestmark = pytest.mark.slow

FPS = 10


@dataclass(frozen=True)
class Outcome:
    status: int
    said: str
    complained: str


@pytest.fixture
def mmn_live(
    model_files: ModelFiles, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """The command line in this process, without a display."""
    assert model_files
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["mmn-live", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), said.out, said.err)

    return run


def write_video(path: Path, frames: int, size: tuple[int, int] = (64, 48)) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *size, "bgr0"
        for i in range(frames):
            image = np.full((size[1], size[0], 3), 20 * i % 255, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, "bgr24")))
        container.mux(stream.encode())
    return path


def test_a_video_becomes_a_session(mmn_live, tmp_path: Path):
    outcome = mmn_live("--video", write_video(tmp_path / "v.mkv", 30), "--session", tmp_path / "out")
    assert outcome.status == 0, outcome
    assert "No display found" in outcome.said
    session = SessionReader(tmp_path / "out")
    assert session.ended == "end of source"
    assert [row.index for row in session.frames()] == list(range(30))
    assert {str(prediction.state) for prediction in session.predictions()} == {"nobody"}
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as video:
        times_s = [frame.time for frame in video.decode(video=0)]
    assert times_s == pytest.approx(np.arange(30) / FPS, abs=1e-3)


def test_the_same_video_gives_the_same_session_every_time(mmn_live, tmp_path: Path):
    video = tmp_path / "actor.mp4"
    script = tmp_path / "script.txt"
    script.write_text("view: webcam\nseed: 9010\nlook: 9010\nduration: 4\n1.0 2.0 nodding\n")
    assert mmn_live("actor", "render", script, "--output", video, "--fps", 15).status == 0
    for name in ("one", "two"):
        assert mmn_live("--video", video, "--session", tmp_path / name, "--no-display").status == 0
    one, two = (SessionReader(tmp_path / name) for name in ("one", "two"))
    assert [p.probabilities.tolist() for p in one.predictions()] == [
        p.probabilities.tolist() for p in two.predictions()
    ]
    assert list(one.events()) == list(two.events())


@pytest.mark.parametrize(("frames", "size"), [(3, (64, 48)), (1, (2, 2)), (12, (1, 1))])
def test_a_video_too_short_or_too_small_ends_well_and_says_so(mmn_live, tmp_path: Path, frames: int, size):
    outcome = mmn_live("--video", write_video(tmp_path / "v.mkv", frames, size), "--session", tmp_path / "out")
    assert outcome.status == 0, outcome
    assert "Recognition was never asked" in outcome.said
    assert len(list(SessionReader(tmp_path / "out").frames())) == frames


VIDEO = ["--video", "v.mkv"]
BAD_INPUTS: dict[str, list[str]] = {
    "missing": ["--video", "missing.mp4"],
    "directory": ["--video", "taken"],
    "empty": ["--video", "empty.mp4"],
    "not a video": ["--video", "text.mp4"],
    "truncated": ["--video", "truncated.mkv"],
    "no such camera": ["--camera", "5"],
    "no camera has this number": ["--camera", "99999999999999"],
    "no address": ["--camera", "http://[bad"],
    "no such network camera": ["--camera", "http://127.0.0.1:9/video"],
    "unknown model": [*VIDEO, "--model", "no-such-model"],
    "no checkpoint": [*VIDEO, "--model", "weights.safetensors"],
    "no such device": [*VIDEO, "--device", "mps" if sys.platform != "darwin" else "cuda"],
    "taken session": [*VIDEO, "--session", "taken"],
    "taken video": [*VIDEO, "--record", "taken.mp4"],
    "taken video beside a session": [*VIDEO, "--session", "new", "--record", "taken.mp4"],
    "video without a container": [*VIDEO, "--record", "new.xyz"],
    "threshold": [*VIDEO, "--threshold", "1.5", "--session", "new"],
    "caution": [*VIDEO, "--caution", "-1", "--session", "new"],
    "no caution": [*VIDEO, "--caution", "nan", "--session", "new"],
    "stride": [*VIDEO, "--stride", "0"],
    "endless stride": [*VIDEO, "--stride", "inf"],
    "no window": [*VIDEO, "--window", "nan"],
    "script without the actor": [*VIDEO, "--script", "script.txt"],
    "two sources": [*VIDEO, "--demo"],
    "unknown privacy": [*VIDEO, "--session", "new", "--privacy", "faces"],
    "kept without a session": [*VIDEO, "--keep", "raw"],
    "unknown kept video": [*VIDEO, "--session", "new", "--keep", "faces"],
    "raw beside a skeleton alone": [*VIDEO, "--session", "new", "--privacy", "skeleton", "--keep", "raw"],
    "taken video beside kept ones": [*VIDEO, "--session", "new", "--keep", "raw", "--record", "taken.mp4"],
}


@pytest.fixture
def bad_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with everything in it that can go wrong."""
    monkeypatch.chdir(tmp_path)
    Path("empty.mp4").touch()
    Path("text.mp4").write_text("this is not a video\n" * 100)
    write_video(Path("v.mkv"), 5)
    Path("truncated.mkv").write_bytes(Path("v.mkv").read_bytes()[:100])
    Path("weights.safetensors").write_bytes(b"no weights")
    Path("taken").mkdir()
    Path("taken/session.json").write_text("{}")
    Path("taken.mp4").write_bytes(b"precious")
    return tmp_path


@pytest.mark.parametrize("name", BAD_INPUTS)
def test_wrong_use_gets_one_message_and_status_2(mmn_live, bad_inputs: Path, name: str):
    outcome = mmn_live(*BAD_INPUTS[name], "--no-display")
    assert outcome.status == 2, outcome
    assert outcome.complained.count("mmn-live: ") == 1
    assert "Traceback" not in outcome.complained
    assert (bad_inputs / "taken.mp4").read_bytes() == b"precious"
    assert (bad_inputs / "taken" / "session.json").read_text() == "{}"
    assert not (bad_inputs / "new").exists()


# What follows needs a process of its own: it is killed, interrupted, or runs out of disk.


def start(*arguments: object, **options) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.Popen(
        [sys.executable, "-m", "mmn_live", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def wait_for_frames(folder: Path, count: int, process: subprocess.Popen[str]) -> None:
    """Until the session has that many frames; the process must live that long."""
    deadline_s = time.monotonic() + 60
    table = folder / "frames.csv"
    while not table.exists() or table.read_text().count("\n") <= count:
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


@pytest.fixture
def demo(model_files: ModelFiles, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    assert model_files
    process = start("--demo", "--fps", 15, "--session", tmp_path / "out", "--no-display")
    yield process
    process.kill()
    process.communicate()


def test_a_killed_run_leaves_a_session_that_reads_up_to_the_last_second(demo, tmp_path: Path):
    wait_for_frames(tmp_path / "out", 45, demo)
    demo.kill()
    demo.wait()
    session = SessionReader(tmp_path / "out")
    rows = list(session.frames())
    assert session.ended == "running"
    assert len(rows) >= 45
    assert abs(len(list(session.skeletons())) - len(rows)) <= 1
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as video:
        last_s = [frame.time for frame in video.decode(video=0)][-1]
    assert last_s >= rows[-1].time_s - 1.2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to one process")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_a_normal_end(demo, tmp_path: Path, number: signal.Signals):
    wait_for_frames(tmp_path / "out", 10, demo)
    demo.send_signal(number)
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, said
    assert "Ended: stopped by the user" in said
    assert SessionReader(tmp_path / "out").ended == "stopped by the user"
    assert (tmp_path / "out" / "skeletons.npz").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to one process")
def test_an_impatient_user_loses_nothing(demo, tmp_path: Path):
    wait_for_frames(tmp_path / "out", 10, demo)
    for _ in range(3):
        demo.send_signal(signal.SIGINT)
        time.sleep(0.02)  # signals of one kind that come at once are one
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, said
    assert SessionReader(tmp_path / "out").ended == "stopped by the user"
    assert (tmp_path / "out" / "skeletons.npz").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes are limited by setrlimit")
def test_a_full_disk_ends_the_run_with_what_was_recorded_kept(model_files: ModelFiles, tmp_path: Path):
    import resource

    def nearly_full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    process = start("--demo", "--fps", 15, "--session", tmp_path / "out", "--no-display", preexec_fn=nearly_full)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert said.count("mmn-live: ") == 1
    assert "Traceback" not in said
    session = SessionReader(tmp_path / "out")
    assert session.ended.startswith("error: ")
    assert len(list(session.frames())) > 5
    with av.open(str(tmp_path / "out" / "annotated.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) > 5
