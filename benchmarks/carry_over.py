"""How well weights carry over from the observer to MediaPipe: the same performances, seen by both, in one run.

    python benchmarks/carry_over.py tracks [--first 920000] [--count 40] [--model actor] [--alone mmn]

A folder keeps its tracks: those that are missing are rendered. Judge by seeds that the weights were not trained on.
Three observers look at each track (and film nothing: `training/filmed.py` is left out); frames in which MediaPipe found
nobody are such frames to them, too. A window counts for an observer where it is clear that MediaPipe and he were shown
the same action, or none. `--alone` hears one of two streams; its loss is under decisions that were fitted to both.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.models import MMN
from mmn_live.pose import ensure_model_files, joints_from_landmarks
from mmn_live.recognition.fusion import fused
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clips import ClipKind, Track, target_of, window_of
from mmn_live.training.observer import Observation, Observer
from mmn_live.training.rendered import RenderedTrack, load_track, render_folder, seen_by
from mmn_live.types import NONE_LABEL, FloatArray
from mmn_live.windows import normalise

OBSERVERS = 3
STEP_S = 0.4
CLEAR = 0.95


def joints_of(track: RenderedTrack, seen: Observation, kind: ClipKind) -> Track:
    """The track with the joints of these landmarks; nobody where MediaPipe found nobody."""
    landmarks = seen.pose.astype(np.float32), seen.hands.astype(np.float32)
    joints, visibility = joints_from_landmarks(*landmarks, kind.layout, *track.size)
    visibility[~track.pose.any((1, 2))] = 0
    return Track(track.times_s, joints, visibility, track.labels)


@torch.inference_mode()
def targets_and_answers(
    checkpoint: Checkpoint, network: MMN, track: Track, kind: ClipKind
) -> tuple[FloatArray, FloatArray]:
    """What each window of a track shows (N, classes), and its probabilities, before smoothing, of all classes."""
    starts_s = np.arange(0.0, float(track.times_s[-1]) - kind.window_s, STEP_S)
    windows = [window_of(track, start_s, start_s + kind.window_s, kind) for start_s in starts_s.tolist()]
    inputs = np.stack([normalise(window, kind.layout, kind.preprocessing) for window in windows])
    index_t = np.stack([window.index_t for window in windows])
    logits = network(torch.from_numpy(inputs), torch.from_numpy(index_t)).numpy()
    parts = taxonomy_named(checkpoint.taxonomy).parts_of(checkpoint.labels)
    possible = np.ones((len(windows), len(checkpoint.labels)), bool)
    targets = np.stack([target_of(window, track.labels, kind) for window in windows])
    return targets, fused(logits, parts, checkpoint.decisions, possible)


def cells(answers: FloatArray, right: np.ndarray, none: int) -> list[str]:
    """Windows, Top-1 and cross-entropy of actions, "none" left out of the Top-1; the same of "none", left in."""
    found: list[str] = []
    for is_none in (False, True):
        given, own = answers[(right == none) == is_none], right[(right == none) == is_none]
        if not own.size:
            found += ["0", "-", "-"]
            continue
        loss = -np.log(np.maximum(given[np.arange(len(own)), own], 1e-6)).mean()
        rated = given if is_none else np.where(np.arange(given.shape[1]) == none, -1, given)
        found += [str(len(own)), f"{100 * (rated.argmax(1) == own).mean():.1f} %", f"{loss:.3f}"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare what weights make of MediaPipe's and the observer's view.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=920_000, help="the first seed")
    parser.add_argument("--count", type=int, default=40, help="how many tracks")
    parser.add_argument("--model", default="actor", help="a shipped model's name, or a checkpoint file")
    parser.add_argument("--alone", choices=("mmn", "tcn"), help="hear one of two streams")
    arguments = parser.parse_args()
    checkpoint = load_checkpoint(arguments.model)
    if checkpoint.taxonomy != "ma52" or NONE_LABEL not in checkpoint.labels:
        parser.error(f'{arguments.model} does not name MA-52 and "none", which is what the actor does: use another')
    config = checkpoint.config
    if arguments.alone and not config.tcn_channels:
        parser.error(f"{arguments.model} is MMN alone: leave --alone out")
    if arguments.alone:
        config = replace(config, tcn_weight=float(arguments.alone == "tcn"))
        checkpoint = replace(checkpoint, config=config)
    layout = taxonomy_named(checkpoint.taxonomy).layout
    kind = ClipKind(layout, checkpoint.labels, checkpoint.window_s, config.frames, config.preprocessing)
    seeds = range(arguments.first, arguments.first + arguments.count)
    paths = render_folder(arguments.folder, seeds, ensure_model_files())
    shown = progress(zip(seeds, paths, strict=True), "watching", arguments.count, console=Console(stderr=True))
    rows: dict[str, list[tuple[FloatArray, np.ndarray]]] = {"MediaPipe": [], "observer": []}
    none, network = kind.labels.index(NONE_LABEL), checkpoint.network()
    for seed, path in shown:
        track = load_track(path)
        truly = joints_of(track, Observation(track.pose.astype(float), track.hands.astype(float)), kind)
        targets, answers = targets_and_answers(checkpoint, network, truly, kind)
        for number in range(OBSERVERS):
            observer = Observer(np.random.default_rng((seed, number)))
            imitated = joints_of(track, seen_by(observer, track), kind)
            other_targets, other = targets_and_answers(checkpoint, network, imitated, kind)
            clear = (np.minimum(targets, other_targets) > CLEAR).any(1)
            right = targets[clear].argmax(1)
            rows["MediaPipe"].append((answers[clear], right))
            rows["observer"].append((other[clear], right))
    names = ("seen by", "actions", "Top-1", "loss", "none", "right", "loss")
    table = Table(*names, title=f"{arguments.count} tracks, {OBSERVERS} observers")
    for who, several in rows.items():
        together = (np.concatenate(column) for column in zip(*several, strict=True))
        table.add_row(who, *cells(*together, none))
    Console().print(table)


if __name__ == "__main__":
    main()
