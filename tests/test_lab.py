"""Every command of docs/LAB.md, in its order, as a user types it; only the camera is another, and times are shorter."""

from __future__ import annotations

import csv
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mmn_live.recording import SessionReader

pytestmark = pytest.mark.slow

SCRIPT = "view: webcam\nseed: 9010\nlook: 9010\nduration: 16\n8.0 2.0 nodding\n12.0 2.0 shaking head\n"
SHORTER = {"--camera 0": "--video ../actor.mp4 --no-display", "--baseline 60": "--baseline 6"}
NOT_OF_VIDEOS = re.compile(r" --duration \d+")


def commands(page: Path) -> list[str]:
    """The lines of the page that are commands: indented, and beginning with the program's name."""
    return [line.strip() for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("    mmn-live ")]


def run(command: str, folder: Path) -> str:
    for written, played in SHORTER.items():
        command = command.replace(written, played)
    if "--video" in command:
        command = NOT_OF_VIDEOS.sub("", command)
    words = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "mmn_live", *words],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A working folder beside a video of the actor."""
    (tmp_path / "script.txt").write_text(SCRIPT, encoding="utf-8")
    run("mmn-live actor render script.txt --output actor.mp4 --fps 12 --size 320x240", tmp_path)
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def review(session: SessionReader, path: Path) -> None:
    """What the report's page lets one download, with every event accepted."""
    columns = ("person_id", "onset_s", "offset_s", "label", "code", "body_part", "status")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, columns)
        rows.writeheader()
        for event in session.events():
            known = {name: getattr(event, name) for name in columns[:-1]}
            rows.writerow({**known, "status": "accepted"})


def test_a_study_goes_as_the_page_says(study: Path, repository: Path) -> None:
    said: dict[str, str] = {}
    for command in commands(repository / "docs" / "LAB.md"):
        if "--annotations" in command:
            review(SessionReader(study / "study/P07"), study / "study/P07-anna.csv")
        said[command] = run(command, study)
    assert len(said) > 10
    session = SessionReader(study / "study/P07")
    labels = [event.label for event in session.events()]
    assert "nodding" in labels
    assert session.facts["baseline"][0]["measured"] is True
    assert "the same as recorded" in said["mmn-live replay study/P07"]
    assert (study / "study/P07/report.html").stat().st_size < (study / "study/P07-with-video.html").stat().st_size
    assert SessionReader(study / "study/P07-second").facts["baseline"]
