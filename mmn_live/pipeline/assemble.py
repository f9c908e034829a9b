"""A run from its parts: the one place where the rooms are put together."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from mmn_live.checkpoints import Checkpoint
from mmn_live.events import EventBuilder
from mmn_live.overlay import Overlay
from mmn_live.pipeline.board import Board
from mmn_live.pipeline.composer import Composer
from mmn_live.pipeline.pipeline import Pipeline, Stages
from mmn_live.pipeline.recorder import Recorder
from mmn_live.pipeline.stats import StatsMeter
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.recognition import Recogniser
from mmn_live.sources import Source
from mmn_live.taxonomy import taxonomy_named
from mmn_live.windows import Windower, normalise


@dataclass(frozen=True)
class Settings:
    """What decides the results of a run, besides its source and its model.

    `window_s` None means the span that the model was trained on; `threshold` is the probability that an action needs;
    `duration_s` None means until the source ends.
    """

    device: str = "auto"
    window_s: float | None = None
    stride_s: float = 0.2
    threshold: float = 0.5
    duration_s: float | None = None
    mirror: bool = False


def assemble(
    source: Source,
    model_files: ModelFiles,
    checkpoint: Checkpoint,
    settings: Settings,
    recorder: Recorder,
    *,
    show: bool,
) -> Pipeline:
    """A pipeline that is ready to be entered; it owns the source and the recorder from here on.

    `show` says whether somebody will look at the images. Raises what the parts raise, with the source closed.
    """
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    with ExitStack() as on_error:
        on_error.callback(source.close)
        recogniser = Recogniser(checkpoint, normalise, device=settings.device, threshold=settings.threshold)
        on_error.callback(recogniser.close)
        window_s = settings.window_s or checkpoint.window_s
        board = Board()
        stages = Stages(
            source=source,
            estimator=PoseEstimator(taxonomy.layout, model_files),
            windower=Windower(taxonomy.layout, window_s, settings.stride_s, checkpoint.config.frames),
            recogniser=recogniser,
            event_builder=EventBuilder(checkpoint.labels, taxonomy, threshold=settings.threshold),
            composer=Composer(
                Overlay(taxonomy.layout, taxonomy, checkpoint.labels),
                board,
                recorder,
                StatsMeter(source.info.announced_fps),
                wait=not source.info.live,
                show=show,
                mirror=settings.mirror,
            ),
        )
        on_error.pop_all()
    return Pipeline(stages, board, duration_s=settings.duration_s)
