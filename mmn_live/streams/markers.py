"""Events become markers: one for the onset as soon as an event is certain enough to be open, one for its offset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mmn_live.types import Event


@dataclass(frozen=True)
class Marker:
    """An onset or an offset: when it was, in the session's seconds, and the event's `number` in its stream.

    An offset's `event` is final. An onset's is what is known while the event goes on: its onset may still be
    revised, what is of a body part so far may still be named as a class, and its offset is not known yet.
    """

    time_s: float
    number: int
    event: Event
    is_offset: bool


class MarkerMaker:
    """Open and ended events in, markers out: each event has one onset, then one offset with the same number.

    A person has one event at a time. An event that was never seen open gets both markers at once. One that is still
    open when the stream ends has no offset: it was cut off.
    """

    def __init__(self) -> None:
        self._count = 0
        self._open: dict[int, int] = {}  # the number of what each person is doing

    def process(self, ended: Iterable[Event], open_events: Iterable[Event]) -> list[Marker]:
        """The markers that are due: `ended` since the last call, `open_events` at its time."""
        markers: list[Marker] = []
        for event in ended:
            markers += self._onset(event)
            number = self._open.pop(event.person_id)
            markers.append(Marker(event.offset_s, number, event, is_offset=True))
        for event in open_events:
            markers += self._onset(event)
        return markers

    def _onset(self, event: Event) -> list[Marker]:
        """The onset of an event that had none yet."""
        if event.person_id in self._open:
            return []
        self._count += 1
        self._open[event.person_id] = self._count
        return [Marker(event.onset_s, self._count, event, is_offset=False)]
