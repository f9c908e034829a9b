"""What evaluation watches, and what it refuses."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from mmn_live.actor.motion import ACTIONS
from mmn_live.cli import app
from mmn_live.errors import UsageError
from mmn_live.training.evaluate import held_out_scripts, read_index

INDEX = {
    "clips": [
        {
            "file": "a.mp4",
            "segments": [{"t0": 0.5, "t1": 1.5, "label_ids": [19, 23]}, {"t0": 2, "t1": 3, "label_ids": []}],
        }
    ]
}


def test_an_index_gives_the_names_that_are_right(tmp_path):
    (tmp_path / "index.json").write_text(json.dumps(INDEX))
    ((file, truths),) = read_index(tmp_path)
    assert file == "a.mp4"
    assert [(truth.onset_s, truth.offset_s, truth.names) for truth in truths] == [
        (0.5, 1.5, ("waving", "illustrative gestures"))
    ]


@pytest.mark.parametrize("text", [None, "no json", "{}", '{"clips": [{"file": "a.mp4"}]}', "[]"])
def test_a_folder_without_a_usable_index_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "index.json").write_text(text)
    with pytest.raises(UsageError, match=r"index\.json"):
        read_index(tmp_path)


def test_held_out_scripts_are_the_same_every_time_and_hold_every_view():
    scripts = list(held_out_scripts(24))
    assert scripts == list(held_out_scripts(24))
    assert {script.view for script in scripts} == {"webcam", "half", "full"}
    acted = {cue.action for script in scripts for cue in script.cues if cue.labelled}
    assert len(acted) >= len(ACTIONS) - 2
    assert all(cue.action != "shaking legs" for script in scripts if script.view != "full" for cue in script.cues)


def test_figures_are_not_written_over_an_existing_file(tmp_path):
    existing = tmp_path / "figures.json"
    existing.write_text("{}")
    result = CliRunner().invoke(app, ["evaluate", "--json", str(existing)])
    assert isinstance(result.exception, UsageError)
    assert existing.read_text() == "{}"
