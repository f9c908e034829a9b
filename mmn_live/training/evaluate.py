"""How well a checkpoint does through the whole chain: pixels, MediaPipe, windows, network, events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import Label
from mmn_live.actor.script import Script, improvise
from mmn_live.checkpoints import Checkpoint
from mmn_live.errors import UsageError
from mmn_live.pipeline import Settings, chain_for
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.sources import Source, VideoSource
from mmn_live.sources.demo import DemoSource
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.scoring import Score, Truth
from mmn_live.types import Event, Gap

HELD_OUT_SEED = 2_000_003
"""Seeds of movement, look and camera that no training clip and no validation clip has."""

_VIEWS = ("half", "webcam", "half", "full")
_VIDEO_S = 20.0


@dataclass(frozen=True)
class Watcher:
    """The live run without its threads: pixels to events."""

    checkpoint: Checkpoint
    models: ModelFiles
    threshold: float | None = None

    def events(self, source: Source) -> list[Event]:
        """All events of a source, which is read to its end."""
        layout = taxonomy_named(self.checkpoint.taxonomy).layout
        found: list[Event] = []
        with (
            source,
            PoseEstimator(layout, self.models) as estimator,
            closing(chain_for(self.checkpoint, Settings(threshold=self.threshold))) as chain,
        ):
            for item in source:
                found += chain.process(item if isinstance(item, Gap) else estimator.process(item)).events
            return [*found, *chain.flush().events]


def held_out_scripts(count: int, seed: int = HELD_OUT_SEED) -> Iterator[Script]:
    """Improvised scripts in turn over the views; legs shake in full views alone."""
    for index in range(count):
        view = _VIEWS[index % len(_VIEWS)]
        names = [name for name in ACTIONS if view == "full" or name != "shaking legs"]
        yield improvise(np.random.default_rng((seed, index)), _VIDEO_S, view, names)


def score_actor(watcher: Watcher, count: int) -> Iterator[Score]:
    """The score over rendered videos of the actor, after each of `count`."""
    score = Score()
    for script in held_out_scripts(count):
        source = DemoSource(script, fps=20.0, pace=False)
        labels, duration_s = source.performance.labels, script.duration_s
        score.add([_truth(label) for label in labels], watcher.events(source), duration_s)
        yield score


def _truth(label: Label) -> Truth:
    return Truth(label.onset_s, label.offset_s, (label.name,))


def score_folder(watcher: Watcher, folder: Path) -> Iterator[Score]:
    """The score over a folder of labelled clips, after each; see `read_index` for what the folder holds.

    Segments of classes that the checkpoint cannot name are left out.
    """
    score = Score()
    for file, truths in read_index(folder):
        named = [truth for truth in truths if set(truth.names) & set(watcher.checkpoint.labels)]
        source = VideoSource(folder / file)
        duration_s = source.info.duration_s or max((truth.offset_s for truth in truths), default=0.0)
        score.add(named, watcher.events(source), duration_s)
        yield score


def read_index(folder: Path) -> list[tuple[str, list[Truth]]]:
    """Clips of `folder`/index.json: {"clips": [{"file", "segments": [{"t0", "t1", "label_ids"}]}]}, ids of MA-52.

    A segment without ids is one in which nothing has a name. Raises UsageError where the index is missing or different.
    """
    names = {label.id: label.name for label in taxonomy_named("ma52").labels}
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        return [
            (
                clip["file"],
                [
                    Truth(part["t0"], part["t1"], tuple(names[number] for number in part["label_ids"]))
                    for part in clip["segments"]
                    if part["label_ids"]
                ],
            )
            for clip in index["clips"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{folder} holds no index.json of labelled clips ({error!r}): see `mmn-live evaluate --help`"
        ) from error
