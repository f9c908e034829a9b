"""Threads, channels, clocks and statistics: the rooms joined into a run."""

from mmn_live.pipeline.assemble import Settings as Settings
from mmn_live.pipeline.assemble import assemble as assemble
from mmn_live.pipeline.composer import View as View
from mmn_live.pipeline.pipeline import Pipeline as Pipeline
from mmn_live.pipeline.recorder import SESSION_VIDEO as SESSION_VIDEO
from mmn_live.pipeline.recorder import Recorder as Recorder
