"""What PraatWriter writes, read by praatio."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from praatio import textgrid

from mmn_live.exports.praat import PraatWriter


def _read(content, folder: Path) -> textgrid.Textgrid:
    writer = PraatWriter(content, folder)
    writer.write()
    return textgrid.openTextgrid(str(writer.files[0]), includeEmptyIntervals=True, reportingMode="error")


def _texts(grid: textgrid.Textgrid, tier: str) -> list[tuple[float, float, str]]:
    return [tuple(entry) for entry in grid.getTier(tier).entries if entry.label]


def test_every_event_comes_back_to_the_millisecond(build, tmp_path: Path) -> None:
    content = build()
    grid = _read(content, tmp_path)
    for person in (1, 2):
        events = content.events_of(person)
        expected = [(round(e.onset_s, 3), round(e.offset_s, 3), e.label) for e in events]
        assert _texts(grid, f"person {person} action") == expected
        assert [text for *_, text in _texts(grid, f"person {person} body part")] == [e.body_part for e in events]
    assert _texts(grid, "not observed") == [(1.8, 2.3, 'camera <gone> & "back"')]


def test_tiers_have_no_holes_and_end_with_the_session(build, tmp_path: Path) -> None:
    grid = _read(build(people=1), tmp_path)
    assert grid.tierNames == ("body part", "action", "not observed")
    for tier in grid.tiers:
        ends = [0.0, *(entry.end for entry in tier.entries)]
        assert [entry.start for entry in tier.entries] == ends[:-1]
        assert ends[-1] == grid.maxTimestamp == 4.01


def test_without_events_a_tier_is_one_empty_interval(build, tmp_path: Path) -> None:
    grid = _read(build(people=1, events=(), gaps=()), tmp_path)
    assert [tuple(entry) for entry in grid.getTier("action").entries] == [(0.0, 4.01, "")]


def test_a_session_without_a_frame_can_be_read(build, tmp_path: Path) -> None:
    grid = _read(build(people=1, events=(), gaps=(), end_s=0.0), tmp_path)
    assert grid.maxTimestamp == pytest.approx(0.001)


def test_overlapping_events_go_to_a_second_tier(build, tmp_path: Path) -> None:
    first, second = build(people=1).events[:2]
    grid = _read(build(people=1, events=(first, replace(second, onset_s=0.5))), tmp_path)
    assert len(_texts(grid, "action")) == len(_texts(grid, "action 2")) == 1
