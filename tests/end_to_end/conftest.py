"""A run of the whole chain, as the command line makes one, and what came out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mmn_live.actor.script import Script
from mmn_live.checkpoints import load_checkpoint
from mmn_live.pipeline import Recorder, Settings, assemble
from mmn_live.pipeline.board import Results
from mmn_live.pose import ModelFiles
from mmn_live.sources import Source
from mmn_live.sources.demo import DemoSource
from mmn_live.types import Event, Gap, People, Prediction


class Witness(Recorder):
    """A recorder that keeps everything in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[People] = []
        self.predictions: list[Prediction] = []
        self.events: list[Event] = []
        self.gaps: list[Gap] = []

    def frame(self, frame, people, image, dropped, latency_ms) -> None:
        self.people.append(people)

    def results(self, results: Results) -> None:
        self.predictions.extend(results.predictions)
        self.events.extend(results.events)

    def gap(self, gap: Gap, *, ended: bool = True) -> None:
        if ended:
            self.gaps.append(gap)


@dataclass
class Watch:
    """Runs sources through real MediaPipe and the shipped weights."""

    model_files: ModelFiles

    def __call__(self, source: Source | Script) -> Witness:
        if isinstance(source, Script):
            source = DemoSource(source, fps=15.0, pace=False)
        witness = Witness()
        with assemble(source, self.model_files, load_checkpoint("actor"), Settings(), witness, show=False) as pipeline:
            for _ in pipeline.views():
                pass
        return witness


@pytest.fixture(scope="session")
def watch(model_files: ModelFiles) -> Callable[[Source | Script], Witness]:
    return Watch(model_files)
