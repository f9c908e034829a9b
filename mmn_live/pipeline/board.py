"""Where recognition posts what it found and the composer reads it, each at its own pace."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mmn_live.recognition import Baseline, NoBaseline
from mmn_live.types import BaselineProgress, Event, Prediction

RECENT_S = 10.0
"""How long an ended event stays on the board, in seconds of the session's clock."""


@dataclass(frozen=True)
class Results:
    """What the composer takes from the board.

    `predictions`, `events` and `baselines` are those posted since the last take, each delivered exactly once; `newest`
    each person's newest prediction; `recent` the events that ended in the last ten seconds, then those still open
    (`open_events`); `measuring` says how far the measurement of a baseline is that is under way.
    """

    predictions: tuple[Prediction, ...]
    events: tuple[Event, ...]
    newest: Mapping[int, Prediction]
    recent: tuple[Event, ...]
    open_events: tuple[Event, ...]
    baselines: tuple[Baseline | NoBaseline, ...] = ()
    measuring: BaselineProgress | None = None


@dataclass(frozen=True)
class _Post:
    until_s: float
    predictions: Sequence[Prediction]
    events: Sequence[Event]
    open_events: tuple[Event, ...]
    baselines: tuple[Baseline | NoBaseline, ...]
    measuring: BaselineProgress | None


class Board:
    """Thread-safe meeting point of recognition and composition.

    Nothing is handed out before its time has come, so what is shown with a frame does not depend on who was faster.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._until_s = -math.inf
        self._posts: deque[_Post] = deque()
        self._ended: deque[Event] = deque()
        self._open: tuple[Event, ...] = ()
        self._newest: dict[int, Prediction] = {}
        self._measuring: BaselineProgress | None = None

    def post(
        self,
        until_s: float,
        predictions: Sequence[Prediction],
        events: Sequence[Event],
        open_events: tuple[Event, ...],
        baselines: tuple[Baseline | NoBaseline, ...] = (),
        measuring: BaselineProgress | None = None,
    ) -> None:
        """Say what was found in everything up to `until_s`, seconds of the session's clock; times never go back."""
        with self._changed:
            self._until_s = max(self._until_s, until_s)
            self._posts.append(_Post(until_s, predictions, events, open_events, baselines, measuring))
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more will be posted: nobody has to wait any longer."""
        with self._changed:
            self._until_s = math.inf
            self._changed.notify_all()

    def wait_until(self, time_s: float) -> None:
        """Wait until everything up to `time_s` was recognised, or the board is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._until_s >= time_s)

    def take(self, now_s: float) -> Results:
        """What is new up to `now_s` since the last take, and what is still worth showing then."""
        predictions: list[Prediction] = []
        events: list[Event] = []
        baselines: list[Baseline | NoBaseline] = []
        with self._changed:
            while self._posts and self._posts[0].until_s <= now_s:
                post = self._posts.popleft()
                predictions += post.predictions
                events += post.events
                baselines += post.baselines
                self._open, self._measuring = post.open_events, post.measuring
        self._newest.update((prediction.person_id, prediction) for prediction in predictions)
        self._ended.extend(events)
        while self._ended and self._ended[0].offset_s < now_s - RECENT_S:
            self._ended.popleft()
        recent = (*self._ended, *self._open)
        return Results(
            tuple(predictions),
            tuple(events),
            dict(self._newest),
            recent,
            self._open,
            tuple(baselines),
            self._measuring,
        )
