"""One timed pass of each stage over the same frames of the actor, for `mmn-live doctor`."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import nobody

if TYPE_CHECKING:
    from mmn_live.checkpoints import Checkpoint
    from mmn_live.pose import ModelFiles
    from mmn_live.types import FloatArray, Frame, People, Skeleton

Item = TypeVar("Item")
Result = TypeVar("Result")

TIMED_FRAMES = 12
TIMED_WINDOWS = 4


def timed_stages(models: ModelFiles, checkpoint: Checkpoint) -> Iterator[tuple[str, float]]:
    """The name of each stage and its median time in milliseconds, in the order of the flow."""
    from mmn_live.pose import PoseEstimator
    from mmn_live.sources.demo import DemoSource

    layout = taxonomy_named(checkpoint.taxonomy).layout
    with DemoSource(None, seed=0, size=(640, 480), fps=25, pace=False) as source:
        coming = iter(source)
        frames, render_ms = timed(lambda _: next(coming), range(TIMED_FRAMES))
    yield "actor", render_ms
    with PoseEstimator(layout, models) as estimator:
        people, pose_ms = timed(estimator.process, frames)
    yield "pose", pose_ms
    skeletons = [
        found.skeletons[0] if found.person else nobody(found.index, found.time_s, layout.size) for found in people
    ]
    yield from _timed_recognition(skeletons, checkpoint)
    yield from _timed_pictures(frames, people, checkpoint)


def _timed_recognition(skeletons: list[Skeleton], checkpoint: Checkpoint) -> Iterator[tuple[str, float]]:
    from mmn_live.recognition.backend import Backend, choose_device
    from mmn_live.windows import normalise, sample_window

    config, layout = checkpoint.config, taxonomy_named(checkpoint.taxonomy).layout
    times_s = np.array([skeleton.time_s for skeleton in skeletons])
    joints = np.stack([skeleton.joints for skeleton in skeletons])
    visibility = np.stack([skeleton.visibility for skeleton in skeletons])

    def sampled(_: int) -> tuple[FloatArray, FloatArray]:
        window = sample_window(times_s, joints, visibility, times_s[0], times_s[-1], config.frames, layout)
        return normalise(window, layout, config.preprocessing), window.index_t

    inputs, window_ms = timed(sampled, range(TIMED_WINDOWS))
    yield "window", window_ms
    backend = Backend(checkpoint, choose_device("auto"))
    _, network_ms = timed(lambda pair: backend.logits(pair[0][None], pair[1][None]), inputs)
    yield "network", network_ms


def _timed_pictures(frames: list[Frame], people: list[People], checkpoint: Checkpoint) -> Iterator[tuple[str, float]]:
    from mmn_live.overlay import Overlay, Scene
    from mmn_live.recording import VideoWriter

    taxonomy = taxonomy_named(checkpoint.taxonomy)
    overlay = Overlay(taxonomy.layout, taxonomy, checkpoint.labels)
    scenes = [(frame.image, Scene(frame.time_s, found.skeletons)) for frame, found in zip(frames, people, strict=True)]
    images, overlay_ms = timed(lambda pair: overlay.draw(*pair), scenes)
    yield "overlay", overlay_ms
    drawn = zip(images, (frame.time_s for frame in frames), strict=True)
    with tempfile.TemporaryDirectory() as folder, VideoWriter(Path(folder) / "doctor.mp4") as writer:
        _, encode_ms = timed(lambda pair: writer.process(*pair), drawn)
    yield "encode (H.264)", encode_ms


def timed(work: Callable[[Item], Result], items: Iterable[Item]) -> tuple[list[Result], float]:
    """What `work` returns for each item, and its median time in milliseconds; the first, which warms up, counts too."""
    results, times_s = [], []
    for item in items:
        begun_s = time.perf_counter()
        results.append(work(item))
        times_s.append(time.perf_counter() - begun_s)
    return results, 1000 * statistics.median(times_s)
