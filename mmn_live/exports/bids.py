"""Motion-BIDS: https://bids-specification.readthedocs.io/en/stable/modality-specific-files/motion.html."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mmn_live.errors import UsageError
from mmn_live.exports.content import SessionContent
from mmn_live.exports.files import write_lines, write_text
from mmn_live.exports.frames import Track, mean_rate, tracks
from mmn_live.types import FloatArray

BIDS_VERSION = "1.10.0"
_SYSTEM = "mmnlive"
_MISSING = "n/a"
_CHANNELS = ("name", "component", "type", "tracked_point", "units", "reference_frame")
_EVENTS = (
    *("onset", "duration", "trial_type", "code", "body_part"),
    *("peak", "confidence", "peak_confidence", "alternatives"),
)
_FRAME = "the image: origin in its upper left corner, x to the right, y down, in pixels of the camera's frame"
_ENDINGS = ("_motion.tsv", "_motion.json", "_channels.tsv", "_channels.json", "_events.tsv", "_events.json")


class BidsWriter:
    """A BIDS data set, in a folder of its own: motion, channels and events for every person, who are the subjects.

    Every frame is a row of `_motion.tsv`: x, y and visibility of each joint, and last its true time as a LATENCY
    channel, counted like the onsets of the events from the first frame. What was not seen is n/a. Names are `sub-01`
    for one person, `sub-01person1` and so on for several.

    Raises UsageError for a subject or task that is not made of letters and digits.
    """

    def __init__(self, content: SessionContent, folder: Path, subject: str = "01", task: str = "session") -> None:
        for option, value in (("subject", subject), ("task", task)):
            if not re.fullmatch("[0-9A-Za-z]+", value):
                raise UsageError(f"--{option} is {value!r}: BIDS wants letters and digits only")
        self._content = content
        self._task = task
        self._root = folder / f"{content.name}_bids"
        several = len(content.person_ids) > 1
        self._subjects = [f"sub-{subject}" + (f"person{number}" if several else "") for number in content.person_ids]
        self.files = [self._root / "dataset_description.json", self._root / "README"]
        for name in self._subjects:
            self.files += [self._motion(name, ending) for ending in _ENDINGS]
            self.files.append(self._root / name / f"{name}_scans.tsv")

    def write(self) -> None:
        """Write the files. Raises RecordingError where one cannot be written."""
        self._write_description()
        times_s, found = tracks(self._content)
        for name, track in zip(self._subjects, found, strict=True):
            self._write_motion(name, times_s, track)
            self._write_channels(name)
            self._write_events(name, times_s, track.person_id)
            self._write_scans(name, times_s)

    def _motion(self, subject: str, ending: str) -> Path:
        return self._root / subject / "motion" / f"{subject}_task-{self._task}_tracksys-{_SYSTEM}{ending}"

    def _write_description(self) -> None:
        software = [{"Name": "mmn-live", "Version": self._content.version}]
        facts = {"Name": self._content.name, "BIDSVersion": BIDS_VERSION, "DatasetType": "raw", "GeneratedBy": software}
        _write_json(self._root / "dataset_description.json", facts)
        text = (
            f"Skeletons and micro-actions of the session {self._content.name}, found by mmn-live "
            f"{self._content.version} with the model {self._content.model}.\n"
        )
        write_text(self._root / "README", text)

    def _write_motion(self, subject: str, times_s: NDArray[np.float64], track: Track) -> None:
        latency_s = times_s - times_s[:1]
        values = np.concatenate([track.joints, track.visibility[..., None]], -1)
        lines = _motion_lines(values.reshape(len(times_s), 3 * self._content.layout.size), latency_s)
        write_lines(self._motion(subject, "_motion.tsv"), lines)
        _write_json(self._motion(subject, "_motion.json"), self._sidecar(times_s))

    def _sidecar(self, times_s: NDArray[np.float64]) -> dict[str, object]:
        joints = self._content.layout.size
        lasted_s = float(times_s[-1] - times_s[0]) if len(times_s) else 0.0
        effective = mean_rate(times_s)
        return {
            "TaskName": self._task,
            "SamplingFrequency": self._content.announced_fps or effective or _MISSING,
            "SamplingFrequencyEffective": effective or _MISSING,
            "TrackingSystemName": "MediaPipe landmarks of one camera",
            "SoftwareVersions": f"mmn-live {self._content.version}",
            "RecordingType": "continuous",
            "RecordingDuration": lasted_s,
            "MissingValues": _MISSING,
            "MotionChannelCount": 3 * joints + 1,
            "POSChannelCount": 2 * joints,
            "MiscChannelCount": joints,
            "LATENCYChannelCount": 1,
            "TrackedPointsCount": joints,
        }

    def _write_channels(self, subject: str) -> None:
        rows: list[Sequence[object]] = [_CHANNELS]
        for joint in self._content.layout.names:
            rows += [(f"{joint}_{axis}", axis, "POS", joint, "px", "image") for axis in "xy"]
            rows.append((f"{joint}_visibility", _MISSING, "MISC", joint, _MISSING, _MISSING))
        rows.append(("latency", _MISSING, "LATENCY", _MISSING, "s", _MISSING))
        write_text(self._motion(subject, "_channels.tsv"), _tsv(rows))
        frame = {"SpatialAxes": "RI_", "Description": _FRAME}
        _write_json(self._motion(subject, "_channels.json"), {"reference_frame": {"Levels": {"image": frame}}})

    def _write_events(self, subject: str, times_s: NDArray[np.float64], person_id: int) -> None:
        """Onsets count from the first frame, as the format wants; gaps stand among them as what was not observed."""
        zero_s = float(times_s[0]) if len(times_s) else 0.0
        rows = [
            (
                *(event.onset_s - zero_s, event.offset_s - event.onset_s),
                *(event.label, event.code, event.body_part),
                *(event.peak_s - zero_s, event.confidence, event.peak_confidence),
                event.alternatives_text or _MISSING,
            )
            for event in self._content.events_of(person_id)
        ]
        rows += [
            (gap.start_s - zero_s, gap.end_s - gap.start_s, "not observed", *[_MISSING] * 6)
            for gap in self._content.gaps
        ]
        text = [[_cell(value) for value in row] for row in sorted(rows, key=lambda row: row[:2])]
        write_text(self._motion(subject, "_events.tsv"), _tsv([_EVENTS, *text]))
        _write_json(self._motion(subject, "_events.json"), self._event_columns())

    def _event_columns(self) -> dict[str, object]:
        levels = {label.name: label.definition or label.body_part for label in self._content.vocabulary}
        levels["not observed"] = "a stretch in which the camera delivered nothing"
        return {
            "trial_type": {"Description": "the micro-action, or its body part alone", "Levels": levels},
            "code": {"Description": "code of the micro-action in the label set, of a body part the letter"},
            "body_part": {"Description": "part of the body that acts"},
            "peak": {"Description": "where the probability was highest", "Units": "s"},
            "confidence": {"Description": "mean probability over the event"},
            "peak_confidence": {"Description": "highest probability"},
            "alternatives": {"Description": "the most probable micro-actions with their mean probabilities"},
        }

    def _write_scans(self, subject: str, times_s: NDArray[np.float64]) -> None:
        first_s = float(times_s[0]) if len(times_s) else 0.0
        began = (self._content.zero_utc + timedelta(seconds=first_s)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        scan = f"motion/{self._motion(subject, '_motion.tsv').name}"
        path = self._root / subject / f"{subject}_scans.tsv"
        write_text(path, _tsv([("filename", "acq_time"), (scan, began)]))


def _motion_lines(values: FloatArray, latency_s: NDArray[np.float64]) -> Iterator[str]:
    """A line a frame; hours of them, so neither all in memory nor formatted number by number."""
    form = "\t".join(["%.6g"] * values.shape[1]) + "\t%.6f\n"
    for row, latency in zip(values, latency_s, strict=True):
        yield (form % (*row.tolist(), latency)).replace("nan", _MISSING)


def _cell(value: object) -> str:
    """A number to the microsecond; text on one line and without tabs, which BIDS's own validator cannot read."""
    return f"{value:.6f}" if isinstance(value, float) else " ".join(str(value).split())


def _tsv(rows: Iterable[Sequence[object]]) -> str:
    """Tab-separated values."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
    return text.getvalue()


def _write_json(path: Path, facts: dict[str, object]) -> None:
    write_text(path, json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
