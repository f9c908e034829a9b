"""What a run leaves on disk: videos with true time stamps, and the session folder."""

from mmn_live.recording.video import VideoWriter

__all__ = ["VideoWriter"]
