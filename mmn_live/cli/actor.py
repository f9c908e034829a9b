"""`mmn-live actor`: the built-in actor as a video with its truth, to test a set-up or to train on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.cli.options import parse_size
from mmn_live.errors import UsageError

if TYPE_CHECKING:
    from mmn_live.actor.perform import Performance
    from mmn_live.actor.script import Script

app = typer.Typer(no_args_is_help=True, help="The built-in actor: a rendered person whose micro-actions are known.")


@app.callback()
def _group() -> None:
    """Keeps `render` a sub-command while it is the only one."""


@app.command()
def render(
    script: Annotated[str, typer.Argument(help="A script's file, or `default` for the built-in demo.")] = "default",
    output: Annotated[Path, typer.Option("--output", "-o", help="The video to write, .mp4 or .mkv.")] = Path(
        "actor.mp4"
    ),
    seed: Annotated[int | None, typer.Option(help="How the actor moves and is built, and where the camera is.")] = None,
    look: Annotated[int | None, typer.Option(help="Skin, clothes, hair, light and room.")] = None,
    view: Annotated[str | None, typer.Option(help="face, close, webcam, half, full or wide.")] = None,
    size: Annotated[str, typer.Option(help="Width and height in pixels.")] = "640x480",
    fps: Annotated[float, typer.Option(help="Frames a second.")] = 25.0,
    force: Annotated[bool, typer.Option(help="Overwrite files that exist.")] = False,
) -> None:
    """Write a script's performance as a video, with its labels (CSV) and its joints (NPZ) next to it."""
    from rich.progress import track

    from mmn_live.recording.video import VideoWriter
    from mmn_live.sources.demo import DemoSource

    labels, joints = output.with_suffix(".labels.csv"), output.with_suffix(".joints.npz")
    _make_way((output, labels, joints), force)
    played = _script(script, seed, look, view)
    with DemoSource(played, size=parse_size(size), fps=fps, pace=False) as source, VideoWriter(output) as writer:
        for frame in track(source, f"Rendering {output.name}", source.info.frame_count):
            writer.process(frame.image, frame.time_s)
    _write_labels(labels, source.performance)
    _write_joints(joints, source.performance)
    typer.echo(f"{output}, {labels.name} and {joints.name}: {source.info.duration_s:.1f} s")


def _script(name: str, seed: int | None, look: int | None, view: str | None) -> Script:
    from dataclasses import replace

    from mmn_live.actor.script import DEMO, read_script, with_seeds

    script = with_seeds(DEMO if name == "default" else read_script(Path(name)), seed, look)
    return replace(script, view=view or script.view)


def _make_way(paths: tuple[Path, ...], force: bool) -> None:
    for path in paths:
        if path.exists() and not force:
            raise UsageError(f"{path} exists already: choose another name or add --force")
        path.unlink(missing_ok=True)


def _write_labels(path: Path, performance: Performance) -> None:
    import csv

    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("onset_s", "offset_s", "label"))
        rows.writerows((f"{label.onset_s:.3f}", f"{label.offset_s:.3f}", label.name) for label in performance.labels)


def _write_joints(path: Path, performance: Performance) -> None:
    """Landmarks in MediaPipe's order: `*_px` (T, ..., 2) in the picture, `*_m` (T, ..., 3) in the world."""
    import numpy as np

    from mmn_live.actor.landmarks import POSE_LANDMARKS

    np.savez_compressed(
        path,
        time_s=performance.times_s,
        pose_px=performance.pose_px,
        hands_px=performance.hands_px,
        pose_m=performance.pose,
        hands_m=performance.hands,
        pose_names=np.array(POSE_LANDMARKS),
    )
