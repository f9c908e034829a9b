"""How well events found agree with actions done: recall, precision, confusion, onset error, false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from mmn_live.report.spans import length_s, union
from mmn_live.training.overlap import Span, shared_s
from mmn_live.types import NONE_LABEL, Event

ONSET_TOLERANCE_S = 0.7


@dataclass(frozen=True)
class Truth:
    """An action that was done.

    `names` are the labels that are right for it, the first is its own; `parts` the parts of the body that they are of.
    """

    onset_s: float
    offset_s: float
    names: tuple[str, ...]
    parts: tuple[str, ...] = ()

    @property
    def span_s(self) -> Span:
        """From onset to offset."""
        return self.onset_s, self.offset_s

    def shared_s(self, event: Event) -> float:
        """How long it and the event last together; negative for how far they are apart."""
        return shared_s(self.span_s, (event.onset_s, event.offset_s))


@dataclass
class Score:
    """Agreement over any number of clips; add them one by one.

    An action is found by an event with one of its names that overlaps it in time. An event that names a part of the
    body alone is right where it overlaps an action of that part, but does not find it. An event that is not right is
    false; one that overlaps no action at all lies `outside`. `found_part` counts the actions that overlap an event of
    their part of the body, whatever it names. `confusion` counts (the action's name, the name of the event that
    overlaps it most, or "none").
    """

    watched_s: float = 0.0
    acted_s: float = 0.0
    outside: int = 0
    found_part: Counter[str] = field(default_factory=Counter)
    part_events: Counter[str] = field(default_factory=Counter)
    part_right: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    onset_errors_s: list[float] = field(default_factory=list)

    def add(self, truths: Sequence[Truth], events: Sequence[Event], duration_s: float) -> None:
        """Count one clip of that duration."""
        self.watched_s += duration_s
        self.acted_s += length_s(union(truth.span_s for truth in truths))
        for truth in truths:
            self._add_action(truth, events)
        for event in events:
            self._add_event(event, [truth for truth in truths if truth.shared_s(event) > 0])

    def _add_event(self, event: Event, near: Sequence[Truth]) -> None:
        is_right = any(_is_right(truth, event) for truth in near)
        self.events[event.label] += 1
        self.right[event.label] += is_right
        self.outside += not near
        if event.is_part:
            self.part_events[event.label] += 1
            self.part_right[event.label] += is_right

    def _add_action(self, truth: Truth, events: Sequence[Event]) -> None:
        name = truth.names[0]
        self.actions[name] += 1
        near = sorted((event for event in events if truth.shared_s(event) > 0), key=truth.shared_s, reverse=True)
        self.confusion[name, near[0].label if near else NONE_LABEL] += 1
        self.found_part[name] += any(event.body_part in truth.parts for event in near)
        named = [event for event in near if event.label in truth.names]
        if named:
            self.found[name] += 1
            self.onset_errors_s.append(named[0].onset_s - truth.onset_s)

    @property
    def recall(self) -> float:
        """Share of the actions that were found."""
        return self.found.total() / max(self.actions.total(), 1)

    @property
    def precision(self) -> float:
        """Share of the events that are right."""
        return self.right.total() / max(self.events.total(), 1)

    @property
    def false_per_minute(self) -> float:
        """Events that find no action, per minute watched."""
        return 60 * (self.events.total() - self.right.total()) / max(self.watched_s, 1e-9)

    @property
    def expected_false_per_minute(self) -> float:
        """How many such events to expect, per minute: one more than there were, in as many minutes.

        The mean of a Poisson rate's posterior, all rates alike before (Gelman et al., Bayesian Data Analysis, 3rd ed.,
        section 2.6).
        """
        return self.false_per_minute + 60 / max(self.watched_s, 1e-9)

    @property
    def outside_per_minute(self) -> float:
        """Events that overlap no action, per minute in which nothing was done."""
        return 60 * self.outside / max(self.watched_s - self.acted_s, 1e-9)

    @property
    def recall_part(self) -> float:
        """Share of the actions that overlap an event of their part of the body."""
        return self.found_part.total() / max(self.actions.total(), 1)

    def summary(self, labels: Iterable[str]) -> dict[str, object]:
        """All of it as plain JSON values."""
        errors = np.abs(self.onset_errors_s) if self.onset_errors_s else np.zeros(0)
        return {
            "watched_s": round(self.watched_s, 1),
            "actions": self.actions.total(),
            "events": self.events.total(),
            "recall": round(self.recall, 4),
            "precision": round(self.precision, 4),
            "false_events_per_minute": round(self.false_per_minute, 3),
            "events_outside_actions_per_minute": round(self.outside_per_minute, 3),
            "part_events": self.part_events.total(),
            "part_events_right": self.part_right.total(),
            "onset_error_median_s": round(float(np.median(errors)), 3) if errors.size else None,
            "onset_within_tolerance": round(float((errors <= ONSET_TOLERANCE_S).mean()), 4) if errors.size else None,
            "per_class": {name: self._of_class(name) for name in labels if name != NONE_LABEL},
            "confusion": [
                {"action": action, "named": named, "count": count}
                for (action, named), count in self.confusion.most_common()
            ],
        }

    def _of_class(self, name: str) -> dict[str, object]:
        return {
            "actions": self.actions[name],
            "found": self.found[name],
            "events": self.events[name],
            "right": self.right[name],
        }


def _is_right(truth: Truth, event: Event) -> bool:
    return event.label in (truth.parts if event.is_part else truth.names)
