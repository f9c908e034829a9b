"""The tables of a session: their columns, and text files that are whole up to the last row whatever happens."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from mmn_live.errors import RecordingError
from mmn_live.types import BETWEEN_ALTERNATIVES, Alternative

SESSION_FILE = "session.json"
FRAMES_FILE = "frames.csv"
PREDICTIONS_FILE = "predictions.csv"
EVENTS_FILE = "events.csv"
GAPS_FILE = "gaps.csv"
SKELETONS_FILE = "skeletons.npz"
GROWING_SKELETONS_FILE = "skeletons.part"

FRAME_COLUMNS = ("index", "time_s", "captured_s", "utc", "dropped_before", "person_ids", "latency_ms")
PREDICTION_COLUMNS = ("person_id", "start_s", "end_s", "state", "latency_ms")  # then one column a class
GAP_COLUMNS = ("start_s", "end_s", "reason", "announced")
EVENT_COLUMNS = (
    *("person_id", "onset_s", "peak_s", "offset_s", "label", "code", "label_id", "body_part"),
    *("confidence", "peak_confidence", "utc_onset", "alternatives"),
)


def cannot_write(path: Path, error: OSError) -> RecordingError:
    """The error to raise where a file of a session cannot be written any more."""
    return RecordingError(
        f"cannot write {path}: {error.strerror or error}; make room or choose another folder "
        "(what was written until then is kept)"
    )


class TableWriter:
    """A CSV file in which every row is handed to the operating system at once.

    Raises RecordingError, with the file's name, when it cannot be made or a row not be written.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._path = path
        try:
            self._file = path.open("x", encoding="utf-8", newline="")
        except OSError as error:
            raise cannot_write(path, error) from error
        self._rows = csv.writer(self._file, lineterminator="\n")
        self.write(columns)

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def write(self, row: Sequence[object]) -> None:
        """Append one row."""
        try:
            self._rows.writerow(row)
            self._file.flush()
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def close(self) -> None:
        """Close the file. Idempotent."""
        try:
            self._file.close()
        except OSError as error:
            raise cannot_write(self._path, error) from error


def read_alternatives(text: str) -> tuple[Alternative, ...]:
    """The alternatives of an `Event.alternatives_text`. Raises ValueError for another text."""
    pairs = (one.rpartition(" ") for one in text.split(BETWEEN_ALTERNATIVES) if one)
    return tuple(Alternative(label, float(probability)) for label, _, probability in pairs)


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table by the names of its columns; a last row that was cut off is left out."""
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    return csv.DictReader(whole.splitlines())
