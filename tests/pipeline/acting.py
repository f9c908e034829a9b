"""A run without MediaPipe: the actor's own landmarks stand for what would be found in the frames."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import Checkpoint
from mmn_live.cli.live import model_facts
from mmn_live.joints import MA52
from mmn_live.overlay import Overlay
from mmn_live.pipeline import SESSION_VIDEO, Pipeline, Recorder, Settings, chain_for
from mmn_live.pipeline.board import Board
from mmn_live.pipeline.composer import Composer
from mmn_live.pipeline.pipeline import Stages
from mmn_live.pipeline.stats import StatsMeter
from mmn_live.pose import joints_from_landmarks
from mmn_live.recording import SessionWriter
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Frame, Gap, Landmarks, People, Skeleton, SourceInfo

FPS = 25.0
SIZE = (320, 240)
SCRIPT = Script((Cue(1.0, 2.0, "nodding"), Cue(4.5, 2.0, "waving"), Cue(8.0, 2.0, "shaking head")), 12.0, seed=9010)


class ActedEstimator:
    """Finds the actor where it is, jittering as a tracker does; a second actor comes after 3 s, with the id 2."""

    def __init__(self) -> None:
        times_s = np.arange(0, SCRIPT.duration_s, 1 / FPS)
        self._first = self._skeletons(SCRIPT, times_s)
        self._second = self._skeletons(replace(SCRIPT, seed=7, cues=(Cue(5.0, 2.0, "nodding"),)), times_s)

    def process(self, frame: Frame, following: Frame | None = None) -> People:
        i = min(round(frame.time_s * FPS), len(self._first) - 1)
        found = [self._first[i]] + ([replace(self._second[i], person_id=2)] if frame.time_s >= 3 else [])
        there = (replace(one, index=frame.index, time_s=frame.time_s) for one in found)
        return People(frame.index, frame.time_s, tuple(there))

    def reset(self) -> None: ...

    def close(self) -> None: ...

    @staticmethod
    def _skeletons(script: Script, times_s: np.ndarray) -> list[Skeleton]:
        shown, rng = perform(script, times_s, SIZE), np.random.default_rng(0)
        pose = np.concatenate((shown.pose_px, np.ones((*shown.pose_px.shape[:-1], 1))), axis=-1).astype(np.float32)
        hands = np.concatenate((shown.hands_px, np.ones((*shown.hands_px.shape[:-1], 1))), axis=-1).astype(np.float32)
        pose[..., :2] += rng.normal(0, 0.3, pose[..., :2].shape)
        joints, visibility = joints_from_landmarks(pose, hands, MA52, *SIZE)
        return [Skeleton(i, 0.0, joints[i], visibility[i], Landmarks(pose[i], hands[i])) for i in range(len(times_s))]


@dataclass
class ActedCamera:
    """A live source, `interval_s` from one frame to the next whatever its clock says.

    `gaps` are (start, end) on its clock, in which it is away.
    """

    gaps: tuple[tuple[float, float], ...] = ()
    interval_s: float = 0.002
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("fake", "fake", *SIZE, FPS, True)

    def __iter__(self) -> Iterator[Frame | Gap]:
        image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        for index, time_s in enumerate(np.arange(0, SCRIPT.duration_s, 1 / FPS)):
            away = next((gap for gap in self.gaps if gap[0] < time_s < gap[1]), None)
            if self.closed.is_set():
                return
            if away is None:
                yield Frame(index, float(time_s), image, time.monotonic())
            elif time_s - away[0] > 0.5:
                yield Gap(away[0], float(time_s), "unplugged")
            if self.closed.wait(self.interval_s):
                return

    def close(self) -> None:
        self.closed.set()


def acted_pipeline(checkpoint: Checkpoint, folder: Path, source: ActedCamera, settings: Settings) -> Pipeline:
    taxonomy, board = taxonomy_named(checkpoint.taxonomy), Board()
    facts = {
        "source": asdict(source.info),
        "model": model_facts(checkpoint),
        "settings": asdict(settings),
    }
    recorder = Recorder(
        SessionWriter(folder, facts, checkpoint.labels, taxonomy.layout), folder / SESSION_VIDEO, record=True
    )
    composer = Composer(
        Overlay(taxonomy.layout, taxonomy, checkpoint.labels),
        board,
        recorder,
        StatsMeter(FPS),
        wait=False,
        show=False,
        mirror=False,
    )
    stages = Stages(source, ActedEstimator(), chain_for(checkpoint, settings), composer)  # type: ignore[arg-type]
    return Pipeline(stages, board)
