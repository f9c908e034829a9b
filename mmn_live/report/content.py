"""What a report shows, and how it is handed to the page's script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from mmn_live.report.palette import body_part_colour
from mmn_live.report.spans import Spans
from mmn_live.report.statistics import SELF_TOUCH, Observation, Rate, Statistics, pool, summarise
from mmn_live.taxonomy import Taxonomy
from mmn_live.types import NONE_LABEL, Event, Gap, Prediction


@dataclass(frozen=True)
class ShownVideo:
    """A video under which the timeline lies: `url` as the page finds it, `start_s` the session's time of its start."""

    url: str
    kind: str
    start_s: float


@dataclass(frozen=True)
class Content:
    """A session, read, for a report.

    `predictions` are everybody's, in order, their classes named by `labels`; `facts` are name and value of what the
    head of the page tells; `state_texts` say what each state means. `least_named` is the probability from which an
    action was named where all the rest was "none".
    """

    title: str
    key: str
    duration_s: float
    facts: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    taxonomy: Taxonomy
    least_named: float
    observations: tuple[Observation, ...]
    predictions: tuple[Prediction, ...]
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    state_texts: Mapping[str, str]
    videos: tuple[ShownVideo, ...] = ()
    notice: str = ""
    created: str = ""

    @property
    def body_parts(self) -> dict[str, str]:
        """The body part of every label that the figures list: the model's, then those that events have beside.

        An event of a body part counts under that, and is of no class.
        """
        named = {label.name: label.body_part for label in self.taxonomy.labels if label.name in self.labels}
        of_classes = (event for event in self.events if not event.is_part)
        return named | {event.label: event.body_part for event in of_classes if event.label not in named}

    @property
    def statistics(self) -> tuple[Statistics, ...]:
        """The figures of everybody together, then of each person."""
        people = [summarise(observation, self.events, self.body_parts) for observation in self.observations]
        return (pool(people), *people)


def session_key(facts: Mapping[str, Any]) -> str:
    """What tells one session from every other, 16 hexadecimal digits: its start and its model."""
    what = (facts.get("started"), facts.get("model", {}).get("sha256"))
    return hashlib.sha256(repr(what).encode()).hexdigest()[:16]


def data(content: Content) -> dict[str, Any]:
    """The content as plain JSON values, for `page/main.js`."""
    return {
        "title": content.title,
        "key": content.key,
        "created": content.created,
        "duration": content.duration_s,
        "facts": content.facts,
        "notice": content.notice,
        "videos": [asdict(video) for video in content.videos],
        "leastNamed": content.least_named,
        "bodyParts": content.body_parts,
        "selfTouch": SELF_TOUCH,
        "colours": {part: body_part_colour(part) for part in {label.body_part for label in content.taxonomy.labels}},
        "stateTexts": content.state_texts,
        "labels": [
            {"id": label.id, "code": label.code, "name": label.name, "part": label.body_part, "text": label.definition}
            for label in content.taxonomy.labels
        ],
        "people": [_person(content, observation) for observation in content.observations],
        "gaps": [asdict(gap) for gap in content.gaps],
        "events": [_event(event) for event in content.events],
        "statistics": [_figures(statistics) for statistics in content.statistics],
    }


def _person(content: Content, observation: Observation) -> dict[str, Any]:
    mine = [p for p in content.predictions if p.person_id == observation.person_id]
    differing = {name: spans for name, spans in observation.label_spans.items() if spans != observation.spans}
    return {
        "id": observation.person_id,
        "observed": _rounded(observation.spans),
        "observedByLabel": {name: _rounded(spans) for name, spans in differing.items()},
        "windows": _windows(mine, content.labels),
    }


def _windows(predictions: Sequence[Prediction], labels: Sequence[str]) -> dict[str, Any]:
    """Windows column by column: middles and how far apart most are, states, and each class's probabilities.

    Of these, bytes from 0 to 255 in base64.
    """
    shown = [i for i, name in enumerate(labels) if name != NONE_LABEL]
    table = np.stack([p.probabilities for p in predictions]) if predictions else np.zeros((0, len(labels)))
    middle = np.array([(p.start_s + p.end_s) / 2 for p in predictions])
    quantised = np.clip(np.round(255 * table), 0, 255).astype(np.uint8)
    return {
        "middle": middle.round(3).tolist(),
        "stride": round(float(np.median(np.diff(middle))), 6) if len(middle) > 1 else 0.0,
        "state": [str(p.state) for p in predictions],
        "labels": [labels[i] for i in shown],
        "probabilities": [base64.b64encode(quantised[:, i].tobytes()).decode() for i in shown],
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "person": event.person_id,
        "onset": round(event.onset_s, 6),
        "offset": round(event.offset_s, 6),
        "label": event.label,
        "code": event.code,
        "labelId": event.label_id,
        "part": event.body_part,
        "confidence": round(event.confidence, 4),
        "alternatives": [[one.label, round(one.probability, 4)] for one in event.alternatives],
    }


def _figures(statistics: Statistics) -> dict[str, Any]:
    return {
        "person": statistics.person_id,
        "total": _rate(statistics.total),
        "selfTouch": _rate(statistics.self_touch),
        "bodyParts": [_rate(rate) for rate in statistics.body_parts],
        "labels": [_rate(rate) for rate in statistics.labels],
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "name": rate.name,
        "count": rate.count,
        "duration": rate.duration_s,
        "observed": rate.observed_s,
        "perMinute": rate.per_minute,
        "share": rate.share,
    }


def _rounded(spans: Spans) -> list[list[float]]:
    return [[round(start_s, 6), round(end_s, 6)] for start_s, end_s in spans]
