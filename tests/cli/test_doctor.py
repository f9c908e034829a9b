from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from mmn_live.cli import doctor as room
from mmn_live.cli.doctor import Finding, Verdict, doctor, examine, opencv_conflict, remedy_for, timing
from mmn_live.errors import AssetError


def _breaks() -> Iterator[Finding]:
    yield Finding("first", "fine")
    raise AssetError("pose_detection.tflite is missing: place it in the cache")


def _run(monkeypatch: pytest.MonkeyPatch, *checks: room.Check) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(doctor)
    monkeypatch.setattr(room, "CHECKS", {f"check {i}": check for i, check in enumerate(checks)})
    result = CliRunner().invoke(app)
    return result.exit_code, result.output


def test_a_check_that_breaks_is_a_problem_with_its_remedy() -> None:
    fine, broken = examine("files", _breaks)
    assert fine.verdict is Verdict.OK
    assert broken.verdict is Verdict.PROBLEM
    assert "place it in the cache" in broken.remedy


def test_status_is_0_with_a_note_and_1_with_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    note = Finding("cameras", "none answers", Verdict.NOTE, "plug one in")
    status, text = _run(monkeypatch, lambda: [note])
    assert status == 0
    assert "plug one in" in text
    status, text = _run(monkeypatch, lambda: [note], _breaks)
    assert status == 1
    assert "plug one in" in text
    assert "place it in the cache" in text


def test_two_releases_of_opencv_are_a_problem() -> None:
    assert list(opencv_conflict({"opencv-python": "4.13.0.92", "opencv-contrib-python": "4.13.0.92"})) == []
    (found,) = opencv_conflict({"opencv-python": "4.13.0.92", "opencv-contrib-python": "4.12.0.88"})
    assert found.verdict is Verdict.PROBLEM
    assert "opencv-contrib-python" in found.remedy


def test_a_missing_system_library_is_told_apart() -> None:
    assert "libgl1" in remedy_for(ImportError("libGL.so.1: cannot open shared object file"))
    assert "libgl1" not in remedy_for(ImportError("cannot import name 'x' from 'mmn_live.sources'"))


def test_a_slow_stage_is_noted_with_the_rate_that_remains() -> None:
    assert timing("pose", 20.0).verdict is Verdict.OK
    slow = timing("pose", 100.0)
    assert slow.verdict is Verdict.NOTE
    assert "10.0 a second" in slow.remedy
    assert timing("network", 100.0).verdict is Verdict.OK


@pytest.mark.slow
@pytest.mark.usefixtures("model_files")
def test_this_machine_is_usable() -> None:
    command = [sys.executable, "-m", "mmn_live", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=120)
    assert result.returncode == 0, result.stdout + result.stderr
    for name in ("torch", "mediapipe", "device", "cameras", "display", "pose", "window", "network", "encode"):
        assert name in result.stdout
