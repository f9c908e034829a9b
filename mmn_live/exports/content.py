"""What an exporter sees of a session, and the questions that several formats ask of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from mmn_live.joints import Layout
from mmn_live.taxonomy import Label
from mmn_live.types import Event, Gap, People, RecordedVideo

VIDEO_LEAD_S = 0.5
"""An event may begin this much before the video does: it then begins with the video. Earlier ones rule a video out."""

_KINDS = ("raw", "annotated", "skeleton")  # who corrects by eye should not see the labels


@dataclass(frozen=True)
class SessionContent:
    """Everything about one session that a file for another tool can hold.

    `zero_utc` is the session's time 0; `end_s` the time of its last frame; `person_ids` everybody who was in view,
    never empty. `vocabulary` is the whole label set and what else events name, such as a body part; `events` are sorted
    by onset. `width`, `height` px and `announced_fps` are the source's. `people()` goes through all frames, in order;
    `version` is the program's.
    """

    name: str
    zero_utc: datetime
    end_s: float
    person_ids: tuple[int, ...]
    vocabulary_name: str
    vocabulary: tuple[Label, ...]
    layout: Layout
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    people: Callable[[], Iterator[People]]
    width: int
    height: int
    announced_fps: float | None
    model: str
    version: str
    video: RecordedVideo | None = None

    @property
    def clock_zero_s(self) -> float:
        """The time 0 of a file that belongs to the video: the video's; without a video the session's."""
        return self.video.start_s if self.video else 0.0

    @property
    def duration_ms(self) -> int:
        """How long a file on this clock is, at least a millisecond, and long enough for every event and gap."""
        ends = [self.end_s, *(event.offset_s for event in self.events), *(gap.end_s for gap in self.gaps)]
        return max(self.span_ms(self.clock_zero_s, max(ends))[1], 1)

    def span_ms(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Both ends in whole milliseconds on the file's clock; never before 0, at least 1 ms long."""
        start_ms = max(_ms(start_s - self.clock_zero_s), 0)
        return start_ms, max(_ms(end_s - self.clock_zero_s), start_ms + 1)

    def events_of(self, person_id: int) -> tuple[Event, ...]:
        """One person's events by onset."""
        return tuple(event for event in self.events if event.person_id == person_id)


def person_name(person_id: int) -> str:
    """What a person is called in a file."""
    return f"person {person_id}"


def choose_video(videos: Sequence[RecordedVideo], events: Sequence[Event]) -> RecordedVideo | None:
    """The video that files are linked to: one that has every event in it, without drawn labels where there is one."""
    first_s = min((event.onset_s for event in events), default=float("inf"))
    fitting = [video for video in videos if video.start_s - VIDEO_LEAD_S <= first_s and video.kind in _KINDS]
    return min(fitting, key=lambda video: (_KINDS.index(video.kind), video.start_s), default=None)


def lanes(spans: Sequence[tuple[int, int, str]]) -> list[list[tuple[int, int, str]]]:
    """Distribute (start, end, text) over as few rows as it takes for none to overlap in its row; at least one row."""
    rows: list[list[tuple[int, int, str]]] = [[]]
    for span in sorted(spans):
        free = next((row for row in rows if not row or row[-1][1] <= span[0]), None)
        if free is None:
            rows.append(free := [])
        free.append(span)
    return rows


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
