"""`mmn-live export` on sessions that have ended, run or were killed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pynwb
import pytest
from pympi.Elan import Eaf
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.cli.export import session_content
from mmn_live.errors import SessionError, UsageError
from mmn_live.exports import WRITERS
from mmn_live.joints import MA52
from mmn_live.recording import SessionReader, SessionWriter
from mmn_live.types import Event, Frame, Gap, Landmarks, People, Skeleton

LABELS = ("nodding", "waving", "none")
FACTS = {
    "model": {"name": "actor", "sha256": "0" * 64, "taxonomy": "ma52"},
    "source": {"kind": "camera", "name": "0", "width": 64, "height": 48, "announced_fps": None},
    "settings": {},
}
EVENT = Event(0.5, 0.75, 1.125, "nodding", "B1", 9, "head", 0.75, 0.875)
OTHER = replace(EVENT, onset_s=0.25, offset_s=0.5, label="my own gesture", person_id=3)


def _skeleton(i: int, person_id: int) -> Skeleton:
    landmarks = Landmarks(np.ones((33, 3), np.float32), np.ones((2, 21, 3), np.float32))
    joints = np.full((MA52.size, 2), 10.0 * person_id, np.float32)
    return Skeleton(i, i / 8, joints, np.ones(MA52.size, np.float32), landmarks, person_id)


def _record(folder: Path, *, frames: int = 9, person_ids: tuple[int, ...] = (1,)) -> SessionWriter:
    writer = SessionWriter(folder, FACTS, LABELS, MA52)
    for i in range(frames):
        frame = Frame(i, i / 8, np.zeros((48, 64, 3), np.uint8), captured_at_s=1000.0 + i / 8)
        people = People(i, i / 8, tuple(_skeleton(i, number) for number in person_ids))
        writer.frame(frame, people, dropped_before=0, latency_ms=1.0)
    return writer


def _export(*arguments: str | Path) -> list[Path]:
    result = CliRunner().invoke(app, ["export", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return [Path(line) for line in result.stdout.splitlines()]


def test_an_ended_session_is_exported_beside_itself(tmp_path: Path) -> None:
    with _record(tmp_path / "s1") as writer:
        writer.event(EVENT)
    (file,) = _export(tmp_path / "s1", "--to", "elan")
    assert file == tmp_path / "s1" / "exports" / "s1.eaf"
    assert Eaf(file).get_annotation_data_for_tier("action") == [(500, 1125, "nodding")]


def test_several_formats_and_another_folder(tmp_path: Path) -> None:
    _record(tmp_path / "s1").close("end of source")
    files = _export(tmp_path / "s1", "--to", "webvtt", "--to", "praat", "--to", "webvtt", "--out", tmp_path / "out")
    assert files == [tmp_path / "out" / "s1.vtt", tmp_path / "out" / "s1.TextGrid"]


@pytest.mark.slow
def test_a_running_and_a_killed_session_give_all_formats(tmp_path: Path) -> None:
    writer = _record(tmp_path / "s1", person_ids=(1, 3))
    writer.event(OTHER)
    writer.event(EVENT)
    writer.gap(Gap(0.3, 0.9, "camera 0 delivers nothing"))
    running = _export(tmp_path / "s1", "--to", "all", "--out", tmp_path / "running")
    for table in ("events.csv", "frames.csv"):  # what a kill leaves: the row that was being written
        with (tmp_path / "s1" / table).open("a") as file:
            file.write("1,2.0")
    with (tmp_path / "s1" / "skeletons.part").open("ab") as file:
        file.write(b"half a record")
    killed = _export(tmp_path / "s1", "--to", "all", "--out", tmp_path / "killed")
    writer.close("end of test")
    assert len(running) == len(killed) == sum(path.is_file() for path in (tmp_path / "killed").rglob("*"))
    eaf = Eaf(tmp_path / "killed" / "s1.eaf")
    assert eaf.get_annotation_data_for_tier("person 3 action") == [(250, 500, "my own gesture")]
    assert eaf.get_annotation_data_for_tier("not observed") == [(300, 900, "camera 0 delivers nothing")]
    with pynwb.NWBHDF5IO(str(tmp_path / "killed" / "s1.nwb"), mode="r") as io:
        pose = io.read().processing["behavior"]["pose of person 3"]
        assert pose["nose"].data[:].tolist() == [[30.0, 30.0]] * 9


def test_a_session_without_a_frame_gives_all_formats(tmp_path: Path) -> None:
    _record(tmp_path / "s1", frames=0).close("end of source")
    files = _export(tmp_path / "s1", "--to", "all")
    assert all(file.is_file() for file in files)


def test_times_are_on_the_clock_of_the_recorded_video(tmp_path: Path) -> None:
    with _record(tmp_path / "s1") as writer:
        writer.event(EVENT)
    (tmp_path / "s1" / "annotated.mp4").touch()
    facts = json.loads((tmp_path / "s1" / "session.json").read_text(encoding="utf-8"))
    facts["videos"] = [{"file": "annotated.mp4", "kind": "annotated", "start_s": 0.125}]
    (tmp_path / "s1" / "session.json").write_text(json.dumps(facts), encoding="utf-8")
    (file,) = _export(tmp_path / "s1", "--to", "elan")
    assert Eaf(file).get_annotation_data_for_tier("action") == [(375, 1000, "nodding")]
    assert Eaf(file).get_linked_files()[0]["RELATIVE_MEDIA_URL"] == "./../annotated.mp4"


def test_exporting_twice_is_refused(tmp_path: Path) -> None:
    _record(tmp_path / "s1").close("end of source")
    _export(tmp_path / "s1", "--to", "elan")
    with pytest.raises(UsageError, match=r"s1\.eaf exists already"):
        _export(tmp_path / "s1", "--to", "elan")


def test_what_is_no_session_or_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="holds no session"):
        _export(tmp_path, "--to", "elan")
    with pytest.raises(UsageError, match="--to word is unknown"):
        _export(tmp_path, "--to", "word")


def test_facts_that_are_missing_are_named(tmp_path: Path) -> None:
    SessionWriter(tmp_path / "s1", {**FACTS, "model": {"name": "actor"}}, LABELS, MA52).close("end of source")
    with pytest.raises(SessionError, match="taxonomy"):
        session_content(SessionReader(tmp_path / "s1"))


def test_the_help_names_every_format() -> None:
    text = CliRunner().invoke(app, ["export", "--help"]).output
    assert all(name in text for name in WRITERS)
