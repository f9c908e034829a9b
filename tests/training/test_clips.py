"""Training windows carry the label that live recognition should give them."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from mmn_live.actor.perform import Label
from mmn_live.joints import MA52
from mmn_live.training.clips import ClipKind, ClipStream, observed_track, target_of, validation_clips
from mmn_live.types import Window

LABELS = ("nodding", "waving", "none")
KIND = ClipKind(MA52, LABELS, 2.0, 16, "body")


def window(start_s, end_s, unseen=()):
    observed = np.ones(MA52.size, bool)
    observed[[MA52.index(name) for name in unseen]] = False
    zeros = np.zeros((16, MA52.size), np.float32)
    return Window(start_s, end_s, np.zeros((16, MA52.size, 2), np.float32), zeros, zeros[:, 0], observed, 0.0, 1.0, 1.0)


def target(win, *labels):
    return dict(zip(LABELS, target_of(win, labels, KIND).tolist(), strict=True))


NOD = Label(4.0, 6.0, "nodding", ("nose",))


def test_the_target_follows_the_overlap():
    ends_s = np.arange(3.5, 9, 0.25)
    shares = np.array([target(window(end_s - 2, end_s), NOD)["nodding"] for end_s in ends_s])
    assert shares[[0, -1]].tolist() == [0, 0]
    assert shares[ends_s == 6.0] == shares.max() == 1
    assert (np.diff(shares[ends_s <= 6.0]) >= 0).all()
    assert (np.diff(shares[ends_s >= 6.0]) <= 0).all()
    assert target(window(2.7, 4.7), NOD) == pytest.approx({"nodding": 0.5, "waving": 0.0, "none": 0.5})


def test_a_sliver_of_an_action_is_none():
    assert target(window(2.2, 4.2), NOD)["none"] == 1.0


def test_a_short_action_counts_by_its_own_length():
    assert target(window(3.5, 5.5), Label(4.0, 4.8, "nodding", ("nose",)))["nodding"] == 1.0


def test_an_action_whose_joints_were_not_seen_is_none():
    wave = Label(4.0, 6.0, "waving", ("left_wrist",))
    assert target(window(4, 6), wave)["waving"] == 1.0
    assert target(window(4, 6, ["left_wrist"]), wave)["none"] == 1.0


def test_a_finger_tells_something_only_where_its_hand_was_found():
    fist, tip = Label(4.0, 6.0, "nodding", ("left_index_tip",)), MA52.index("left_index_tip")
    win = window(4, 6)
    assert target(win, fist)["none"] == 1.0
    win.visibility[:9, tip] = 1.0
    assert target(win, fist)["nodding"] == 1.0


def test_a_label_that_the_model_does_not_have_is_none():
    assert target(window(4, 6), Label(4.0, 6.0, "shrugging", ()))["none"] == 1.0


def test_of_two_actions_the_one_nearer_to_the_middle_is_the_more_probable():
    nod, wave = Label(4.0, 4.8, "nodding", ()), Label(5.0, 5.8, "waving", ())
    nods = [target(window(middle_s - 1, middle_s + 1), nod, wave)["nodding"] for middle_s in (4.4, 4.7, 4.9, 5.1, 5.4)]
    assert nods == sorted(nods, reverse=True)
    assert nods[0] > 0.95
    assert nods[2] == pytest.approx(0.5)
    assert nods[-1] < 0.05
    assert sum(target(window(3.7, 5.7), nod, wave).values()) == pytest.approx(1.0)


def test_a_short_action_on_top_of_a_long_one_is_the_more_probable_while_it_is_in_the_middle():
    long, short = Label(2.0, 8.0, "nodding", ()), Label(4.6, 5.4, "waving", ())
    assert target(window(4.0, 6.0), long, short)["waving"] > 0.6
    assert target(window(5.2, 7.2), long, short)["nodding"] > 0.9


def test_targets_of_two_actions_change_little_where_the_gap_between_them_does():
    win, first = window(1.4, 3.4), Label(0.0, 2.0, "nodding", ())
    gaps_s = np.arange(0.3, 1.2, 0.01)
    nods = [target(win, first, Label(2.0 + gap_s, 4.0 + gap_s, "waving", ()))["nodding"] for gap_s in gaps_s]
    assert np.abs(np.diff(nods)).max() < 0.05
    assert nods[-1] - nods[0] > 0.2


def test_no_action_is_more_probable_than_it_would_be_alone():
    long, short = Label(1.34, 6.32, "nodding", ()), Label(1.77, 2.38, "waving", ())
    for middle_s in np.arange(0.5, 4.0, 0.05):
        win = window(middle_s - 1, middle_s + 1)
        both = target(win, long, short)
        assert both["nodding"] <= target(win, long)["nodding"] + 1e-6
        assert both["waving"] <= target(win, short)["waving"] + 1e-6
        assert sum(both.values()) == pytest.approx(1)


def test_an_action_alone_is_as_probable_at_the_windows_edge_as_in_its_middle():
    nod = Label(4.0, 4.8, "nodding", ("nose",))
    assert target(window(2.8, 4.8), nod)["nodding"] == target(window(3.4, 5.4), nod)["nodding"] == 1.0


def test_clips_have_the_networks_shape_and_targets_are_distributions():
    for inputs, index_t, goal in validation_clips(KIND, 5, 12):
        assert inputs.shape == (7, 16, 44)
        assert index_t.shape == (16,)
        assert torch.isfinite(inputs).all()
        assert goal.sum() == pytest.approx(1.0, abs=1e-5)
        assert (goal >= 0).all()


def test_a_stream_follows_its_seed_and_its_place():
    def first(seed, at=0):
        return [clip[0] for clip in islice(ClipStream(KIND, seed, shuffle=4, first=at), 3)]

    assert all(torch.equal(a, b) for a, b in zip(first(1), first(1), strict=True))
    assert not torch.equal(first(1)[0], first(2)[0])
    assert not torch.equal(first(1)[0], first(1, at=9)[0])


def test_tracks_come_at_many_rates_and_lose_joints_in_close_views():
    rng = np.random.default_rng(2)
    tracks = [observed_track(rng, MA52) for _ in range(40)]
    rates = [1 / np.median(np.diff(track.times_s)) for track in tracks]
    assert max(rates) / min(rates) > 1.5
    assert all((np.diff(track.times_s) > 0).all() for track in tracks)
    legs = [track.visibility[:, MA52.index("left_ankle")].mean() for track in tracks]
    assert min(legs) < 0.1 < max(legs)
