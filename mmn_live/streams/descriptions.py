"""What the streams say of themselves, in the terms of the XDF project's meta-data (github.com/sccn/xdf/wiki)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mmn_live import __version__
from mmn_live.streams.clock import ClockOffset
from mmn_live.types import State

_MARKER_TEXT = (
    "JSON: marker (onset or offset), event (number, the same in both), person, label, code, body_part, onset_s"
    " (session time), onset_lsl_s (this clock), alternatives (the most probable classes and how probable); an offset"
    " also peak_s, offset_s, confidence, peak_confidence. Where no class was sure enough the label is the body part's"
    " name. The time stamp is that of the onset or offset itself, some seconds before the marker is sent. An onset is"
    " provisional: the offset marker repeats it as it is in the end."
)


@dataclass(frozen=True)
class Channel:
    """One channel, in the words of the convention: label, unit, type."""

    label: str
    unit: str
    kind: str


@dataclass(frozen=True)
class Description:
    """One stream: its `name` after "mmn-live", its content type, its number format, its channels.

    `words` are further entries of its own, such as what the numbers of a channel stand for.
    """

    name: str
    kind: str
    format: str
    channels: Sequence[Channel]
    words: Mapping[str, str]


class Element(Protocol):
    """A node of a stream's description, as far as it is needed here."""

    def append_child(self, name: str) -> Element: ...

    def append_child_value(self, name: str, value: str) -> object: ...


def descriptions(labels: Sequence[str], state_codes: Mapping[State, int]) -> tuple[Description, ...]:
    """The streams of a run whose model has these labels."""
    states = ", ".join(f"{code} {state}" for state, code in state_codes.items())
    classes = [Channel(label, "probability", "Probability") for label in labels]
    return (
        Description("markers", "Markers", "string", [Channel("event", "none", "Marker")], {"text": _MARKER_TEXT}),
        Description(
            "probabilities",
            "Probabilities",
            "float32",
            [Channel("person_id", "none", "Id"), Channel("state", "code", "State"), *classes],
            {"states": states, "time_stamp": "end of the window"},
        ),
        Description(
            "frames",
            "Frames",
            "float64",
            [Channel("index", "none", "Index"), Channel("time_s", "s", "Time"), Channel("captured_s", "s", "Time")],
            {"time_stamp": "capture of the frame", "captured_s": "the same, on the host's monotonic clock"},
        ),
    )


def describe(root: Element, stream: Description, origin: Mapping[str, str], clock: ClockOffset) -> None:
    """Write it into a stream's description; `origin` names the model, session and source."""
    _values(root, {"manufacturer": "mmn-live", **origin})
    channels = root.append_child("channels")
    for channel in stream.channels:
        _values(
            channels.append_child("channel"),
            {"label": channel.label, "unit": channel.unit, "type": channel.kind},
        )
    _values(
        root.append_child("acquisition"), {"manufacturer": "mmn-live", "model": origin["model"], "version": __version__}
    )
    can_drop = "true" if stream.name == "frames" else "false"
    _values(root.append_child("synchronization"), {"offset_mean": "0", "can_drop_samples": can_drop})
    _values(
        root.append_child("clock"),
        {"lsl_minus_host_monotonic_s": repr(clock.offset_s), "uncertainty_s": repr(clock.uncertainty_s)},
    )
    _values(root.append_child("encoding"), stream.words)


def _values(node: Element, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        node.append_child_value(name, value)
