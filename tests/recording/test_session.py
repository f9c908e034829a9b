"""The session folder: what goes in comes out, and what is left when the writing ends badly."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from mmn_live.errors import RecordingError, SessionError
from mmn_live.joints import IMIGUE, MA52
from mmn_live.recording import SessionReader, SessionWriter
from mmn_live.types import PART_ID, Alternative, Event, Frame, Gap, Landmarks, People, Prediction, Skeleton, State

LABELS = ("Nodding", "Arms, crossed", "none")
FACTS = {"model": {"name": "actor", "sha256": "0" * 64}, "settings": {"window_s": 2.0}}
EVENT = Event(1.25, 1.5, 2.0, "Nodding", "B1", 5, "head", 0.75, 0.875)


def _frame(i: int) -> Frame:
    return Frame(i, i / 8, np.zeros((4, 4, 3), np.uint8), captured_at_s=1000.0 + i / 8)


def _skeleton(i: int, *, person: bool = True, size: int = MA52.size) -> Skeleton:
    if not person:
        return Skeleton(i, i / 8, np.zeros((size, 2), np.float32), np.zeros(size, np.float32), None)
    rng = np.random.default_rng(i)
    landmarks = Landmarks(
        rng.uniform(0, 640, (33, 3)).astype(np.float32), rng.uniform(0, 640, (2, 21, 3)).astype(np.float32)
    )
    joints, visibility = rng.uniform(0, 640, (size, 2)), rng.uniform(0, 1, size)
    return Skeleton(i, i / 8, joints.astype(np.float32), visibility.astype(np.float32), landmarks)


def _people(*skeletons: Skeleton) -> People:
    first = skeletons[0]
    return People(first.index, first.time_s, tuple(skeleton for skeleton in skeletons if skeleton.person))


def _prediction(*probabilities: float, state: State = State.ACTION) -> Prediction:
    array = np.array(probabilities, np.float32)
    return Prediction(0.0, 2.0, state, array, array > 0, 12.5)


def _writer(folder: Path) -> SessionWriter:
    return SessionWriter(folder, FACTS, LABELS, MA52)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _same(a: Skeleton, b: Skeleton) -> bool:
    arrays = [(a.joints, b.joints), (a.visibility, b.visibility)]
    if a.landmarks is not None and b.landmarks is not None:
        arrays += [(a.landmarks.pose, b.landmarks.pose), (a.landmarks.hands, b.landmarks.hands)]
    same_head = (a.index, a.time_s, a.person) == (b.index, b.time_s, b.person)
    return same_head and all(np.array_equal(one, other) for one, other in arrays)


def test_what_goes_in_comes_out(tmp_path: Path) -> None:
    skeletons = [_skeleton(i, person=i != 1) for i in range(4)]
    gap = Gap(0.5, 4.5, "camera 0 delivers nothing")
    asked, gated = _prediction(0.25, 0.0, 0.75), _prediction(0.0, 0.0, 0.0, state=State.NOBODY)
    with _writer(tmp_path / "new" / "session") as writer:
        for i, skeleton in enumerate(skeletons):
            writer.frame(_frame(i), _people(skeleton), dropped_before=i, latency_ms=40.5)
        writer.prediction(asked)
        writer.prediction(gated)
        writer.event(EVENT)
        writer.gap(gap)
        writer.close("stopped by the user")

    reader = SessionReader(tmp_path / "new" / "session")
    assert reader.labels == LABELS
    assert reader.layout is MA52
    assert reader.ended == "stopped by the user"
    assert reader.gaps == (gap,)
    assert reader.facts["model"] == FACTS["model"]
    assert reader.facts["counts"] == {
        **{"frames": 4, "frames_with_a_person": 3, "dropped_frames": 6, "predictions": 2, "events": 1}
    }
    assert [row.dropped_before for row in reader.frames()] == [0, 1, 2, 3]
    assert [row.person for row in reader.frames()] == [True, False, True, True]
    assert all(_same(a, b) for a, b in zip(skeletons, reader.skeletons(), strict=True))
    assert list(reader.events()) == [EVENT]
    first, second = reader.predictions()
    assert (first.state, second.state) == (State.ACTION, State.NOBODY)
    np.testing.assert_array_equal(first.probabilities, asked.probabilities)
    np.testing.assert_array_equal(first.possible, asked.possible)
    assert not second.probabilities.any()


def test_the_columns_are_the_documented_ones(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.prediction(_prediction(0.0, 0.0, 0.0, state=State.STILL))
        writer.event(EVENT)
    columns, row = _rows(tmp_path / "predictions.csv")
    assert columns == ["person_id", "start_s", "end_s", "state", "latency_ms", *LABELS]
    assert row[3:] == ["still", "12.50", "", "", ""]
    assert ",".join(_rows(tmp_path / "events.csv")[0]) == (
        "person_id,onset_s,peak_s,offset_s,label,code,label_id,body_part,confidence,peak_confidence,"
        "utc_onset,alternatives"
    )
    assert _rows(tmp_path / "frames.csv")[0][:4] == ["index", "time_s", "captured_s", "utc"]


def test_a_body_part_and_its_alternatives_come_back(tmp_path: Path) -> None:
    alternatives = (Alternative("touching nose", 0.41), Alternative("scratching or touching face", 0.3333))
    event = Event(1.0, 1.5, 2.0, "head-hand", "F", PART_ID, "head-hand", 0.75, 0.875, 1, alternatives)
    with _writer(tmp_path) as writer:
        writer.event(event)
    assert list(SessionReader(tmp_path).events()) == [event]
    cell = _rows(tmp_path / "events.csv")[1][-1]
    assert cell == "touching nose 0.4100; scratching or touching face 0.3333"


def test_events_of_an_older_version_have_no_alternatives(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.event(replace(EVENT, alternatives=(Alternative("waving", 0.2),)))
    path = tmp_path / "events.csv"
    rows = [line.rpartition(",")[0] for line in path.read_text().splitlines()]
    path.write_text("".join(f"{row}\n" for row in rows))
    assert list(SessionReader(tmp_path).events()) == [EVENT]


def test_the_skeletons_are_one_plain_numpy_file_at_the_end(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        for i in range(3):
            writer.frame(_frame(i), _people(_skeleton(i)), 0, 1.0)
    with np.load(tmp_path / "skeletons.npz", allow_pickle=False) as file:
        assert file["joints"].shape == (3, 44, 2)
        assert file["visibility"].shape == (3, 44)
        np.testing.assert_array_equal(file["time_s"], [0.0, 0.125, 0.25])
    assert not (tmp_path / "skeletons.part").exists()


def test_a_session_without_a_frame_can_be_read(tmp_path: Path) -> None:
    with SessionWriter(tmp_path, FACTS, LABELS, IMIGUE):
        pass
    reader = SessionReader(tmp_path)
    assert (list(reader.frames()), list(reader.skeletons()), list(reader.events())) == ([], [], [])
    assert reader.ended == "end of source"


def test_utc_follows_the_capture_of_the_first_frame(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        writer.frame(_frame(4), _people(_skeleton(4)), 0, 1.0)
        writer.frame(_frame(12), _people(_skeleton(12)), 0, 1.0)
        writer.event(EVENT)
    started = SessionReader(tmp_path).facts["started"]
    zero = datetime.fromisoformat(started["utc"].replace("Z", "+00:00")) + timedelta(
        seconds=1000.0 - started["monotonic_s"]
    )
    utcs = [row.utc for row in SessionReader(tmp_path).frames()] + [_rows(tmp_path / "events.csv")[1][-2]]
    moments = [datetime.fromisoformat(utc.replace("Z", "+00:00")) for utc in utcs]
    since_zero_s = [(moment - zero).total_seconds() for moment in moments]
    np.testing.assert_allclose(since_zero_s, [0.5, 1.5, EVENT.onset_s], atol=0.003)


def test_a_folder_with_a_session_is_refused_and_left_alone(tmp_path: Path) -> None:
    _writer(tmp_path).close("end of source")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SessionError, match="holds a session already"):
        _writer(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_with_other_things_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "consent.txt").write_text("signed")
    _writer(tmp_path).close("end of source")
    assert (tmp_path / "consent.txt").read_text() == "signed"


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(SessionError, match="is a file"):
        _writer(tmp_path / "taken")


def test_a_folder_that_cannot_be_made_is_a_recording_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RecordingError, match="inside"):
        _writer(tmp_path / "taken" / "inside")


def test_a_gap_is_there_while_it_grows_and_once_it_has_ended(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        for end_s in (1.5, 2.0):
            writer.gap(Gap(1.0, end_s, "unplugged"), ended=False)
        assert SessionReader(tmp_path).gaps == (Gap(1.0, 2.0, "unplugged"),)
        writer.gap(Gap(1.0, 2.25, "unplugged"))
        writer.gap(Gap(4.0, 5.0, "frames dropped"))
        assert SessionReader(tmp_path).gaps == (Gap(1.0, 2.25, "unplugged"), Gap(4.0, 5.0, "frames dropped"))
        assert SessionReader(tmp_path).ended == "running"


def test_what_recognition_was_given_comes_back_in_its_order(tmp_path: Path) -> None:
    grown = [Gap(0.125, end_s, "unplugged") for end_s in (0.7, 0.9)]
    with _writer(tmp_path) as writer:
        for i in (0, 1, 8, 9):
            if i == 8:
                for gap in grown:
                    writer.gap(gap, ended=False)
                writer.gap(Gap(0.125, 1.0, "unplugged"))
            writer.frame(_frame(i), _people(_skeleton(i, person=i != 9)), 0, 1.0)
        writer.gap(Gap(1.125, 9.0, "unplugged"), ended=False)
        items = list(SessionReader(tmp_path).announced())
    kinds = [item if isinstance(item, Gap) else item.index for item in items]
    assert kinds == [0, 1, *grown, 8, 9, Gap(1.125, 9.0, "unplugged")]
    assert [item.ids for item in items if isinstance(item, People)] == [(1,), (1,), (1,), ()]


def test_everybody_in_a_frame_keeps_their_id(tmp_path: Path) -> None:
    with _writer(tmp_path) as writer:
        for i in range(3):
            both = (_skeleton(i), replace(_skeleton(i + 50), index=i, time_s=i / 8, person_id=3))
            writer.frame(_frame(i), _people(*both), 0, 1.0)
        writer.event(replace(EVENT, person_id=3))
        writer.prediction(replace(_prediction(0.5, 0.0, 0.5), person_id=3))
        running = [people.ids for people in SessionReader(tmp_path).people()]
    reader = SessionReader(tmp_path)
    assert [people.ids for people in reader.people()] == running == [(1, 3)] * 3
    assert [row.person_ids for row in reader.frames()] == [(1, 3)] * 3
    assert next(reader.events()).person_id == next(reader.predictions()).person_id == 3


def test_videos_are_told_with_the_time_of_their_first_frame(tmp_path: Path) -> None:
    (tmp_path / "session").mkdir()
    for path in (tmp_path / "session" / "annotated.mp4", tmp_path / "elsewhere.mp4"):
        path.write_bytes(b"video")
    with _writer(tmp_path / "session") as writer:
        writer.video(tmp_path / "session" / "annotated.mp4", "annotated", 0.5)
        writer.video(tmp_path / "elsewhere.mp4", "annotated", 3.25)
        writer.video(tmp_path / "gone.mp4", "raw", 4.0)
    videos = SessionReader(tmp_path / "session").videos
    assert [(video.file.name, video.start_s) for video in videos] == [("annotated.mp4", 0.5), ("elsewhere.mp4", 3.25)]


def test_a_folder_of_another_format_is_refused(tmp_path: Path) -> None:
    _writer(tmp_path).close("end of source")
    path = tmp_path / "session.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))
    with pytest.raises(SessionError, match="format 1, this version reads 2"):
        SessionReader(tmp_path)


def test_an_error_is_noted_as_the_end(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="boom"), _writer(tmp_path):
        raise ValueError("boom")
    assert "boom" in SessionReader(tmp_path).ended


def test_only_the_first_close_counts(tmp_path: Path) -> None:
    writer = _writer(tmp_path)
    writer.close("stopped by the user")
    writer.close("end of source")
    assert SessionReader(tmp_path).ended == "stopped by the user"


def test_a_discarded_session_leaves_what_was_there_before(tmp_path: Path) -> None:
    _writer(tmp_path / "new").discard()
    assert not (tmp_path / "new").exists()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "notes.txt").write_text("mine")
    _writer(tmp_path / "old").discard()
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["notes.txt"]


def test_a_session_that_has_ended_cannot_be_discarded(tmp_path: Path) -> None:
    writer = _writer(tmp_path / "out")
    writer.close("end of source")
    writer.discard()
    assert SessionReader(tmp_path / "out").ended == "end of source"


def test_a_folder_without_a_session_is_refused_by_the_reader(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="holds no session"):
        SessionReader(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"labels": 3}'])
def test_damaged_facts_are_refused_by_the_reader(tmp_path: Path, text: str) -> None:
    (tmp_path / "session.json").write_text(text)
    with pytest.raises(SessionError, match="damaged"):
        SessionReader(tmp_path)


def test_on_a_full_disk_the_rows_until_then_stay(
    tmp_path: Path, no_file_larger_than: Callable[[int], AbstractContextManager[None]]
) -> None:
    writer = _writer(tmp_path)
    with no_file_larger_than(20_000):
        with pytest.raises(RecordingError, match=r"skeletons\.part.*make room"):
            _write_frames(writer, 100)
        # The files that can still be completed are, although the skeletons cannot.
        with pytest.raises(RecordingError, match="skeletons"):
            writer.close("error: disk full")
    reader = SessionReader(tmp_path)
    skeletons = list(reader.skeletons())
    assert 10 <= len(skeletons) < 100
    assert all(_same(_skeleton(i), skeleton) for i, skeleton in enumerate(skeletons))
    assert len(list(reader.frames())) in (len(skeletons), len(skeletons) + 1)
    assert reader.ended == "error: disk full"


def _write_frames(writer: SessionWriter, count: int) -> None:
    for i in range(count):
        writer.frame(_frame(i), _people(_skeleton(i)), 0, 1.0)


def test_records_and_rows_that_were_cut_off_are_left_out(tmp_path: Path) -> None:
    writer = _writer(tmp_path / "running")
    for i in range(3):
        writer.frame(_frame(i), _people(_skeleton(i)), 0, 1.0)
        writer.event(EVENT)
    cut = tmp_path / "cut"
    cut.mkdir()
    for name, lost in (
        ("session.json", 0),
        ("frames.csv", 3),
        ("events.csv", 40),
        ("gaps.csv", 0),
        ("skeletons.part", 5),
    ):
        content = (tmp_path / "running" / name).read_bytes()
        (cut / name).write_bytes(content[: len(content) - lost])
    writer.close("end of source")
    reader = SessionReader(cut)
    assert [row.index for row in reader.frames()] == [0, 1]
    assert [skeleton.index for skeleton in reader.skeletons()] == [0, 1]
    assert list(reader.events()) == [EVENT, EVENT]


ENDLESS = """
import sys
from pathlib import Path
import numpy as np
from mmn_live.joints import IMIGUE
from mmn_live.recording import SessionWriter
from mmn_live.types import Frame, People, Prediction, State
writer = SessionWriter(Path(sys.argv[1]), {}, ("a", "b"), IMIGUE)
for i in range(1_000_000):
    people = People(i, i / 10, ())
    writer.frame(Frame(i, i / 10, np.zeros((2, 2, 3), np.uint8), i / 10), people, 0, 1.0)
    writer.prediction(Prediction(0, i / 10, State.NONE, np.ones(2, np.float32), np.ones(2, bool), 1.0))
    print(i, flush=True)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_every_row_it_wrote(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        written = next(int(line) for line in process.stdout if int(line) >= 200)
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    reader = SessionReader(tmp_path)
    assert reader.ended == "running"
    for kept in (list(reader.frames()), list(reader.skeletons()), list(reader.predictions())):
        assert len(kept) > written
    assert json.loads((tmp_path / "session.json").read_text())["labels"] == ["a", "b"]


@pytest.mark.parametrize("name", ["settings", "model", "source", "versions", "decisions"])
def test_facts_of_another_shape_are_refused_by_the_reader(tmp_path: Path, name: str) -> None:
    _writer(tmp_path).close("end of source")
    path = tmp_path / "session.json"
    changed = {"model": {"decisions": None}} if name == "decisions" else {name: None}
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))
    with pytest.raises(SessionError, match=rf"damaged.*{name} is None"):
        SessionReader(tmp_path)


@pytest.mark.parametrize(
    ("name", "damage", "read"),
    [
        ("events.csv", lambda content: content.replace(b"1.250000", b"abc"), SessionReader.events),
        ("events.csv", lambda content: content + b"\xff\xfe\n", SessionReader.events),
        ("frames.csv", lambda content: content[20:], SessionReader.frames),
        ("predictions.csv", lambda content: content + b"x,y\n", SessionReader.predictions),
        ("gaps.csv", lambda content: content + b"x,2,away,0\n", lambda reader: reader.gaps),
        ("skeletons.npz", lambda content: b"PK12" + content[4:], SessionReader.people),
        ("skeletons.npz", lambda content: content[: len(content) // 2], SessionReader.people),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, damage, read) -> None:
    with _writer(tmp_path) as writer:
        writer.frame(_frame(0), _people(_skeleton(0)), 0, 1.0)
        writer.prediction(_prediction(0.25, 0.0, 0.75))
        writer.event(EVENT)
    path = tmp_path / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SessionError, match=rf"{name} is .*damaged"):
        list(read(SessionReader(tmp_path)))
