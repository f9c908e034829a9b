"""The command as a user meets it: help, version, and what a wrong use gets."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

from mmn_live.cli import main
from mmn_live.cli.options import parse_baseline
from mmn_live.errors import SourceError, UsageError

SUB_COMMANDS = ("actor", "bench", "calibrate", "convert", "doctor", "evaluate", "models", "train")


@dataclass(frozen=True)
class Answer:
    """What the command said and how it ended."""

    status: int
    output: str
    error: str


Ask = Callable[..., Answer]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Runs `mmn-live` with the given arguments in this process."""

    def run(*arguments: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["mmn-live", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Answer(int(ended.value.code or 0), plain(said.out), plain(said.err))

    return run


def plain(text: str) -> str:
    """The text without the colours and the box that typer may draw around an error."""
    return re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", text)


@pytest.mark.slow
def test_version_is_the_installed_one() -> None:
    command = [sys.executable, "-m", "mmn_live", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True)
    assert version("mmn-live") in shown.stdout


def test_help_names_every_option_and_command(ask: Ask) -> None:
    answer = ask("--help")
    for name in ("--camera", "--video", "--demo", "--session", "--record", "--no-display", *SUB_COMMANDS):
        assert name in answer.output, name


@pytest.mark.parametrize("command", SUB_COMMANDS)
def test_every_command_explains_itself(command: str, ask: Ask) -> None:
    answer = ask(command, "--help")
    assert answer.status == 0
    assert "Usage" in answer.output


WRONG_USES = {
    "unknown option": (["--no-such-option"], "--no-such-option"),
    "unknown command": (["dance"], "dance"),
    "missing file": (["--video", "missing.mp4", "--no-display"], "missing.mp4"),
    "two sources": (["--demo", "--camera", "0", "--no-display"], "--camera"),
    "bad size": (["--demo", "--size", "wide", "--no-display"], "wide"),
    "unknown device": (["--demo", "--device", "abacus", "--no-display"], "abacus"),
    "unknown model": (["--demo", "--model", "no-such-model", "--no-display"], "no-such-model"),
}


@pytest.mark.slow
@pytest.mark.parametrize("use", WRONG_USES)
def test_wrong_use_is_told_in_a_few_words(use: str, ask: Ask) -> None:
    arguments, named = WRONG_USES[use]
    answer = ask(*arguments)
    assert answer.status == 2, answer.error
    assert named in answer.error
    assert "Traceback" not in answer.error
    assert len([line for line in answer.error.splitlines() if line.strip()]) <= 5, answer.error


@pytest.mark.slow
def test_debug_shows_where_an_error_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["mmn-live", "--debug", "--video", str(tmp_path / "missing.mp4"), "--no-display"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SourceError, match="missing"):
        main()


def test_a_baseline_is_seconds_or_a_place_or_none(tmp_path: Path) -> None:
    assert parse_baseline("60") == (60.0, None)
    assert parse_baseline(str(tmp_path)) == (None, tmp_path)
    assert parse_baseline("none") == (None, None)
    with pytest.raises(UsageError, match="'a minute': give seconds, such as 60, or an earlier session's folder"):
        parse_baseline("a minute")
