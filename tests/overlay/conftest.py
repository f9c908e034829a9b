"""Builders for scenes: a person in the middle of an image, predictions and events by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mmn_live.joints import MA52
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import NONE_LABEL, Event, Landmarks, Prediction, Skeleton, State, Stats

TAXONOMY = taxonomy_named("ma52")
LABELS = (*(label.name for label in TAXONOMY.labels), NONE_LABEL)


@pytest.fixture
def labels() -> tuple[str, ...]:
    return LABELS


@pytest.fixture
def body_parts() -> dict[str, str]:
    return {label.name: label.body_part for label in TAXONOMY.labels}


@pytest.fixture
def make_skeleton() -> Callable[..., Skeleton]:
    """Joints spread over the image at random, all of them seen unless `visibility` says otherwise."""

    def make(width: int, height: int, visibility: float = 1.0, person: bool = True) -> Skeleton:
        places = np.random.default_rng(5).uniform(0.1, 0.9, (MA52.size, 2)) * (width, height)
        landmarks = Landmarks(np.zeros((33, 3), np.float32), np.zeros((2, 21, 3), np.float32)) if person else None
        return Skeleton(0, 0.0, places.astype(np.float32), np.full(MA52.size, visibility, np.float32), landmarks)

    return make


@pytest.fixture
def make_prediction() -> Callable[..., Prediction]:
    def make(state: State, probabilities: dict[str, float] | None = None) -> Prediction:
        values = np.zeros(len(LABELS), np.float32)
        for label, probability in (probabilities or {}).items():
            values[LABELS.index(label)] = probability
        return Prediction(8.0, 10.0, state, values, np.ones(len(LABELS), bool), 20.0)

    return make


@pytest.fixture
def make_event() -> Callable[..., Event]:
    def make(onset_s: float, offset_s: float, name: str) -> Event:
        label = TAXONOMY.label(name)
        middle_s = (onset_s + offset_s) / 2
        return Event(onset_s, middle_s, offset_s, name, label.code, label.id, label.body_part, 0.8, 0.9)

    return make


@pytest.fixture
def stats() -> Stats:
    return Stats(29.8, 30.0, 29.6, 62.0, 88.0, 24.0, 3000, 3, 0)
