"""Reads a session's folder, whether the session has ended, is running or was killed."""

from __future__ import annotations

import csv
import itertools
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from mmn_live.errors import SessionError
from mmn_live.joints import layout_named
from mmn_live.recording.skeletons import read_people, read_skeletons
from mmn_live.recording.tables import (
    EVENTS_FILE,
    FRAMES_FILE,
    GAPS_FILE,
    PREDICTIONS_FILE,
    SESSION_FILE,
    read_alternatives,
    read_table,
)
from mmn_live.types import Event, Gap, People, Prediction, RecordedVideo, Skeleton, State

FORMAT = 2
"""The version of the folder's format that is written and read."""


@dataclass(frozen=True)
class FrameRow:
    """One row of frames.csv."""

    index: int
    time_s: float
    captured_s: float
    utc: str
    dropped_before: int
    person_ids: tuple[int, ...]
    latency_ms: float

    @property
    def person(self) -> bool:
        """Whether somebody was in view."""
        return bool(self.person_ids)


class SessionReader:
    """What a session's folder holds.

    `facts` is session.json as it stands; its "ended" is "running" for a session that runs still or was killed, and
    its counts are then those of its beginning: what the tables hold counts. `videos` are those that are there.

    Raises SessionError for a folder without a session, with a damaged session.json or without one of its tables.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / SESSION_FILE
        if not path.is_file():
            raise SessionError(f"{folder} holds no session (no {SESSION_FILE} in it): give a folder made by --session")
        try:
            self.facts: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            self.labels: tuple[str, ...] = tuple(self.facts["labels"])
            self.layout = layout_named(str(self.facts["layout"]))
            self.ended = str(self.facts["ended"])
            for name in ("settings", "model", "source", "versions"):
                if not isinstance(self.facts.get(name, {}), Mapping):
                    raise TypeError(f"{name} is {self.facts[name]!r}, not an object")
            if not isinstance(decisions := self.facts.get("model", {}).get("decisions", {}), Mapping):
                raise TypeError(f"decisions is {decisions!r}, not an object")
            written = self.facts["format"]
            noted = [
                RecordedVideo(folder / video["file"], video["kind"], video["start_s"]) for video in self.facts["videos"]
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise SessionError(f"{path} is damaged ({error!r}): this session cannot be read") from error
        if written != FORMAT:
            raise SessionError(
                f"{folder} has format {written}, this version reads {FORMAT}: use the version that made it"
            )
        self.videos = tuple(video for video in noted if video.file.is_file())

    @property
    def zero_utc(self) -> datetime:
        """When the session's time 0 was: the capture of the first frame."""
        first = next(self.frames(), None)
        utc, time_s = (first.utc, first.time_s) if first else (str(self.facts["zero_utc"]), 0.0)
        return datetime.fromisoformat(utc.replace("Z", "+00:00")) - timedelta(seconds=time_s)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The stretches that were not observed, in order; the last one may still have been going on."""
        ends: dict[float, Gap] = {}
        for gap in self._gap_rows():
            ends[gap.start_s] = gap
        return tuple(sorted(ends.values(), key=lambda gap: gap.start_s))

    def withheld(self, person_id: int) -> tuple[tuple[float, float], ...]:
        """The stretch (start, end) in which no event of this person could be recorded, as their baseline was measured.

        None without a measurement; where it never came to its end, all of the time.
        """
        entries = [entry for entry in self.facts.get("baseline", ()) if not entry.get("kept_in")]
        measured = [entry for entry in entries if entry["person_id"] == person_id]
        if measured:
            return ((0.0, max(float(entry["end_s"]) for entry in measured)),)
        return ((0.0, math.inf),) if self.facts.get("settings", {}).get("baseline_s") else ()

    def announced(self) -> Iterator[People | Gap]:
        """What recognition was given, in the order in which it was: people, and gaps each time the source said so."""
        gaps = self._gap_rows(announced_only=True)
        gap = next(gaps, None)
        for people in self.people():
            while gap is not None and gap.end_s <= people.time_s:
                yield gap
                gap = next(gaps, None)
            yield people
        yield from itertools.chain(() if gap is None else (gap,), gaps)

    def people(self) -> Iterator[People]:
        """Everybody in every frame, in order."""
        return read_people(self.folder, self.layout.size)

    def _gap_rows(self, *, announced_only: bool = False) -> Iterator[Gap]:
        with self._intact(GAPS_FILE):
            for row in self._rows(GAPS_FILE):
                if row["announced"] == "1" or not announced_only:
                    yield Gap(float(row["start_s"]), float(row["end_s"]), row["reason"])

    def frames(self) -> Iterator[FrameRow]:
        """Every frame that was processed, in order."""
        with self._intact(FRAMES_FILE):
            for row in self._rows(FRAMES_FILE):
                yield FrameRow(
                    int(row["index"]),
                    float(row["time_s"]),
                    float(row["captured_s"]),
                    row["utc"],
                    int(row["dropped_before"]),
                    tuple(int(person_id) for person_id in row["person_ids"].split()),
                    float(row["latency_ms"]),
                )

    def skeletons(self) -> Iterator[Skeleton]:
        """Everybody's skeleton in every frame, in order; of a frame without anybody, one without landmarks."""
        return read_skeletons(self.folder, self.layout.size)

    def predictions(self) -> Iterator[Prediction]:
        """Every window's prediction, in order; `possible` are the classes with a probability above zero."""
        with self._intact(PREDICTIONS_FILE):
            for row in self._rows(PREDICTIONS_FILE):
                probabilities = np.array([float(row[label] or 0) for label in self.labels], np.float32)
                yield Prediction(
                    float(row["start_s"]),
                    float(row["end_s"]),
                    State(row["state"]),
                    probabilities,
                    probabilities > 0,
                    float(row["latency_ms"]),
                    int(row["person_id"]),
                )

    def events(self) -> Iterator[Event]:
        """Every event, in the order in which they ended; sessions of older versions have no alternatives."""
        with self._intact(EVENTS_FILE):
            for row in self._rows(EVENTS_FILE):
                yield Event(
                    float(row["onset_s"]),
                    float(row["peak_s"]),
                    float(row["offset_s"]),
                    row["label"],
                    row["code"],
                    int(row["label_id"]),
                    row["body_part"],
                    float(row["confidence"]),
                    float(row["peak_confidence"]),
                    int(row["person_id"]),
                    read_alternatives(row.get("alternatives") or ""),
                )

    @contextmanager
    def _intact(self, name: str) -> Iterator[None]:
        """Say of a table that does not read as it was written that it is damaged."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:  # the last ones: too short a row
            raise SessionError(
                f"{self.folder / name} is damaged ({error!r}): mend or remove the row, or take a copy of the session"
            ) from error

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        path = self.folder / name
        if not path.is_file():
            raise SessionError(f"{path} is missing: this session cannot be read")
        return read_table(path)
