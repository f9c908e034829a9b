"""Reads a session's folder, whether the session has ended, is running or was killed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mmn_live.errors import SessionError
from mmn_live.joints import layout_named
from mmn_live.recording.skeletons import read_skeletons
from mmn_live.recording.tables import EVENTS_FILE, FRAMES_FILE, PREDICTIONS_FILE, SESSION_FILE, read_table
from mmn_live.types import Event, Gap, Prediction, Skeleton, State


@dataclass(frozen=True)
class FrameRow:
    """One row of frames.csv."""

    index: int
    time_s: float
    utc: str
    dropped_before: int
    person: bool
    latency_ms: float


class SessionReader:
    """What a session's folder holds.

    `facts` is session.json as it stands; its "ended" is "running" for a session that runs still or was killed, and
    its counts are then those of the last gap: what the files hold counts.

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
            self.gaps: tuple[Gap, ...] = tuple(Gap(**gap) for gap in self.facts["gaps"])
        except (ValueError, KeyError, TypeError) as error:
            raise SessionError(f"{path} is damaged ({error!r}): this session cannot be read") from error

    def frames(self) -> Iterator[FrameRow]:
        """Every frame that was processed, in order."""
        for row in self._rows(FRAMES_FILE):
            yield FrameRow(
                int(row["index"]),
                float(row["time_s"]),
                row["utc"],
                int(row["dropped_before"]),
                row["person"] == "1",
                float(row["latency_ms"]),
            )

    def skeletons(self) -> Iterator[Skeleton]:
        """Every frame's skeleton, in order."""
        return read_skeletons(self.folder, self.layout.size)

    def predictions(self) -> Iterator[Prediction]:
        """Every window's prediction, in order; `possible` are the classes with a probability above zero."""
        for row in self._rows(PREDICTIONS_FILE):
            probabilities = np.array([float(row[label] or 0) for label in self.labels], np.float32)
            yield Prediction(
                float(row["start_s"]),
                float(row["end_s"]),
                State(row["state"]),
                probabilities,
                probabilities > 0,
                float(row["latency_ms"]),
            )

    def events(self) -> Iterator[Event]:
        """Every event, in the order in which they ended."""
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
            )

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        path = self.folder / name
        if not path.is_file():
            raise SessionError(f"{path} is missing: this session cannot be read")
        return read_table(path)
