"""Subtitles for players: https://www.w3.org/TR/webvtt1/."""

from __future__ import annotations

from html import escape
from pathlib import Path

from mmn_live.exports.content import SessionContent, person_name
from mmn_live.exports.files import write_text
from mmn_live.types import Event


class WebVTTWriter:
    """One .vtt: a cue an event ("body part: label"), a cue a gap; the person is the voice when there are several.

    An event of a body part says what it may have been ("body part: label or label?").
    """

    def __init__(self, content: SessionContent, folder: Path) -> None:
        self._content = content
        self.files = [folder / f"{content.name}.vtt"]

    def write(self) -> None:
        """Write the file. Raises RecordingError where it cannot be written."""
        content = self._content
        cues = [(*content.span_ms(event.onset_s, event.offset_s), self._text(event)) for event in content.events]
        cues += [
            (*content.span_ms(gap.start_s, gap.end_s), _line(f"not observed: {gap.reason}")) for gap in content.gaps
        ]
        blocks = [f"{_time(start)} --> {_time(end)}\n{text}\n" for start, end, text in sorted(cues)]
        write_text(self.files[0], "\n".join(["WEBVTT\n", *blocks]))

    def _text(self, event: Event) -> str:
        text = _line(event.title if event.is_part else f"{event.body_part}: {event.label}")
        several = len(self._content.person_ids) > 1
        return f"<v {person_name(event.person_id)}>{text}</v>" if several else text


def _line(text: str) -> str:
    return escape(" ".join(text.splitlines()), quote=False)


def _time(time_ms: int) -> str:
    seconds, ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
