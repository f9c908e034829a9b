"""Fits what MediaPipe does by rule (systematic.py) to rendered tracks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, smooth_l1_loss

from mmn_live.actor.figure import Points
from mmn_live.training.cluster_errors import LEAST_FRAMES
from mmn_live.training.heads import MIRRORED, STRAIGHT
from mmn_live.training.landmark_errors import departures
from mmn_live.training.landmarks import CLUSTER_OF, GROUPS, clusters_of, depth_of, scale_of, sigmoid
from mmn_live.training.rendered import RenderedTrack
from mmn_live.training.systematic import Network, Systematic, body_inputs, hand_inputs
from mmn_live.windows import BODY_FLOOR

_FOLDS = 3
"""Parts of the tracks, of each of which is shown what is left when the others have taught what goes by rule."""

_STEPS, _BATCH, _DROPPED, _SHAKEN = 1500, 1024, 0.1, 0.05
_UNIT, _MOST = 0.05, 0.6
"""Size of displacements at which they begin to count by size and no longer by its square, and the most that counts."""
_MIRRORED = [*MIRRORED, *(one for left in range(11, 33, 2) for one in (left + 1, left))]

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class _Examples:
    """Inputs (N, F), targets (N, out) and which of them count (N, out)."""

    inputs: Points
    targets: Points
    count: np.ndarray

    @classmethod
    def together(cls, several: Iterable[_Examples]) -> _Examples:
        columns = zip(*((one.inputs, one.targets, one.count) for one in several), strict=True)
        return cls(*(np.concatenate(column) for column in columns))


def fit_systematic(tracks: Sequence[RenderedTrack], straight: Points) -> Systematic:
    """Both networks, fitted to these tracks; faces are drawn to the `straight` one, and displaced besides."""
    shown = [track for track in tracks if track.pose.any((1, 2)).sum() >= 2 * LEAST_FRAMES]
    body = _Examples.together(one for track in shown for one in _of_body(track, straight))
    hand = _Examples.together(_of_hands(track) for track in shown)
    return Systematic(_fitted(body, 96, _displaced_loss), _fitted(hand, 32, _found_loss))


def without_systematic(tracks: Sequence[RenderedTrack], straight: Points) -> list[RenderedTrack]:
    """The tracks with poses as MediaPipe would see them if it did nothing by rule.

    What it does with each was learnt from the others.
    """
    left: dict[int, RenderedTrack] = {}
    for fold in range(_FOLDS):
        known = fit_systematic([track for number, track in enumerate(tracks) if number % _FOLDS != fold], straight)
        left |= {number: _put_back(tracks[number], known) for number in range(fold, len(tracks), _FOLDS)}
    return [left[number] for number in range(len(tracks))]


def explained(tracks: Sequence[RenderedTrack], known: Systematic) -> dict[str, float]:
    """Of the square of what points of each group are displaced by in these tracks, the share that goes by rule."""
    off = np.zeros((2, 33))
    for track in tracks:
        seen = track.pose.any((1, 2))
        if seen.sum() < 2 * LEAST_FRAMES:
            continue
        displaced, inside = departures(track, STRAIGHT), _are_inside(track)[seen]
        left = displaced - known.displacements(*_in_shoulder_widths(track))[seen]
        off += [(inside * (one**2).sum(-1)).sum(0) for one in (displaced, left)]
    by_group = {group: np.isin(CLUSTER_OF, clusters_of(group)) for group in GROUPS}
    return {group: float(1 - off[1, own].sum() / max(off[0, own].sum(), 1e-12)) for group, own in by_group.items()}


def found_loss(tracks: Sequence[RenderedTrack], known: Systematic | None) -> float:
    """Mean negative logarithm of the likelihood of hands found and not found; None knows how many are, and no more."""
    hand = _Examples.together(_of_hands(track) for track in tracks if track.pose.any())
    share = hand.targets.mean() if known is None else sigmoid(known.hand(hand.inputs))
    return float(-np.log(np.clip(np.where(hand.targets > 0, share, 1 - share), 1e-6, None)).mean())


def _put_back(track: RenderedTrack, known: Systematic) -> RenderedTrack:
    pose, seen = track.pose.copy(), track.pose.any((1, 2))
    pose[seen, :, :2] -= scale_of(track.true_pose) * known.displacements(*_in_shoulder_widths(track))[seen]
    return replace(track, pose=pose)


def _in_shoulder_widths(track: RenderedTrack) -> tuple[Points, Points, Points]:
    """The true pose and hands, and the picture's size."""
    scale_px = scale_of(track.true_pose)
    return track.true_pose / scale_px, track.true_hands / scale_px, np.array(track.size) / scale_px


def _are_inside(track: RenderedTrack) -> np.ndarray:
    """(N, 33) bool: points in the picture that MediaPipe takes for seen."""
    return (depth_of(track.true_pose, np.array(track.size)) < 0) & (track.pose[..., 2] > BODY_FLOOR)


def _of_body(track: RenderedTrack, straight: Points) -> Iterable[_Examples]:
    """What is displaced by how much, and the same in a mirror."""
    seen, (pose, hands, _) = track.pose.any((1, 2)), _in_shoulder_widths(track)
    pose, hands = pose[seen], hands[seen]
    off = np.clip(departures(track, straight), -_MOST, _MOST)
    count, flat = np.repeat(_are_inside(track)[seen, :, None], 2, -1), (len(pose), 66)
    yield _Examples(body_inputs(pose, hands), off.reshape(flat), count.reshape(flat))
    mirror = np.array([-1.0, 1.0])
    inputs = body_inputs(pose[:, _MIRRORED] * mirror, hands[:, ::-1] * mirror)
    off, count = off[:, _MIRRORED] * mirror, count[:, _MIRRORED]
    yield _Examples(inputs, off.reshape(flat), count.reshape(flat))


def _of_hands(track: RenderedTrack) -> _Examples:
    """Which hands are found, of somebody who is."""
    seen, (pose, hands, size) = track.pose.any((1, 2)), _in_shoulder_widths(track)
    inputs = hand_inputs(track.times_s, pose, hands, track.hidden, size)[seen]
    found = (track.hands[seen, :, 0, 2] > 0).reshape(-1, 1)
    return _Examples(inputs.reshape(len(found), -1), found.astype(float), np.ones_like(found))


def _displaced_loss(answers: Tensor, targets: Tensor) -> Tensor:
    return smooth_l1_loss(answers, targets, reduction="none", beta=_UNIT)


def _found_loss(answers: Tensor, targets: Tensor) -> Tensor:
    return binary_cross_entropy_with_logits(answers, targets, reduction="none")


def _fitted(examples: _Examples, width: int, loss: Loss) -> Network:
    """A network of two hidden layers."""
    mean, scale = examples.inputs.mean(0), examples.inputs.std(0) + 0.01
    inputs = torch.from_numpy(((examples.inputs - mean) / scale).astype(np.float32))
    targets = torch.from_numpy(examples.targets.astype(np.float32))
    count = torch.from_numpy(examples.count)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        hidden = (
            layer
            for size in (inputs.shape[1], width)
            for layer in (nn.Linear(size, width), nn.SiLU(), nn.Dropout(_DROPPED))
        )
        network = nn.Sequential(*hidden, nn.Linear(width, targets.shape[1]))
        optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=_STEPS)
        for _ in range(_STEPS):
            batch = torch.randint(0, len(inputs), (_BATCH,))
            shaken = inputs[batch] + _SHAKEN * torch.randn(_BATCH, inputs.shape[1])
            each = loss(network(shaken), targets[batch])
            optimizer.zero_grad()
            (each * count[batch]).sum().div(count[batch].sum()).backward()
            optimizer.step()
            schedule.step()
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    layers = tuple((layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in linear)
    return Network(mean, scale, layers)
