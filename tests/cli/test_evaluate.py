"""`mmn-live evaluate --annotations`: a session against its corrections, from the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.recording import SessionWriter
from mmn_live.types import Event, Frame, Landmarks, People, Prediction, Skeleton, State


def _session(folder):
    landmarks = Landmarks(np.ones((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
    joints, visibility = np.ones((MA52.size, 2), np.float32), np.ones(MA52.size, np.float32)
    with SessionWriter(folder, {"model": {"taxonomy": "ma52"}}, ("nodding", "none"), MA52) as writer:
        for i in range(81):
            frame = Frame(i, i / 4, np.zeros((2, 2, 3), np.uint8), 10 + i / 4)
            writer.frame(frame, People(i, i / 4, (Skeleton(i, i / 4, joints, visibility, landmarks),)), 0, 1.0)
        for start_s in range(19):
            probabilities = np.array([0.5, 0.5], np.float32)
            writer.prediction(Prediction(start_s, start_s + 2, State.NONE, probabilities, probabilities > 0, 1.0))
        writer.event(Event(1, 2, 3, "nodding", "B1", 9, "head", 0.5, 0.5))
        writer.event(Event(8, 9, 10, "nodding", "B1", 9, "head", 0.5, 0.5))
    return folder


def test_a_session_is_scored_against_its_corrections(tmp_path):
    corrections = tmp_path / "corrections.csv"
    corrections.write_text(
        "person_id,onset_s,offset_s,label,source,session\n"
        "1,1.5,3,nodding,moved,another\n1,8,10,nodding,deleted,another\n1,12,13,bowing head,added,another\n"
    )
    figures = tmp_path / "figures.json"
    arguments = ["--annotations", str(corrections), "--session", str(_session(tmp_path / "s")), "--json", str(figures)]
    result = CliRunner().invoke(app, ["evaluate", *arguments])
    assert result.exit_code == 0, result.exception
    assert "another session" in result.stderr
    assert "Cohen's kappa" in result.stdout
    written = json.loads(figures.read_text())
    assert (written["recall"], written["precision"]) == (0.5, 0.5)
    assert written["false_events_per_minute"] == pytest.approx(3)  # one in the 20 s that were observed
    assert written["onset_error_median_s"] == pytest.approx(0.5)
    assert written["per_class"]["bowing head"] == {"actions": 1, "found": 0, "events": 0, "right": 0}


@pytest.mark.parametrize("arguments", [("--annotations", "a.csv"), ("--session", "s")])
def test_annotations_and_session_belong_together(arguments):
    result = CliRunner().invoke(app, ["evaluate", *arguments])
    assert isinstance(result.exception, UsageError)
