"""The stream of a run shows every clip as often as asked, in random order, and mixes rendered tracks into it."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import numpy as np
import pytest
import torch

from mmn_live.joints import MA52
from mmn_live.training import stream
from mmn_live.training.clips import ClipKind, Track
from mmn_live.training.stream import TrainingStream, batches

KIND = ClipKind(MA52, ("nodding", "none"), 2.0, 16, "body")


def _numbered(start):
    """Clips without end, each with its number in all its inputs."""
    number = start
    while True:
        yield torch.full((7, 16, 44), float(number)), torch.zeros(16), torch.tensor([0.0, 1.0])
        number += 1


@pytest.fixture
def numbered(monkeypatch):
    """Drawn clips are numbered from 0, those cut from a track from 1000."""
    monkeypatch.setattr(stream, "ClipStream", lambda kind, seed, first, rank: _numbered(0))
    monkeypatch.setattr(stream, "clips_of", lambda track, kind, rng: islice(_numbered(track), 3))
    monkeypatch.setattr(stream, "augmented", lambda track, rng: track)


def _numbers(clips, count):
    """Of the channel that a mirror leaves as it is."""
    return [int(inputs[1, 0, 0]) for inputs, _, _ in islice(clips, count)]


@pytest.mark.usefixtures("numbered")
def test_each_clip_is_seen_as_often_as_asked_and_no_two_views_follow_each_other_by_rule():
    seen = _numbers(TrainingStream(KIND, 1, 0, views=3, tracks=[], share=0.5, kept=60), 600)
    counts = Counter(seen)
    assert max(counts.values()) == 3
    assert sum(count == 3 for count in counts.values()) > 150
    apart = [np.diff(np.flatnonzero(np.array(seen) == number)) for number in range(100)]
    assert np.median(np.concatenate(apart)) > 10


@pytest.mark.usefixtures("numbered")
def test_every_other_view_of_a_clip_is_its_mirror_image():
    stream = TrainingStream(KIND, 1, 0, views=4, tracks=[], share=0.0, kept=40)
    views = [(int(inputs[1, 0, 0]), int(inputs[0, 0, 0])) for inputs, _, _ in islice(stream, 400)]
    whole = [number for number, count in Counter(number for number, _ in views).items() if count == 4 and number]
    assert len(whole) > 50
    assert all(sorted(x for n, x in views if n == number) == [-number, -number, number, number] for number in whole)
    once = TrainingStream(KIND, 1, 0, views=1, tracks=[], share=0.0, kept=4)
    assert all(int(inputs[0, 0, 0]) >= 0 for inputs, _, _ in islice(once, 50))


@pytest.mark.usefixtures("numbered")
def test_rendered_tracks_have_their_share():
    numbers = np.array(_numbers(TrainingStream(KIND, 1, 0, views=1, tracks=[1000, 2000], share=0.25, kept=4), 800))
    assert (numbers >= 1000).mean() == pytest.approx(0.25, abs=0.05)
    assert {1000, 2000} <= set(numbers)


def test_a_stream_begins_elsewhere_for_a_run_that_goes_on():
    def inputs(first):
        return next(iter(TrainingStream(KIND, 1, first, views=1, tracks=[], share=0.0, kept=4)))[0]

    assert torch.equal(inputs(0), inputs(0))
    assert not torch.equal(inputs(0), inputs(7))


@pytest.mark.slow
def test_workers_cut_windows_of_a_track_and_batch_them():
    times_s = np.arange(0, 10, 0.1)
    joints = np.random.default_rng(0).uniform(100, 300, (100, 44, 2)).astype(np.float32)
    track = Track(times_s, joints, np.ones((100, 44), np.float32), ())
    loader = batches(TrainingStream(KIND, 1, 0, views=2, tracks=[track], share=1.0, kept=8), 4, workers=1)
    inputs, index_t, targets = next(iter(loader))
    assert inputs.shape == (4, 7, 16, 44)
    assert (inputs.dtype, index_t.dtype) == (torch.float16, torch.float32)
    assert targets.tolist() == [[0.0, 1.0]] * 4
