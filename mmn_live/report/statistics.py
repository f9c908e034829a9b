"""Rates per minute and shares of time, over the time that was observed and no other: the one definition of both.

**Observed time** of a person is the time that
  - at least one window covers whose state is neither "nobody" nor "unobserved" (windows overlap; time counts once),
  - lies while the person was in view: between frames with the person that are MAX_BRIDGE_S apart at most,
  - lies in no gap of the source,
  - and not in the stretch in which the person's baseline was measured, when no event of theirs could begin.

**A class's observed time** is the part of it that windows cover in which the class could be told, its joints being in
view: with the legs under a desk nobody can say that they were still. A window that did not ask the network (still, say)
counts as the last window before it that did; a class that the model does not know, but a human may have added, counts
over all of the person's observed time. The observed time of a body part is that of any of its classes, of several
people the sum of theirs (person-minutes).

**The count** of a class or body part is the number of its events that overlap observed time, **the share of time** the
part of the observed time that its events cover (time that two of them cover counts once), **the rate** the count per
observed minute. An event in unobserved time alone is in the list of events, and in no figure. An event that
names a body part and no class counts under the part, and under no class.

`page/rates.js` does the same for events that were corrected; a test in the browser holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mmn_live.report.spans import Spans, difference, intersection, length_s, union
from mmn_live.types import MAX_BRIDGE_S, NONE_LABEL, Event, Gap, Prediction, State

SELF_TOUCH = ("body-hand", "head-hand", "leg-hand")
"""Body parts whose classes are touches of oneself."""

_NOT_OBSERVED = (State.NOBODY, State.UNOBSERVED)


@dataclass(frozen=True)
class Observation:
    """When one person was observed, and each class could have been told, as in this module's docstring."""

    person_id: int
    spans: Spans
    label_spans: Mapping[str, Spans]

    def spans_of(self, labels: Iterable[str]) -> Spans:
        """When any of the labels could have been told."""
        return union(span for label in labels for span in self.label_spans.get(label, self.spans))


@dataclass(frozen=True)
class Rate:
    """How often and how long something happened in the time in which it could be seen."""

    name: str
    count: int
    duration_s: float
    observed_s: float

    @property
    def per_minute(self) -> float | None:
        """Events per observed minute; None where nothing was observed."""
        return 60 * self.count / self.observed_s if self.observed_s > 0 else None

    @property
    def share(self) -> float | None:
        """Part of the observed time, 0 to 1; None where nothing was observed."""
        return self.duration_s / self.observed_s if self.observed_s > 0 else None


@dataclass(frozen=True)
class Statistics:
    """Every figure of one person, or of all of them (`person_id` None); rates stand in the order of the labels."""

    person_id: int | None
    total: Rate
    self_touch: Rate
    body_parts: tuple[Rate, ...]
    labels: tuple[Rate, ...]


def observe(
    person_id: int,
    predictions: Iterable[Prediction],
    seen_s: Iterable[float],
    gaps: Iterable[Gap],
    labels: Sequence[str],
    withheld: Iterable[tuple[float, float]] = (),
) -> Observation:
    """The observed time of one person.

    `predictions` are the person's, in order; `seen_s` the times of the frames with the person, in order; `labels` name
    the predictions' classes; `withheld` are stretches in which no event could be recorded.
    """
    windows: list[tuple[float, float]] = []
    by_label: dict[str, list[tuple[float, float]]] = {name: [] for name in labels if name != NONE_LABEL}
    asked: Prediction | None = None
    for prediction in predictions:
        if prediction.state in _NOT_OBSERVED:
            continue
        span = (prediction.start_s, prediction.end_s)
        windows.append(span)
        asked = prediction if prediction.possible.any() else asked
        for i, name in enumerate(labels):
            if name != NONE_LABEL and (asked is None or asked.possible[i]):
                by_label[name].append(span)
    in_view = union((a, b) for a, b in pairwise(seen_s) if b - a <= MAX_BRIDGE_S)
    watched = difference(in_view, union((*((gap.start_s, gap.end_s) for gap in gaps), *withheld)))
    return Observation(
        person_id,
        intersection(union(windows), watched),
        {name: intersection(union(spans), watched) for name, spans in by_label.items()},
    )


def summarise(observation: Observation, events: Iterable[Event], body_parts: Mapping[str, str]) -> Statistics:
    """The figures of one person. `events` may be of anybody; `body_parts` are those of the labels to be listed."""
    mine = [event for event in events if event.person_id == observation.person_id]
    touching = [name for name, part in body_parts.items() if part in SELF_TOUCH]
    parts = tuple(dict.fromkeys(body_parts.values()))
    return Statistics(
        observation.person_id,
        _rate("all", mine, observation.spans),
        _rate("self-touch", (e for e in mine if e.body_part in SELF_TOUCH), observation.spans_of(touching)),
        tuple(
            _rate(
                part,
                (event for event in mine if event.body_part == part),
                observation.spans_of(name for name in body_parts if body_parts[name] == part),
            )
            for part in parts
        ),
        tuple(
            _rate(name, (event for event in mine if event.label == name), observation.spans_of([name]))
            for name in body_parts
        ),
    )


def pool(people: Sequence[Statistics]) -> Statistics:
    """The figures of all people together, over their person-minutes. `people` is not empty."""
    return Statistics(
        None,
        _sum([person.total for person in people]),
        _sum([person.self_touch for person in people]),
        tuple(_sum(rates) for rates in zip(*(person.body_parts for person in people), strict=True)),
        tuple(_sum(rates) for rates in zip(*(person.labels for person in people), strict=True)),
    )


def _rate(name: str, events: Iterable[Event], observed: Spans) -> Rate:
    covered = [intersection(union([(event.onset_s, event.offset_s)]), observed) for event in events]
    duration_s = length_s(union(span for spans in covered for span in spans))
    return Rate(name, sum(bool(spans) for spans in covered), duration_s, length_s(observed))


def _sum(rates: Sequence[Rate]) -> Rate:
    return Rate(
        rates[0].name,
        sum(rate.count for rate in rates),
        sum(rate.duration_s for rate in rates),
        sum(rate.observed_s for rate in rates),
    )
