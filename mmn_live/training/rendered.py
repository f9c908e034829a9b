"""Performances rendered and watched through MediaPipe: tracks that cost pixels, kept in files to be used again.

One .npz a track in a folder, the seed in its name, so that a run that was interrupted goes on where it was and a folder
grows by further seeds:

    python -m mmn_live.training.rendered FOLDER --first 0 --count 150
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.actor.perform import Label
from mmn_live.actor.script import Script
from mmn_live.errors import UsageError
from mmn_live.joints import Layout
from mmn_live.pose import ModelFiles, PoseEstimator, ensure_model_files, joints_from_landmarks
from mmn_live.sources.demo import DemoSource
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clips import SIZE_SHARES, SIZES, Track
from mmn_live.training.observer import Observation, Observer
from mmn_live.training.scripts import training_script
from mmn_live.training.seeds import RENDERED_SEED
from mmn_live.types import FloatArray

DURATION_S = 9.0
_FPS = (10.0, 12.0)
_DERIVED = ("joints", "visibility")


@dataclass(frozen=True)
class RenderedTrack(Track):
    """A track with what MediaPipe saw and what was there, over its N frames; zero where it found nobody.

    `pose` (N, 33, 3) and `hands` (N, 2, 21, 3) are landmarks as the pose room gives them; `true_pose` (N, 33, 2) and
    `true_hands` (N, 2, 21, 2) are where they are, px; `hidden` (N, 2) how much of each hand is behind head and trunk.
    `size` is the picture's (width, height).
    """

    size: tuple[int, int]
    view: str
    pose: FloatArray
    hands: FloatArray
    true_pose: Points
    true_hands: Points
    hidden: Points


def render_track(
    script: Script, fps: float, models: ModelFiles, size: tuple[int, int] = (640, 480), layout: Layout | None = None
) -> RenderedTrack:
    """The script's performance at `fps` frames a second as MediaPipe sees it; `layout` is MA-52's if not given."""
    layout = layout or taxonomy_named("ma52").layout
    source = DemoSource(script, size=size, fps=fps, pace=False)
    performance = source.performance
    pose = np.zeros((len(performance.times_s), 33, 3), np.float32)
    hands = np.zeros((len(pose), 2, 21, 3), np.float32)
    with source, PoseEstimator(layout, models) as estimator:
        for frame in source:
            for skeleton in estimator.process(frame).skeletons:
                if (seen := skeleton.landmarks) is not None:
                    pose[frame.index], hands[frame.index] = seen.pose, seen.hands
    joints, visibility = _joints(pose, hands, layout, size)
    return RenderedTrack(
        performance.times_s,
        joints,
        visibility,
        performance.labels,
        size,
        script.view,
        pose,
        hands,
        performance.pose_px,
        performance.hands_px,
        performance.hidden,
    )


def _joints(
    pose: FloatArray, hands: FloatArray, layout: Layout, size: tuple[int, int]
) -> tuple[FloatArray, FloatArray]:
    """Joints and their visibility of landmarks (N, ...); zero where there is nobody."""
    joints, visibility = joints_from_landmarks(pose, hands, layout, *size)
    nobody = ~pose.any((1, 2))
    joints[nobody], visibility[nobody] = 0, 0
    return joints, visibility


def seen_by(observer: Observer, track: RenderedTrack) -> Observation:
    """The landmarks of a track as an observer sees them in MediaPipe's place."""
    true = track.true_pose.astype(float), track.true_hands.astype(float)
    return observer.see(track.times_s, *true, track.hidden, np.array(track.size, float))


def drawn_track(seed: int, models: ModelFiles) -> RenderedTrack:
    """The track of that seed: script, picture and frame rate drawn as for training."""
    rng = np.random.default_rng((RENDERED_SEED, seed))
    script = training_script(rng, DURATION_S)
    size = SIZES[rng.choice(len(SIZES), p=SIZE_SHARES)]
    return render_track(script, float(rng.uniform(*_FPS)), models, size)


def render_folder(folder: Path, seeds: Iterable[int], models: ModelFiles) -> Iterator[Path]:
    """Make the tracks of those seeds that the folder does not hold yet; the file of each seed, when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        path = folder / f"{seed:06d}.npz"
        if not path.exists():
            save_track(path, drawn_track(seed, models))
        yield path


def save_track(path: Path, track: RenderedTrack) -> None:
    """Write a track whole or not at all; without its joints, which follow from the landmarks."""
    partial = path.with_suffix(".partial")
    content: dict[str, Any] = {
        name: value.astype(np.float32)
        for name, value in vars(track).items()
        if isinstance(value, np.ndarray) and name not in _DERIVED
    }
    content |= {
        "times_s": track.times_s,
        "labels": json.dumps([asdict(label) for label in track.labels]),
        "size": track.size,
        "view": track.view,
    }
    with partial.open("wb") as file:
        np.savez_compressed(file, **content)
    os.replace(partial, path)


def load_track(path: Path) -> RenderedTrack:
    """A track that `save_track` wrote, with joints of MA-52. Raises UsageError for a file that is none."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            content = {name: arrays[name] for name in arrays.files if name not in _DERIVED}
        labels = tuple(
            Label(**{**label, "acting": tuple(label["acting"])}) for label in json.loads(str(content.pop("labels")))
        )
        width, height = content.pop("size").tolist()
        joints, visibility = _joints(content["pose"], content["hands"], taxonomy_named("ma52").layout, (width, height))
        view = str(content.pop("view"))
        return RenderedTrack(
            labels=labels, size=(width, height), view=view, joints=joints, visibility=visibility, **content
        )
    except (OSError, BadZipFile, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no rendered track ({error!r}): make it again with mmn_live.training.rendered"
        ) from error


def load_tracks(folder: Path) -> list[RenderedTrack]:
    """All tracks of a folder, by seed. Raises UsageError where there are none, or one does not read."""
    paths = sorted(folder.glob("*.npz"))
    if not paths:
        raise UsageError(f"{folder} holds no tracks: make some with mmn_live.training.rendered")
    return [load_track(path) for path in paths]


def main() -> None:
    """Render a folder of tracks."""
    parser = argparse.ArgumentParser(description="Render performances and keep what MediaPipe sees of them.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=150, help="how many seeds")
    arguments = parser.parse_args()
    seeds = range(arguments.first, arguments.first + arguments.count)
    for path in render_folder(arguments.folder, seeds, ensure_model_files()):
        print(path, flush=True)


if __name__ == "__main__":
    main()
