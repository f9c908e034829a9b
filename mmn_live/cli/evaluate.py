"""`mmn-live evaluate`: how well a model does through the whole chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import UsageError

if TYPE_CHECKING:
    from mmn_live.training.scoring import Score


def evaluate(
    model: Annotated[str, typer.Option(help="A shipped model's name, or a checkpoint file.")] = "actor",
    videos: Annotated[int, typer.Option(help="How many videos of the built-in actor to render and watch.", min=1)] = 12,
    data: Annotated[Path | None, typer.Option(help="Watch this folder of clips (with index.json) instead.")] = None,
    threshold: Annotated[float, typer.Option(help="Probability from which an action is named.", min=0, max=1)] = 0.5,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Watch videos whose actions are known, as a camera would, and count what is found.

    Without --data the videos are of the built-in actor, with movements, looks and views that no training has seen.
    """
    if json_file is not None and json_file.exists():
        raise UsageError(f"{json_file} exists already and is not overwritten: choose another name")
    from rich.console import Console
    from rich.progress import track

    from mmn_live.checkpoints import load_checkpoint
    from mmn_live.pose import ensure_model_files
    from mmn_live.training.evaluate import Watcher, read_index, score_actor, score_folder

    checkpoint = load_checkpoint(model)
    watcher = Watcher(checkpoint, ensure_model_files(), threshold)
    scores = score_actor(watcher, videos) if data is None else score_folder(watcher, data)
    count = videos if data is None else len(read_index(data))
    console = Console(stderr=True)
    seen = list(track(scores, "watching", total=count, console=console))
    if not seen:
        raise UsageError(f"{data} lists no clips: give a folder whose index.json does")
    score = seen[-1]
    _show(score, checkpoint.labels)
    if json_file is not None:
        facts = {"model": checkpoint.name, "sha256": checkpoint.sha256, "data": str(data or "actor"), "videos": count}
        json_file.write_text(json.dumps(facts | score.summary(checkpoint.labels), indent=1), encoding="utf-8")


def _show(score: Score, labels: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("action", "done", "found", "events", "right", title="found of what was done, right of what was named")
    for name in labels:
        if score.actions[name] or score.events[name]:
            counts = (score.actions[name], score.found[name], score.events[name], score.right[name])
            table.add_row(name, *map(str, counts))
    console = Console()
    console.print(table)
    summary = score.summary(labels)
    console.print(
        f"recall {summary['recall']:.2f}, precision {summary['precision']:.2f}, "
        f"false events a minute {summary['false_events_per_minute']:.2f}, "
        f"median onset error {summary['onset_error_median_s']} s"
    )
