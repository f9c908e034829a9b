"""`mmn-live models`: the shipped checkpoints, and MediaPipe's model files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from mmn_live.pose import ModelFiles

app = typer.Typer(help="Show the checkpoints that come with mmn-live, and fetch MediaPipe's model files.")


@app.command("list")
def list_checkpoints() -> None:
    """Show every shipped checkpoint and what it can name."""
    from mmn_live.checkpoints import load_checkpoint, shipped_checkpoints

    for checkpoint in map(load_checkpoint, shipped_checkpoints()):
        config = checkpoint.config
        size = f"{config.frames} frames over {checkpoint.window_s:g} s, {config.joints} joints"
        typer.echo(f"{checkpoint.name}: {len(checkpoint.labels)} classes of {checkpoint.taxonomy}, {size}")
        for label in checkpoint.labels:
            typer.echo(f"  {label}")


@app.command()
def fetch() -> None:
    """Download MediaPipe's model files into the cache, and check them."""
    model_files()
    typer.echo("MediaPipe's model files are in place.")


def model_files() -> ModelFiles:
    """MediaPipe's model files; a progress bar appears when they have to be fetched."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    from mmn_live.pose import ensure_model_files

    columns = TextColumn("Fetching MediaPipe's model files"), BarColumn(), DownloadColumn()
    bar = Progress(*columns)
    task = bar.add_task("fetch", total=None)

    def advance(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)

    try:
        return ensure_model_files(progress=advance)
    finally:
        if bar.live.is_started:
            bar.stop()
