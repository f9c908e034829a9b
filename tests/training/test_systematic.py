"""What MediaPipe does by rule is learnt from tracks, and done again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script, idle_script
from mmn_live.training import systematic_fit
from mmn_live.training.heads import STRAIGHT
from mmn_live.training.landmarks import scale_of
from mmn_live.training.rendered import RenderedTrack
from mmn_live.training.smoothed import smoothed
from mmn_live.training.systematic import Network, Systematic
from mmn_live.training.systematic_fit import fit_systematic, without_systematic

SIZE = (640, 480)
MIRRORED = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(one for left in range(11, 33, 2) for one in (left + 1, left))]


def a_track(seed: int) -> RenderedTrack:
    """Somebody whose wrists are seen farther down and farther out than they are, by an eighth of how far they are below
    his shoulders, and whose hands are found while they are above the middle between shoulder and hip.
    """
    times_s = np.arange(100) * 0.1
    performance = perform(
        Script((Cue(1.0, 3.0, "waving"), Cue(5.0, 3.0, "waving")), 10.0, "full", seed=seed), times_s, SIZE
    )
    pose = performance.pose_px.copy()
    pose[:, 15:17] += scale_of(pose) * rule(pose / scale_of(pose))
    seen = smoothed(times_s, pose, 6.5 * scale_of(performance.pose_px))
    found = performance.hands_px[:, :, 0, 1] < performance.pose_px[:, 11:25:12, 1].mean(1, keepdims=True)
    hands = np.concatenate([performance.hands_px, np.ones((100, 2, 21, 1))], -1) * found[..., None, None]
    return RenderedTrack(
        times_s,
        np.zeros((100, 44, 2), np.float32),
        np.zeros((100, 44), np.float32),
        performance.labels,
        SIZE,
        "full",
        np.concatenate([seen, np.ones((100, 33, 1))], -1).astype(np.float32),
        hands.astype(np.float32),
        performance.pose_px,
        performance.hands_px,
        performance.hidden,
    )


def rule(pose: np.ndarray) -> np.ndarray:
    """(T, 2, 2): what wrists are displaced by."""
    far = 0.125 * (pose[:, 15:17, 1] - pose[:, 11:13, 1])
    outward = np.sign(pose[:, 11:13, 0] - pose[:, 11:13, 0].mean(1, keepdims=True))
    return np.stack([outward * far, far], -1)


def in_shoulder_widths(track: RenderedTrack) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pose, hands and the picture's size."""
    scale_px = scale_of(track.true_pose)
    return track.true_pose / scale_px, track.true_hands / scale_px, np.array(track.size) / scale_px


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fits that are good enough for what is simple."""
    monkeypatch.setattr(systematic_fit, "_STEPS", 400)
    monkeypatch.setattr(systematic_fit, "_BATCH", 128)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_what_goes_by_rule_is_learnt_and_holds_for_other_tracks() -> None:
    known, other = fit_systematic([a_track(seed) for seed in range(6)], STRAIGHT), a_track(9)
    pose, hands, size = in_shoulder_widths(other)
    learnt, true = known.displacements(pose, hands, size), rule(pose)
    assert (np.median(np.abs(learnt[:, 15:17] - true), (0, 1)) < 0.25 * np.median(np.abs(true), (0, 1))).all()
    assert np.median(np.abs(learnt[:, 23:25])) < 0.03
    likely = known.found(other.times_s, pose, hands, other.hidden, size)
    assert ((likely > 0) == (other.hands[..., 0, 2] > 0)).mean() > 0.9


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_what_is_left_of_tracks_is_what_does_not_go_by_rule() -> None:
    tracks = [a_track(seed) for seed in range(6)]
    left = without_systematic(tracks, STRAIGHT)

    def off(several: list[RenderedTrack]) -> float:
        each = (np.abs(one.pose[:, 15:17, 1] - one.true_pose[:, 15:17, 1]) / scale_of(one.true_pose) for one in several)
        return float(np.median(np.concatenate(list(each))))

    assert off(left) < 0.4 * off(tracks)
    assert all(np.array_equal(one.pose[..., 2], two.pose[..., 2]) for one, two in zip(left, tracks, strict=True))


def test_what_goes_by_rule_in_a_track_is_learnt_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    tracks, learnt_from = [a_track(seed) for seed in range(5)], []

    class Rule:
        """What moves a body to the right by a tenth of its shoulders for each fit before."""

        def __init__(self, several: list[RenderedTrack]) -> None:
            learnt_from.append({id(one) for one in several})
            self._right = 0.1 * len(learnt_from)

        def displacements(self, pose: np.ndarray, hands: np.ndarray, size: np.ndarray) -> np.ndarray:
            return np.full_like(pose, self._right)

    monkeypatch.setattr(systematic_fit, "fit_systematic", lambda several, straight: Rule(several))
    left = without_systematic(tracks, STRAIGHT)
    assert len(left) == len(tracks)
    for track, rest in zip(tracks, left, strict=True):
        assert np.array_equal(rest.true_pose, track.true_pose)
        moved = np.median(track.pose[..., 0] - rest.pose[..., 0]) / scale_of(track.true_pose)
        assert id(track) not in learnt_from[round(moved / 0.1) - 1]
        assert moved == pytest.approx(0.1 * round(moved / 0.1), abs=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("quick")
def test_frames_that_show_nobody_teach_nothing_and_stay_so() -> None:
    track = a_track(0)
    gap = slice(40, 60)
    pose, hands, aside = track.pose.copy(), track.hands.copy(), track.true_pose.copy()
    pose[gap], hands[gap] = 0, 0
    aside[gap, 11:] += 50.0
    gone = replace(track, pose=pose, hands=hands)
    one, other = (fit_systematic([each], STRAIGHT) for each in (gone, replace(gone, true_pose=aside)))
    body = in_shoulder_widths(track)
    assert np.array_equal(one.displacements(*body), other.displacements(*body))
    assert not without_systematic([gone, a_track(1), a_track(2)], STRAIGHT)[0].pose[gap].any()


def test_points_outside_the_picture_are_not_displaced_by_rule() -> None:
    performance = perform(idle_script(4, "full", 1), np.arange(40) * 0.1)
    scale_px = scale_of(performance.pose_px)
    pose, hands = performance.pose_px / scale_px, performance.hands_px / scale_px
    size = np.array([8.0, pose[:, 23:25, 1].min() - 0.05])
    displaced = Systematic.load().displacements(pose, hands, size)
    assert not displaced[:, 25:].any()
    assert displaced[:, 11:13].any(-1).all()


def test_no_point_is_displaced_far_in_a_posture_that_no_track_shows() -> None:
    performance = perform(idle_script(4, "full", 1), np.arange(40) * 0.1)
    scale_px = scale_of(performance.pose_px)
    pose, hands = 20 * performance.pose_px / scale_px, 20 * performance.hands_px / scale_px
    displaced = Systematic.load().displacements(pose, hands, np.array([1000.0, 1000.0]))
    assert 0 < np.linalg.norm(displaced, axis=-1).max() < 0.31


def test_however_strange_a_posture_is_no_number_overflows() -> None:
    performance = perform(idle_script(4, "full", 1), np.arange(40) * 0.1)
    pose, hands = 1e4 * performance.pose_px, 1e4 * performance.hands_px
    known, size = Systematic.load(), np.array([1e9, 1e9])
    assert np.isfinite(known.displacements(pose, hands, size)).all()
    assert np.isfinite(known.found(performance.times_s, pose, hands, performance.hidden, size)).all()


def test_a_hand_is_as_likely_found_as_the_other_one_in_a_mirror() -> None:
    performance = perform(idle_script(4, "full", 1), np.arange(40) * 0.1)
    scale_px = scale_of(performance.pose_px)
    pose, hands = performance.pose_px / scale_px, performance.hands_px / scale_px
    size, known = np.array(SIZE) / scale_px, Systematic.load()
    mirror, edge = np.array([-1.0, 1.0]), np.array([size[0], 0.0])
    likely = known.found(performance.times_s, pose, hands, performance.hidden, size)
    mirrored = edge + mirror * pose[:, MIRRORED], edge + mirror * hands[:, ::-1], performance.hidden[:, ::-1]
    np.testing.assert_allclose(known.found(performance.times_s, *mirrored, size), likely[:, ::-1], atol=1e-6)


def test_a_hand_behind_the_body_is_hardly_found_and_one_whose_wrist_alone_is_outside_more_with_a_farther_reach() -> (
    None
):
    performance = perform(Script((Cue(1.0, 3.0, "waving"),), 5.0, "half", seed=1), np.arange(50) * 0.1)
    scale_px = scale_of(performance.pose_px)
    pose, hands = performance.pose_px / scale_px, performance.hands_px / scale_px
    size, known, seen = np.array(SIZE) / scale_px, Systematic.load(), np.zeros((50, 2))
    raised = hands[:, :, 0, 1] < pose[:, 11:13, 1] + 0.3
    assert raised.any()

    def likely(hidden: np.ndarray, height: float, reach: float = 0.0) -> float:
        logits = known.found(performance.times_s, pose, hands, hidden, np.array([size[0], height]), reach)
        return float(np.median(logits[raised]))

    wrist = np.median(hands[:, :, 0, 1][raised])
    assert likely(seen, size[1]) > 1 > -1 > likely(seen + 1, size[1])
    assert likely(seen, size[1]) > likely(seen, wrist - 0.1, 0.2) > likely(seen, wrist - 0.1)


def test_a_network_is_the_same_when_it_has_been_a_files_tensors() -> None:
    known = Systematic.load().body
    inputs = np.random.default_rng(0).standard_normal((5, len(known.mean)))
    np.testing.assert_allclose(Network.of(known.tensors("body"), "body")(inputs), known(inputs), rtol=1e-6)
