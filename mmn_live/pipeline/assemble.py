"""A run from its parts: the one place where the rooms are put together."""

from __future__ import annotations

from contextlib import ExitStack

from mmn_live.checkpoints import Checkpoint
from mmn_live.overlay import Overlay
from mmn_live.pipeline.board import Board
from mmn_live.pipeline.chain import chain_for
from mmn_live.pipeline.composer import Composer
from mmn_live.pipeline.pipeline import Pipeline, Stages
from mmn_live.pipeline.recorder import Recorder
from mmn_live.pipeline.settings import Settings
from mmn_live.pipeline.stats import StatsMeter
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.sources import Source
from mmn_live.taxonomy import taxonomy_named


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
        chain = chain_for(checkpoint, settings)
        on_error.callback(chain.close)
        board = Board()
        stages = Stages(
            source=source,
            estimator=PoseEstimator(taxonomy.layout, model_files, settings.people),
            chain=chain,
            composer=Composer(
                Overlay(taxonomy.layout, taxonomy, checkpoint.labels),
                board,
                recorder,
                StatsMeter(source.info.announced_fps),
                wait=not source.info.live,
                show=show,
                mirror=settings.mirror,
                privacy=settings.privacy,
            ),
        )
        on_error.pop_all()
    return Pipeline(stages, board, duration_s=settings.duration_s)
