"""`mmn-live export`: a session in the files of other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import SessionError, UsageError

if TYPE_CHECKING:
    from mmn_live.exports import SessionContent
    from mmn_live.recording import SessionReader
    from mmn_live.taxonomy import Label, Taxonomy
    from mmn_live.types import Event

_PART_DEFINITION = "a movement of this part of the body that was not told more exactly"


def export(
    session: Annotated[Path, typer.Argument(metavar="DIR", help="The session's folder; it may still be running.")],
    to: Annotated[
        list[str], typer.Option(help="elan, praat, boris, webvtt, nwb, bids or all; may be given several times.")
    ],
    out: Annotated[Path | None, typer.Option(help="Where to; else exports/ in the session's folder.")] = None,
    subject: Annotated[str, typer.Option(help="Who it is in the names of the BIDS files: sub-SUBJECT.")] = "01",
    task: Annotated[str, typer.Option(help="What is done in the names of the BIDS files: task-TASK.")] = "session",
) -> None:
    """Write a session for ELAN, Praat, BORIS, video players (WebVTT), NWB or BIDS.

    ELAN, Praat, BORIS and WebVTT files are on the clock of the session's video where it has one, else on the session's;
    NWB and BIDS are always on the session's. Nothing is overwritten.
    """
    from mmn_live.exports import check_formats
    from mmn_live.exports import export as write_exports
    from mmn_live.recording import SessionReader

    check_formats(to)
    content = session_content(SessionReader(session))
    for path in write_exports(content, to, session / "exports" if out is None else out, subject, task):
        typer.echo(path)
    clock = f"video {content.video.file.name}" if content.video else "session"
    typer.echo(f"{len(content.events)} events; times of ELAN, Praat, BORIS and WebVTT: clock of the {clock}", err=True)


def session_content(reader: SessionReader) -> SessionContent:
    """What an exporter sees of this session. Raises SessionError where its session.json lacks what is needed."""
    from mmn_live import __version__
    from mmn_live.exports import SessionContent, choose_video
    from mmn_live.taxonomy import taxonomy_named

    try:
        source, model = reader.facts["source"], reader.facts["model"]
        taxonomy = taxonomy_named(str(model["taxonomy"]))
        size = int(source["width"]), int(source["height"])
        fps = None if source["announced_fps"] is None else float(source["announced_fps"])
        model_name = str(model["name"])
    except (KeyError, TypeError, ValueError, UsageError) as error:
        raise SessionError(f"{reader.folder}: session.json lacks what an export needs ({error!r})") from error
    events = tuple(sorted(reader.events(), key=lambda event: (event.onset_s, event.person_id)))
    rows = list(reader.frames())
    seen = {person_id for row in rows for person_id in row.person_ids} | {event.person_id for event in events}
    return SessionContent(
        name=reader.folder.resolve().name,
        zero_utc=reader.zero_utc,
        end_s=rows[-1].time_s if rows else 0.0,
        person_ids=tuple(sorted(seen)) or (1,),
        vocabulary_name=taxonomy.name,
        vocabulary=_vocabulary(taxonomy, events),
        layout=reader.layout,
        events=events,
        gaps=reader.gaps,
        people=reader.people,
        width=size[0],
        height=size[1],
        announced_fps=fps,
        model=model_name,
        version=__version__,
        video=choose_video(reader.videos, events),
    )


def _vocabulary(taxonomy: Taxonomy, events: tuple[Event, ...]) -> tuple[Label, ...]:
    """The label set, and after it what events name beyond it: body parts, and the labels of a model of one's own."""
    from mmn_live.taxonomy import Label

    known = {label.name for label in taxonomy.labels}
    more = {event.label: event for event in events if event.label not in known}
    own = (
        Label(e.label_id, e.code, e.label, e.body_part, _PART_DEFINITION if e.is_part else "", ())
        for e in more.values()
    )
    return (*taxonomy.labels, *own)
