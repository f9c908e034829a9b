"""What a run leaves on disk: videos with true time stamps, and the session folder."""

from mmn_live.recording.reader import FrameRow, SessionReader
from mmn_live.recording.session import SessionWriter, event_cells
from mmn_live.recording.video import VideoWriter

__all__ = ["FrameRow", "SessionReader", "SessionWriter", "VideoWriter", "event_cells"]
