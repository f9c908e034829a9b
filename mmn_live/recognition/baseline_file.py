"""Baselines as JSON: what a session keeps of them, and a kept one for the next session of the same participant."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import cast

from mmn_live.errors import UsageError
from mmn_live.recognition.baseline import Baseline, NoBaseline, RestingClass, RestingMotion

FORMAT = 1
SESSION_KEY = "baseline"
"""Where session.json keeps the list of what was measured."""

_REMEDY = "measure a new one with --baseline 60"
_SESSION_FILE = "session.json"

Entry = Mapping[str, object]


def baseline_entry(outcome: Baseline | NoBaseline) -> dict[str, object]:
    """What JSON keeps of a measurement; `measured` says whether it came to anything."""
    return {"format": FORMAT, "measured": isinstance(outcome, Baseline), **asdict(outcome), "summary": outcome.summary}


def read_baseline(path: Path) -> Baseline:
    """The baseline kept in a session folder, in its session.json, or in a file of its own.

    Of several the first person's is taken. Raises UsageError for a file that holds none, or a damaged one.
    """
    file = path / _SESSION_FILE if path.is_dir() else path
    try:
        kept: object = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the baseline {file} ({error.strerror}): {_REMEDY}") from error
    except ValueError as error:
        raise UsageError(f"{file} is not JSON ({error}): {_REMEDY}") from error
    entries = kept.get(SESSION_KEY, kept) if isinstance(kept, dict) else kept
    candidates = entries if isinstance(entries, list) else [entries]
    measured = [each for each in candidates if isinstance(each, dict) and each.get("measured") is True]
    if not measured:
        raise UsageError(f"{file} holds no measured baseline: {_REMEDY}")
    return _Reader(file).baseline(min(measured, key=lambda each: str(each.get("person_id"))))


class _Reader:
    """Takes entries apart and says which value of the file is wrong."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def baseline(self, entry: Entry) -> Baseline:
        if entry.get("format") != FORMAT:
            raise self._wrong("format", entry.get("format"), f"this version reads {FORMAT}")
        names_parts = "parts" in entry  # older versions did not
        shares = ("still_below", "threshold", *(["part_threshold"] if names_parts else []))
        read = Baseline(
            person_id=self._count(entry, "person_id"),
            windows=self._count(entry, "windows"),
            model=self._text(entry, "model"),
            motion=self._motion(self._entry(entry, "motion")),
            kept_in=str(self._file),
            classes=tuple(self._class(each) for each in self._list(entry, "classes")),
            parts=tuple(self._class(each) for each in self._list(entry, "parts")) if names_parts else (),
            **{name: self._number(entry, name) for name in ("start_s", "end_s", "observed_s")},
            **{name: self._number(entry, name, most=1.0) for name in shares},
        )
        if read.still_below <= 0:
            raise self._wrong("still_below", read.still_below, "it is a motion above 0")
        return read

    def _motion(self, entry: Entry) -> RestingMotion:
        return RestingMotion(**{field.name: self._number(entry, field.name) for field in fields(RestingMotion)})

    def _class(self, value: object) -> RestingClass:
        if not isinstance(value, dict):
            raise self._wrong("classes", value, "each is an object")
        entry = cast(Entry, value)
        shares = ("mean", "q95", "q99", "threshold")
        label = self._text(entry, "label")
        return RestingClass(label, **{name: self._number(entry, name, most=1.0) for name in shares})

    def _number(self, entry: Entry, name: str, most: float = math.inf) -> float:
        value = entry.get(name)
        allowed = "a finite number from 0" if most == math.inf else f"a number from 0 to {most:g}"
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise self._wrong(name, value, f"it is {allowed}")
        if not (0 <= value <= most and math.isfinite(value)):
            raise self._wrong(name, value, f"it is {allowed}")
        return float(value)

    def _count(self, entry: Entry, name: str) -> int:
        value = entry.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._wrong(name, value, "it is a whole number from 1")
        return value

    def _text(self, entry: Entry, name: str) -> str:
        value = entry.get(name)
        if not isinstance(value, str):
            raise self._wrong(name, value, "it is a text")
        return value

    def _entry(self, entry: Entry, name: str) -> Entry:
        value = entry.get(name)
        if not isinstance(value, dict):
            raise self._wrong(name, value, "it is an object")
        return cast(Entry, value)

    def _list(self, entry: Entry, name: str) -> Sequence[object]:
        value = entry.get(name)
        if not isinstance(value, list):
            raise self._wrong(name, value, "it is a list")
        return value

    def _wrong(self, name: str, value: object, allowed: str) -> UsageError:
        return UsageError(f"{self._file}: the baseline's {name} is {value!r}, but {allowed}; {_REMEDY}")
