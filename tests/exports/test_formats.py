"""Writing several formats: nothing is overwritten, nothing half-written stays, and every format stands in the table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mmn_live.errors import RecordingError, UsageError
from mmn_live.exports import WRITERS, check_formats, choose_video, export
from mmn_live.exports.content import lanes
from mmn_live.types import RecordedVideo

TEXT_FORMATS = ["elan", "praat", "webvtt", "bids"]


def _export(content, names: list[str], folder: Path) -> list[Path]:
    return export(content, names, folder, subject="01", task="session")


def test_all_formats_are_written_and_named(build, tmp_path: Path) -> None:
    files = _export(build(), ["all"], tmp_path / "out")
    assert sorted(files) == sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_a_file_that_is_there_is_kept_and_nothing_else_is_begun(build, tmp_path: Path) -> None:
    (tmp_path / "study 1.vtt").write_text("mine")
    with pytest.raises(UsageError, match=r"study 1\.vtt exists already"):
        _export(build(), ["elan", "webvtt"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["study 1.vtt"]
    assert (tmp_path / "study 1.vtt").read_text() == "mine"


def test_formats_of_text_need_no_library(build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("pynwb", "ndx_pose", "openpyxl"):
        monkeypatch.setitem(sys.modules, library, None)
    assert all(path.is_file() for path in _export(build(), TEXT_FORMATS, tmp_path))


@pytest.mark.parametrize("names", [["elan", "excel"], []])
def test_an_unknown_format_is_answered_with_those_there_are(names: list[str]) -> None:
    with pytest.raises(UsageError, match="elan, praat, boris, webvtt, nwb, bids, all"):
        check_formats(names)


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_cannot_be_made_is_reported(build, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RecordingError, match=r"cannot write .*with --out"):
        _export(build(), [name], tmp_path / "file")


@pytest.mark.parametrize(("name", "limit"), [*((name, 60) for name in WRITERS), ("nwb", 60_000), ("boris", 4_000)])
def test_a_full_disk_is_reported_and_leaves_no_half_file(build, tmp_path: Path, name: str, limit: int) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limit on the size of a file")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = build()  # what is loaded lazily is loaded before the limit
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(RecordingError, match="cannot write"):
            _export(content, [name], tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size == limit] == []
    assert list(tmp_path.rglob("unfinished_*")) == []


def test_the_video_without_labels_is_preferred_and_one_that_begins_too_late_is_not_taken(build) -> None:
    events = build().events
    annotated, raw = (RecordedVideo(Path(f"{kind}.mp4"), kind, 0.0) for kind in ("annotated", "raw"))
    late = RecordedVideo(Path("late.mp4"), "raw", events[0].onset_s + 0.6)
    assert choose_video([annotated, raw], events) == raw
    assert choose_video([late, annotated], events) == annotated
    assert choose_video([late], events) is None
    assert choose_video([], ()) is None


def test_lanes_hold_everything_once_and_never_overlap() -> None:
    spans = [(0, 5, "a"), (5, 6, "b"), (1, 3, "c"), (2, 9, "d"), (3, 4, "e")]
    rows = lanes(spans)
    assert sorted(span for row in rows for span in row) == sorted(spans)
    assert all(row[i][1] <= row[i + 1][0] for row in rows for i in range(len(row) - 1))
    assert lanes([]) == [[]]
