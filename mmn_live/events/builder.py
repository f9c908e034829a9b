"""Hysteresis: the probability of a class or body part over time becomes events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mmn_live.decisions import weighed
from mmn_live.errors import UsageError
from mmn_live.events.run import MIN_HELD_S, Run
from mmn_live.taxonomy import Label, Taxonomy
from mmn_live.types import FIRST_PERSON, NONE_LABEL, PART_ID, Alternative, Event, FloatArray, Prediction, State

_LEAVE_SHARE = 0.6
_BRIDGE_S = 0.5
_MIN_PART_HELD_S = 0.5
_SHORTEST_S = 0.3
_ALTERNATIVES = 3

_NOT_OBSERVED = (State.NOBODY, State.UNOBSERVED)


class _Entering(NamedTuple):
    """What may begin an event: a body part, and the class where one is named."""

    part: int
    class_id: int | None


class EventBuilder:
    """A stage: predictions in, the events that are over out, sorted and never overlapping.

    One event at a time, of the most probable class: probabilities of one window compete, so two at once would not
    mean two actions. An event begins with an action at `threshold` or above, goes on while its class keeps 0.6 of
    that, bridges half a second below, and is dropped if its class held for less than 0.3 s. Another action ends it at
    once; so do a gap and an empty view, at the last time that was observed.

    With `part_thresholds`, one a body part, an event may begin as a body part: with a prediction that names one, and by
    the same rules, but it is dropped below 0.5 s. If one of the part's classes is named while it goes on, and holds,
    the event is that class's from its onset on. After an event of a class its body part begins none in the windows that
    began before the class's last one was over: they still show the same action.

    Thresholds are compared with probabilities in which "none" weighs more by `caution` (decisions.py); what an event
    says of itself are the probabilities as they come.
    """

    def __init__(
        self,
        labels: Sequence[str],
        taxonomy: Taxonomy,
        threshold: float = 0.5,
        person_id: int = FIRST_PERSON,
        part_thresholds: Sequence[float] = (),
        caution: float = 0.0,
    ) -> None:
        for value in (threshold, *part_thresholds):
            if not 0 <= value <= 1:
                raise UsageError(f"threshold is {value:g}: use a probability, from 0 to 1")
        self._labels = tuple(labels)
        self._taxonomy = taxonomy
        self._person_id = person_id
        self._caution = caution
        self._members = taxonomy.members(labels)
        self._parts = taxonomy.parts_of(labels)
        self._thresholds = (threshold,) * len(self._labels)
        self._part_thresholds = tuple(part_thresholds)
        self._run: Run | None = None
        self._now_s = 0.0
        self._free_from_s = 0.0
        self._after_class: tuple[int, float] | None = None

    @property
    def open_events(self) -> tuple[Event, ...]:
        """The event going on, if any, its offset as of now."""
        if self._run is None or not _held(self._run):
            return ()
        # The offset as it would be now only moves on with further windows: what is shown as open becomes an event.
        if self._is_past(self._event(self._run, seen_to_end=True)):
            return ()
        return (self._event(self._run, seen_to_end=False),)

    def process(self, prediction: Prediction) -> list[Event]:
        """The events that this prediction shows to be over."""
        self._now_s = prediction.at_s
        if prediction.state in _NOT_OBSERVED:
            return self._end(seen_to_end=False)
        ended = self._end(seen_to_end=True) if self._is_over(prediction) else []
        self._follow(prediction)
        return ended

    def restart(self, thresholds: Sequence[float], from_s: float, part_thresholds: Sequence[float] = ()) -> None:
        """Forget what was going on: from here on these thresholds hold, one a label, and nothing begins before.

        Nor is there an event of an action that was over by then, which windows across `from_s` still show.
        """
        self._thresholds = tuple(thresholds)
        self._part_thresholds = tuple(part_thresholds)
        self._run = None
        self._free_from_s = max(self._free_from_s, from_s)

    def flush(self) -> list[Event]:
        """The event that was still going on, ended where its probability fell or at the last time that was observed."""
        return self._end(seen_to_end=self._run is not None and self._now_s > self._run.last_s)

    def _entering(self, prediction: Prediction) -> _Entering | None:
        """The class or body part that may begin an event with this prediction."""
        if prediction.state is State.ACTION:
            scores = self._scores(prediction)
            top = int(scores.argmax())
            is_action = scores[top] >= self._thresholds[top] and self._labels[top] != NONE_LABEL
            return _Entering(int(self._parts[top]), top) if is_action else None
        if prediction.state is not State.PART or not self._part_thresholds:
            return None
        of_parts = self._of_parts(prediction)
        part = of_parts.index(max(of_parts))
        if of_parts[part] < self._part_thresholds[part] or self._is_aftermath(part, prediction.start_s):
            return None
        return _Entering(part, None)

    def _of_parts(self, prediction: Prediction) -> list[float]:
        """The score of each body part (P)."""
        return (self._members @ self._scores(prediction)).tolist()

    def _scores(self, prediction: Prediction) -> FloatArray:
        """What thresholds are compared with (C,)."""
        return weighed(prediction.probabilities, self._labels, self._caution)

    def _is_aftermath(self, part: int, start_s: float) -> bool:
        """Whether a window that begins then may show no more of that body part than the class's event just over."""
        return self._after_class is not None and self._after_class[0] == part and start_s <= self._after_class[1]

    def _is_over(self, prediction: Prediction) -> bool:
        if self._run is None:
            return False
        entering = self._entering(prediction)
        if entering is not None and entering.part != self._run.part:
            return entering.class_id is not None or not self._class_holds(self._run, prediction)
        names_another = entering is not None and entering.class_id not in (None, self._run.class_id)
        if names_another and self._run.names_class:
            return True
        return prediction.at_s - self._run.last_s > _BRIDGE_S

    def _class_holds(self, run: Run, prediction: Prediction) -> bool:
        """Whether the class that the run names keeps enough of its threshold: a body part alone does not end it."""
        if run.class_id is None or not run.names_class:
            return False
        return float(self._scores(prediction)[run.class_id]) >= _LEAVE_SHARE * self._thresholds[run.class_id]

    def _follow(self, prediction: Prediction) -> None:
        """Begin a run, or go on with the one there is if what it is of still holds."""
        entering = self._entering(prediction)
        if self._run is None and entering is not None:
            self._run = Run(entering.part)
        run = self._run
        if run is None:
            return
        if entering is not None and entering.class_id not in (None, run.class_id):
            run.follow_class(entering.class_id)
        self._extend(run, prediction)
        if run.class_id is not None and not run.names_class and prediction.at_s - run.class_last_s > _BRIDGE_S:
            run.forget_class()

    def _extend(self, run: Run, prediction: Prediction) -> None:
        """Add the window to the run if its class or, while that is not named, its body part holds."""
        probabilities = prediction.probabilities
        of_part = self._of_parts(prediction)[run.part]
        part_holds = class_holds = False
        if self._part_thresholds:
            threshold = self._part_thresholds[run.part]
            run.part_is_sure |= of_part >= threshold
            part_holds = run.part_is_sure and of_part >= _LEAVE_SHARE * threshold
        if run.class_id is not None:
            score = float(self._scores(prediction)[run.class_id])
            class_holds = score >= _LEAVE_SHARE * self._thresholds[run.class_id]
        holds = class_holds if run.names_class else class_holds or part_holds
        if holds and prediction.state is not State.STILL:
            of_part_p = float(self._members[run.part] @ probabilities)
            run.add(prediction, of_part_p, class_holds=class_holds)

    def _end(self, *, seen_to_end: bool) -> list[Event]:
        run, self._run = self._run, None
        if run is None or not _held(run):
            return []
        event = self._event(run, seen_to_end=seen_to_end)
        if self._is_past(event):
            return []
        self._free_from_s = event.offset_s
        if run.names_class:
            self._after_class = (run.part, run.last_end_s)
        return [event]

    def _is_past(self, event: Event) -> bool:
        """Whether it was over before one may begin: windows after a lost view still show what is an event already."""
        return event.offset_s <= self._free_from_s

    def _event(self, run: Run, *, seen_to_end: bool) -> Event:
        onset_s, offset_s = run.span_s(seen_to_end=seen_to_end, shortest_s=_SHORTEST_S)
        onset_s = max(onset_s, self._free_from_s)
        offset_s = max(offset_s, onset_s)
        label = self._label(run)
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
            alternatives=self._alternatives(run),
        )

    def _label(self, run: Run) -> Label:
        """What the event is called: as its class, or as its body part."""
        if run.class_id is not None and run.names_class:
            return self._taxonomy.label(self._labels[run.class_id])
        part = self._taxonomy.body_parts[run.part]
        return Label(PART_ID, self._taxonomy.part_code(part), part, part, "", ())

    def _alternatives(self, run: Run) -> tuple[Alternative, ...]:
        """The most probable classes, of a body part those in which it acts."""
        means = run.mean_probabilities()
        candidates = [
            (float(mean), name)
            for mean, name, acts in zip(means, self._labels, self._members[run.part], strict=True)
            if name != NONE_LABEL and mean > 0 and (run.names_class or acts)
        ]
        best = sorted(candidates, key=lambda one: -one[0])[:_ALTERNATIVES]
        return tuple(Alternative(name, mean) for mean, name in best)


def _held(run: Run) -> bool:
    """Whether it lasted for long enough to be an event."""
    return run.held_s >= (MIN_HELD_S if run.names_class else _MIN_PART_HELD_S)
