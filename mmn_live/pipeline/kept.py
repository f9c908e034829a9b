"""The videos that a session keeps besides the annotated one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from mmn_live.joints import Layout
from mmn_live.overlay import BLANK, draw_skeleton
from mmn_live.recording import SessionWriter, VideoWriter
from mmn_live.types import Frame, Image, People


class KeptVideos:
    """Writes `raw.mp4`, the picture with nothing drawn on it, and `skeleton.mp4`, the skeletons with no picture.

    Both show every frame at its time, in the pixels of the stored skeletons: neither is ever mirrored. `kinds` are
    those wanted, "raw" and "skeleton". Raises what VideoWriter raises, with nothing left behind.
    """

    def __init__(self, session: SessionWriter, kinds: Iterable[str], layout: Layout) -> None:
        self._session = session
        self._layout = layout
        self._begun = False
        with ExitStack() as on_error:
            self._videos = {kind: on_error.enter_context(VideoWriter(session.folder / f"{kind}.mp4")) for kind in kinds}
            self._closing = on_error.pop_all()

    @property
    def paths(self) -> list[Path]:
        """Where the videos lie."""
        return [video.path for video in self._videos.values()]

    def process(self, frame: Frame, people: People) -> None:
        """Append one frame, whose image may be written, and who was found in it."""
        for kind, video in self._videos.items():
            if not self._begun:
                self._session.video(video.path, kind, frame.time_s)
            video.process(frame.image if kind == "raw" else self._drawn(frame, people), frame.time_s)
        self._begun = True

    def close(self) -> None:
        """Finish the files, whichever of them fails; one without a frame is removed. Idempotent."""
        self._closing.close()

    def _drawn(self, frame: Frame, people: People) -> Image:
        drawn = np.full(frame.image.shape, BLANK, np.uint8)
        for skeleton in people.skeletons:
            draw_skeleton(drawn, skeleton, self._layout)
        return drawn
