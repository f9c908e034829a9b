"""Figures of errors that were put in on purpose come out as they were put in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script
from mmn_live.training.heads import FACE, PARTS, drawn_straight, ears_of, face_of
from mmn_live.training.landmark_errors import figures_of
from mmn_live.training.landmarks import SITUATIONS, scale_of, situations_of
from mmn_live.training.measured import shared
from mmn_live.training.rendered import RenderedTrack

SIZE = (640, 480)


def a_track(*cues: Cue, view: str = "half") -> RenderedTrack:
    """Somebody seen exactly where he is."""
    performance = perform(Script(cues, 20.0, view, seed=3), np.arange(200) * 0.1, SIZE)
    pose, hands = performance.pose_px, performance.hands_px
    return RenderedTrack(
        performance.times_s,
        np.zeros((200, 44, 2), np.float32),
        np.zeros((200, 44), np.float32),
        performance.labels,
        SIZE,
        view,
        np.concatenate([pose, np.ones((200, 33, 1))], -1).astype(np.float32),
        np.concatenate([hands, np.ones((200, 2, 21, 1))], -1).astype(np.float32),
        pose,
        hands,
        performance.hidden,
    )


def with_error(track: RenderedTrack, error: np.ndarray) -> RenderedTrack:
    """`error` (200, 33, 2) in shoulder widths."""
    pose = track.pose.copy()
    pose[..., :2] += error * scale_of(track.true_pose)
    return dataclasses.replace(track, pose=pose)


def test_what_is_seen_exactly_has_no_error() -> None:
    figures = figures_of(a_track())
    assert figures["bias of face"] < 1e-3
    assert figures["quick jitter of face"] < 1e-3
    assert figures["swapped of hands apart"] == 0


def test_bias_and_jitter_are_measured_in_shoulder_widths() -> None:
    rng = np.random.default_rng(0)
    error = np.full((200, 33, 2), 0.05) + 0.01 * rng.standard_normal((200, 33, 2))
    figures = figures_of(with_error(a_track(), error))
    assert figures["bias of shoulders"] == pytest.approx(0.05, abs=0.004)
    assert figures["quick jitter of face"] == pytest.approx(0.01, rel=0.2)
    assert abs(figures["memory after 0.35 s of face"]) < 0.3


def test_an_error_shared_by_a_cluster_is_its_wander_and_has_a_memory() -> None:
    times_s = np.arange(200) * 0.1
    error = np.zeros((200, 33, 2))
    error[:, :11] = 0.02 * np.sin(2 * np.pi * 0.3 * times_s)[:, None, None]
    figures = figures_of(with_error(a_track(), error))
    assert figures["wander of face"] == pytest.approx(0.02 / np.sqrt(2), rel=0.2)
    assert figures["own wander of face"] < 0.002
    assert figures["memory after 0.1 s of face"] > 0.9


def test_gain_and_lag_of_a_movement_are_found() -> None:
    track = a_track(Cue(2.0, 4.0, "waving"), Cue(9.0, 4.0, "waving"), Cue(14.0, 4.0, "waving"), view="full")
    pose = track.true_pose
    late = pose[np.maximum(np.arange(200) - 1, 0)]
    seen = pose.mean(0) + 0.8 * (late - pose.mean(0))
    figures = figures_of(with_error(track, (seen - pose) / scale_of(pose)))
    assert figures["gain of wrists"] == pytest.approx(0.8, abs=0.05)
    assert figures["lag s of wrists"] == pytest.approx(0.1, abs=0.02)


def test_an_error_that_goes_with_the_place_changes_elsewhere_and_not_at_rest() -> None:
    track = a_track(Cue(2.0, 4.0, "waving"), Cue(9.0, 4.0, "waving"), Cue(14.0, 4.0, "waving"), view="full")
    place = track.true_pose / scale_of(track.true_pose)
    raised = np.clip(place.mean(0) - place, 0, None)
    figures = figures_of(with_error(track, 0.1 * raised))
    assert figures["change of the error at rest of wrists"] < 0.005
    assert figures["change of the error elsewhere of wrists"] > 0.02


def test_the_flicker_of_a_visibility_is_that_of_its_logit_where_it_is_doubted() -> None:
    track, rng = a_track(), np.random.default_rng(1)
    pose = track.pose.copy()
    pose[:, 13:15, 2] = 1 / (1 + np.exp(-rng.normal(1.0, 0.3, (200, 2))))
    figures = figures_of(dataclasses.replace(track, pose=pose))
    assert figures["flicker of the visibility of elbows"] == pytest.approx(0.3, rel=0.15)
    assert "flicker of the visibility of shoulders" not in figures  # nobody doubts them


def test_how_much_farther_a_finger_tip_is_off_is_measured_by_situation() -> None:
    track = a_track(Cue(1.0, 16.0, "waving"))
    scale_px = scale_of(track.true_pose)
    true, size = track.true_hands / scale_px, np.array(SIZE) / scale_px
    situation = situations_of(track.times_s, true, track.hidden, track.true_pose[:, 0] / scale_px, size)
    factors = np.ones((200, 2, 21))
    put_in = {"fast": 3.0, "free": 1.0, "edge on": 2.0}
    for name, factor in put_in.items():
        factors[..., 8][situation == SITUATIONS.index(name)] = factor
    hands = track.hands.copy()
    hands[..., :2] += 0.02 * factors[..., None] * scale_px
    swapped = np.arange(200) % 5 < 3
    hands[swapped] = hands[swapped, ::-1]
    figures = figures_of(dataclasses.replace(track, hands=hands))
    found = {
        name: figures[f"relative error of index tip of hands {name}"]
        / figures[f"relative error of wrist of hands {name}"]
        for name in put_in
        if f"relative error of index tip of hands {name}" in figures
    }
    assert len(found) > 1
    assert found == pytest.approx({name: put_in[name] for name in found}, rel=0.02)


def test_the_jitter_of_a_finger_tip_is_measured_by_situation_whatever_a_few_frames_do() -> None:
    track, rng = a_track(view="full"), np.random.default_rng(1)
    amount = np.full((21, 1), 0.004)
    amount[8] = 0.012
    error = amount * rng.standard_normal((200, 2, 21, 2))
    error[::100] += 0.1  # a hand put elsewhere for once
    hands = track.hands.copy()
    hands[..., :2] += scale_of(track.true_pose) * error
    figures = figures_of(dataclasses.replace(track, hands=hands))
    situations = [name.split(" of hands ")[1] for name in figures if name.startswith("jitter of index tip")]
    assert situations
    for situation in situations:
        assert figures[f"jitter of index tip of hands {situation}"] == pytest.approx(0.012, rel=0.12)
        assert figures[f"jitter of little tip of hands {situation}"] == pytest.approx(0.004, rel=0.12)


def test_lost_and_swapped_hands_are_counted() -> None:
    track = a_track()
    hands = track.hands[:, ::-1].copy()
    hands[::2, 0] = 0
    figures = figures_of(dataclasses.replace(track, hands=hands))
    apart = [value for name, value in figures.items() if name.startswith("swapped")]
    assert apart
    assert min(apart) == 1
    assert 0.6 < max(value for name, value in figures.items() if name.startswith("found")) < 0.9


def test_too_short_a_track_gives_nothing() -> None:
    track = a_track()
    assert figures_of(dataclasses.replace(track, pose=np.zeros_like(track.pose))) == {}


@pytest.mark.parametrize(
    ("action", "part"), [("turning head", "turns"), ("bowing head", "nods"), ("tilting head", "tilts")]
)
def test_what_is_lost_of_a_heads_pose_is_its_gain_and_no_bias(action, part) -> None:
    track, given = a_track(*(Cue(start_s, 4.0, action) for start_s in (2.0, 8.0, 14.0))), np.array([0.6, 0.7, 0.4, 0.5])
    true = track.true_pose / scale_of(track.true_pose)
    lost = np.zeros((200, 33, 2))
    lost[:, FACE] = ears_of(true) + drawn_straight(face_of(true), given) - true[:, FACE]
    figures = figures_of(with_error(track, lost))
    assert figures[f"gain of {part}"] == pytest.approx(given[PARTS.index(part)], abs=0.04)
    assert figures["bias of face"] < 0.02  # of parts that are hardly away nothing is measured, nor taken off


@pytest.mark.parametrize(("points", "group"), [((11, 12), "shoulders"), ((15, 17, 19, 21), "wrists")])
def test_the_own_share_of_a_bias_is_found_on_average_however_few_points_share_it(points, group) -> None:
    rng, track, found = np.random.default_rng(0), a_track(view="full"), []
    for _ in range(60):
        error = np.zeros((200, 33, 2))
        for cluster in (points, tuple(point + 1 for point in points)) if group == "wrists" else (points,):
            error[:, cluster] = 0.05 * shared(rng.standard_normal(2), rng.standard_normal((len(cluster), 2)), 0.5)
        found.append(figures_of(with_error(track, error))[f"own share of the bias of {group}"])
    assert np.mean(found) == pytest.approx(0.5, abs=0.12)
