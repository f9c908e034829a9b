"""`mmn-live train`: make weights from the built-in actor's motions."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Annotated

import typer

from mmn_live.errors import UsageError


def train(
    output: Annotated[Path, typer.Argument(help="The checkpoint to write, for example mine.safetensors.")],
    clips: Annotated[int, typer.Option(help="How many generated clips to train on.", min=1)] = 300_000,
    frames: Annotated[int, typer.Option(help="Samples of a window: a multiple of 8.", min=16)] = 64,
    channels: Annotated[int, typer.Option(help="Width of the network: a multiple of 16.", min=16)] = 48,
    blocks: Annotated[int, typer.Option(help="Blocks in each of the four scales.", min=1)] = 1,
    batch: Annotated[int, typer.Option(help="Clips in a step.", min=2)] = 32,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 2e-3,
    seed: Annotated[int, typer.Option(help="Another seed, another run.")] = 0,
    workers: Annotated[int, typer.Option(help="Processes that generate clips (0: none).", min=0)] = 1,
    init: Annotated[Path | None, typer.Option(help="Begin with the weights of this checkpoint.")] = None,
) -> None:
    """Train the network on the built-in actor's motions, as MediaPipe would see them.

    Clips are generated while it trains. An interrupted run goes on where it was: give the same command again.
    """
    if frames % 8 or channels % 16:
        raise UsageError(f"--frames {frames} --channels {channels}: use multiples of 8 and of 16")
    try:
        from lightning.pytorch.callbacks import RichProgressBar

        from mmn_live.training.train import TrainSettings
        from mmn_live.training.train import train as run
    except ModuleNotFoundError as error:
        raise UsageError(f"training needs {error.name}: run `pip install mmn-live[train]`") from None
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module="lightning")
    settings = TrainSettings(output, clips, frames, channels, blocks, batch, learning_rate, seed, workers, init)
    checkpoint = run(settings, [RichProgressBar()])
    typer.echo(f"wrote {checkpoint.path}: {checkpoint.training['held_out']}")
