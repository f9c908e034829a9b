"""`mmn-live replay`, as a user runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.errors import SessionError, UsageError
from mmn_live.recording import SessionReader

pytestmark = pytest.mark.slow

SCRIPT = "view: webcam\nseed: 9010\nlook: 9010\nduration: 6\n1.0 2.0 waving\n"


def run(*arguments: object) -> str:
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    return outcome.output


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of the actor waving, recorded by the command line."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "script.txt").write_text(SCRIPT)
    run("actor", "render", folder / "script.txt", "-o", folder / "v.mp4", "--fps", 15)
    run("--video", folder / "v.mp4", "--session", folder / "session", "--no-display")
    return folder / "session"


def test_unchanged_it_gives_the_same_events_to_the_digit(recorded: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in recorded.iterdir()}
    said = run("replay", recorded, "--session", tmp_path / "again")
    assert "waving" in said
    assert "1 events, the same as recorded" in said
    assert (tmp_path / "again" / "events.csv").read_bytes() == before["events.csv"]
    assert {path.name: path.read_bytes() for path in recorded.iterdir()} == before
    again = SessionReader(tmp_path / "again")
    assert again.facts["replay_of"]["folder"] == str(recorded)
    assert again.videos[0].file == recorded / "annotated.mp4"


def test_a_killed_session_replays_too(recorded: Path, tmp_path: Path) -> None:
    killed = shutil.copytree(recorded, tmp_path / "killed")
    facts = json.loads((killed / "session.json").read_text())
    (killed / "session.json").write_text(json.dumps({**facts, "ended": "running"}))
    rows = (killed / "events.csv").read_text().splitlines(keepends=True)
    (killed / "events.csv").write_text(rows[0] + rows[1][:20])
    assert "+" in run("replay", killed)


def test_another_threshold_or_window_is_told_apart(recorded: Path) -> None:
    for option in (("--threshold", 1), ("--caution", 50)):
        assert run("replay", recorded, *option).splitlines()[-1].startswith("0 events")
    assert "the same as recorded" not in run("replay", recorded, "--window", 1.2, "--stride", 0.1)


def test_what_is_no_session_or_taken_is_refused(recorded: Path, tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="holds no session"):
        run("replay", tmp_path)
    with pytest.raises(SessionError, match="holds a session already"):
        run("replay", recorded, "--session", recorded)
    with pytest.raises(UsageError, match="no-such-model"):
        run("replay", recorded, "--model", "no-such-model")
