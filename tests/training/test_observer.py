"""The observer does to landmarks what MediaPipe was measured to do."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.actor.perform import Performance, perform
from mmn_live.actor.script import Cue, Script, idle_script
from mmn_live.training import observer
from mmn_live.training.landmarks import SITUATIONS
from mmn_live.training.observer import Observation, Observer
from mmn_live.training.observer_hands import HandObserver
from mmn_live.training.observer_places import errors_of_places
from mmn_live.training.systematic import Systematic

TIMES_S = np.arange(0, 8, 0.05)
SIZE = np.array([640.0, 480.0])


def observed(script: Script, seed: int = 0) -> tuple[Performance, Observation]:
    performance = perform(script, TIMES_S)
    return performance, Observer(np.random.default_rng(seed)).observe(performance)


def hands_seen(hands: np.ndarray, doing: np.ndarray, *, logit: float = 3.0) -> np.ndarray:
    """By 80 observers (80, T, 2, 21, 3), in a large picture, of hands (T, 2, 21, 2) that are found so likely."""
    times_s, place, findable = np.arange(len(hands)) / 20, np.zeros((len(hands), 2), int), np.full(doing.shape, logit)
    observers = (HandObserver(np.random.default_rng(seed), 0.5) for seed in range(80))
    return np.stack([one.see(times_s, hands, place, doing, findable, np.array([8.0, 6.0])) for one in observers])


def shoulder_width_px(performance: Performance) -> float:
    return float(np.median(np.linalg.norm(performance.pose_px[:, 11] - performance.pose_px[:, 12], axis=-1)))


def test_what_is_in_the_picture_is_seen_near_where_it_is() -> None:
    errors = []
    for seed in range(24):
        performance, seen = observed(idle_script(8, "half", seed), seed)
        error = np.linalg.norm(seen.pose[:, 11:13, :2] - performance.pose_px[:, 11:13], axis=-1)
        errors.append(np.median(error) / shoulder_width_px(performance))
        assert (seen.pose[:, 11:13, 2] > 0.8).all()
    assert 0.02 < np.median(errors) < 0.09
    assert np.quantile(errors, 0.9) < 0.15


def test_what_is_far_outside_the_picture_has_little_visibility_stays_outside_and_moves() -> None:
    for seed in range(8):
        performance, seen = observed(idle_script(8, "webcam", seed), seed)
        far = performance.pose_px[:, 27:, 1] > 480 + 2 * shoulder_width_px(performance)
        assert far.any()
        assert np.quantile(seen.pose[:, 27:, 2][far], 0.9) < 0.5
        assert np.mean(seen.pose[:, 27:, 1][far] < 470) < 0.02
        assert np.ptp(seen.pose[:, 27:, :2], axis=0).min() > 0


def test_visibilities_flicker_from_frame_to_frame_and_a_limbs_points_together() -> None:
    changes = []
    for seed in range(24):
        performance, seen = observed(idle_script(8, "half", seed), seed)
        inside = (np.abs(performance.pose_px - SIZE / 2) < SIZE / 2 - 20).all((0, 2))
        visibility = np.clip(seen.pose[..., 2], 1e-4, 1 - 1e-4)
        logit = np.log(visibility / (1 - visibility))
        if inside[13]:
            changes.append(np.diff(logit[:, 13], n=2).std() / np.sqrt(6))
        together = np.corrcoef(np.diff(logit[:, 15]), np.diff(logit[:, 19]))[0, 1]
        assert together > 0.5
    assert len(changes) > 5
    assert 0.1 < np.median(changes) < 0.5


def test_a_hidden_wrist_outside_the_picture_is_hidden_no_second_time() -> None:
    performance = perform(idle_script(8, "half", 1), TIMES_S)
    pose = performance.pose_px.copy()
    pose[:, 15:23, 1] += 2000
    seen = [
        Observer(np.random.default_rng(seed)).see(TIMES_S, pose, performance.hands_px, hidden, SIZE).pose[:, 15:23]
        for hidden in (np.zeros((len(TIMES_S), 2)), np.ones((len(TIMES_S), 2)))
        for seed in range(4)
    ]
    for free, hidden in zip(seen[:4], seen[4:], strict=True):
        np.testing.assert_array_equal(free, hidden)


def test_nods_are_compressed() -> None:
    script = Script((Cue(1.0, 6.0, "nodding"),), 8, seed=1)
    gains = []
    for seed in range(16):
        performance, seen = observed(script, seed)
        true, noisy = (p[:, 0, 1] - p[:, (7, 8), 1].mean(1) for p in (performance.pose_px, seen.pose))
        gains.append(np.polyfit(true, noisy, 1)[0])
    assert 0.2 < np.mean(gains) < 0.8
    assert max(gains) < 1.3


def test_nobody_is_seen_turned_bowed_or_tilted_the_other_way() -> None:
    gains = np.array([Observer(np.random.default_rng(seed))._face_gains for seed in range(300)])
    assert gains.min() >= 0
    assert 0.3 < np.median(gains) < 0.8


def test_the_body_comes_late_and_the_hands_do_not() -> None:
    times_s, turn_per_s = np.arange(200) * 0.05, 2 * np.pi * 0.5
    swing_px = 60 * np.sin(turn_per_s * times_s)
    still = perform(idle_script(10, "half", 2), np.zeros(1))
    pose, hands = (np.repeat(points, 200, axis=0) for points in (still.pose_px, still.hands_px))
    pose[..., 0] += swing_px[:, None]
    hands[..., 0] += swing_px[:, None, None]

    def lag_s(where: np.ndarray, course: np.ndarray) -> float:
        """Of a course (200,), by the phase of the sine that fits it best."""
        waves = np.stack([np.sin(turn_per_s * times_s), np.cos(turn_per_s * times_s), np.ones(200)], -1)
        sine, cosine, _ = np.linalg.lstsq(waves[where], course[where], rcond=None)[0]
        return float(np.arctan2(-cosine, sine) / turn_per_s)

    lags, hand_lags = [], []
    for seed in range(20):
        seen = Observer(np.random.default_rng(seed)).see(times_s, pose, hands, np.zeros((200, 2)), SIZE)
        lags.append(lag_s(np.arange(200) >= 10, seen.pose[:, 11, 0]))
        found = seen.hands[:, 0, 0, 2] > 0
        if found.sum() > 100:
            hand_lags.append(lag_s(found, seen.hands[:, 0, 9, 0]))
    assert 0.015 < np.mean(lags) < 0.05
    assert len(hand_lags) > 5
    assert abs(np.mean(hand_lags)) < 0.01


def test_a_hand_is_zero_where_it_is_not_found_and_never_found_outside_the_picture() -> None:
    for seed in range(8):
        performance, seen = observed(idle_script(8, "half", seed), seed)
        found = seen.hands[..., 0, 2] > 0
        assert not seen.hands[~found].any()
        knuckle = performance.hands_px[:, :, 9]
        outside = ((knuckle < 0) | (knuckle > SIZE)).any(-1)
        assert not found[outside].any()


def test_some_cameras_find_hands_whose_wrists_are_farther_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    performance, reaches = perform(idle_script(2.0, "half", 1), np.arange(20) * 0.1), []

    def found(known: Systematic, times_s: np.ndarray, *where: np.ndarray, reach: float = 0.0) -> np.ndarray:
        reaches.append(where[4] if len(where) > 4 else reach)
        return np.zeros((len(times_s), 2))

    monkeypatch.setattr(Systematic, "found", found)
    for seed in range(40):
        Observer(np.random.default_rng(seed)).observe(performance)
    assert 0 < min(reaches) < 0.05
    assert 0.15 < max(reaches) < 0.2


def test_of_two_hands_that_touch_the_one_is_found_that_the_other_is_not() -> None:
    hands = np.full((40, 2, 21, 2), 1.5)

    def both_or_none(situation: str) -> float:
        found = hands_seen(hands, np.full((40, 2), SITUATIONS.index(situation)), logit=0.0)[..., 0, 2] > 0
        return float((found[..., 0] == found[..., 1]).mean())

    assert both_or_none("touching") < 0.35 < 0.45 < both_or_none("free")


def test_a_finger_tip_is_seen_better_than_the_wrist_on_a_free_hand_and_worse_at_the_face() -> None:
    hands = np.full((40, 2, 21, 2), 1.5) + np.array([0.0, 1.0])[:, None, None]
    seen = hands_seen(hands, np.tile([SITUATIONS.index("free"), SITUATIONS.index("near the face")], (40, 1)))
    off, found = np.linalg.norm(seen[..., :2] - hands, axis=-1), seen[..., 0, 2] > 0
    free, at_the_face = (np.median(off[:, :, side][found[..., side]], axis=0) for side in (0, 1))
    assert at_the_face[8] > 1.5 * free[8]
    assert free[0] > 1.5 * free[8]


def test_a_hand_that_rests_at_the_face_is_put_beside_it_and_hardly_shakes() -> None:
    hands = np.full((60, 2, 21, 2), 1.5) + np.array([0.0, 1.0])[:, None, None]
    seen = hands_seen(hands, np.full((60, 2), SITUATIONS.index("near the face")))[:, :, 0]
    still = [one[:, 8, :2] - hands[0, 0, 8] for one in seen if (one[:, 0, 2] > 0).all()]
    assert len(still) > 20
    beside = np.median([np.linalg.norm(np.median(tip, 0)) for tip in still])
    shaking = np.median([np.median(np.linalg.norm(np.diff(tip, axis=0), axis=-1)) for tip in still])
    assert 0 < 2 * shaking < beside


def test_errors_of_a_hand_are_others_where_it_is_elsewhere_and_the_same_where_it_comes_back() -> None:
    hands = np.full((90, 2, 21, 2), 1.5) + np.array([0.0, 1.0])[:, None, None]
    hands[30:60] += 2.0
    seen = hands_seen(hands, np.full((90, 2), SITUATIONS.index("free")))
    whole = seen[(seen[..., 0, 2] > 0).all((1, 2))]
    assert len(whole) > 10
    errors = np.median((whole[..., :2] - hands).reshape(-1, 3, 30, 2, 21, 2), 2)
    elsewhere, back = (np.median(np.abs(errors[:, one] - errors[:, 0])) for one in (1, 2))
    assert elsewhere > 3 * back


def test_some_cameras_see_hands_nearly_always_and_some_never() -> None:
    shares = [(observed(idle_script(8, "half", 4), seed)[1].hands[..., 0, 2] > 0).mean() for seed in range(60)]
    assert max(shares) > 0.9
    assert min(shares) < 0.1


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_performance_of_a_few_frames_is_observed(count: int) -> None:
    performance = perform(idle_script(1.0, "webcam", 1), np.arange(count) * 0.1)
    seen = Observer(np.random.default_rng(0)).observe(performance)
    assert seen.pose.shape == (count, 33, 3)
    assert seen.hands.shape == (count, 2, 21, 3)
    assert np.isfinite(seen.pose).all()
    assert np.isfinite(seen.hands).all()


def test_an_error_goes_with_the_place_and_is_the_same_again_where_a_limb_comes_back_to() -> None:
    moved, trunk = np.isin(np.arange(33), range(15, 23)), [11, 12, 23, 24]
    elsewhere = ~moved & ~np.isin(np.arange(33), trunk)
    there_and_back = np.zeros((3, 33, 2))
    there_and_back[:, [16, 18, 20, 22], 1] = 1.0  # at each other, they would have larger errors
    there_and_back[1, moved, 0] = 0.6
    changes = []
    for seed in range(12):
        error = errors_of_places(np.random.default_rng(seed), there_and_back)
        assert np.array_equal(error[0], error[2])
        assert np.array_equal(error[0, elsewhere], error[1, elsewhere])
        assert not np.array_equal(error[0, trunk], error[1, trunk])  # it goes along with the arms
        assert np.array_equal(error[:, 15], error[:, 19])  # a knuckle is misplaced as its wrist is
        changes.append(np.linalg.norm(error[1, 15] - error[0, 15]))
    assert min(changes) > 0
    assert 0.02 < np.median(changes) < 0.12


def test_errors_of_wrists_are_larger_where_they_meet() -> None:
    apart, met = np.zeros((400, 33, 2)), np.zeros((400, 33, 2))
    apart[:, [15, 17, 19, 21], 0] = met[:, [15, 17, 19, 21], 0] = np.linspace(0, 3, 400)[:, None]
    met[:, [16, 18, 20, 22]] = met[:, [15, 17, 19, 21]]
    apart[:, [16, 18, 20, 22]] = apart[:, [15, 17, 19, 21]] + (0, 1)
    ratios = [
        np.divide(*(errors_of_places(np.random.default_rng(seed), pose)[:, 15].std() for pose in (met, apart)))
        for seed in range(12)
    ]
    assert 1.5 < np.median(ratios) < 3.5


def test_errors_of_a_place_are_part_of_what_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    performance = perform(idle_script(4, "full", 1), np.arange(0, 4, 0.1))

    def seen() -> np.ndarray:
        where = performance.pose_px, performance.hands_px, performance.hidden
        return Observer(np.random.default_rng(3)).see(performance.times_s, *where, SIZE).pose[..., :2]

    monkeypatch.setattr(observer, "errors_of_places", lambda rng, pose: np.zeros_like(pose))
    without = seen()
    monkeypatch.setattr(observer, "errors_of_places", lambda rng, pose: np.full_like(pose, 0.1))
    shift = np.median(seen() - without, axis=0)[11:13] / shoulder_width_px(performance)
    np.testing.assert_allclose(shift, 0.1, atol=0.02)


def test_a_hand_behind_the_body_is_not_found_and_its_wrist_goes_astray() -> None:
    performance = perform(idle_script(8, "full", 1), TIMES_S)
    hidden = np.zeros((len(TIMES_S), 2))
    hidden[80:, 0] = 1.0
    scale_px, strays, found = shoulder_width_px(performance), [], []
    for seed in range(96):
        where = performance.pose_px, performance.hands_px
        with_it, without = (
            Observer(np.random.default_rng(seed)).see(TIMES_S, *where, one, SIZE) for one in (hidden, 0 * hidden)
        )
        found.append([(one.hands[80:, 0, 0, 2] > 0).mean() for one in (with_it, without)])
        assert np.array_equal(with_it.pose[:80], without.pose[:80])
        assert np.array_equal(with_it.pose[:, 16], without.pose[:, 16])
        strays.append(np.linalg.norm(with_it.pose[90, 15, :2] - without.pose[90, 15, :2]) / scale_px)
    hidden_share, seen_share = np.mean(found, axis=0)
    assert hidden_share < 0.2 < seen_share
    assert 0.03 < np.median(strays) < 0.5
