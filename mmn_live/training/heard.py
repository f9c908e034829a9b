"""What a network says of videos before anything is decided, and the events that decisions make of it.

The network is asked once, in the live chain; then decisions can be tried in a second or two, by the live run's own
recogniser and event builder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from mmn_live.checkpoints import Checkpoint
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import builder_for, chain_for
from mmn_live.recognition import Asked, Recogniser
from mmn_live.training.watching import Video, Watched
from mmn_live.types import Event, Window
from mmn_live.windows import normalise


@dataclass(frozen=True)
class Heard:
    """A video and the network's answers to its windows; `source` is "rendered" or "generated"."""

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


def heard(checkpoint: Checkpoint, videos: Iterable[Watched], source: str) -> Iterator[Heard]:
    """The network's answers to each video, whose skeletons come from that source."""
    listener = _Listener(checkpoint)
    for watched in videos:
        listener.noted = []
        with closing(chain_for(checkpoint, Settings(), listener)) as chain:
            for people in watched.people:
                chain.process(people)
            chain.flush()
        yield Heard(watched.video, source, tuple(listener.noted))


def decided(checkpoint: Checkpoint, recogniser: Recogniser, one: Heard) -> list[Event]:
    """The events of a video under the checkpoint's decisions, which are the recogniser's too."""
    recogniser.reset()
    builder = builder_for(checkpoint, Settings())
    events = [event for asked in one.asked for event in builder.process(recogniser.decide(asked))]
    return [*events, *builder.flush()]
