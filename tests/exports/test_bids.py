"""What BidsWriter writes, held against the schema of BIDS and read by pandas."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bidsschematools.schema import load_schema
from bidsschematools.validator import validate_bids

from mmn_live.errors import UsageError
from mmn_live.exports.bids import BidsWriter

ROOT = "study 1_bids"


def _write(content, folder: Path, **options: str) -> dict[str, Path]:
    writer = BidsWriter(content, folder, **options)
    writer.write()
    assert all(path.is_file() for path in writer.files)
    return {path.name: path for path in writer.files}


def _table(path: Path, **options) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", na_values="n/a", keep_default_na=False, **options)


def test_every_name_is_one_that_the_schema_knows(build, tmp_path: Path) -> None:
    files = _write(build(), tmp_path, subject="P07", task="interview")
    assert "sub-P07person2_task-interview_tracksys-mmnlive_motion.tsv" in files
    assert validate_bids(str(tmp_path / ROOT))["path_tracking"] == []


def test_motion_has_a_row_a_frame_and_a_column_a_channel(build, tmp_path: Path) -> None:
    content = build()
    files = _write(content, tmp_path)
    frames = list(content.people())
    for number in (1, 2):
        stem = f"sub-01person{number}_task-session_tracksys-mmnlive"
        channels = _table(files[f"{stem}_channels.tsv"])
        motion = _table(files[f"{stem}_motion.tsv"], header=None, names=list(channels.name))
        assert motion.latency.tolist() == [frame.time_s for frame in frames]
        for row, frame in enumerate(frames):
            here = [s for s in frame.skeletons if s.person_id == number]
            for i, name in enumerate(content.layout.names):
                seen = bool(here) and here[0].visibility[i] > 0
                expected = here[0].joints[i] if seen else [np.nan, np.nan]
                np.testing.assert_allclose(motion.loc[row, [f"{name}_x", f"{name}_y"]].to_numpy(float), expected, 1e-5)
                assert np.isnan(motion.loc[row, f"{name}_visibility"]) == (not here)


def test_the_channels_are_as_the_schema_wants_them(build, tmp_path: Path) -> None:
    files = _write(build(people=1), tmp_path)
    rule = load_schema().rules.tabular_data.motion.motionChannels
    text = files["sub-01_task-session_tracksys-mmnlive_channels.tsv"].read_text(encoding="utf-8")
    table = pd.DataFrame([line.split("\t") for line in text.splitlines()])
    header = table.iloc[0].tolist()
    assert header[:5] == [name.split("__")[0] for name in rule.initial_columns]
    channels = table.iloc[1:].set_axis(header, axis=1)
    assert channels.name.is_unique
    assert set(channels.type) <= set(load_schema().objects.columns["type__channels"].enum) | {"POS", "MISC", "LATENCY"}
    assert set(channels.component) == {"x", "y", "n/a"}
    assert (channels[channels.type == "POS"].units == "px").all()
    assert channels.iloc[-1][["type", "units"]].tolist() == ["LATENCY", "s"]


def test_the_sidecar_has_what_is_required_and_true_rates_and_counts(build, tmp_path: Path) -> None:
    files = _write(build(people=1), tmp_path)
    facts = json.loads(files["sub-01_task-session_tracksys-mmnlive_motion.json"].read_text(encoding="utf-8"))
    rules = load_schema().rules.sidecars.motion
    known = {name for rule in rules.values() for name in rule["fields"]}
    required = {
        name
        for rule in rules.values()
        for name, level in rule["fields"].items()
        if level == "required" or (not isinstance(level, str) and level.get("level") == "required")
    }
    assert required <= set(facts) <= known | {"RecordingType", "RecordingDuration"}
    assert facts["SamplingFrequency"] == 30
    assert facts["SamplingFrequencyEffective"] == pytest.approx(7 / 4.01)
    counts = {kind: facts[f"{kind}ChannelCount"] for kind in ("POS", "Misc", "LATENCY", "Motion")}
    assert counts == {"POS": 44, "Misc": 22, "LATENCY": 1, "Motion": 67}


def test_events_count_from_the_first_frame_whose_time_is_in_the_scans(build, tmp_path: Path) -> None:
    content = build(people=1)
    files = _write(content, tmp_path)
    events = _table(files["sub-01_task-session_tracksys-mmnlive_events.tsv"])
    assert list(events.columns[:3]) == ["onset", "duration", "trial_type"]
    found = [(row.onset, row.onset + row.duration, row.trial_type) for row in events.itertuples()]
    expected = [(e.onset_s, e.offset_s, e.label.replace("\t", " ")) for e in content.events] + [
        (1.8, 2.3, "not observed")
    ]
    for (onset, offset, label), (expected_onset, expected_offset, expected_label) in zip(
        found, sorted(expected), strict=True
    ):
        assert (onset, offset) == pytest.approx((expected_onset, expected_offset), abs=1e-5)
        assert label == expected_label
    scans = _table(files["sub-01_scans.tsv"])
    assert (tmp_path / ROOT / "sub-01" / scans.filename[0]).is_file()
    assert datetime.fromisoformat(scans.acq_time[0].replace("Z", "+00:00")) == content.zero_utc


def test_without_frames_and_events_the_tables_are_empty(build, tmp_path: Path) -> None:
    files = _write(build(people=1, events=(), gaps=(), frames=()), tmp_path)
    assert files["sub-01_task-session_tracksys-mmnlive_motion.tsv"].read_text(encoding="utf-8") == ""
    assert len(_table(files["sub-01_task-session_tracksys-mmnlive_events.tsv"])) == 0


@pytest.mark.parametrize("options", [{"subject": "P-07"}, {"task": "two words"}])
def test_a_name_that_bids_does_not_allow_is_refused(build, tmp_path: Path, options: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="letters and digits"):
        BidsWriter(build(), tmp_path, **options)
