"""Sessions as other tools read them: one writer class per format."""

from mmn_live.exports.content import SessionContent, choose_video
from mmn_live.exports.formats import WRITERS, check_formats, export

__all__ = ["WRITERS", "SessionContent", "check_formats", "choose_video", "export"]
