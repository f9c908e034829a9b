"""Fifty live runs, each killed at a random moment: whatever the moment, the folder is whole and can be read."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mmn_live.checkpoints import Checkpoint
from mmn_live.cli import app
from mmn_live.pipeline import Settings, chain_for
from mmn_live.pipeline.replay import replayed
from mmn_live.recording import SessionReader, event_cells
from mmn_live.sources.video import VideoSource

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork: runs are killed elsewhere"),
]

RUNS, PROCESSES = 50, 2


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of the runs; some may have been killed before there was a session."""
    folders = [tmp_path_factory.mktemp("killed") for _ in range(PROCESSES)]
    script = Path(__file__).with_name("killed_runs.py")
    commands = [
        [sys.executable, str(script), str(folder), str(RUNS // PROCESSES), str(i)] for i, folder in enumerate(folders)
    ]
    running = [subprocess.Popen(command) for command in commands]
    assert [process.wait(200) for process in running] == [0] * PROCESSES
    return [folder / str(number) for folder in folders for number in range(RUNS // PROCESSES)]


def done(folder: Path) -> tuple[int, ...]:
    """Frames, predictions and events that the session had been given for certain."""
    path = folder.with_suffix(".done")
    lines = path.read_text().splitlines() if path.exists() else []
    return tuple(int(count) for count in lines[-1].split()) if lines else (0, 0, 0)


def test_no_row_that_was_written_is_lost_and_every_folder_can_be_read(killed: list[Path]) -> None:
    lengths = []
    for folder in killed:
        frames, predictions, events = done(folder)
        if not (folder / "session.json").exists():
            assert frames == 0, "a session had begun"
            continue
        session = SessionReader(folder)
        kept = len(list(session.frames())), len(list(session.predictions())), len(list(session.events()))
        assert session.ended == "running"
        assert all(a >= b for a, b in zip(kept, (frames, predictions, events), strict=True)), folder
        assert len(list(session.people())) in (kept[0], kept[0] - 1)
        assert all(gap.end_s > gap.start_s for gap in session.gaps)
        lengths.append(kept[0])
    assert len(lengths) > RUNS / 2
    assert max(lengths) > 40
    assert min(lengths) < 20


def test_of_the_video_the_last_second_is_lost_at_most(killed: list[Path]) -> None:
    seen = 0
    for folder in killed:
        frames = [row.time_s for row in SessionReader(folder).frames()] if (folder / "session.json").exists() else []
        if not frames or frames[-1] - frames[0] < 1.2:
            continue
        with VideoSource(folder / "annotated.mp4") as video:  # which skips a packet that the kill cut in two
            kept = sum(1 for _ in video)
        lost_s = frames[kept:-1]  # and perhaps the last one, whose row is written before its picture
        assert not lost_s or lost_s[-1] - lost_s[0] < 1.001
        seen += 1
    assert seen > 5


def test_what_was_killed_replays_to_the_recorded_events(killed: list[Path], checkpoint: Checkpoint) -> None:
    compared = 0
    for folder in killed:
        if not (folder / "session.json").exists():
            continue
        session = SessionReader(folder)
        recorded = [event_cells(event) for event in session.events()]
        if not recorded:
            continue
        with closing(chain_for(checkpoint, Settings(device="cpu"))) as chain:
            again = [
                event_cells(event) for _, found in replayed(session, chain, session.layout) for event in found.events
            ]
        assert again[: len(recorded)] == recorded
        compared += 1
    assert compared


def test_every_sub_command_reads_what_was_killed(killed: list[Path], tmp_path: Path) -> None:
    read = 0
    for folder in killed:
        if not (folder / "session.json").exists():
            continue
        files = run("export", folder, "--to", "all", "--out", tmp_path / str(read)).splitlines()
        assert all(Path(file).is_file() for file in files), folder
        assert len(files) > 10
        page = tmp_path / f"{read}.html"
        run("report", folder, "--out", page)
        assert "</html>" in page.read_text(encoding="utf-8")
        annotations = tmp_path / f"{read}.csv"
        annotations.write_text("onset_s,offset_s,label\n1.0,3.0,nodding\n", encoding="utf-8")
        run("evaluate", "--session", folder, "--annotations", annotations)
        read += 1
    assert read > RUNS / 2


def run(*arguments: object) -> str:
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.stdout
