"""Threads, channels, clocks and statistics: the rooms joined into a run."""

from mmn_live.pipeline.assemble import assemble as assemble
from mmn_live.pipeline.chain import Chain as Chain
from mmn_live.pipeline.chain import chain_for as chain_for
from mmn_live.pipeline.composer import View as View
from mmn_live.pipeline.kept import KeptVideos as KeptVideos
from mmn_live.pipeline.pipeline import Pipeline as Pipeline
from mmn_live.pipeline.recorder import SESSION_VIDEO as SESSION_VIDEO
from mmn_live.pipeline.recorder import Recorder as Recorder
from mmn_live.pipeline.settings import Settings as Settings
