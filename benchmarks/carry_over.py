"""How well weights carry over from the observer to MediaPipe: the same performances, seen by both, in one run.

    python benchmarks/carry_over.py tracks [--first 920000] [--count 40] [--model actor]

A folder keeps its tracks: those that are missing are rendered. Judge by seeds that the weights were not trained on. A
window counts where what is done in it is clear, and was observed, to both.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.pose import ensure_model_files, joints_from_landmarks
from mmn_live.recognition.backend import Backend, choose_device
from mmn_live.recognition.fusion import fused
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clips import ClipKind, Track, target_of
from mmn_live.training.observer import Observer
from mmn_live.training.rendered import RenderedTrack, load_track, render_folder
from mmn_live.types import NONE_LABEL, FloatArray, Window
from mmn_live.windows import normalise, sample_window

STEP_S = 0.4
CLEAR = 0.95


def seen_by_observer(track: RenderedTrack, seed: int, kind: ClipKind) -> Track:
    """The same performance as the observer that training uses sees it."""
    size = np.array(track.size, float)
    observer = Observer(np.random.default_rng(seed))
    seen = observer.see(track.times_s, track.true_pose.astype(float), track.true_hands.astype(float), size)
    joints, visibility = joints_from_landmarks(
        seen.pose.astype(np.float32), seen.hands.astype(np.float32), kind.layout, *track.size
    )
    return dataclasses.replace(track, joints=joints, visibility=visibility)


def windows_of(track: Track, kind: ClipKind) -> Iterator[Window]:
    for start_s in np.arange(0.0, float(track.times_s[-1]) - kind.window_s, STEP_S):
        end_s = start_s + kind.window_s
        near = (track.times_s > start_s - 0.5) & (track.times_s <= end_s)
        yield sample_window(
            track.times_s[near],
            track.joints[near],
            track.visibility[near],
            start_s,
            end_s,
            kind.frames,
            kind.layout,
        )


def probabilities(checkpoint: Checkpoint, windows: list[Window], kind: ClipKind) -> FloatArray:
    """(N, classes) as the live run has them before smoothing, whatever was observed."""
    backend = Backend(checkpoint, choose_device("cpu"))
    logits = [
        backend.logits(normalise(window, kind.layout, kind.preprocessing)[None], window.index_t[None])[0]
        for window in windows
    ]
    parts = taxonomy_named(checkpoint.taxonomy).parts_of(checkpoint.labels)
    possible = np.ones((len(windows), len(checkpoint.labels)), bool)
    return fused(np.stack(logits), parts, checkpoint.decisions, possible)


def row(said: FloatArray, right: np.ndarray, none: int) -> list[str]:
    """Of actions and of "none": Top-1 (of what is done, of everything) and the cross-entropy."""
    cells = []
    for chosen in (right != none, right == none):
        given, own = said[chosen], right[chosen]
        loss = -np.log(np.maximum(given[np.arange(len(own)), own], 1e-6)).mean()
        rated = np.where(np.arange(said.shape[1]) == none, -1, given) if own[0] != none else given
        cells += [f"{100 * (rated.argmax(1) == own).mean():.1f} %", f"{loss:.3f}"]
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare what weights make of MediaPipe's and the observer's view.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=920_000, help="the first seed")
    parser.add_argument("--count", type=int, default=40, help="how many tracks")
    parser.add_argument("--model", default="actor", help="a shipped model's name, or a checkpoint file")
    arguments = parser.parse_args()
    checkpoint = load_checkpoint(arguments.model)
    config = checkpoint.config
    layout = taxonomy_named(checkpoint.taxonomy).layout
    kind = ClipKind(layout, checkpoint.labels, checkpoint.window_s, config.frames, config.preprocessing)
    seeds = range(arguments.first, arguments.first + arguments.count)
    paths = render_folder(arguments.folder, seeds, ensure_model_files())
    shown = progress(paths, "rendering", arguments.count, console=Console(stderr=True))
    tracks = [track for path in shown if (track := load_track(path)).pose.any((1, 2)).all()]
    views = {
        "MediaPipe": [list(windows_of(track, kind)) for track in tracks],
        "observer": [list(windows_of(seen_by_observer(track, i, kind), kind)) for i, track in enumerate(tracks)],
    }
    labels = [track.labels for track, windows in zip(tracks, views["MediaPipe"], strict=True) for _ in windows]
    flat = {who: [window for windows in several for window in windows] for who, several in views.items()}
    targets = [
        np.stack([target_of(*pair, kind) for pair in zip(windows, labels, strict=True)]) for windows in flat.values()
    ]
    clear = (np.minimum(*(each.max(1) for each in targets)) > CLEAR) & (targets[0].argmax(1) == targets[1].argmax(1))
    right, none = targets[0].argmax(1)[clear], kind.labels.index(NONE_LABEL)
    table = Table(
        "seen by", "actions Top-1", "loss", "none", "loss", title=f"{len(tracks)} tracks, {clear.sum()} windows"
    )
    for who, windows in flat.items():
        chosen = [window for window, is_clear in zip(windows, clear, strict=True) if is_clear]
        table.add_row(who, *row(probabilities(checkpoint, chosen, kind), right, none))
    Console().print(table)


if __name__ == "__main__":
    main()
