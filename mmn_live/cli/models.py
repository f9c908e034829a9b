"""`mmn-live models`: the shipped checkpoints, and MediaPipe's model files."""

from __future__ import annotations

import typer

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
    from rich.progress import Progress

    from mmn_live.pose.assets import ensure_model_files

    with Progress() as bar:
        task = bar.add_task("MediaPipe's model files", total=None)
        ensure_model_files(progress=lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo("MediaPipe's model files are in place.")
