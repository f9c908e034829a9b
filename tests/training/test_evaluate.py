"""What was seen becomes figures, by kind of video and over groups, and a file of plain JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from mmn_live.actor.script import Script
from mmn_live.cli import app
from mmn_live.errors import UsageError
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.evaluate import Evaluation, Seen
from mmn_live.training.scoring import Truth
from mmn_live.training.watching import Video
from mmn_live.types import Event, Prediction, State

LABELS = ("nodding", "waving", "none")
NOD = Truth(2.0, 4.0, ("nodding",), ("head",))


def seen(group: int, kind: str, said: tuple[float, ...], *events: Event, truths: tuple[Truth, ...] = ()) -> Seen:
    probabilities, possible = np.array(said, np.float32), np.ones(3, bool)
    predictions = tuple(
        Prediction(end_s - 2, end_s, State.UNSURE, probabilities, possible, 1.0) for end_s in np.arange(2, 6.1, 0.2)
    )
    return Seen(Video(Script((), 6.0), kind, group, truths, 6.0), predictions, events)


def event(onset_s: float, label: str) -> Event:
    return Event(onset_s, onset_s, onset_s + 1, label, "B1", 9, "head", 0.8, 0.9)


EVALUATION = Evaluation(
    LABELS,
    taxonomy_named("ma52"),
    (
        seen(0, "actions", (0.7, 0.2, 0.1), event(2.5, "nodding"), truths=(NOD,)),
        seen(0, "quiet", (0.1, 0.1, 0.8), event(1.0, "waving"), event(3.0, "nodding")),
        seen(0, "empty", (0.0, 0.0, 0.0)),
        seen(1, "actions", (0.2, 0.7, 0.1), event(2.5, "waving"), truths=(NOD,)),
        seen(1, "quiet", (0.1, 0.1, 0.8)),
    ),
)


def test_figures_are_told_apart_by_kind_of_video():
    figures = EVALUATION.figures
    assert (figures["top1"], figures["top5"], figures["recall"]) == (0.5, 1, 0.5)
    assert figures["recall_part"] == 1
    assert figures["quiet_false_per_minute"] == pytest.approx(10)  # two events in 12 s
    assert figures["empty_false_per_minute"] == 0
    assert figures["false_per_minute"] == pytest.approx(6)  # three events in 30 s
    assert figures["outside_actions_per_minute"] == pytest.approx(60 * 2 / 26)


def test_the_spread_is_that_of_the_groups():
    assert [group["top1"] for group in EVALUATION.groups] == [1, 0]
    assert EVALUATION.spread("top1") == pytest.approx((0.5, np.sqrt(0.5)))
    assert EVALUATION.spread("empty_false_per_minute") is None  # one group alone has such a video


def test_the_summary_is_plain_json_and_holds_the_confusions():
    summary = json.loads(json.dumps(EVALUATION.summary(), allow_nan=False))
    names, counts = summary["confusion"]["labels"], np.array(summary["confusion"]["counts"])
    assert counts[names.index("nodding"), names.index("waving")] == 1
    assert counts[names.index("none"), names.index("none")] == 3 * 3  # three videos of 6 s without an action
    assert summary["per_class"]["nodding"]["top1"] == 1
    said = {one["said"][0][0]: one for one in summary["answers"]}
    assert set(said) == {"nodding", "waving"}
    assert said["waving"] | {"events": ["waving"], "right": ["nodding"], "onset_s": 2.0} == said["waving"]
    beside_the_nods = [("none", "nodding", 2, 13), ("none", "waving", 2, 13)]
    assert EVALUATION.confusions(5) == [*beside_the_nods, ("nodding", "waving", 1, 2)]
    assert EVALUATION.confusions(1) == beside_the_nods[:1]


def test_figures_are_not_written_over_an_existing_file(tmp_path):
    existing = tmp_path / "figures.json"
    existing.write_text("{}")
    result = CliRunner().invoke(app, ["evaluate", "--json", str(existing)])
    assert isinstance(result.exception, UsageError)
    assert existing.read_text() == "{}"


@pytest.mark.slow
def test_a_video_goes_through_the_whole_chain(tmp_path, monkeypatch, model_files):
    from mmn_live.actor.script import Cue
    from mmn_live.training import watching

    script = Script((Cue(0.3, 1.5, "nodding"),), 2.4, seed=5)
    monkeypatch.setattr(watching, "held_out_videos", lambda *_: [watching.acted(script, "actions", 0)])
    figures = tmp_path / "figures.json"
    arguments = ["evaluate", "--cache", str(tmp_path / "cache"), "--json", str(figures)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.exception
    assert "nodding" in result.stdout
    written = json.loads(figures.read_text())
    assert written["figures"]["segments"] == 1
    assert written["per_class"]["nodding"]["segments"] == 1
    figures.unlink()
    monkeypatch.setattr("mmn_live.pose.ensure_model_files", lambda: pytest.fail("watched again"))
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert json.loads(figures.read_text()) == written
