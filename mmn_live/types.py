"""What crosses between rooms.

Arrays inside these classes are never written to after construction. Times named `time_s`, `start_s`,
... are seconds on the session's clock: zero at the first frame, the capture time of a camera's frame, the
presentation time of a file's. `captured_at_s` alone is on the host's monotonic clock
(`time.monotonic()`): latency is always `time.monotonic() - captured_at_s`.

Symbols in shapes: H, W image size; V joints of the layout; T samples of a window; C classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Image = NDArray[np.uint8]

NONE_LABEL = "none"
"""Name of the class that a network may have for "nothing that has a name"."""

PART_ID = -1
"""In place of a label's id: what is named is a part of the body."""

FIRST_PERSON = 1
"""The id of the first person; where one person is followed, whoever that is, it is the only id."""

MAX_BRIDGE_S = 0.5
"""A stretch without frames longer than this is a gap: not observed, and never bridged."""

BETWEEN_ALTERNATIVES = "; "


@dataclass(frozen=True)
class Frame:
    """One image as its source delivered it.

    `index` counts every frame that the source delivered, so a jump in it is a count of dropped frames.
    `image` is (H, W, 3) uint8 BGR.
    """

    index: int
    time_s: float
    image: Image
    captured_at_s: float


@dataclass(frozen=True)
class Gap:
    """A stretch in which a live source delivered nothing: not observed, never to be bridged.

    Sent repeatedly, with a growing `end_s`, while the source is away.
    """

    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True)
class SourceInfo:
    """What is known about a source once it is open.

    `announced_fps` is the driver's or container's claim (None when it makes none), never used as a clock.
    `live` sources drop frames when the pipeline is busy; others wait. `frame_count` and `duration_s` are
    None where the source has no known end.
    """

    kind: str
    name: str
    width: int
    height: int
    announced_fps: float | None
    live: bool
    frame_count: int | None = None
    duration_s: float | None = None


@dataclass(frozen=True)
class Landmarks:
    """MediaPipe's own output for one person, in pixels of the frame.

    `pose` is (33, 3): x px, y px, visibility 0..1. `hands` is (2, 21, 3), the person's left hand first:
    x px, y px, and 1 where that hand was found, else 0 in all three.
    """

    pose: FloatArray
    hands: FloatArray


@dataclass(frozen=True)
class Skeleton:
    """The joints of one frame, in the data order of a layout (see joints.py).

    `joints` is (V, 2) in pixels, `visibility` (V,) in 0..1; a joint outside the frame or not seen has visibility 0,
    but for the wrist of a hand that was found by its fingers. `landmarks` is None when nobody is in view; then both
    arrays are zero.
    """

    index: int
    time_s: float
    joints: FloatArray
    visibility: FloatArray
    landmarks: Landmarks | None
    person_id: int = FIRST_PERSON

    @property
    def person(self) -> bool:
        """Whether somebody is in view."""
        return self.landmarks is not None


def nobody(index: int, time_s: float, joints: int, person_id: int = FIRST_PERSON) -> Skeleton:
    """The skeleton of a person who is not in view in that frame, for a layout of that many joints."""
    nowhere, unseen = np.zeros((joints, 2), np.float32), np.zeros(joints, np.float32)
    return Skeleton(index, time_s, nowhere, unseen, None, person_id)


@dataclass(frozen=True)
class People:
    """Everybody in view in one frame, by increasing id; nobody is an empty tuple."""

    index: int
    time_s: float
    skeletons: tuple[Skeleton, ...]

    @property
    def person(self) -> bool:
        """Whether somebody is in view."""
        return bool(self.skeletons)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of those in view."""
        return tuple(skeleton.person_id for skeleton in self.skeletons)


@dataclass(frozen=True)
class Window:
    """The last seconds of skeletons, brought to T samples at even times.

    `joints` (T, V, 2) px; `visibility` (T, V) in 0..1, zero for samples in which nobody was in view;
    `index_t` (T,) position of each sample in [-1, 1); `observed` (V,) bool, joints seen in enough of the window to be
    reasoned about; `scale_px` the width of the shoulders (or what stands in for it where they are not seen), 0 where no
    body was observed; `presence` the share of the samples with a person in view; `coverage` the share of the window's
    span in which the source delivered frames at all: below 1 a gap lies in it, which is never bridged. `due_s` is the
    window's place in the order of time where the recording ended before; None where that is its end.
    """

    start_s: float
    end_s: float
    joints: FloatArray
    visibility: FloatArray
    index_t: FloatArray
    observed: BoolArray
    scale_px: float
    presence: float
    coverage: float
    person_id: int = FIRST_PERSON
    due_s: float | None = None

    @property
    def at_s(self) -> float:
        """Its place in the order of time."""
        return self.end_s if self.due_s is None else self.due_s


class State(str, Enum):
    """What a prediction says. ACTION names a class; PART a part of the body, where no class is sure enough."""

    ACTION = "action"
    NONE = "none"
    STILL = "still"
    UNSURE = "unsure"
    NOBODY = "nobody"
    UNOBSERVED = "unobserved"
    PART = "part"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Prediction:
    """What recognition says about one window.

    `probabilities` is (C,), in the order of the model's labels and smoothed over time; all zero when a gate
    answered before the network was asked (nobody, still, unobserved). `possible` is (C,) bool: classes whose joints
    were observed; the others have probability 0. `latency_ms` is the wall time from window to prediction. `due_s` is
    the window's.
    """

    start_s: float
    end_s: float
    state: State
    probabilities: FloatArray
    possible: BoolArray
    latency_ms: float
    person_id: int = FIRST_PERSON
    due_s: float | None = None

    @property
    def at_s(self) -> float:
        """Its place in the order of time."""
        return self.end_s if self.due_s is None else self.due_s


@dataclass(frozen=True)
class Alternative:
    """A class that an event may have been of, and its mean probability over the event."""

    label: str
    probability: float


@dataclass(frozen=True)
class Event:
    """One occurrence of a micro-action.

    Where no class was sure enough but the body part was, `label` is the body part's name, `code` the letter of its
    classes' codes and `label_id` PART_ID. `confidence` is the mean and `peak_confidence` the highest of the class's or
    body part's probability over the event. `alternatives` are the most probable classes, of a body part those in which
    it acts, best first: three, or as many as there are.
    """

    onset_s: float
    peak_s: float
    offset_s: float
    label: str
    code: str
    label_id: int
    body_part: str
    confidence: float
    peak_confidence: float
    person_id: int = FIRST_PERSON
    alternatives: tuple[Alternative, ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether it names a body part and no class."""
        return self.label_id == PART_ID

    @property
    def alternatives_text(self) -> str:
        """The alternatives in one line, as in "touching nose 0.4100; rubbing eyes 0.3300"."""
        return BETWEEN_ALTERNATIVES.join(f"{one.label} {one.probability:.4f}" for one in self.alternatives)

    @property
    def question(self) -> str:
        """What an event of a body part may have been, in words: "A or B?"; nothing of an event of a class.

        The second class is left out where it is less than half as probable as the first.
        """
        if not self.is_part or not self.alternatives:
            return ""
        first, *others = self.alternatives[:2]
        shown = [first, *(one for one in others if 2 * one.probability >= first.probability)]
        return f"{' or '.join(one.label for one in shown)}?"

    @property
    def title(self) -> str:
        """The event in words: its label, of a body part with the question, as "head-hand: A or B?"."""
        return f"{self.label}: {self.question}" if self.question else self.label


@dataclass(frozen=True)
class BaselineProgress:
    """How far the measurement of a person's baseline is, in seconds of the session's clock."""

    person_id: int
    done_s: float
    seconds: float


@dataclass(frozen=True)
class RecordedVideo:
    """A video of a session: `kind` "annotated", "raw" or "skeleton"; `start_s` the session's time of its
    first frame.
    """

    file: Path
    kind: str
    start_s: float


@dataclass(frozen=True)
class Stats:
    """How the run is going, for the eye: the figures of the last seconds and the counts since the start.

    `delivered_fps` is the source's measured rate, `shown_fps` the rate at which frames leave the overlay; latencies are
    from capture to overlay (the definition in this module's docstring); `recognition_ms` is that of the newest window.
    """

    delivered_fps: float
    announced_fps: float | None
    shown_fps: float
    latency_ms_p50: float
    latency_ms_p95: float
    recognition_ms: float
    delivered_frames: int
    dropped_frames: int
    gaps: int
