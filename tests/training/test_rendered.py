"""Tracks that were rendered and watched: what MediaPipe saw of the actor, kept in files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from mmn_live.actor.perform import Label
from mmn_live.actor.script import Cue, Script
from mmn_live.errors import UsageError
from mmn_live.joints import MA52
from mmn_live.pose import joints_from_landmarks
from mmn_live.training import rendered
from mmn_live.training.rendered import RenderedTrack, load_tracks, render_folder, render_track, save_track


def a_track(seed: int = 0) -> RenderedTrack:
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> np.ndarray:
        return rng.random(shape).astype(np.float32)

    pose, hands = draw(4, 33, 3), draw(4, 2, 21, 3)
    joints, visibility = joints_from_landmarks(pose, hands, MA52, 360, 640)
    return RenderedTrack(
        times_s=np.arange(4) / 11,
        joints=joints,
        visibility=visibility,
        labels=(Label(0.1, 0.3, "waving", ("left_wrist",)), Label(0.3, 0.4, "nodding", ())),
        size=(360, 640),
        view="webcam",
        pose=pose,
        hands=hands,
        true_pose=draw(4, 33, 2),
        true_hands=draw(4, 2, 21, 2),
        hidden=draw(4, 2),
    )


def test_a_track_comes_back_as_it_was_written(tmp_path: Path) -> None:
    written = a_track()
    save_track(tmp_path / "1.npz", written)
    (read,) = load_tracks(tmp_path)
    for field in dataclasses.fields(RenderedTrack):
        was, now = getattr(written, field.name), getattr(read, field.name)
        assert np.array_equal(was, now) if isinstance(was, np.ndarray) else was == now, field.name


def test_joints_come_from_the_landmarks_and_not_from_what_an_older_file_holds(tmp_path: Path) -> None:
    track = a_track()
    save_track(tmp_path / "1.npz", track)
    with np.load(tmp_path / "1.npz") as kept:
        content = dict(kept)
    np.savez(tmp_path / "1.npz", **content, joints=0 * track.joints, visibility=0 * track.visibility)
    (read,) = load_tracks(tmp_path)
    assert np.array_equal(read.joints, track.joints)
    assert np.array_equal(read.visibility, track.visibility)


def test_what_is_no_track_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no tracks"):
        load_tracks(tmp_path)
    (tmp_path / "1.npz").write_text("no archive", encoding="utf-8")
    with pytest.raises(UsageError, match=r"1\.npz"):
        load_tracks(tmp_path)
    save_track(tmp_path / "1.npz", a_track())
    (tmp_path / "1.npz").write_bytes((tmp_path / "1.npz").read_bytes()[:-200])
    with pytest.raises(UsageError, match=r"1\.npz"):
        load_tracks(tmp_path)
    np.savez(tmp_path / "1.npz", times_s=np.zeros(3))
    with pytest.raises(UsageError, match=r"1\.npz"):
        load_tracks(tmp_path)


def test_a_folder_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_files: rendered.ModelFiles
) -> None:
    made: list[int] = []

    def drawn(seed: int, models: rendered.ModelFiles) -> RenderedTrack:
        made.append(seed)
        if seed == 6:
            raise KeyboardInterrupt
        return a_track(seed)

    monkeypatch.setattr(rendered, "drawn_track", drawn)
    with pytest.raises(KeyboardInterrupt):
        list(render_folder(tmp_path, range(4, 8), model_files))
    assert len(load_tracks(tmp_path)) == 2
    monkeypatch.setattr(rendered, "drawn_track", lambda seed, models: (made.append(seed), a_track(seed))[1])
    assert len(list(render_folder(tmp_path, range(4, 8), model_files))) == 4
    assert made == [4, 5, 6, 6, 7]
    assert np.array_equal(load_tracks(tmp_path)[2].joints, a_track(6).joints)


@pytest.mark.slow
def test_the_actor_is_seen_where_he_is(model_files: rendered.ModelFiles) -> None:
    script = Script((Cue(0.1, 0.8, "waving"),), 1.0, view="half", seed=3)
    track = render_track(script, 10.0, model_files)
    assert len(track.times_s) == len(track.joints) == 10
    assert [label.name for label in track.labels] == ["waving"]
    found = track.pose.any((1, 2))
    assert found.sum() > 7
    width_px = np.linalg.norm(track.true_pose[:, 11] - track.true_pose[:, 12], axis=-1).mean()
    error_px = np.linalg.norm(track.pose[found, 11:13, :2] - track.true_pose[found, 11:13], axis=-1)
    assert np.median(error_px) < 0.25 * width_px
    assert not track.visibility[~found].any()


@pytest.mark.slow
def test_nobody_is_seen_in_an_empty_room(model_files: rendered.ModelFiles) -> None:
    track = render_track(Script((), 0.3, figure="none"), 10.0, model_files)
    assert not track.joints.any()
    assert not track.visibility.any()
