"""Training clips without end: improvised performances, observed, cut into windows as live recognition cuts them.

A window's target follows its overlap with an action, so that the probability rises as the action comes into the
sliding window and the events' onsets come out right. Where a window shows several, what lies nearest to its middle is
the most probable, so that one action after another is each named in its turn, and so is a short one on top of one that
lasts. An action whose acting joints the camera did not see is "none".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from mmn_live.actor.figure import Points
from mmn_live.actor.perform import Label, Performance, perform
from mmn_live.joints import Layout
from mmn_live.models import Preprocessing
from mmn_live.pose.joints import joints_from_landmarks
from mmn_live.training.observer import Observer
from mmn_live.training.overlap import CLEAR_OVERLAP, overlap
from mmn_live.training.scripts import from_nearer, training_script
from mmn_live.types import NONE_LABEL, FloatArray, Window
from mmn_live.windows import HAND_FOUND, SHORTEST_SHARE, normalise, sample_window

Rng = np.random.Generator
Clip = tuple[Tensor, Tensor, Tensor]
"""Inputs (C, T, V), index_t (T,), target (classes,)."""

TIMELINE_S = 10.0
_WINDOWS_PER_ACTION, _WINDOWS_ANYWHERE, _WINDOWS_OF_QUIET = 3, 2, 6
SIZES = ((640, 480), (640, 360), (480, 480), (360, 640))
SIZE_SHARES = (0.45, 0.4, 0.1, 0.05)
_OTHER_LENGTH, _LENGTHS = 0.5, (SHORTEST_SHARE, 1.15)
"""Share of the windows that are shorter or a little longer, and how long, in window lengths: near the ends of a
recording windows are short."""

_FOUND_SHARE = 0.45
"""A finger tip tells something only where the hand itself is found for about half of the window."""

_SLIVER = 0.15
"""Overlap up to which a window is "none", as it is the action from CLEAR_OVERLAP on: half-way at a third of the action,
since the smoothing that follows adds its own delay."""

_MIDDLE_SHARE = 0.15
"""Standard deviation, in window lengths, of the normal density about a window's middle by which actions share it."""


@dataclass(frozen=True)
class ClipKind:
    """What clips are made for: labels in the order of the logits, window length, samples, preprocessing."""

    layout: Layout
    labels: tuple[str, ...]
    window_s: float
    frames: int
    preprocessing: Preprocessing


@dataclass(frozen=True)
class Track:
    """Joints of a layout over one observed performance: `joints` (N, V, 2) px, `visibility` (N, V), and the truth."""

    times_s: Points
    joints: FloatArray
    visibility: FloatArray
    labels: tuple[Label, ...]


def observed_track(rng: Rng, layout: Layout) -> Track:
    """One performance as MediaPipe would see it."""
    script = from_nearer(training_script(rng, TIMELINE_S))
    size = SIZES[rng.choice(len(SIZES), p=SIZE_SHARES)]
    times_s = _frame_times(rng)
    performance = perform(script, times_s, size)
    return _tracked(performance, times_s, layout, rng)


def _tracked(performance: Performance, times_s: Points, layout: Layout, rng: Rng) -> Track:
    seen = Observer(rng).observe(performance)
    camera = performance.camera
    joints, visibility = joints_from_landmarks(
        seen.pose.astype(np.float32), seen.hands.astype(np.float32), layout, camera.width, camera.height
    )
    return Track(times_s, joints, visibility, performance.labels)


def _frame_times(rng: Rng) -> Points:
    """Times of the frames of a camera with a rate of its own, an uneven clock, and dropped frames."""
    fps = np.exp(rng.uniform(np.log(10), np.log(30)))
    times_s = np.arange(0, TIMELINE_S, 1 / fps)
    times_s = times_s + rng.uniform(0, 0.2 / fps, len(times_s))
    kept = rng.random(len(times_s)) >= rng.choice([0.0, 0.02, 0.1])
    return times_s[kept]


def target_of(window: Window, labels: tuple[Label, ...], kind: ClipKind) -> FloatArray:
    """The probability (classes,) that each label should have in a window."""
    shares, densities = np.zeros((2, len(kind.labels)), np.float32)
    for label in labels:
        if label.name in kind.labels and _shown(window, label, kind.layout):
            index = kind.labels.index(label.name)
            share = _believable(overlap((window.start_s, window.end_s), (label.onset_s, label.offset_s)))
            shares[index] += share
            densities[index] += share * _density_of_middle(window, label) if share else 0
    target = _divided(shares, densities)
    target[kind.labels.index(NONE_LABEL)] = 1 - target.sum()
    return target


def _divided(shares: FloatArray, densities: FloatArray) -> FloatArray:
    """As much of the shares (classes,) as there is probability for, by the densities; none gets more than its share."""
    if shares.sum() <= 1:
        return shares
    divided = np.minimum(densities / densities.sum(), shares)
    room = shares - divided
    return divided + (1 - divided.sum()) * room / room.sum()


def _density_of_middle(window: Window, label: Label) -> float:
    """The mean, over the part of the action that the window holds, of the normal density about the window's middle."""
    middle_s = (window.start_s + window.end_s) / 2
    width_s = math.sqrt(2) * _MIDDLE_SHARE * (window.end_s - window.start_s)
    span_s = max(label.onset_s, window.start_s), min(label.offset_s, window.end_s)
    begin, end = ((at_s - middle_s) / width_s for at_s in span_s)
    return (math.erf(end) - math.erf(begin)) / (end - begin)


def _shown(window: Window, label: Label, layout: Layout) -> bool:
    """Whether all that acts was observed: fingers only where their hand was found."""
    index = [layout.index(name) for name in label.acting]
    tips = [layout.index(name) for name in label.acting if name.endswith("_tip")]
    found = (window.visibility[:, tips] >= HAND_FOUND).mean(axis=0)
    return bool(window.observed[index].all() and (found >= _FOUND_SHARE).all())


def _believable(shared: float) -> float:
    return float(np.clip((shared - _SLIVER) / (CLEAR_OVERLAP - _SLIVER), 0, 1))


def window_of(track: Track, start_s: float, end_s: float, kind: ClipKind) -> Window:
    """The window from `start_s` to `end_s`, as live recognition has it at its end."""
    near = (track.times_s > start_s - 0.5) & (track.times_s <= end_s)
    seen = track.times_s[near], track.joints[near], track.visibility[near]
    return sample_window(*seen, start_s, end_s, kind.frames, kind.layout)


def clips_of(track: Track, kind: ClipKind, rng: Rng) -> Iterator[Clip]:
    """Windows of a track as clips: some that touch each action, some anywhere; more anywhere where all is quiet."""
    spans_s = [(label.onset_s, label.offset_s) for label in track.labels for _ in range(_WINDOWS_PER_ACTION)]
    last_s = float(track.times_s[-1])
    spans_s += [(0.0, last_s)] * (_WINDOWS_ANYWHERE if track.labels else _WINDOWS_OF_QUIET)
    for onset_s, offset_s in spans_s:
        length = np.exp(rng.uniform(*np.log(_LENGTHS))) if rng.random() < _OTHER_LENGTH else 1.0
        window_s = length * kind.window_s
        end_s = np.clip(rng.uniform(onset_s + 0.1 * window_s, offset_s + 0.9 * window_s), window_s, last_s)
        start_s = max(end_s - window_s, 0.0)
        window = window_of(track, start_s, end_s, kind)
        inputs = normalise(window, kind.layout, kind.preprocessing)
        target = target_of(window, track.labels, kind)
        yield torch.from_numpy(inputs), torch.from_numpy(window.index_t), torch.from_numpy(target)


def drawer_number(rank: int) -> int:
    """The number of the process that this is, among all that draw clips for one run."""
    worker = get_worker_info()
    return rank if worker is None else rank * worker.num_workers + worker.id


class ClipStream(IterableDataset[Clip]):
    """Clips drawn as they are needed, shuffled over many performances; each worker draws its own.

    `first` tells streams of one seed apart: a run that goes on does not see its first clips again; so does `rank`, the
    number of one of several processes that train together.
    """

    def __init__(self, kind: ClipKind, seed: int, shuffle: int = 512, first: int = 0, rank: int = 0) -> None:
        self._kind, self._seed, self._shuffle, self._first, self._rank = kind, seed, shuffle, first, rank

    def __iter__(self) -> Iterator[Clip]:
        rng = np.random.default_rng((self._seed, drawer_number(self._rank), self._first))
        pool: list[Clip] = []
        while True:
            pool.extend(clips_of(observed_track(rng, self._kind.layout), self._kind, rng))
            while len(pool) > self._shuffle:
                place = int(rng.integers(len(pool)))
                pool[place], pool[-1] = pool[-1], pool[place]
                yield pool.pop()


def validation_clips(kind: ClipKind, seed: int, count: int) -> list[Clip]:
    """`count` clips of another stream, made at once, to judge by."""
    rng = np.random.default_rng((seed, 1 << 20))
    clips: list[Clip] = []
    while len(clips) < count:
        clips.extend(clips_of(observed_track(rng, kind.layout), kind, rng))
    return clips[:count]
