"""What a network says of videos before anything is decided, and the events that decisions make of it.

Each stream of the network is asked once, in the live chain; then the streams' weights can be tried, and decisions in a
second or two, by the live run's own recogniser and event builder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np

from mmn_live.checkpoints import Checkpoint
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import builder_for, chain_for
from mmn_live.recognition import Asked, Recogniser
from mmn_live.training.watching import Video, Watched
from mmn_live.types import Event, FloatArray, Window
from mmn_live.windows import normalise


@dataclass(frozen=True)
class Heard:
    """A video and a network's, or one stream's, answers to its windows; `source` is "rendered" or "generated"."""

    video: Video
    source: str
    asked: tuple[Asked, ...]


class _Listener(Recogniser):
    """Notes what the network answers."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        super().__init__(checkpoint, normalise)
        self.noted: list[Asked] = []

    def ask(self, windows: Sequence[Window]) -> list[Asked]:
        """As the recogniser does."""
        asked = super().ask(windows)
        self.noted += asked
        return asked


def heard(checkpoint: Checkpoint, videos: Iterable[Watched], source: str) -> Iterator[tuple[Heard, ...]]:
    """The answers of each stream, MMN's first, to each video, whose skeletons come from that source."""
    listeners = [(one, _Listener(one)) for one in _streams(checkpoint)]
    for watched in videos:
        yield tuple(_answers(one, listener, watched, source) for one, listener in listeners)


def _streams(checkpoint: Checkpoint) -> list[Checkpoint]:
    """The checkpoint as if one of its streams had all the weight, for each of them."""
    weights = (0.0, 1.0) if checkpoint.config.tcn_channels else (0.0,)
    return [replace(checkpoint, config=replace(checkpoint.config, tcn_weight=weight)) for weight in weights]


def _answers(checkpoint: Checkpoint, listener: _Listener, watched: Watched, source: str) -> Heard:
    listener.noted = []
    with closing(chain_for(checkpoint, Settings(), listener)) as chain:
        for people in watched.people:
            chain.process(people)
        chain.flush()
    return Heard(watched.video, source, tuple(listener.noted))


def fused_heard(streams: Sequence[Heard], tcn_weight: float) -> Heard:
    """What a network of two streams answers to a video, of what each does: late fusion with that weight."""
    mmn, tcn = streams
    asked = (
        one
        if one.logits is None or other.logits is None
        else replace(one, logits=_mean(one.logits, other.logits, tcn_weight))
        for one, other in zip(mmn.asked, tcn.asked, strict=True)
    )
    return replace(mmn, asked=tuple(asked))


def _mean(one: FloatArray, other: FloatArray, weight: float) -> FloatArray:
    return np.float32(1 - weight) * one + np.float32(weight) * other


def decided(checkpoint: Checkpoint, recogniser: Recogniser, one: Heard) -> list[Event]:
    """The events of a video under the checkpoint's decisions, which are the recogniser's too."""
    recogniser.reset()
    builder = builder_for(checkpoint, Settings())
    events = [event for asked in one.asked for event in builder.process(recogniser.decide(asked))]
    return [*events, *builder.flush()]
