"""`mmn-live evaluate`: how well a model does through the whole chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import UsageError

if TYPE_CHECKING:
    from mmn_live.checkpoints import Checkpoint
    from mmn_live.pipeline import Settings
    from mmn_live.training.agreement import Agreement
    from mmn_live.training.evaluate import Evaluation
    from mmn_live.training.scoring import Score
    from mmn_live.training.watching import Video


def evaluate(
    model: Annotated[str, typer.Option(help="A shipped model's name, or a checkpoint file.")] = "actor",
    videos: Annotated[
        int, typer.Option(help="Videos of the actor's actions in each group; 13 hold all 52 once.", min=1)
    ] = 13,
    groups: Annotated[int, typer.Option(help="Groups of videos, over which the figures' spread is taken.", min=1)] = 3,
    seed: Annotated[int, typer.Option(help="Another seed, other videos.", min=0)] = 0,
    data: Annotated[Path | None, typer.Option(help="Watch this folder of clips (with index.json) instead.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Keep the skeletons in this folder: the next model is judged in a minute.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Probability that an action needs to be named (the model's own); a stricter one holds for body parts.",
            min=0,
            max=1,
        ),
    ] = None,
    caution: Annotated[
        float | None,
        typer.Option(
            help='How much more "none" weighs in decisions, from 0 on (the model\'s own): with less, more is named.'
        ),
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
    annotations: Annotated[
        Path | None, typer.Option(help="Corrections from a report (CSV): score a --session against them instead.")
    ] = None,
    session: Annotated[
        Path | None, typer.Option(help="The session whose events are scored, with --annotations.")
    ] = None,
) -> None:
    """Watch videos whose actions are known, as a camera would, and judge what is made of them.

    Without --data the videos are of the built-in actor, with movements, looks and views that no training has seen: all
    actions equally often, quiet behaviour, and empty rooms. docs/EVALUATION.md says what each figure is. A --cache
    notices other videos, but not changed code of the actor: empty it then.
    With --annotations and --session nothing is watched: the session's events, recorded or replayed, are compared with
    what a human made of them in the page of `mmn-live report`.
    """
    if json_file is not None and (json_file.exists() or not json_file.absolute().parent.is_dir()):
        raise UsageError(f"{json_file} exists already, or its folder does not: choose another name")
    if (annotations is None) != (session is None):
        raise UsageError("--annotations and --session belong together: give the CSV and the session's folder")
    if annotations is not None and session is not None:
        if data is not None:
            raise UsageError("--data watches clips, --annotations scores a session: give one of them")
        _against_annotations(annotations, session, json_file)
        return
    from mmn_live.checkpoints import load_checkpoint
    from mmn_live.cli.figures import show
    from mmn_live.pipeline import Settings
    from mmn_live.training.watching import check_label_set, held_out_videos, videos_in

    checkpoint = load_checkpoint(model)
    check_label_set(checkpoint.taxonomy)
    watched = held_out_videos(videos, groups, seed) if data is None else videos_in(data)
    if not watched:
        raise UsageError(f"{data} lists no clips: give a folder whose index.json does")
    settings = Settings(threshold=threshold, caution=caution)
    evaluation = _evaluated(checkpoint, settings, watched, cache)
    if json_file is not None:
        facts = {
            "model": checkpoint.name,
            "sha256": checkpoint.sha256,
            "threshold": settings.threshold_for(checkpoint),
            "caution": settings.caution_for(checkpoint),
            "decisions": asdict(checkpoint.decisions),
            "data": str(data or "actor"),
            "videos": len(watched),
            "seed": seed if data is None else None,
        }
        json_file.write_text(json.dumps(facts | evaluation.summary(), indent=1), encoding="utf-8")
    show(evaluation)


def _evaluated(checkpoint: Checkpoint, settings: Settings, videos: Sequence[Video], cache: Path | None) -> Evaluation:
    from rich.console import Console
    from rich.progress import track

    from mmn_live.pose import ensure_model_files
    from mmn_live.taxonomy import taxonomy_named
    from mmn_live.training.watching import watched

    try:
        from mmn_live.training.evaluate import Evaluation, seen
    except ModuleNotFoundError as error:
        raise UsageError(f"evaluating needs {error.name}: run `pip install mmn-live[train]`") from None
    layout = taxonomy_named(checkpoint.taxonomy).layout
    shown = track(
        seen(checkpoint, settings, watched(videos, layout, ensure_model_files, cache)),
        "watching",
        total=len(videos),
        console=Console(stderr=True),
    )
    return Evaluation.of(checkpoint, list(shown))


def _against_annotations(path: Path, folder: Path, json_file: Path | None) -> None:
    from mmn_live.cli.report import observations
    from mmn_live.recording import SessionReader
    from mmn_live.report.annotations import read_annotations
    from mmn_live.report.content import session_key
    from mmn_live.taxonomy import taxonomy_named
    from mmn_live.training.agreement import agree

    annotations, reader = read_annotations(path), SessionReader(folder)
    key = session_key(reader.facts)
    if any(one.session not in ("", key) for one in annotations):
        typer.echo("Note: these annotations were made in the report of another session than this.", err=True)
    taxonomy = taxonomy_named(str(reader.facts["model"]["taxonomy"]))
    known = {*(label.name for label in taxonomy.labels), *taxonomy.body_parts}
    for label in dict.fromkeys(one.label for one in annotations):
        if label not in known | set(reader.labels):
            typer.echo(f"Note: {label!r} is no label of this session's label set: mistyped?", err=True)
    agreement = agree(annotations, tuple(reader.events()), observations(reader))
    labels = tuple(dict.fromkeys([*reader.labels, *agreement.score.actions]))
    _show(agreement.score, labels)
    _show_agreement(agreement)
    if json_file is not None:
        facts = {"session": str(folder), "annotations": str(path)}
        json_file.write_text(json.dumps(facts | agreement.summary(labels), indent=1), encoding="utf-8")


def _show_agreement(agreement: Agreement) -> None:
    from mmn_live.training.agreement import BIN_S

    kappa = "not defined" if agreement.kappa is None else f"{agreement.kappa:.3f}"
    same = "" if agreement.same is None else f", the same name in {100 * agreement.same:.1f} % of them"
    typer.echo(
        f"Cohen's kappa {kappa} over {agreement.bins} bins of {BIN_S:g} s{same}; "
        f"{agreement.score.watched_s / 60:.2f} minutes observed and judged"
    )
    if agreement.unreviewed:
        typer.echo(f"{agreement.unreviewed} events were not reviewed: the time that they cover is left out.", err=True)


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
        f"median onset error {'-' if summary['onset_error_median_s'] is None else summary['onset_error_median_s']} s"
    )
