"""What WebVTTWriter writes, read by webvtt-py."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
import webvtt

from mmn_live.exports.webvtt import WebVTTWriter
from mmn_live.types import RecordedVideo


def _read(content, folder: Path) -> webvtt.WebVTT:
    writer = WebVTTWriter(content, folder)
    writer.write()
    return webvtt.read(str(writer.files[0]))


def _s(cue: webvtt.Caption) -> tuple[float, float]:
    return cue.start_in_seconds + int(cue.start[-3:]) / 1000, cue.end_in_seconds + int(cue.end[-3:]) / 1000


def test_every_event_and_gap_comes_back_to_the_millisecond(build, tmp_path: Path) -> None:
    content = build()
    cues = _read(content, tmp_path)
    expected = [(round(e.onset_s, 3), round(e.offset_s, 3), f"{e.body_part}: {e.label}") for e in content.events]
    expected.append((1.8, 2.3, 'not observed: camera <gone> & "back"'))
    assert sorted((*_s(cue), unescape(cue.text)) for cue in cues) == sorted(expected)


def test_the_person_is_the_voice_when_there_are_several(build, tmp_path: Path) -> None:
    voices = [cue.voice for cue in _read(build(), tmp_path) if "not observed" not in cue.text]
    assert voices == ["person 1", "person 1", "person 2", "person 1"]
    assert all(cue.voice is None for cue in _read(build(people=1), tmp_path / "one"))


def test_times_are_on_the_clock_of_the_video(build, tmp_path: Path) -> None:
    cues = _read(build(people=1, gaps=(), video=RecordedVideo(tmp_path / "raw.mp4", "raw", 0.4)), tmp_path)
    assert [_s(cue) for cue in cues] == [(0.0, 0.601), (0.601, pytest.approx(1.378)), (2.35, 3.6)]


def test_hours_are_written_out(build, tmp_path: Path) -> None:
    content = build(people=1, gaps=(), video=RecordedVideo(tmp_path / "raw.mp4", "raw", -3723.0))
    assert _read(content, tmp_path)[0].start == "01:02:03.250"


def test_without_events_the_file_has_no_cue(build, tmp_path: Path) -> None:
    assert len(_read(build(events=(), gaps=()), tmp_path)) == 0
