"""The session folder, written while a run goes on: whatever ends the run, what was written so far can be read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import TracebackType

from mmn_live.errors import SessionError
from mmn_live.joints import Layout
from mmn_live.recording.reader import FORMAT
from mmn_live.recording.skeletons import SkeletonWriter
from mmn_live.recording.tables import (
    EVENT_COLUMNS,
    EVENTS_FILE,
    FRAME_COLUMNS,
    FRAMES_FILE,
    GAP_COLUMNS,
    GAPS_FILE,
    GROWING_SKELETONS_FILE,
    PREDICTION_COLUMNS,
    PREDICTIONS_FILE,
    SESSION_FILE,
    SKELETONS_FILE,
    TableWriter,
    cannot_write,
)
from mmn_live.types import Event, Frame, Gap, People, Prediction

RUNNING = "running"
"""How a session "ended" that runs still or whose process was killed."""

_FILES = (SESSION_FILE, FRAMES_FILE, PREDICTIONS_FILE, EVENTS_FILE, GAPS_FILE, SKELETONS_FILE, GROWING_SKELETONS_FILE)


class SessionWriter:
    """Writes one session's folder, each row at once.

    `facts` are whatever is to be known about the run later (versions, model, settings, source); they stand in
    session.json beside what this class adds: the host's clocks at the start, the counts, the gaps and how it ended.
    Times become UTC by one rule: `zero_utc` is the session's time 0; without it, the first frame's capture tells.

    Raises SessionError for a folder that holds a session already, RecordingError where nothing (more) can be written.
    """

    def __init__(
        self,
        folder: Path,
        facts: Mapping[str, object],
        labels: Sequence[str],
        layout: Layout,
        *,
        zero_utc: datetime | None = None,
    ) -> None:
        self._made_folder = _claim(folder)
        self.folder = folder
        self._started_s, self._started_utc = time.monotonic(), datetime.now(timezone.utc)
        self._zero_utc = zero_utc or self._started_utc
        self._zero_is_known = zero_utc is not None
        self._counts = {"frames": 0, "frames_with_a_person": 0, "dropped_frames": 0, "predictions": 0, "events": 0}
        self._notes: dict[str, object] = {}
        self._videos: list[dict[str, object]] = []
        self._gaps: list[Gap] = []
        self._ended = False
        self._facts = {
            "format": FORMAT,
            **facts,
            "layout": layout.name,
            "labels": list(labels),
            "started": {"utc": _utc(self._started_utc), "monotonic_s": self._started_s},
        }
        with ExitStack() as stack:
            self._frames = stack.enter_context(TableWriter(folder / FRAMES_FILE, FRAME_COLUMNS))
            columns = (*PREDICTION_COLUMNS, *labels)
            self._predictions = stack.enter_context(TableWriter(folder / PREDICTIONS_FILE, columns))
            self._events = stack.enter_context(TableWriter(folder / EVENTS_FILE, EVENT_COLUMNS))
            self._gap_rows = stack.enter_context(TableWriter(folder / GAPS_FILE, GAP_COLUMNS))
            self._skeletons = stack.enter_context(SkeletonWriter(folder, layout.size))
            self._write_facts(RUNNING)  # last: where there is a session.json, every table is there too
            self._closing = stack.pop_all()

    def __enter__(self) -> SessionWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close("end of source" if error is None else f"error: {error!r}")

    def frame(self, frame: Frame, people: People, dropped_before: int, latency_ms: float) -> None:
        """Note one frame and who was found in it; `dropped_before` frames were lost since the one before."""
        if not self._zero_is_known:
            since_start_s = frame.captured_at_s - frame.time_s - self._started_s
            self._zero_utc, self._zero_is_known = self._started_utc + timedelta(seconds=since_start_s), True
        self._counts["frames"] += 1
        self._counts["frames_with_a_person"] += people.person
        self._counts["dropped_frames"] += dropped_before
        times = (f"{frame.time_s:.6f}", f"{frame.captured_at_s:.6f}", self._utc_of(frame.time_s))
        ids = " ".join(str(person_id) for person_id in people.ids)
        self._frames.write((frame.index, *times, dropped_before, ids, f"{latency_ms:.2f}"))
        self._skeletons.write(people)

    def prediction(self, prediction: Prediction) -> None:
        """Note one window's prediction; where the network was not asked, the classes' cells stay empty."""
        self._counts["predictions"] += 1
        asked = prediction.probabilities.any()
        cells = [f"{probability:.6g}" if asked else "" for probability in prediction.probabilities]
        times = (f"{prediction.start_s:.6f}", f"{prediction.end_s:.6f}")
        self._predictions.write(
            (prediction.person_id, *times, prediction.state, f"{prediction.latency_ms:.2f}", *cells)
        )

    def event(self, event: Event) -> None:
        """Note one event that has ended."""
        self._counts["events"] += 1
        self._events.write((*event_cells(event), self._utc_of(event.onset_s), event.alternatives_text))

    def gap(self, gap: Gap, *, ended: bool = True) -> None:
        """Note a stretch that was not observed; one that still goes on is noted each time the source says so."""
        self._gap_rows.write((repr(gap.start_s), repr(gap.end_s), gap.reason, int(not ended)))
        if ended:
            self._gaps.append(gap)

    def video(self, path: Path, kind: str, start_s: float) -> None:
        """Note a video of this session, whose time 0 is `start_s`; `kind` is "annotated", "raw" or "skeleton"."""
        inside = path.resolve().is_relative_to(self.folder.resolve())
        file = path.resolve().relative_to(self.folder.resolve()).as_posix() if inside else str(path.resolve())
        self._videos.append({"file": file, "kind": kind, "start_s": start_s})
        self._write_facts(RUNNING)

    def note(self, name: str, value: object) -> None:
        """Note a fact that became known under way, as session.json's entry of that name."""
        self._notes[name] = value
        self._write_facts(RUNNING)

    def close(self, ended: str) -> None:
        """Note how the run ended and close every file, whichever of them fails. Idempotent.

        Raises the RecordingError of a file that could not be completed.
        """
        if self._ended:
            return
        self._ended = True
        # Last in, first out: the facts are written before the skeletons are packed, which may need room.
        self._closing.callback(self._write_facts, ended)
        self._closing.close()

    def discard(self) -> None:
        """Take the session back, as if it had never begun: for a run that fails before its first frame."""
        if self._ended:
            return
        self.close("discarded")
        for name in _FILES:
            (self.folder / name).unlink(missing_ok=True)
        if self._made_folder:
            with suppress(OSError):  # somebody has put something into it
                self.folder.rmdir()

    def _utc_of(self, time_s: float) -> str:
        return _utc(self._zero_utc + timedelta(seconds=time_s))

    def _write_facts(self, ended: str) -> None:
        """Replace session.json in one step: a reader, or a crash, sees the old one or the new one."""
        facts = {
            **self._facts,
            "ended": ended,
            **self._notes,
            "zero_utc": _utc(self._zero_utc),
            "videos": self._videos,
            "duration_s": round(time.monotonic() - self._started_s, 3),
            "counts": self._counts,
            "gaps": [asdict(gap) for gap in self._gaps],
        }
        path = self.folder / SESSION_FILE
        unfinished = path.with_suffix(".unfinished")
        try:
            unfinished.write_text(json.dumps(facts, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise cannot_write(path, error) from error


def event_cells(event: Event) -> tuple[str, ...]:
    """An event as events.csv has it, but for its UTC and alternatives: two events are the same when these are."""
    times = (f"{event.onset_s:.6f}", f"{event.peak_s:.6f}", f"{event.offset_s:.6f}")
    what = (event.label, event.code, str(event.label_id), event.body_part)
    return (str(event.person_id), *times, *what, f"{event.confidence:.4f}", f"{event.peak_confidence:.4f}")


def _claim(folder: Path) -> bool:
    """Make the folder where it is not there; what is in it already is not touched, a session is not added to.

    Returns whether it was made.
    """
    if folder.exists() and not folder.is_dir():
        raise SessionError(f"{folder} is a file: give a folder for the session")
    taken = [name for name in _FILES if (folder / name).exists()]
    if taken:
        raise SessionError(f"{folder} holds a session already ({taken[0]}): choose another folder")
    try:
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return made


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
