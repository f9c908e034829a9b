"""Where frames come from: a camera, a video file, the built-in actor (demo.py)."""

from mmn_live.sources.source import Source
from mmn_live.sources.video import VideoSource

__all__ = ["Source", "VideoSource"]
