"""`mmn-live replay`: recognise again what a session's skeletons show, without any video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mmn_live.cli.options import parse_baseline
from mmn_live.errors import SessionError

if TYPE_CHECKING:
    from mmn_live.checkpoints import Checkpoint
    from mmn_live.pipeline import Settings
    from mmn_live.recording import SessionReader, SessionWriter
    from mmn_live.types import Event


def replay(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A session's folder; it is not written to.")],
    session: Annotated[
        Path | None, typer.Option(help="Keep what is recognised as a session in this new folder.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Another model: a shipped one's name, or a file.")] = None,
    threshold: Annotated[
        float | None,
        typer.Option(help="Another probability that an action needs; one above the model's own holds for body parts."),
    ] = None,
    caution: Annotated[
        float | None,
        typer.Option(help='Another caution from 0 on, the weight of "none" in decisions: with less, more is named.'),
    ] = None,
    window: Annotated[float | None, typer.Option(help="Another length of the window, in seconds.", min=1e-3)] = None,
    stride: Annotated[float | None, typer.Option(help="Other seconds from one window to the next.", min=1e-3)] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|PATH|none",
            help="Another baseline: measured for so long, kept by a session of this participant, or none.",
        ),
    ] = None,
    device: Annotated[str | None, typer.Option(help="Another device: auto, cpu, cuda or mps.")] = None,
) -> None:
    """Recognise again what a session's skeletons show, and compare the events with the recorded ones.

    Without an option the model and settings are the session's own, and the events are the same, to the digit.
    """
    from contextlib import closing

    from mmn_live.pipeline import chain_for
    from mmn_live.recording import SessionReader

    recorded = SessionReader(folder)
    checkpoint = _checkpoint(recorded, model)
    changed = {"threshold": threshold, "caution": caution, "window_s": window, "stride_s": stride, "device": device}
    given = {name: value for name, value in changed.items() if value is not None}
    if baseline is not None:
        given["baseline_s"], given["baseline_file"] = parse_baseline(baseline)
    settings = _settings(recorded, given, model)
    with closing(chain_for(checkpoint, settings)) as chain:
        if session is None:
            events = _events(recorded, chain, checkpoint, None)
        else:
            with _writer(session, recorded, checkpoint, settings) as writer:
                events = _events(recorded, chain, checkpoint, writer)
                writer.close(f"replayed ({recorded.ended})")
    _tell(list(recorded.events()), events)
    if session is not None:
        typer.echo(f"Session: {session}")


def _checkpoint(recorded: SessionReader, model: str | None) -> Checkpoint:
    from mmn_live.checkpoints import load_checkpoint

    if model is not None:
        return load_checkpoint(model)
    facts = _facts(recorded, "model")
    path = Path(str(facts.get("path", "")))
    checkpoint = load_checkpoint(path if path.is_file() else str(facts.get("name")))
    if checkpoint.sha256 != facts.get("sha256"):
        typer.echo(
            f"Note: {checkpoint.name!r} is not the file that the session was recorded with "
            f"(SHA-256 {checkpoint.sha256[:12]}, then {str(facts.get('sha256'))[:12]}): results may differ.",
            err=True,
        )
    return checkpoint


def _settings(recorded: SessionReader, changed: dict[str, Any], model: str | None) -> Settings:
    """The session's settings with those changed; another model has its own of what is fitted unless it is given."""
    from dataclasses import fields

    from mmn_live.pipeline import Settings

    facts = _facts(recorded, "settings")
    known = {field.name: facts[field.name] for field in fields(Settings) if field.name in facts}
    if model is not None:
        known["window_s"] = known["threshold"] = known["caution"] = None
    if known.get("baseline_file"):  # what was used is in the session, wherever it came from
        known["baseline_file"] = recorded.folder if recorded.facts.get("baseline") else Path(known["baseline_file"])
    return Settings(**{**known, **changed})


def _facts(recorded: SessionReader, name: str) -> dict[str, Any]:
    facts = recorded.facts.get(name)
    if not isinstance(facts, dict):
        raise SessionError(f"{recorded.folder} does not say its {name}: it was not recorded by `mmn-live --session`")
    return facts


def _writer(folder: Path, recorded: SessionReader, checkpoint: Checkpoint, settings: Settings) -> SessionWriter:
    from mmn_live.cli.live import model_facts, versions
    from mmn_live.recording import SessionWriter
    from mmn_live.taxonomy import taxonomy_named

    facts = {
        **versions(),
        "source": recorded.facts["source"],
        "replay_of": {"folder": str(recorded.folder.resolve()), "started": recorded.facts["started"]},
        "model": model_facts(checkpoint),
        "settings": {**_facts(recorded, "settings"), **settings.facts(checkpoint)},
    }
    layout = taxonomy_named(checkpoint.taxonomy).layout
    return SessionWriter(folder, facts, checkpoint.labels, layout, zero_utc=recorded.zero_utc)


def _events(recorded: SessionReader, chain: Any, checkpoint: Checkpoint, writer: SessionWriter | None) -> list[Event]:
    from rich.console import Console
    from rich.progress import track

    from mmn_live.pipeline.replay import replayed, write_replay
    from mmn_live.taxonomy import taxonomy_named

    frames = sum(1 for _ in recorded.frames())
    layout = taxonomy_named(checkpoint.taxonomy).layout
    results = replayed(recorded, chain, layout)
    found = (one for _, one in results) if writer is None else write_replay(recorded, results, writer)
    console = Console(stderr=True)
    events: list[Event] = []
    for one in track(found, "Replaying", frames, console=console):
        events += one.events
        for baseline in one.baselines:
            typer.echo(baseline.summary)
    return events


def _tell(before: list[Event], now: list[Event]) -> None:
    from mmn_live.recording import event_cells

    old, new = [event_cells(event) for event in before], [event_cells(event) for event in now]
    for event, cells in zip(now, new, strict=True):
        mark = " " if cells in old else "+"
        typer.echo(f"{mark} {event.onset_s:9.3f} - {event.offset_s:9.3f} s  {event.title} ({event.confidence:.2f})")
    for event, cells in zip(before, old, strict=True):
        if cells not in new:
            typer.echo(f"- {event.onset_s:9.3f} - {event.offset_s:9.3f} s  {event.title} ({event.confidence:.2f})")
    same = "the same as recorded" if old == new else f"{sum(cells in old for cells in new)} of them as recorded"
    typer.echo(f"{len(now)} events, {same} ({len(before)} then).")
