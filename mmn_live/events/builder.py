"""Hysteresis: a class's probability over time becomes events."""

from __future__ import annotations

from collections.abc import Sequence

from mmn_live.errors import UsageError
from mmn_live.events.run import Run
from mmn_live.taxonomy import Taxonomy
from mmn_live.types import FIRST_PERSON, Event, Prediction, State

_LEAVE_SHARE = 0.6
_BRIDGE_S = 0.5
_MIN_HELD_S = 0.3
_SHORTEST_S = 0.3

_NOT_OBSERVED = (State.NOBODY, State.UNOBSERVED)


class EventBuilder:
    """A stage: predictions in, the events that are over out, sorted and never overlapping.

    One event at a time, of the most probable class: probabilities of one window compete, so two at once would not
    mean two actions. An event begins with an action at `threshold` or above, goes on while its class keeps 0.6 of
    that, bridges half a second below, and is dropped if its class held for less than 0.3 s. Another action ends it at
    once; so do a gap and an empty view, at the last time that was observed.
    """

    def __init__(
        self, labels: Sequence[str], taxonomy: Taxonomy, threshold: float = 0.5, person_id: int = FIRST_PERSON
    ) -> None:
        if not 0 <= threshold <= 1:
            raise UsageError(f"threshold is {threshold:g}: use a probability, from 0 to 1")
        self._labels = tuple(labels)
        self._taxonomy = taxonomy
        self._person_id = person_id
        self._thresholds = (threshold,) * len(self._labels)
        self._run: Run | None = None
        self._free_from_s = 0.0
        self._restarted_s = 0.0

    @property
    def open_events(self) -> tuple[Event, ...]:
        """The event going on, if any, its offset as of now."""
        if self._run is None or self._run.held_s < _MIN_HELD_S:
            return ()
        # The offset as it would be now only moves on with further windows: what is shown as open becomes an event.
        if self._event(self._run, seen_to_end=True).offset_s <= self._restarted_s:
            return ()
        return (self._event(self._run, seen_to_end=False),)

    def process(self, prediction: Prediction) -> list[Event]:
        """The events that this prediction shows to be over."""
        if prediction.state in _NOT_OBSERVED:
            return self._end(seen_to_end=False)
        ended = self._end(seen_to_end=True) if self._is_over(prediction) else []
        self._follow(prediction)
        return ended

    def restart(self, thresholds: Sequence[float], from_s: float) -> None:
        """Forget what was going on: from here on these thresholds hold, one a label, and nothing begins before.

        Nor is there an event of an action that was over by then, which windows across `from_s` still show.
        """
        self._thresholds = tuple(thresholds)
        self._run = None
        self._restarted_s = from_s
        self._free_from_s = max(self._free_from_s, from_s)

    def flush(self) -> list[Event]:
        """The event that was still going on, ended at the last time that was observed."""
        return self._end(seen_to_end=False)

    def _entering(self, prediction: Prediction) -> int | None:
        """The class that may begin an event with this prediction."""
        top = int(prediction.probabilities.argmax())
        is_action = prediction.state is State.ACTION and prediction.probabilities[top] >= self._thresholds[top]
        return top if is_action else None

    def _is_over(self, prediction: Prediction) -> bool:
        if self._run is None:
            return False
        entering = self._entering(prediction)
        another = entering is not None and entering != self._run.label_id
        return another or prediction.end_s - self._run.last_s > _BRIDGE_S

    def _follow(self, prediction: Prediction) -> None:
        """Begin a run, or go on with the one there is if its class still holds."""
        entering = self._entering(prediction)
        if self._run is None and entering is not None:
            self._run = Run(entering, prediction.end_s - prediction.start_s)
        if self._run is None:
            return
        probability = float(prediction.probabilities[self._run.label_id])
        if probability >= _LEAVE_SHARE * self._thresholds[self._run.label_id] and prediction.state is not State.STILL:
            self._run.add(prediction.end_s, probability)

    def _end(self, *, seen_to_end: bool) -> list[Event]:
        run, self._run = self._run, None
        if run is None or run.held_s < _MIN_HELD_S:
            return []
        event = self._event(run, seen_to_end=seen_to_end)
        if event.offset_s <= self._restarted_s:
            return []
        self._free_from_s = event.offset_s
        return [event]

    def _event(self, run: Run, *, seen_to_end: bool) -> Event:
        onset_s, offset_s = run.span_s(seen_to_end=seen_to_end, shortest_s=_SHORTEST_S)
        onset_s = max(onset_s, self._free_from_s)
        offset_s = max(offset_s, onset_s)
        label = self._taxonomy.label(self._labels[run.label_id])
        return Event(
            onset_s=onset_s,
            peak_s=min(max(run.peak_s(), onset_s), offset_s),
            offset_s=offset_s,
            label=label.name,
            code=label.code,
            label_id=label.id,
            body_part=label.body_part,
            confidence=run.mean_probability,
            peak_confidence=run.peak_probability,
            person_id=self._person_id,
        )
