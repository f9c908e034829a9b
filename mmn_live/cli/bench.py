"""`mmn-live bench`: what the whole pipeline costs beside the bare pose loop, in one run on the same clip."""

from __future__ import annotations

import json
import math
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import UsageError

if TYPE_CHECKING:
    from mmn_live.checkpoints import Checkpoint
    from mmn_live.pose import ModelFiles
    from mmn_live.types import Image, Stats

_LIVE_FPS = 30.0
_WARM_UP_FRAMES = 10
_LEAST_S = 1.0


def bench(
    seconds: Annotated[float, typer.Option(help="Length of the clip, in seconds at 30 frames/s.")] = 10.0,
    rounds: Annotated[int, typer.Option(help="How often each side is measured, in turns; the median counts.")] = 3,
    model: Annotated[str, typer.Option(help="Name or path of the checkpoint.")] = "actor",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Measure the pipeline against a bare MediaPipe loop, then live at 30 frames/s."""
    from rich.console import Console
    from rich.table import Table

    from mmn_live.checkpoints import load_checkpoint
    from mmn_live.cli.models import model_files

    if not _LEAST_S <= seconds < math.inf or rounds < 1:
        raise UsageError(f"--seconds {seconds:g} and --rounds {rounds}: give at least {_LEAST_S:g} s and one round")
    if json_file is not None and (json_file.exists() or not json_file.absolute().parent.is_dir()):
        raise UsageError(f"cannot write {json_file}: it exists already, or its folder does not; choose another name")
    console = Console()
    checkpoint, files = load_checkpoint(model), model_files()
    with console.status("Rendering the clip"):
        images = actor_clip(int(seconds * _LIVE_FPS))
    with console.status("Measuring"):
        figures = measure(images, files, checkpoint, device, rounds)
    table = Table(title=f"{len(images)} frames of {images[0].shape[1]}x{images[0].shape[0]}, {os.cpu_count()} cores")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3g}" if isinstance(value, float) else str(value))
    console.print(table)
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measure(
    images: list[Image], files: ModelFiles, checkpoint: Checkpoint, device: str, rounds: int
) -> dict[str, float | int | str]:
    """Every figure of the benchmark. The two sides take turns, so that both see the same state of the machine."""
    from statistics import median

    bare_fps, pipeline_fps = [], []
    for _ in range(rounds):
        bare_fps.append(_bare_loop(images, files))
        pipeline_fps.append(whole_pipeline(images, files, checkpoint, device, live=False)[0])
    _, live = whole_pipeline(images, files, checkpoint, device, live=True)
    came_through = live.delivered_frames - live.dropped_frames
    return {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 0,
        "frames": len(images),
        "bare_fps": median(bare_fps),
        "pipeline_fps": median(pipeline_fps),
        "pipeline_ratio": median(p / b for p, b in zip(pipeline_fps, bare_fps, strict=True)),
        "live_fps": came_through / live.delivered_frames * _LIVE_FPS,
        "live_latency_ms_p50": live.latency_ms_p50,
        "live_latency_ms_p95": live.latency_ms_p95,
        "live_dropped_share": live.dropped_frames / max(1, live.delivered_frames),
        "recognition_ms": live.recognition_ms,
    }


def actor_clip(count: int) -> list[Image]:
    """The actor's demo, rendered beforehand: drawing it must not count as anybody's time."""
    from itertools import islice

    from mmn_live.sources.demo import DemoSource

    with DemoSource(None, seed=0, size=(640, 480), fps=_LIVE_FPS, pace=False) as source:
        return [frame.image for frame in islice(source, count)]


def _bare_loop(images: list[Image], files: ModelFiles) -> float:
    """Frames per second of MediaPipe's two landmarkers in two threads, and nothing else."""
    from concurrent.futures import ThreadPoolExecutor
    from contextlib import closing

    from mmn_live.pose.landmarker import mediapipe_image, native_log_muted, open_hand_task, open_pose_task

    with native_log_muted():
        pose_task, hand_task = open_pose_task(files.pose), open_hand_task(files.hands)
    with closing(pose_task) as pose, closing(hand_task) as hands, ThreadPoolExecutor(2) as workers:
        started_s = time.perf_counter()
        for index, image in enumerate(images):
            if index == _WARM_UP_FRAMES:
                started_s = time.perf_counter()
            picture, time_ms = mediapipe_image(image), round(index * 1000 / _LIVE_FPS)
            both = [workers.submit(task.detect_for_video, picture, time_ms) for task in (pose, hands)]
            for one in both:
                one.result()
        return (len(images) - _WARM_UP_FRAMES) / (time.perf_counter() - started_s)


def whole_pipeline(
    images: list[Image], files: ModelFiles, checkpoint: Checkpoint, device: str, *, live: bool
) -> tuple[float, Stats]:
    """Frames per second and statistics of the whole pipeline: recognition, overlay, video and session on."""
    from mmn_live.pipeline import SESSION_VIDEO, Recorder, Settings, assemble
    from mmn_live.recording import SessionWriter
    from mmn_live.sources import ClipSource
    from mmn_live.taxonomy import taxonomy_named

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "session"
        session = SessionWriter(folder, {}, checkpoint.labels, taxonomy_named(checkpoint.taxonomy).layout)
        recorder = Recorder(session, folder / SESSION_VIDEO, record=True)
        source = ClipSource(images, _LIVE_FPS, live=live)
        pipeline = assemble(source, files, checkpoint, Settings(device=device), recorder, show=True)
        with pipeline:
            seen = [(time.perf_counter(), view.scene.now_s) for view in pipeline.views()]
        return _frames_per_s(seen), pipeline.composer.stats


def _frames_per_s(seen: list[tuple[float, float]]) -> float:
    """From the wall clock and the clip's clock at each view: frames a second after the warm-up."""
    first = next(moment for moment in seen if moment[1] >= _WARM_UP_FRAMES / _LIVE_FPS)
    return (seen[-1][1] - first[1]) * _LIVE_FPS / (seen[-1][0] - first[0])
