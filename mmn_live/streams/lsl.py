"""A run on Lab Streaming Layer: markers of events, probabilities of classes, times of frames.

All three streams are irregular and every sample carries the time of what it is about, never of its sending: a
frame's capture, a window's end, an event's onset or offset, on LSL's clock. mne-lsl is imported when outlets are
opened, not before: it is an extra, and slow to load.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import version
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np

from mmn_live.errors import UsageError
from mmn_live.streams.clock import ClockOffset, SessionClock, measure_offset
from mmn_live.streams.descriptions import Description, describe, descriptions
from mmn_live.streams.markers import Marker, MarkerMaker
from mmn_live.types import Event, Frame, Prediction, State

if TYPE_CHECKING:
    from mne_lsl import lsl

STATE_CODES = {state: code for code, state in enumerate(State)}
_LINGER_S = 0.25
"""How long outlets with listeners stay after their last sample: liblsl drops what it has not sent when one closes."""


class LslOutlets:
    """Three outlets, from when this is made until it is closed: `markers`, `probabilities` and `frames`.

    `labels` are the model's, in its order; `model`, `session` and `source` are names that the streams carry. A sample
    that cannot be sent is counted, told once in `notes`, and stops nothing. Whoever connects late gets what is sent
    from then on. Sending never waits for a listener: liblsl keeps the newest 36000 samples for each.

    Raises UsageError when LSL is not installed, or cannot be used as it is installed or configured.
    """

    def __init__(self, labels: Sequence[str], *, model: str, session: str, source: str) -> None:
        self._lsl = _load()
        self._clock = SessionClock()
        self._markers = MarkerMaker()
        self._failures = 0
        self.notes: deque[str] = deque()
        self._start = measure_offset(self._lsl.local_clock)
        self._end: ClockOffset | None = None
        run = str(uuid.uuid4())
        origin = {"model": model, "session": session, "source": source}
        try:
            self._outlets = {
                stream.name: self._open(stream, f"mmn-live {run} {stream.name}", origin)
                for stream in descriptions(labels, STATE_CODES)
            }
        except Exception as error:
            raise UsageError(
                f"Lab Streaming Layer opens no stream ({error}): check its lsl_api.cfg, or leave --lsl out"
            ) from error
        self._streams = {name: self._identity(outlet) for name, outlet in self._outlets.items()}

    def __enter__(self) -> LslOutlets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def frame(self, frame: Frame) -> None:
        """Send one frame's index and times, stamped with its capture."""
        self._clock.add(frame.time_s, frame.captured_at_s)
        row = np.array([frame.index, frame.time_s, frame.captured_at_s], np.float64)
        self._send("frames", row, self._lsl_of_host(frame.captured_at_s))

    def results(self, predictions: Iterable[Prediction], ended: Iterable[Event], open_events: Iterable[Event]) -> None:
        """Send what is new: predictions and events that ended since the last call, and events that have opened."""
        if not self._clock:
            return
        for prediction in predictions:
            code = STATE_CODES[prediction.state]
            row = np.array([prediction.person_id, code, *prediction.probabilities], np.float32)
            self._send("probabilities", row, self._lsl_of_session(prediction.end_s))
        for marker in self._markers.process(ended, open_events):
            self._send("markers", [self._text(marker)], self._lsl_of_session(marker.time_s))

    def facts(self) -> dict[str, object]:
        """What an alignment offline needs: the offset of the clocks, the streams' names and uids, the versions.

        LSL's time of anything is its time on the host's monotonic clock (`captured_s` of a frame) plus `offset_s`.
        """
        return {
            "library": f"mne-lsl {version('mne-lsl')}",
            "liblsl": _liblsl_version(self._lsl),
            "offset_s": self._start.offset_s,
            "uncertainty_s": self._start.uncertainty_s,
            "measured_at_s": self._start.measured_at_s,
            "at_end": asdict(self._end) if self._end else None,
            "streams": self._streams,
            "failed_samples": self._failures,
        }

    def close(self) -> None:
        """Measure the clocks again and end the streams, after a moment in which listeners get the rest. Idempotent."""
        if not self._outlets:
            return
        self._end = measure_offset(self._lsl.local_clock)
        if any(outlet.has_consumers for outlet in self._outlets.values()):
            time.sleep(_LINGER_S)
        self._outlets.clear()  # an outlet ends when it is let go

    def _open(self, stream: Description, source_id: str, origin: dict[str, str]) -> lsl.StreamOutlet:
        info = self._lsl.StreamInfo(
            f"mmn-live {stream.name}", stream.kind, len(stream.channels), 0, stream.format, source_id
        )
        describe(info.desc, stream, origin, self._start)
        return self._lsl.StreamOutlet(info)

    @staticmethod
    def _identity(outlet: lsl.StreamOutlet) -> dict[str, str]:
        info = outlet.get_sinfo()
        return {"name": info.name, "type": info.stype, "uid": info.uid, "source_id": info.source_id}

    def _send(self, stream: str, sample: Any, lsl_s: float) -> None:
        """Push one sample: a list of strings, or an array of as many numbers as the stream has channels."""
        try:
            self._outlets[stream].push_sample(sample, lsl_s)
        except Exception as error:  # whatever LSL's trouble is, the run goes on
            self._failures += 1
            if self._failures == 1:
                why = f"{type(error).__name__}: {error}"
                self.notes.append(f"LSL: a sample of {stream} could not be sent ({why}). The run goes on without it.")

    def _lsl_of_host(self, host_s: float) -> float:
        return host_s + self._start.offset_s

    def _lsl_of_session(self, time_s: float) -> float:
        return self._lsl_of_host(self._clock.host_s(time_s))

    def _text(self, marker: Marker) -> str:
        event = marker.event
        facts: dict[str, object] = {
            "marker": "offset" if marker.is_offset else "onset",
            "event": marker.number,
            "person": event.person_id,
            "label": event.label,
            "code": event.code,
            "body_part": event.body_part,
            "onset_s": round(event.onset_s, 6),
            "onset_lsl_s": round(self._lsl_of_session(event.onset_s), 6),
            "alternatives": {one.label: round(one.probability, 4) for one in event.alternatives},
        }
        if marker.is_offset:
            facts |= {
                "peak_s": round(event.peak_s, 6),
                "offset_s": round(event.offset_s, 6),
                "confidence": round(event.confidence, 4),
                "peak_confidence": round(event.peak_confidence, 4),
            }
        return json.dumps(facts, ensure_ascii=False)


def lsl_versions() -> str:
    """The library and its liblsl, in words. Raises UsageError where LSL cannot be used."""
    liblsl = _liblsl_version(_load())
    return f"mne-lsl {version('mne-lsl')} with liblsl {liblsl}"


def _liblsl_version(library: ModuleType) -> str:
    number = library.library_version()
    return f"{number // 100}.{number % 100}"


def _load() -> ModuleType:
    """mne-lsl's interface to liblsl."""
    try:
        return import_module("mne_lsl.lsl")
    except ModuleNotFoundError as error:
        raise UsageError(
            f'--lsl needs a library that is not installed ({error.name}): pip install "mmn-live[lsl]"'
        ) from error
    except Exception as error:  # no liblsl for this system, or one in MNE_LSL_LIB that does not load
        raise UsageError(
            f'Lab Streaming Layer does not load ({error}): pip install --force-reinstall "mmn-live[lsl]"'
        ) from error
