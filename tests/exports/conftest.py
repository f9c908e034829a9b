"""Sessions of two persons, made of arrays, whose labels hold every character that a format has to escape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import numpy as np
import pytest

from mmn_live.exports import SessionContent
from mmn_live.joints import IMIGUE
from mmn_live.taxonomy import Label, taxonomy_named
from mmn_live.types import Event, Gap, Landmarks, People, Skeleton

ODD = 'touching <&> "nose",\t50 % – äß'
Build = Callable[..., SessionContent]


def event(onset_s: float, offset_s: float, label: str = "touching ears", person_id: int = 1) -> Event:
    peak_s = (onset_s + offset_s) / 2
    return Event(onset_s, peak_s, offset_s, label, "M6", 5, "head-hand", 0.71234, 0.98765, person_id)


EVENTS = (
    event(0.2504, 1.0006),
    event(1.0006, 1.7777, ODD),
    event(2.5, 3.125, "crossing fingers", person_id=2),
    event(2.75, 4.0),
)
GAPS = (Gap(1.8, 2.3, 'camera <gone> & "back"'),)
TIMES_S = (0.0, 0.033, 0.071, 0.1, 1.79, 2.3, 2.334, 4.01)


def _skeleton(index: int, time_s: float, person_id: int) -> Skeleton:
    rng = np.random.default_rng([index, person_id])
    visibility = rng.uniform(0.1, 1, IMIGUE.size).astype(np.float32)
    visibility[3] = 0
    joints = rng.uniform(0, 480, (IMIGUE.size, 2)).astype(np.float32)
    landmarks = Landmarks(np.zeros((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
    return Skeleton(index, time_s, joints, visibility, landmarks, person_id)


def _people(person_ids: tuple[int, ...]) -> Iterator[People]:
    """Everybody is in view, but in frame 2 nobody is, and in frame 4 the first one only."""
    for index, time_s in enumerate(TIMES_S):
        here = () if index == 2 else person_ids[:1] if index == 4 else person_ids
        yield People(index, time_s, tuple(_skeleton(index, time_s, number) for number in here))


@pytest.fixture
def build() -> Build:
    """A session as exporters see it; `people` says how many, everything else is a field to be set."""

    def built(people: int = 2, frames: tuple[People, ...] | None = None, **fields: Any) -> SessionContent:
        ids = tuple(range(1, people + 1))
        odd = Label(99, "X1", ODD, "head-hand", "a 'label' <of> one's own", ())
        content = SessionContent(
            name="study 1",
            zero_utc=datetime(2026, 3, 1, 9, 30, 0, 250_000, timezone.utc),
            end_s=TIMES_S[-1],
            person_ids=ids,
            vocabulary_name="imigue",
            vocabulary=(*taxonomy_named("imigue").labels, odd),
            layout=IMIGUE,
            events=tuple(event for event in EVENTS if event.person_id in ids),
            gaps=GAPS,
            people=lambda: _people(ids) if frames is None else iter(frames),
            width=640,
            height=480,
            announced_fps=30.0,
            model="a model",
            version="0.1.0",
        )
        return replace(content, **fields)

    return built
