"""Frames from memory, played as a file or as a camera would deliver them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from types import TracebackType

from mmn_live.types import Frame, Image, SourceInfo


class ClipSource:
    """Plays images that are in memory already: what a benchmark needs, where reading must cost nothing.

    `live` plays them at `fps` by the clock and is never slowed down by who reads; otherwise they come as fast as they
    are taken. `images` are (H, W, 3) uint8 BGR, all of one size.
    """

    def __init__(self, images: Sequence[Image], fps: float, *, live: bool, name: str = "clip") -> None:
        height, width = images[0].shape[:2]
        self._images = images
        self._closed = threading.Event()
        self.info = SourceInfo("clip", name, width, height, fps, live, len(images), len(images) / fps)

    def __enter__(self) -> ClipSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        fps, started_s = self.info.announced_fps or 1.0, time.monotonic()
        for index, image in enumerate(self._images):
            due_s = started_s + index / fps
            if self.info.live and self._closed.wait(max(0.0, due_s - time.monotonic())):
                return
            if self._closed.is_set():
                return
            yield Frame(index, index / fps, image, time.monotonic())

    def close(self) -> None:
        """End the iteration. Idempotent."""
        self._closed.set()
