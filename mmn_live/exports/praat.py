"""Praat's TextGrid in its long text form: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mmn_live.exports.content import SessionContent, lanes, person_name
from mmn_live.exports.files import write_text

Interval = tuple[int, int, str]


class PraatWriter:
    """One .TextGrid: interval tiers for body part, action and what was not observed; empty intervals between."""

    def __init__(self, content: SessionContent, folder: Path) -> None:
        self._content = content
        self.files = [folder / f"{content.name}.TextGrid"]

    def write(self) -> None:
        """Write the file. Raises RecordingError where it cannot be written."""
        end_ms = self._content.duration_ms
        tiers = list(self._tiers())
        head = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", *_span(0, end_ms, "")]
        head += ["tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
        body = [line for i, (name, spans) in enumerate(tiers, 1) for line in _tier(i, name, spans, end_ms)]
        write_text(self.files[0], "\n".join([*head, *body, ""]))

    def _tiers(self) -> Iterator[tuple[str, list[Interval]]]:
        content = self._content
        for person_id in content.person_ids:
            prefix = f"{person_name(person_id)} " if len(content.person_ids) > 1 else ""
            events = content.events_of(person_id)
            for name, texts in (("body part", [e.body_part for e in events]), ("action", [e.label for e in events])):
                spans = [content.span_ms(event.onset_s, event.offset_s) for event in events]
                rows = lanes([(*span, text) for span, text in zip(spans, texts, strict=True)])
                yield from ((f"{prefix}{name}" + (f" {i}" if i > 1 else ""), row) for i, row in enumerate(rows, 1))
        gaps = [(*content.span_ms(gap.start_s, gap.end_s), gap.reason) for gap in content.gaps]
        yield from (("not observed" + (f" {i}" if i > 1 else ""), row) for i, row in enumerate(lanes(gaps), 1))


def _tier(number: int, name: str, spans: Sequence[Interval], end_ms: int) -> Iterator[str]:
    intervals = list(_filled(spans, end_ms))
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier" '
    yield f"        name = {_quoted(name)} "
    yield from _span(0, end_ms, " " * 8)
    yield f"        intervals: size = {len(intervals)} "
    for i, (start, end, text) in enumerate(intervals, 1):
        yield f"        intervals [{i}]:"
        yield from _span(start, end, " " * 12)
        yield f"            text = {_quoted(text)} "


def _filled(spans: Sequence[Interval], end_ms: int) -> Iterator[Interval]:
    """Praat wants a tier without holes: what is between becomes intervals without text."""
    last_ms = 0
    for start, end, text in spans:
        if start > last_ms:
            yield last_ms, start, ""
        yield start, end, text
        last_ms = end
    if last_ms < end_ms:
        yield last_ms, end_ms, ""


def _span(start_ms: int, end_ms: int, indent: str) -> list[str]:
    return [f"{indent}xmin = {start_ms / 1000:.3f} ", f"{indent}xmax = {end_ms / 1000:.3f} "]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
