"""How MediaPipe sees the actor, and how the observer that training uses says it does: both measured in one run.

    python benchmarks/observation.py tracks [--first 900000] [--count 40]     render, measure both, print a table
    python benchmarks/observation.py tracks more-tracks --fit                 write what the observer draws from

A folder keeps its tracks: a second run renders those alone that are missing. The table is of the seeds asked for and no
others; judge by some that were not fitted to. `--fit` renders nothing: it measures all tracks of the folders and writes
mmn_live/training/systematic.safetensors and, of what those leave, measured.json beside it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track as progress

from mmn_live.pose import ensure_model_files
from mmn_live.training.cluster_errors import Figures
from mmn_live.training.heads import fitted_straight
from mmn_live.training.landmark_errors import figures_of, mean_faces
from mmn_live.training.landmarks import DISTANCES, GROUPS, QUANTILES, SITUATIONS
from mmn_live.training.measured import MEASURED_FILE
from mmn_live.training.observer import Observer
from mmn_live.training.rendered import RenderedTrack, load_track, load_tracks, render_folder, seen_by
from mmn_live.training.systematic import Systematic
from mmn_live.training.systematic_fit import explained, fit_systematic, found_loss, without_systematic

OBSERVERS = 3
"""Observers that look at each track, so that their spread is not that of a few draws."""

LEAST_TRACKS = 4
"""A figure that fewer tracks gave is not fitted to."""

SHOWN = (
    *(f"{name} of {group}" for name in ("bias", "wander", "quick jitter") for group in (*GROUPS, "hands")),
    *(f"own share of the bias of {group}" for group in ("face", "shoulders", "wrists", "hips", "feet", "hands")),
    *(f"own wander of {group}" for group in ("face", "wrists", "hands")),
    *(f"change of the error {name} of {group}" for name in ("at rest", "elsewhere") for group in GROUPS),
    *(f"memory after {after_s} s of {group}" for group in ("face", "wrists", "hands") for after_s in (0.1, 0.35, 0.7)),
    *(f"lag s of {group}" for group in ("face", "elbows", "wrists", "hands")),
    *(f"gain of {name}" for name in ("nods", "turns", "tilts", "breadths", "elbows", "wrists", "hands")),
    *(
        f"{name} of {group} to {depth} outside"
        for group in ("elbows", "wrists", "knees")
        for name in ("visibility", "usable", "stray")
        for depth in ("-0.3", "0.05", "0.3", "1", "2")
    ),
    *(f"flicker of the visibility of {group}" for group in ("elbows", "wrists", "hips", "knees", "feet")),
    *(f"found of hands free from {distance}" for distance in DISTANCES),
    *(f"found of hands {name}" for name in ("edge on", "fast", "near the face", "touching", "hidden", "outside")),
    *(
        f"relative error of {part} of hands {name}"
        for part in ("wrist", "index tip", "little tip")
        for name in ("free", "edge on", "near the face", "touching")
    ),
    *(f"jitter of {part} of hands {name}" for part in ("wrist", "index tip") for name in SITUATIONS),
    "visibility of hidden wrists",
    "stray of hidden wrists",
    "hands lost and found per s",
    "swapped of hands together",
)


def seen_by_observers(tracks: list[RenderedTrack]) -> Iterator[RenderedTrack]:
    """The tracks as observers see them."""
    for number, track in enumerate(tracks):
        for other in range(OBSERVERS):
            seen = seen_by(Observer(np.random.default_rng((number, other))), track)
            yield dataclasses.replace(track, pose=seen.pose.astype(np.float32), hands=seen.hands.astype(np.float32))


def quantiles(name: str, several: list[Figures], levels: tuple[float, ...]) -> list[float]:
    return np.quantile([figures[name] for figures in several if name in figures], levels).tolist()


def table(real: list[Figures], observed: list[Figures]) -> Iterator[str]:
    """Lines of Markdown: 10th percentile, median and 90th percentile over tracks, of MediaPipe and of the observer."""
    yield "| figure | tracks | MediaPipe | observer |"
    yield "| --- | --- | --- | --- |"
    for name in SHOWN:
        count = sum(name in figures for figures in real)
        if count >= LEAST_TRACKS and any(name in figures for figures in observed):
            sides = [
                " / ".join(f"{value:.2g}" for value in np.round(quantiles(name, side, (0.1, 0.5, 0.9)), 4))
                for side in (real, observed)
            ]
            if any(set(side) - set("0 /") for side in sides):
                yield f"| {name} | {count} | {sides[0]} | {sides[1]} |"


def fit(tracks: list[RenderedTrack]) -> tuple[Systematic, str]:
    """What is done by rule, and the content of measured.json, of the rest."""
    faces = [pair for track in tracks if (pair := mean_faces(track)) is not None]
    straight = fitted_straight(*np.stack(faces, 1)).round(4)
    several = [figures_of(track, straight) for track in without_systematic(tracks, straight)]
    names = sorted({name for figures in several for name in figures})
    lines = [
        f"{json.dumps(name)}: {json.dumps([float(f'{value:.4g}') for value in quantiles(name, several, QUANTILES)])}"
        for name in names
        if sum(name in figures for figures in several) >= LEAST_TRACKS
    ]
    lines.append(f'"face seen straight": {json.dumps(straight.ravel().tolist())}')
    return fit_systematic(tracks, straight), "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure MediaPipe on the actor, and the observer beside it.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--first", type=int, default=900_000, help="the first seed")
    parser.add_argument("--count", type=int, default=40, help="how many tracks")
    parser.add_argument("--fit", action="store_true", help="write both files and compare nothing")
    arguments = parser.parse_args()
    if arguments.fit:
        tracks = [track for folder in arguments.folders for track in load_tracks(folder)]
        known, measured = fit(tracks)
        known.save()
        MEASURED_FILE.write_text(measured, encoding="utf-8")
        return
    if len(arguments.folders) > 1:
        parser.error(f"{len(arguments.folders)} folders: name one, where the tracks of the seeds asked for lie or will")
    seeds = range(arguments.first, arguments.first + arguments.count)
    rendered = render_folder(arguments.folders[0], seeds, ensure_model_files())
    shown = progress(rendered, "Rendering", arguments.count, console=Console(stderr=True))
    tracks = [load_track(path) for path in shown]
    real = [figures_of(track) for track in tracks]
    print(*table(real, [figures_of(track) for track in seen_by_observers(tracks)]), sep="\n")
    known = Systematic.load()
    shares = ", ".join(f"{group} {share:.2f}" for group, share in explained(tracks, known).items())
    losses = (f"{found_loss(tracks, one):.2f}" for one in (known, None))
    print(f"\nOf the square of what MediaPipe displaces, by rule: {shares}.")
    print("Hands found or not, loss by rule and by how many are found: {}, {}.".format(*losses))


if __name__ == "__main__":
    main()
