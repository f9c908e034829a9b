"""What BorisWriter writes, read as BORIS reads it: the project as JSON, the table by pandas."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from mmn_live.errors import UsageError
from mmn_live.exports.boris import BorisWriter
from mmn_live.types import RecordedVideo


def _write(content, folder: Path) -> tuple[dict[str, Any], pd.DataFrame]:
    writer = BorisWriter(content, folder)
    writer.write()
    project = json.loads(writer.files[0].read_text(encoding="utf-8"))
    return project, pd.read_excel(writer.files[1], sheet_name=0, engine="openpyxl")


def _paired(rows: list[list[Any]]) -> set[tuple[Any, ...]]:
    """Starts and stops as BORIS pairs them: alternately, for each subject and behaviour."""
    open_since: dict[tuple[str, str], list[float]] = defaultdict(list)
    found = set()
    for time_s, subject, code, *_ in rows:
        began = open_since[subject, code]
        if began:
            found.add((began.pop(), time_s, subject, code))
        else:
            began.append(time_s)
    assert not any(open_since.values()), "an event has no end"
    return found


def _expected(content) -> set[tuple[Any, ...]]:
    return {(round(e.onset_s, 3), round(e.offset_s, 3), f"person {e.person_id}", e.label) for e in content.events}


def test_every_event_comes_back_from_the_project_and_from_the_table(build, tmp_path: Path) -> None:
    content = build()
    project, table = _write(content, tmp_path)
    events = project["observations"]["study 1"]["events"]
    assert _paired(events) == _expected(content)
    assert [row[0] for row in events] == sorted(row[0] for row in events)
    assert _paired(table[["time", "subject", "code"]].values.tolist()) == _expected(content)
    assert list(table.columns) == ["time", "subject", "code", "modifier", "comment"]


def test_the_ethogram_is_the_label_set_by_body_part(build, tmp_path: Path) -> None:
    content = build()
    project, _ = _write(content, tmp_path)
    behaviours = project["behaviors_conf"].values()
    assert [(b["code"], b["category"]) for b in behaviours] == [(x.name, x.body_part) for x in content.vocabulary]
    assert {b["type"] for b in behaviours} == {"State event"}
    assert {b["category"] for b in behaviours} == set(project["behavioral_categories"])
    assert [subject["name"] for subject in project["subjects_conf"].values()] == ["person 1", "person 2"]


def test_with_a_video_the_observation_is_of_media_with_a_path_from_the_project(build, tmp_path: Path) -> None:
    video = tmp_path / "raw.mp4"
    video.touch()
    project, _ = _write(build(video=RecordedVideo(video, "raw", -1.0)), tmp_path / "exports")
    observation = project["observations"]["study 1"]
    (media,) = observation["file"]["1"]
    assert observation["type"] == "MEDIA"
    assert (tmp_path / "exports" / media).resolve() == video.resolve()
    assert observation["media_info"]["length"] == {media: 5.01}
    assert observation["events"][0][0] == 1.25


def test_without_a_video_the_observation_is_a_live_one(build, tmp_path: Path) -> None:
    observation = _write(build(), tmp_path)[0]["observations"]["study 1"]
    assert (observation["type"], observation["file"]) == ("LIVE", {})


def test_without_events_the_table_has_its_header(build, tmp_path: Path) -> None:
    project, table = _write(build(events=()), tmp_path)
    assert len(table) == 0
    assert project["observations"]["study 1"]["events"] == []


def test_a_missing_library_names_the_extra(build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(UsageError, match=r'openpyxl.*pip install "mmn-live\[export\]"'):
        BorisWriter(build(), tmp_path)
