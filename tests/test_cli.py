"""The command as a user meets it: help, version, and what a wrong use gets."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

SUB_COMMANDS = ("actor", "bench", "convert", "doctor", "evaluate", "models", "train")

pytestmark = pytest.mark.slow


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mmn_live", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=120)


def plain(text: str) -> str:
    """The text without the colours and the box that typer may draw around an error."""
    return re.sub(r"\x1b\[[0-9;]*m|[│╭╮╰╯─]", " ", text)


def test_version_is_the_installed_one() -> None:
    result = run("--version")
    assert result.returncode == 0
    assert version("mmn-live") in result.stdout


def test_help_names_every_option_and_command() -> None:
    text = plain(run("--help").stdout)
    for name in ("--camera", "--video", "--demo", "--session", "--record", "--no-display", *SUB_COMMANDS):
        assert name in text, name


@pytest.mark.parametrize("command", SUB_COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = run(command, "--help")
    assert result.returncode == 0
    assert "Usage" in plain(result.stdout)


WRONG_USES = {
    "unknown option": (["--no-such-option"], "--no-such-option"),
    "unknown command": (["dance"], "dance"),
    "missing file": (["--video", "missing.mp4", "--no-display"], "missing.mp4"),
    "two sources": (["--demo", "--camera", "0", "--no-display"], "--camera"),
    "bad size": (["--demo", "--size", "wide", "--no-display"], "wide"),
    "unknown device": (["--demo", "--device", "abacus", "--no-display"], "abacus"),
    "unknown model": (["--demo", "--model", "no-such-model", "--no-display"], "no-such-model"),
}


@pytest.mark.parametrize("use", WRONG_USES)
def test_wrong_use_is_told_in_a_few_words(use: str) -> None:
    arguments, named = WRONG_USES[use]
    result = run(*arguments)
    message = plain(result.stderr)
    assert result.returncode == 2, message
    assert named in message
    assert "Traceback" not in message
    assert len([line for line in message.splitlines() if line.strip()]) <= 5, message


def test_debug_shows_where_an_error_came_from(tmp_path: Path) -> None:
    result = run("--debug", "--video", str(tmp_path / "missing.mp4"), "--no-display")
    assert result.returncode != 0
    assert "Traceback" in result.stderr
    assert "SourceError" in result.stderr
