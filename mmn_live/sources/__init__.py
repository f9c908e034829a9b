"""Where frames come from: a camera, a video file, the built-in actor (demo.py)."""

from mmn_live.sources.camera import CameraSource
from mmn_live.sources.clip import ClipSource
from mmn_live.sources.device import list_cameras
from mmn_live.sources.source import Source
from mmn_live.sources.video import VideoSource

__all__ = ["CameraSource", "ClipSource", "Source", "VideoSource", "list_cameras"]
