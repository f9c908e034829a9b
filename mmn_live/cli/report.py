"""`mmn-live report`: a session as one HTML page, to look at and to review."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mmn_live.errors import RecordingError, UsageError

if TYPE_CHECKING:
    from mmn_live.recording import SessionReader
    from mmn_live.report import Content, ShownVideo
    from mmn_live.report.statistics import Observation

_LARGEST_EMBEDDED_MB = 300
_UNFINISHED = "This session was still running, or was cut off, when the report was made."


def report(
    folder: Annotated[Path, typer.Argument(help="A session's folder; the session may run still.")],
    out: Annotated[Path | None, typer.Option(help="The file to write (report.html in the folder).")] = None,
    embed_video: Annotated[
        bool,
        typer.Option("--embed-video", help="Put the video into the page itself: whoever has the page sees the person."),
    ] = False,
) -> None:
    """Make one HTML page of a session: video, timeline, rates; its events can be reviewed and corrected in it.

    The page opens from disk in any browser and uses no network. Without --embed-video it holds no picture of anybody,
    and shows the video only where the session's folder is. A report that is there already is replaced; corrections are
    kept by the browser, and as the files that the page lets you download.
    """
    from mmn_live.recording import SessionReader
    from mmn_live.report import render

    reader = SessionReader(folder)
    path = out or folder / "report.html"
    text = render(read_content(reader, path, embed_video=embed_video))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordingError(f"cannot write {path}: {error.strerror or error}; choose another with --out") from error
    typer.echo(f"Report: {path}")


def read_content(reader: SessionReader, path: Path, *, embed_video: bool = False) -> Content:
    """What the report at `path` is to show of a session."""
    from datetime import datetime, timezone

    from mmn_live.overlay.palette import STATE_TEXTS
    from mmn_live.recording.session import RUNNING
    from mmn_live.report.content import Content, session_key
    from mmn_live.taxonomy import taxonomy_named

    taxonomy = taxonomy_named(str(reader.facts.get("model", {}).get("taxonomy", reader.layout.name)))
    predictions, events, gaps = tuple(reader.predictions()), tuple(reader.events()), reader.gaps
    last_frame_s = max((row.time_s for row in reader.frames()), default=0.0)
    ends_s = [last_frame_s, *(event.offset_s for event in events), *(gap.end_s for gap in gaps)]
    return Content(
        title=reader.folder.resolve().name,
        key=session_key(reader.facts),
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        duration_s=round(max(ends_s), 6),
        facts=_facts(reader),
        labels=reader.labels,
        taxonomy=taxonomy,
        least_named=_least_named(reader),
        observations=observations(reader),
        predictions=predictions,
        events=events,
        gaps=gaps,
        state_texts={str(state): text for state, text in STATE_TEXTS.items()},
        videos=_videos(reader, path, embed=embed_video),
        notice=_UNFINISHED if reader.ended == RUNNING else "",
    )


def observations(reader: SessionReader) -> tuple[Observation, ...]:
    """When each person of a session was observed; without anybody ever in view, person 1 was never."""
    from mmn_live.report.statistics import observe
    from mmn_live.types import FIRST_PERSON

    predictions = list(reader.predictions())
    seen_s: dict[int, list[float]] = {}
    for row in reader.frames():
        for person_id in row.person_ids:
            seen_s.setdefault(person_id, []).append(row.time_s)
    ids = {*seen_s, *(event.person_id for event in reader.events())} or {FIRST_PERSON}
    return tuple(
        observe(
            person_id,
            (prediction for prediction in predictions if prediction.person_id == person_id),
            seen_s.get(person_id, []),
            reader.gaps,
            reader.labels,
            reader.withheld(person_id),
        )
        for person_id in sorted(ids)
    )


def _least_named(reader: SessionReader) -> float:
    """From which probability an action is named where all the rest is "none": that of the curves, without caution.

    Neutral ones stand for decisions that neither the session nor its model says.
    """
    from mmn_live.decisions import Decisions, least_alone

    neutral = Decisions()
    threshold, caution = _used(reader, "threshold"), _used(reader, "caution")
    return least_alone(neutral.threshold if threshold is None else threshold, caution or neutral.caution)


def _used(reader: SessionReader, name: str) -> float | None:
    """That setting of a session, the model's own where the session does not say which was used; None without any."""
    for said in (reader.facts.get("settings", {}), reader.facts.get("model", {}).get("decisions", {})):
        if said.get(name) is not None:
            return float(said[name])
    return None


def _facts(reader: SessionReader) -> tuple[tuple[str, str], ...]:
    model, source = reader.facts.get("model", {}), reader.facts.get("source", {})
    settings, versions = reader.facts.get("settings", {}), reader.facts.get("versions", {})
    fitted = {"Of a body part": _used(reader, "part_threshold"), "Caution": _used(reader, "caution")}
    return (
        ("Recorded", reader.zero_utc.strftime("%Y-%m-%d %H:%M:%S UTC")),
        ("Source", f"{source.get('kind', '?')} {source.get('name', '')}".strip()),
        ("Model", f"{model.get('name', '?')} ({str(model.get('sha256', ''))[:8]})"),
        ("Threshold", str(settings.get("threshold", "?"))),
        *((name, f"{value:g}") for name, value in fitted.items() if value is not None),
        ("Window", f"{settings.get('window_s', '?')} s every {settings.get('stride_s', '?')} s"),
        *(("Baseline", str(entry["summary"])) for entry in reader.facts.get("baseline", ())),
        ("mmn-live", str(versions.get("mmn-live", "?"))),
        ("Ended", reader.ended),
    )


def _videos(reader: SessionReader, path: Path, *, embed: bool) -> tuple[ShownVideo, ...]:
    from mmn_live.report import ShownVideo

    if embed and not reader.videos:
        raise UsageError(f"{reader.folder} holds no video to embed: leave out --embed-video")
    videos = reader.videos[:1] if embed else reader.videos
    return tuple(
        ShownVideo(_embedded(video.file) if embed else _link(video.file, path), video.kind, video.start_s)
        for video in videos
    )


def _link(file: Path, page: Path) -> str:
    """The file as the page refers to it: relative, so that both can move together; absolute from another drive."""
    import os
    from urllib.parse import quote

    try:
        relative = os.path.relpath(file.resolve(), page.resolve().parent)
    except ValueError:
        return file.resolve().as_uri()
    return quote(Path(relative).as_posix())


def _embedded(file: Path) -> str:
    import base64
    import mimetypes

    size_mb = file.stat().st_size / 1e6
    if size_mb > _LARGEST_EMBEDDED_MB:
        raise UsageError(
            f"{file} has {size_mb:.0f} MB, browsers take {_LARGEST_EMBEDDED_MB} MB inside a page: "
            "leave out --embed-video and keep the page with the session"
        )
    kind = mimetypes.guess_type(file.name)[0] or "video/mp4"
    return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"
