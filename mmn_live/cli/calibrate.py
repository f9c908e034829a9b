"""`mmn-live calibrate`: fit what makes events of a model's logits."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import UsageError

if TYPE_CHECKING:
    from mmn_live.checkpoints import Checkpoint
    from mmn_live.training.heard import Heard

_GENERATED = 26
"""Videos of actions that are not rendered: every action twice."""
_EMPTY = 2
"""Rendered videos of empty rooms: half a minute."""


def calibrate(
    model: Annotated[str, typer.Argument(help="A shipped model's name, or a checkpoint file.")],
    output: Annotated[Path, typer.Argument(help="The checkpoint to write, for example mine.safetensors.")],
    budget: Annotated[
        float, typer.Option(help="False events a minute of quiet behaviour that are allowed.", min=0)
    ] = 0.5,
    videos: Annotated[
        int,
        typer.Option(help="Rendered videos of actions, with quiet ones and empty rooms beside them; 0: none.", min=0),
    ] = 13,
    quiet_videos: Annotated[
        int,
        typer.Option(help="Rendered videos of quiet behaviour beside those of actions, half a minute each.", min=1),
    ] = 18,
    minutes: Annotated[int, typer.Option(help="Minutes of quiet behaviour that are not rendered.", min=1)] = 15,
    cache: Annotated[Path | None, typer.Option(help="Keep the skeletons of rendered videos in this folder.")] = None,
) -> None:
    """Fit the streams' weights, temperature, bias of "none" and thresholds, and write the model with them.

    The built-in actor performs by seeds that neither training nor evaluation has. What is fitted, and to what, is in
    docs/EVALUATION.md; the figures of the fit are kept in the file.
    """
    from rich.console import Console

    from mmn_live.checkpoints import load_checkpoint, save_as
    from mmn_live.training.watching import check_label_set

    if output.exists() or not output.absolute().parent.is_dir():
        raise UsageError(f"{output} exists already, or its folder does not: choose another name")
    try:
        from mmn_live.training.calibrate import calibrated
    except ModuleNotFoundError as error:
        raise UsageError(f"calibrating needs {error.name}: run `pip install mmn-live[train]`") from None
    checkpoint = load_checkpoint(model)
    check_label_set(checkpoint.taxonomy)
    answers = _heard(checkpoint, videos, quiet_videos, minutes, cache, budget)
    with Console(stderr=True).status("fitting"):
        fitted = calibrated(checkpoint, answers, budget)
    typer.echo(f"wrote {save_as(fitted, output).path}")
    facts = asdict(fitted.decisions)
    facts |= facts.pop("fitted")
    if fitted.config.tcn_channels:
        facts = {"tcn_weight": fitted.config.tcn_weight, **facts}
    for name, value in facts.items():
        typer.echo(f"{name.replace('_', ' ')}: {value}")


def _heard(
    checkpoint: Checkpoint, videos: int, quiet_videos: int, minutes: int, cache: Path | None, budget: float
) -> list[tuple[Heard, ...]]:
    """What each stream says of the videos to fit on, if they are long enough to show that the budget is kept."""
    from rich.console import Console
    from rich.progress import track

    from mmn_live.pose import ensure_model_files
    from mmn_live.taxonomy import taxonomy_named
    from mmn_live.training.calibrate import check_budget
    from mmn_live.training.heard import heard
    from mmn_live.training.observed import observed_videos
    from mmn_live.training.seeds import CALIBRATION_SEED
    from mmn_live.training.watching import acted_videos, watched

    layout, console = taxonomy_named(checkpoint.taxonomy).layout, Console(stderr=True)
    rendered = acted_videos(0, (CALIBRATION_SEED,), videos, quiet_videos, _EMPTY) if videos else []
    rendered_minutes = sum(video.duration_s for video in rendered if video.kind == "quiet") / 60
    check_budget(budget, {"--minutes": minutes} | ({"--quiet-videos": rendered_minutes} if rendered else {}))
    seen = heard(checkpoint, watched(rendered, layout, ensure_model_files, cache), "rendered")
    generated = observed_videos((CALIBRATION_SEED, 7), _GENERATED, minutes, layout)
    unseen = heard(checkpoint, generated, "generated")
    return [
        *track(seen, "rendered videos", total=len(rendered), console=console),
        *track(unseen, "generated videos", total=_GENERATED + minutes, console=console),
    ]
