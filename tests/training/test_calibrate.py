"""Decisions are fitted to what the network said, within the budget, by what decides in a live run."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.cli import app
from mmn_live.cli import calibrate as command
from mmn_live.decisions import Decisions
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.pipeline import Settings, chain_for
from mmn_live.pipeline.chain import recogniser_for
from mmn_live.recognition import Asked
from mmn_live.training.calibrate import TCN_WEIGHTS, THRESHOLDS, Calibration, calibrated
from mmn_live.training.heard import Heard, decided, fused_heard, heard
from mmn_live.training.observed import observed, observed_videos
from mmn_live.training.scoring import Truth
from mmn_live.training.watching import Video, Watched, acted

LENGTH_S = 20.0
NODS = tuple(Truth(start_s, start_s + 2, ("nodding",), ("head",)) for start_s in (4.0, 12.0))


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return load_checkpoint("actor")


def a_video(checkpoint, kind, truths, at_truths, elsewhere, source="generated"):
    """A video in which "nodding" has one probability where a nod is in the window, and another where none is."""
    nod, none = checkpoint.labels.index("nodding"), checkpoint.labels.index("none")
    asked = []
    for end_s in np.arange(2.0, LENGTH_S + 0.01, 0.2):
        shown = any(truth.onset_s < end_s - 0.9 and end_s - 1.1 < truth.offset_s for truth in NODS)
        probability = at_truths if shown else elsewhere
        logits = np.full(len(checkpoint.labels), -20.0, np.float32)
        logits[nod], logits[none] = np.log(probability), np.log(1 - probability)
        asked.append(Asked(end_s - 2, float(end_s), 1, np.ones(len(logits), bool), None, logits))
    return Heard(Video(Script((), LENGTH_S), kind, 0, truths, LENGTH_S), source, tuple(asked))


def test_trying_decisions_gives_the_events_of_the_live_chain(checkpoint):
    cues = Cue(1.0, 2.5, "touching nose"), Cue(6.0, 2.0, "waving"), Cue(10.0, 3.0, "shaking head")
    script = Script(cues, 14.0, seed=13)
    watched = Watched(acted(script, "actions", 0), observed(script, MA52))
    decisions = Decisions(threshold=0.9, part_threshold=0.4)
    checkpoint = replace(checkpoint, config=replace(checkpoint.config, tcn_weight=0.8))
    (streams,) = heard(checkpoint, [watched], "generated")
    one = fused_heard(streams, checkpoint.config.tcn_weight)
    given = replace(checkpoint, decisions=decisions)
    chain = chain_for(given, Settings())
    live = [event for people in watched.people for event in chain.process(people).events]
    live += chain.flush().events
    with recogniser_for(given, Settings()) as recogniser:
        tried = decided(given, recogniser, one)
        again = decided(given, recogniser, one)
    assert {event.is_part for event in live} == {True, False}
    assert tried == again == live


@pytest.mark.slow
def test_the_threshold_lies_between_what_is_done_and_what_is_not(checkpoint):
    made = [
        a_video(checkpoint, "actions", NODS, 0.8, 0.05),
        a_video(checkpoint, "quiet", (), 0.55, 0.05),
        a_video(checkpoint, "quiet", (), 0.55, 0.05, "rendered"),
    ]
    calibration = Calibration(checkpoint, made, 7.0)
    decisions = calibration.decisions()
    assert decisions.fitted["recall"] == 1
    assert decisions.fitted["quiet_rendered_false_per_minute"] == 0
    assert not calibration.keeps(replace(decisions, threshold=THRESHOLDS[0], none_bias=0.0, temperature=1.0), 1.0)


def test_minutes_without_a_false_event_are_no_safer_than_they_are_many(checkpoint):
    """In a third of a minute one event a minute may well have been missed, in nine of them not."""
    one = a_video(checkpoint, "quiet", (), 0.05, 0.05)
    assert not Calibration(checkpoint, [one], 1.0).keeps(Decisions(), 1.0)
    assert Calibration(checkpoint, [one] * 9, 1.0).keeps(Decisions(), 0.5)
    assert not Calibration(checkpoint, [one] * 9, 0.6).keeps(Decisions(), 0.5)


@pytest.mark.slow
def test_a_budget_that_no_threshold_keeps_is_refused(checkpoint):
    made = [a_video(checkpoint, "actions", NODS, 0.999, 0.001), a_video(checkpoint, "quiet", (), 0.9999, 0.001)]
    with pytest.raises(UsageError, match="--budget"):
        Calibration(checkpoint, made, 7.0).decisions()


def test_a_threshold_that_breaks_the_budget_again_is_not_taken(checkpoint, monkeypatch):
    """Named events are right often enough from 0.6 on, where an event that lasted has become too many."""
    monkeypatch.setattr(Calibration, "keeps", lambda _, each, __: each.threshold >= 0.5 and each.threshold != 0.6)

    def score(_, each, __):
        return SimpleNamespace(precision=0.9 if each.threshold >= 0.6 else 0.7, recall=1 - each.threshold)

    monkeypatch.setattr(Calibration, "score", score)
    assert Calibration(checkpoint, [], 0.5)._naming(Decisions()).threshold == 0.625


def test_an_event_in_an_empty_room_is_one_too_many(checkpoint):
    made = [a_video(checkpoint, "empty", (), 0.9, 0.05, "rendered")]
    calibration = Calibration(checkpoint, made, 1000.0)
    assert not calibration.keeps(Decisions(), 1.0)
    assert calibration.keeps(Decisions(threshold=0.975), 1.0)


def test_the_temperature_undoes_what_logits_are_multiplied_by(checkpoint):
    rng = np.random.default_rng(0)
    nod, none = checkpoint.labels.index("nodding"), checkpoint.labels.index("none")
    asked, truths = [], []
    for i in range(2000):
        evidence = rng.normal(0, 2)
        done = rng.random() < 1 / (1 + np.exp(-evidence))
        logits = np.full(len(checkpoint.labels), -60.0, np.float32)
        logits[nod], logits[none] = 3 * evidence, 0.0
        asked.append(Asked(10.0 * i, 10.0 * i + 2, 1, np.ones(len(logits), bool), None, logits))
        if done:
            truths.append(Truth(10.0 * i, 10.0 * i + 2, ("nodding",), ("head",)))
    video = Video(Script((), 20000.0), "actions", 0, tuple(truths), 20000.0)
    sharp, facts = Calibration(checkpoint, [Heard(video, "generated", tuple(asked))], 0.5).sharpened()
    assert sharp.temperature == pytest.approx(3, rel=0.15)
    assert facts["clear_windows"] == 2000
    assert facts["negative_log_likelihood"] < facts["without_temperature"]


@pytest.mark.slow
def test_the_second_stream_weighs_what_makes_the_answers_likeliest(checkpoint):
    """One of them says what is so, the other the same of everything."""
    quiet = (a_video(checkpoint, "quiet", (), 0.05, 0.05), a_video(checkpoint, "quiet", (), 0.05, 0.05, "rendered"))
    knows, does_not = a_video(checkpoint, "actions", NODS, 0.9, 0.05), a_video(checkpoint, "actions", NODS, 0.3, 0.3)
    for streams, expected in (((does_not, knows), TCN_WEIGHTS[-1]), ((knows, does_not), TCN_WEIGHTS[0])):
        fitted = calibrated(checkpoint, [streams, *((one, one) for one in quiet)], 7.0)
        assert fitted.config.tcn_weight == expected
        losses = fitted.decisions.fitted["without_bias_by_tcn_weight"]
        assert min(losses, key=losses.get) == str(expected)


def test_a_budget_that_the_quiet_minutes_cannot_show_is_refused_before_anything_is_watched(tmp_path, monkeypatch):
    monkeypatch.setattr("mmn_live.training.watching.watched", lambda *_: pytest.fail("something was watched"))
    refused = (
        (["--minutes", "2"], "allow 1 or more, or watch more with --minutes"),
        (["--videos", "0", "--minutes", "2"], "allow 1 or more, or watch more with --minutes"),
        (["--budget", "0.2"], "allow 0.222 or more, or watch more with --quiet-videos"),
        (
            ["--minutes", "60", "--quiet-videos", "36", "--budget", "0.1"],
            "allow 0.111 or more, or watch more with --quiet-videos",
        ),
    )
    for options, remedy in refused:
        result = CliRunner().invoke(app, ["calibrate", "actor", str(tmp_path / "a.safetensors"), *options])
        assert isinstance(result.exception, UsageError)
        assert remedy in str(result.exception)
    assert not any(tmp_path.iterdir())


def test_generated_videos_hold_the_truth_and_somebody_to_see():
    watched = list(observed_videos((1,), 1, 1, MA52))
    assert [one.video.kind for one in watched] == ["actions", "quiet"]
    for one in watched:
        times_s = [people.time_s for people in one.people]
        assert times_s == sorted(times_s)
        assert times_s[-1] == pytest.approx(one.video.duration_s, abs=0.2)
        assert all(people.person for people in one.people)
    assert watched[0].video.truths


def test_a_checkpoint_is_not_written_over_another(tmp_path):
    existing = tmp_path / "a.safetensors"
    existing.write_bytes(b"")
    result = CliRunner().invoke(app, ["calibrate", "actor", str(existing)])
    assert isinstance(result.exception, UsageError)
    assert existing.read_bytes() == b""


def test_a_checkpoint_without_a_folder_is_refused_before_anything_is_watched(tmp_path):
    result = CliRunner().invoke(app, ["calibrate", "actor", str(tmp_path / "no" / "a.safetensors")])
    assert isinstance(result.exception, UsageError)


def test_without_the_extra_it_names_the_remedy(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "mmn_live.training.calibrate")
    monkeypatch.delitem(sys.modules, "mmn_live.training.clear")
    monkeypatch.setitem(sys.modules, "torchmetrics.functional.classification", None)
    result = CliRunner().invoke(app, ["calibrate", "actor", str(tmp_path / "a.safetensors")])
    assert isinstance(result.exception, UsageError)
    assert "pip install mmn-live[train]" in str(result.exception)


@pytest.mark.slow
def test_the_weights_are_written_with_their_decisions(tmp_path, monkeypatch, checkpoint):
    monkeypatch.setattr(command, "_GENERATED", 2)
    output = tmp_path / "fitted.safetensors"
    arguments = ["calibrate", "actor", str(output), "--videos", "0", "--minutes", "1", "--budget", "3"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.exception
    written = load_checkpoint(output)
    assert written.decisions.fitted["budget_per_minute"] == 3
    assert written.decisions.fitted["quiet_generated_false_per_minute"] <= 3
    assert written.state.keys() == checkpoint.state.keys()
    assert f"threshold: {written.decisions.threshold}" in result.stdout
