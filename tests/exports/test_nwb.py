"""What NWBWriter writes, validated and read by pynwb, and its arrays by h5py alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pynwb
import pytest

from mmn_live.errors import UsageError
from mmn_live.exports.nwb import NWBWriter
from mmn_live.types import RecordedVideo


def _write(content, folder: Path) -> Path:
    writer = NWBWriter(content, folder)
    writer.write()
    return writer.files[0]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    with pynwb.NWBHDF5IO(str(path), mode="r") as io:
        yield io.read()


@pytest.mark.parametrize("fields", [{}, {"people": 1, "events": (), "gaps": ()}], ids=["two persons", "nothing"])
def test_validation_passes(build, tmp_path: Path, fields: dict[str, Any]) -> None:
    assert list(pynwb.validate(path=str(_write(build(**fields), tmp_path)))) == []


def test_joints_come_back_with_their_true_times_and_what_was_not_seen_is_nan(build, tmp_path: Path) -> None:
    content = build()
    frames = list(content.people())
    with h5py.File(_write(content, tmp_path), "r") as file:
        for number in (1, 2):
            pose = file[f"processing/behavior/pose of person {number}"]
            for i, name in enumerate(content.layout.names):
                data, confidence = pose[name]["data"][:], pose[name]["confidence"][:]
                assert pose[name]["timestamps"][:].tolist() == [frame.time_s for frame in frames]
                for row, frame in enumerate(frames):
                    here = [s for s in frame.skeletons if s.person_id == number]
                    seen = bool(here) and here[0].visibility[i] > 0
                    np.testing.assert_array_equal(data[row], here[0].joints[i] if seen else [np.nan, np.nan])
                    assert np.array_equal(confidence[row], here[0].visibility[i] if here else np.nan, equal_nan=True)


def test_skeleton_start_events_and_gaps_come_back(build, tmp_path: Path) -> None:
    content = build()
    with _opened(_write(content, tmp_path)) as file:
        assert file.session_start_time == content.zero_utc
        pose = file.processing["behavior"]["pose of person 2"]
        assert tuple(pose.skeleton.nodes[:]) == content.layout.names
        assert [tuple(edge) for edge in pose.skeleton.edges[:]] == list(content.layout.drawn_bones)
        assert pose.pose_estimation_series["nose"].unit == "pixels"
        rows = file.intervals["micro_actions"].to_dataframe()
        found = list(zip(rows.start_time, rows.stop_time, rows.label, rows.person_id, rows.confidence, strict=True))
        assert found == [(e.onset_s, e.offset_s, e.label, e.person_id, e.confidence) for e in content.events]
        gaps = file.invalid_times.to_dataframe()
        assert (gaps.start_time[0], gaps.stop_time[0]) == (1.8, 2.3)


def test_the_video_is_linked_from_the_folder(build, tmp_path: Path) -> None:
    (tmp_path / "raw.mp4").touch()
    path = _write(build(people=1, video=RecordedVideo(tmp_path / "raw.mp4", "raw", 0.25)), tmp_path / "exports")
    assert list(pynwb.validate(path=str(path))) == []
    with _opened(path) as file:
        video = file.processing["behavior"]["pose of person 1"].source_video
        assert (video.starting_time, video.external_file[0]) == (0.25, "../raw.mp4")
        assert video.dimension[:].tolist() == [640, 480]


def test_a_missing_library_names_the_extra(build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ndx_pose", None)
    with pytest.raises(UsageError, match=r'ndx_pose.*pip install "mmn-live\[export\]"'):
        NWBWriter(build(), tmp_path)
