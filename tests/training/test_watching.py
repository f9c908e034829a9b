"""Videos are watched once: what is kept depends on all that decides the skeletons, and is whole or not there."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import load_checkpoint
from mmn_live.cli import app
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.training import watching
from mmn_live.training.watching import acted, held_out_videos, read_index, watched
from mmn_live.types import Frame, Landmarks, People, Skeleton

INDEX = {
    "clips": [
        {
            "file": "a.mp4",
            "segments": [{"t0": 0.5, "t1": 1.5, "label_ids": [19, 23]}, {"t0": 2, "t1": 3, "label_ids": []}],
        }
    ]
}
SCRIPT = Script((Cue(0.05, 0.1, "nodding"),), 0.2, seed=3)


class Estimator:
    """Sees somebody in every other frame; counts the videos it was opened for."""

    opened = 0

    def __init__(self, layout, models):
        type(self).opened += 1

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def process(self, frame: Frame) -> People:
        joints, visibility = np.full((MA52.size, 2), 7, np.float32), np.ones(MA52.size, np.float32)
        landmarks = Landmarks(np.ones((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
        one = Skeleton(frame.index, frame.time_s, joints, visibility, landmarks)
        return People(frame.index, frame.time_s, (one,) if frame.index % 2 else ())


@pytest.fixture
def estimator(monkeypatch):
    monkeypatch.setattr(Estimator, "opened", 0)
    monkeypatch.setattr(watching, "PoseEstimator", Estimator)
    return Estimator


def look_at(video, cache=None):
    (found,) = watched([video], MA52, lambda: None, cache)
    return found


def test_a_video_is_watched_once_and_comes_back_as_it_was(tmp_path, estimator):
    video = acted(SCRIPT, "actions", 0)
    first, second = look_at(video, tmp_path), look_at(video, tmp_path)
    assert estimator.opened == 1
    for people in (first.people, second.people):
        assert [each.time_s for each in people] == pytest.approx([0, 1 / 15, 2 / 15])
        assert [each.ids for each in people] == [(), (1,), ()]
        assert people[1].skeletons[0].joints[0, 0] == 1, "joints come from the landmarks kept"
    assert (first.video.truths[0].names, first.video.truths[0].parts) == (("nodding",), ("head",))


def test_another_script_is_another_video(tmp_path, estimator):
    look_at(acted(SCRIPT, "actions", 0), tmp_path)
    look_at(acted(replace(SCRIPT, look=1), "actions", 0), tmp_path)
    assert estimator.opened == 2


def test_what_was_not_finished_is_watched_again(tmp_path, estimator, monkeypatch):
    video = acted(SCRIPT, "actions", 0)
    with monkeypatch.context() as patched:
        patched.setattr(Estimator, "process", lambda self, frame: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look_at(video, tmp_path)
    assert not list(tmp_path.iterdir())
    assert len(look_at(video, tmp_path).people) == 3


def test_without_a_cache_nothing_is_left(estimator):
    assert len(look_at(acted(SCRIPT, "actions", 0)).people) == 3


def test_held_out_videos_are_of_all_kinds_in_every_group():
    videos = held_out_videos(2, 2)
    assert {(video.kind, video.group) for video in videos} == {
        (kind, group) for kind in ("actions", "quiet", "empty") for group in (0, 1)
    }
    assert sum(video.duration_s for video in videos if video.kind == "quiet") == 2 * 180
    assert all(bool(video.truths) == (video.kind == "actions") for video in videos)
    assert all(name in ACTIONS for video in videos for truth in video.truths for name in truth.names)


def test_an_index_gives_the_names_that_are_right(tmp_path):
    (tmp_path / "index.json").write_text(json.dumps(INDEX))
    ((file, truths),) = read_index(tmp_path)
    assert file == "a.mp4"
    assert [(truth.onset_s, truth.offset_s, truth.names) for truth in truths] == [
        (0.5, 1.5, ("waving", "illustrative gestures"))
    ]
    assert truths[0].parts == ("upper limb",)


def test_a_cache_that_is_no_folder_is_refused(tmp_path, estimator):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="choose another folder"):
        look_at(acted(SCRIPT, "actions", 0), tmp_path / "file")
    assert estimator.opened == 0


@pytest.mark.parametrize("arguments", [["evaluate"], ["calibrate", "actor", "fitted.safetensors"]])
def test_a_model_of_another_label_set_is_refused_before_anything_is_watched(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    other = replace(load_checkpoint("actor"), taxonomy="imigue")
    monkeypatch.setattr("mmn_live.checkpoints.load_checkpoint", lambda _: other)
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, UsageError)
    assert "imigue" in str(result.exception)


@pytest.mark.parametrize("t0", ["soon", None])
def test_an_index_whose_times_are_no_numbers_is_refused(tmp_path, t0):
    clip = {"file": "a.mp4", "segments": [{"t0": t0, "t1": 1.0, "label_ids": [19]}]}
    (tmp_path / "index.json").write_text(json.dumps({"clips": [clip]}))
    with pytest.raises(UsageError, match=r"index\.json"):
        read_index(tmp_path)


@pytest.mark.parametrize("text", [None, "no json", "{}", '{"clips": [{"file": "a.mp4"}]}', "[]"])
def test_a_folder_without_a_usable_index_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "index.json").write_text(text)
    with pytest.raises(UsageError, match=r"index\.json"):
        read_index(tmp_path)
