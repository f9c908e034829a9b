"""The corrections as the report's page lets them be downloaded: a CSV with one row an event (`page/export.js`)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from mmn_live.errors import UsageError
from mmn_live.types import FIRST_PERSON

SOURCES = ("accepted", "relabelled", "moved", "added", "deleted", "unreviewed")
"""What became of an event in the review; "added" is one that only the reviewer saw."""

_NEEDED = ("onset_s", "offset_s", "label")


@dataclass(frozen=True)
class Annotation:
    """One row: an event as the reviewer left it.

    `session` is the key of the session that was reviewed, `body_part` that of the label; both may be empty.
    """

    person_id: int
    onset_s: float
    offset_s: float
    label: str
    source: str
    session: str = ""
    body_part: str = ""


def read_annotations(path: Path) -> tuple[Annotation, ...]:
    """The rows of such a CSV, or of one made by hand: onset_s, offset_s and label are needed.

    Without person_id a row is of person 1, without source "added". Raises UsageError for a file that is no such table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise ValueError(f"no column {', '.join(missing)}")
            return tuple(_annotation(row) for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no table of annotations ({error!r}): give a CSV that the page of `mmn-live report` downloads"
        ) from error


def _annotation(row: dict[str, str]) -> Annotation:
    source = row.get("source") or "added"
    if source not in SOURCES:
        raise ValueError(f"source is {source!r}, not one of {', '.join(SOURCES)}")
    onset_s, offset_s = float(row["onset_s"]), float(row["offset_s"])
    if not 0 <= onset_s <= offset_s:
        raise ValueError(f"an event from {onset_s:g} s to {offset_s:g} s")
    person_id = int(row.get("person_id") or FIRST_PERSON)
    return Annotation(
        person_id, onset_s, offset_s, row["label"], source, row.get("session") or "", row.get("body_part") or ""
    )
