"""BORIS: a project to open, and its events as the spreadsheet that "Import observations" takes.

The project format is 7.0, which every BORIS since version 7 opens (https://www.boris.unito.it/user_guide/).
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from mmn_live.exports.content import SessionContent, person_name
from mmn_live.exports.extra import needs_extra
from mmn_live.exports.files import new_file, relative_path, write_text

_FORMAT = "7.0"
_PLAYERS = tuple(str(number) for number in range(1, 9))
_COLUMNS = ("time", "subject", "code", "modifier", "comment")
_NO_FRAME = "NA"

Row = tuple[float, str, str, str, str]


class BorisWriter:
    """One .boris project: the ethogram (state events by body part), the persons as subjects, one observation.

    And one .xlsx table with a row for every start and stop, to import into an observation of a project of one's own.
    The observation belongs to the video where there is one, and is a live one otherwise.
    """

    def __init__(self, content: SessionContent, folder: Path) -> None:
        self._openpyxl: Any = needs_extra(lambda: importlib.import_module("openpyxl"), "boris")
        self._content = content
        self.files = [folder / f"{content.name}.boris", folder / f"{content.name}_boris_events.xlsx"]

    def write(self) -> None:
        """Write both files. Raises RecordingError where one cannot be written."""
        rows = self._rows()
        write_text(self.files[0], json.dumps(self._project(rows), indent=1, ensure_ascii=False) + "\n")
        self._write_table(rows)

    def _rows(self) -> list[Row]:
        """A start and a stop for every event, by time; a stop comes before a start at the same moment."""
        rows: list[tuple[int, int, Row]] = []
        for event in self._content.events:
            subject, how_sure = person_name(event.person_id), f"confidence {event.confidence:.3f}"
            if event.alternatives:
                how_sure += f"; {event.alternatives_text}"
            for order, time_ms in enumerate(self._content.span_ms(event.onset_s, event.offset_s)):
                comment = how_sure if order == 0 else ""
                rows.append((time_ms, 1 - order, (time_ms / 1000, subject, event.label, "", comment)))
        return [row for _, _, row in sorted(rows)]

    def _project(self, rows: list[Row]) -> dict[str, object]:
        content = self._content
        started = content.zero_utc.strftime("%Y-%m-%dT%H:%M:%S")
        return {
            "time_format": "hh:mm:ss",
            "project_date": started,
            "project_name": content.name,
            "project_description": f"micro-actions found by mmn-live {content.version} with the model {content.model}",
            "project_format_version": _FORMAT,
            "subjects_conf": {str(i): _subject(number) for i, number in enumerate(content.person_ids)},
            "behaviors_conf": self._ethogram(),
            "observations": {content.name: self._observation(rows, started)},
            "behavioral_categories": list(dict.fromkeys(label.body_part for label in content.vocabulary)),
            "independent_variables": {},
            "coding_map": {},
            "behaviors_coding_map": [],
            "converters": {},
        }

    def _ethogram(self) -> dict[str, dict[str, object]]:
        fixed = {"type": "State event", "key": "", "color": "", "modifiers": {}, "excluded": "", "coding map": ""}
        return {
            str(i): {**fixed, "code": label.name, "category": label.body_part, "description": label.definition}
            for i, label in enumerate(self._content.vocabulary)
        }

    def _observation(self, rows: list[Row], started: str) -> dict[str, object]:
        media = [] if self._content.video is None else [relative_path(self._content.video.file, self.files[0].parent)]
        live = not media
        return {
            "type": "LIVE" if live else "MEDIA",
            "file": {} if live else {player: media if player == "1" else [] for player in _PLAYERS},
            "date": started,
            "description": "; ".join(f"not observed: {s:.3f} to {e:.3f} s" for s, e in self._gaps_s()),
            "time offset": 0.0,
            "events": [list(row) if live else [*row, _NO_FRAME] for row in rows],
            "observation time interval": [0, 0],
            "independent_variables": {},
            "visualize_spectrogram": False,
            "visualize_waveform": False,
            "close_behaviors_between_videos": False,
            "scan_sampling_time": 0,
            "media_info": self._media_info(media),
        }

    def _media_info(self, media: list[str]) -> dict[str, object]:
        content = self._content
        return {
            "length": dict.fromkeys(media, content.duration_ms / 1000),
            "fps": dict.fromkeys(media, content.announced_fps or 25.0),
            "hasVideo": dict.fromkeys(media, True),
            "hasAudio": dict.fromkeys(media, False),
            "offset": {"1": 0.0} if media else {},
        }

    def _gaps_s(self) -> list[tuple[float, float]]:
        spans = (self._content.span_ms(gap.start_s, gap.end_s) for gap in self._content.gaps)
        return [(start / 1000, end / 1000) for start, end in spans]

    def _write_table(self, rows: list[Row]) -> None:
        book = self._openpyxl.Workbook()
        sheet = book.active
        sheet.title = "events"
        illegal = importlib.import_module("openpyxl.cell.cell").ILLEGAL_CHARACTERS_RE
        for number, row in enumerate([_COLUMNS, *rows], 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column)
                cell.value = illegal.sub("\ufffd", value) if isinstance(value, str) else value
                if isinstance(value, str):
                    cell.data_type = "s"  # a label that begins with "=" is no formula
        with new_file(self.files[1]) as unfinished, unfinished.open("wb") as file:
            book.save(file)


def _subject(person_id: int) -> dict[str, str]:
    return {"key": "", "name": person_name(person_id), "description": ""}
