"""An event that names a body part and no class, in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pynwb
from praatio import textgrid
from pympi.Elan import Eaf

from mmn_live.cli.export import session_content
from mmn_live.exports import export
from mmn_live.joints import MA52
from mmn_live.recording import SessionReader, SessionWriter
from mmn_live.types import PART_ID, Alternative, Event, Frame, People

FACTS = {
    "model": {"name": "actor", "sha256": "0" * 64, "taxonomy": "ma52"},
    "source": {"kind": "camera", "name": "0", "width": 64, "height": 48, "announced_fps": None},
}
ALTERNATIVES = (Alternative("touching nose", 0.41), Alternative("scratching or touching face", 0.3))
EVENT = Event(0.5, 0.75, 1.125, "head-hand", "F", PART_ID, "head-hand", 0.75, 0.875, 1, ALTERNATIVES)
NODDING = Event(1.25, 1.5, 1.75, "nodding", "B1", 9, "head", 0.75, 0.875)
TOLD = "touching nose 0.4100; scratching or touching face 0.3000"


def test_it_has_the_parts_name_in_every_format(tmp_path: Path) -> None:
    with SessionWriter(tmp_path / "s1", FACTS, ("touching nose", "nodding", "none"), MA52) as writer:
        for i in range(9):
            frame = Frame(i, i / 4, pd.NA, 1000 + i / 4)  # pyright: ignore[reportArgumentType]
            writer.frame(frame, People(i, i / 4, ()), 0, 1.0)
        writer.event(EVENT)
        writer.event(NODDING)
    content = session_content(SessionReader(tmp_path / "s1"))
    assert content.events == (EVENT, NODDING)
    out = tmp_path / "out"
    export(content, ["all"], out, "01", "session")
    assert _elan(out / "s1.eaf") == [(500, 1125, "head-hand"), (1250, 1750, "nodding")]
    grid = textgrid.openTextgrid(str(out / "s1.TextGrid"), includeEmptyIntervals=False)
    assert [entry.label for entry in grid.getTier("action").entries] == ["head-hand", "nodding"]
    assert "head-hand: touching nose or scratching or touching face?" in (out / "s1.vtt").read_text(encoding="utf-8")
    _assert_boris(json.loads((out / "s1.boris").read_text(encoding="utf-8")))
    _assert_nwb(out / "s1.nwb")
    _assert_bids(next(out.rglob("*_events.tsv")))


def _elan(path: Path) -> list[tuple[int, int, str]]:
    eaf = Eaf(path)
    assert "head-hand" in {entry[0][0][0] for entry in eaf.controlled_vocabularies["ma52"][1].values()}
    return eaf.get_annotation_data_for_tier("action")


def _assert_boris(project: dict) -> None:
    (start, *_) = project["observations"]["s1"]["events"]
    assert (start[2], start[4]) == ("head-hand", f"confidence 0.750; {TOLD}")
    (behaviour,) = [b for b in project["behaviors_conf"].values() if b["code"] == "head-hand"]
    assert behaviour["category"] == "head-hand"
    assert "not told more exactly" in behaviour["description"]


def _assert_nwb(path: Path) -> None:
    with pynwb.NWBHDF5IO(str(path), mode="r") as io:
        table = io.read().intervals["micro_actions"].to_dataframe()
    assert table[["label", "code", "alternatives"]].values.tolist() == [["head-hand", "F", TOLD], ["nodding", "B1", ""]]


def _assert_bids(path: Path) -> None:
    table = pd.read_csv(path, sep="\t", keep_default_na=False)
    assert table[["trial_type", "code", "alternatives"]].values.tolist() == [
        ["head-hand", "F", TOLD],
        ["nodding", "B1", "n/a"],
    ]
    levels = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["trial_type"]["Levels"]
    assert "not told more exactly" in levels["head-hand"]


def test_without_such_an_event_the_vocabulary_is_the_label_set(tmp_path: Path) -> None:
    for folder, event in (("with", EVENT), ("without", replace(NODDING))):
        with SessionWriter(tmp_path / folder, FACTS, ("touching nose", "nodding", "none"), MA52) as writer:
            writer.event(event)
    names = [
        {label.name for label in session_content(SessionReader(tmp_path / folder)).vocabulary}
        for folder in ("with", "without")
    ]
    assert names[0] - names[1] == {"head-hand"}
