"""An augmented track shows the same actions, a little faster or slower and through a camera that stands otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.actor.perform import Label
from mmn_live.joints import MA52
from mmn_live.training.augmented import augmented
from mmn_live.training.clips import ClipKind, Track, target_of, window_of

KIND = ClipKind(MA52, ("nodding", "none"), 2.0, 16, "body")
TIMES_S = np.arange(0, 9, 0.1)


@pytest.fixture
def track(rng):
    joints = rng.uniform(100, 300, (90, 44, 2)).astype(np.float32)
    joints[40:50] = 0
    visibility = np.ones((90, 44), np.float32)
    visibility[40:50] = 0
    return Track(TIMES_S, joints, visibility, (Label(2.0, 3.0, "nodding", ("nose",)),))


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def test_tempo_changes_frames_and_labels_alike(track, rng):
    tempos = []
    for _ in range(200):
        again = augmented(track, rng)
        tempos.append(TIMES_S[-1] / again.times_s[-1])
        assert again.times_s == pytest.approx(TIMES_S / tempos[-1])
        (label,) = again.labels
        assert (label.onset_s, label.offset_s) == pytest.approx((2.0 / tempos[-1], 3.0 / tempos[-1]))
    assert np.std(np.log(tempos)) == pytest.approx(0.1, abs=0.02)
    assert np.mean(np.log(tempos)) == pytest.approx(0, abs=0.03)


def test_the_picture_is_turned_and_stretched_by_one_map_for_all_frames(track, rng):
    rolls_deg, widths = [], []
    before = track.joints.reshape(-1, 2)
    for _ in range(200):
        again = augmented(track, rng)
        after = again.joints.reshape(-1, 2)
        fitted, *_ = np.linalg.lstsq(before, after, rcond=None)
        assert before @ fitted == pytest.approx(after, abs=1e-2)
        assert np.linalg.norm(fitted[1]) == pytest.approx(1, abs=1e-4)
        assert fitted[0] @ fitted[1] == pytest.approx(0, abs=1e-4)
        rolls_deg.append(np.degrees(np.arctan2(-fitted[1, 0], fitted[1, 1])))
        widths.append(np.linalg.norm(fitted[0]))
    assert again.joints.dtype == np.float32
    assert np.std(rolls_deg) == pytest.approx(3, abs=0.6)
    assert np.std(np.log(widths)) == pytest.approx(0.04, abs=0.008)


def test_nobody_stays_nobody_and_what_was_seen_is_seen(track, rng):
    again = augmented(track, rng)
    assert not again.joints[40:50].any()
    assert np.array_equal(again.visibility, track.visibility)


def test_a_window_around_the_action_still_shows_it_and_the_track_stays_as_it_was(track, rng):
    before = track.times_s.copy(), track.joints.copy(), track.labels
    for _ in range(20):
        again = augmented(track, rng)
        middle_s = (again.labels[0].onset_s + again.labels[0].offset_s) / 2
        window = window_of(again, middle_s - 1, middle_s + 1, KIND)
        assert target_of(window, again.labels, KIND) == pytest.approx([1, 0])
    assert np.array_equal(track.times_s, before[0])
    assert np.array_equal(track.joints, before[1])
    assert track.labels == before[2]
