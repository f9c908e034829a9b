"""`mmn-live train`: make weights from the built-in actor's motions."""

from __future__ import annotations

import logging
import os
import warnings
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from mmn_live.errors import UsageError


class Data(str, Enum):
    """What there is to train on."""

    ACTOR = "actor"


def train(
    output: Annotated[Path, typer.Argument(help="The checkpoint to write, for example mine.safetensors.")],
    data: Annotated[Data, typer.Option(help="What to train on: the built-in actor's motions.")] = Data.ACTOR,
    seed: Annotated[int, typer.Option(help="Another seed, another run.", min=0, max=2**32 - 1)] = 0,
    teacher_clips: Annotated[int, typer.Option(help="Clips that the teacher sees (0: no teacher).", min=0)] = 400_000,
    short_clips: Annotated[int, typer.Option(help="Clips seen at every second sample.", min=0)] = 360_000,
    long_clips: Annotated[int, typer.Option(help="Clips seen at all samples, after those.", min=1)] = 45_000,
    views: Annotated[int, typer.Option(help="How often each clip is seen, every other time mirrored.", min=1)] = 1,
    frames: Annotated[int, typer.Option(help="Samples of a window: a multiple of 16.", min=32)] = 32,
    channels: Annotated[int, typer.Option(help="Width of the network: a multiple of 16.", min=16)] = 48,
    blocks: Annotated[int, typer.Option(help="Blocks in each of the four scales.", min=1)] = 1,
    batch: Annotated[int, typer.Option(help="Clips in a step.", min=2)] = 64,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.", min=0)] = 3e-3,
    workers: Annotated[int, typer.Option(help="Processes that draw clips (0: none).", min=0)] = 1,
    rendered: Annotated[Path | None, typer.Option(help="Mix in the rendered tracks of this folder.")] = None,
    rendered_share: Annotated[
        float, typer.Option(help="Share of the clips that comes from rendered tracks.", min=0, max=1)
    ] = 0.12,
    teacher: Annotated[
        Path | None,
        typer.Option(help="Train none: another run's teacher.safetensors, or the second stream of weights."),
    ] = None,
    teacher_init: Annotated[
        Path | None, typer.Option(help="Begin the teacher with another run's, or the second stream of weights.")
    ] = None,
    init: Annotated[Path | None, typer.Option(help="Begin MMN with the weights of this checkpoint.")] = None,
    together: Annotated[
        bool, typer.Option("--together", help="Let MMN learn to be right together with the teacher, not from it.")
    ] = False,
) -> None:
    """Train the network on the built-in actor's motions, as MediaPipe would see them.

    Clips are drawn while it trains. An interrupted run goes on where it was: give the same command again. Several
    processes, or GPUs, share the work under `torchrun --nproc-per-node 2 -m mmn_live train ...`.
    """
    if frames % 16 or channels % 16:
        raise UsageError(f"--frames {frames} --channels {channels}: use multiples of 16")
    try:
        from mmn_live.training.progress import Progress
        from mmn_live.training.settings import Recipe, TrainSettings
        from mmn_live.training.train import train as run
    except ModuleNotFoundError as error:
        raise UsageError(f"training needs {error.name}: run `pip install mmn-live[train]`") from None
    _check_seed(seed)
    if teacher_init and (teacher or not teacher_clips):
        raise UsageError(f"--teacher-init {teacher_init}: no teacher is trained here, so leave that out")
    if together and not (teacher or teacher_clips):
        raise UsageError("--together: there is no teacher, so name one with --teacher, or give it --teacher-clips")
    if rendered is None and rendered_share != Recipe().rendered_share:
        raise UsageError(
            f"--rendered-share {rendered_share:g}: there are no such tracks, so give --rendered FOLDER too"
        )
    rank, processes = _among()
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", module="lightning")
    warnings.filterwarnings("ignore", "Grad strides do not match")  # of convolutions of one sample: nothing is copied
    recipe = Recipe(
        data=data.value,
        seed=seed,
        teacher_clips=teacher_clips,
        short_clips=short_clips,
        long_clips=long_clips,
        frames=frames,
        channels=channels,
        blocks=blocks,
        batch=batch,
        learning_rate=learning_rate,
        views=views,
        rendered_share=rendered_share,
        together=together,
        processes=processes,
    )
    if batch % recipe.processes:
        raise UsageError(f"--batch {batch}: use a multiple of {recipe.processes}, the number of processes")
    settings = TrainSettings(output, recipe, workers, rendered, teacher, teacher_init, init, rank=rank)
    checkpoint = run(settings, [Progress(batch, typer.echo)] if not rank else [])
    if checkpoint is not None:
        facts = checkpoint.training
        typer.echo(f"wrote {checkpoint.path}; {facts['held_out_of']}, held out: {facts['held_out']}")


def _among() -> tuple[int, int]:
    """The number of this process and how many train together on this machine, as torchrun says."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return 0, 1
    return int(os.environ["RANK"]), int(os.environ["LOCAL_WORLD_SIZE"])


def _check_seed(seed: int) -> None:
    """Raises UsageError for a seed that other streams of performances begin with."""
    from mmn_live.training.seeds import KEPT_FOR

    if seed in KEPT_FOR:
        raise UsageError(f"--seed {seed} is kept for {KEPT_FOR[seed]} and begins no training: use another seed")
