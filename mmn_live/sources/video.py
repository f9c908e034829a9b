"""Video files of any container and rate, with their own time stamps."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import cast

import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError, InvalidDataError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mmn_live.errors import SourceError, SourceLostError
from mmn_live.types import Frame, Image, SourceInfo

log = logging.getLogger(__name__)

_FALLBACK_FPS = 25.0  # for a file that says neither when its frames are shown nor how many a second


class VideoSource:
    """Every frame of a file's first video track, upright, as fast as they are taken.

    `time_s` is the presentation time, zero at the first frame; a missing one, or one that does not advance, is put a
    frame of the average rate after the one before. Frames that are damaged are skipped, and a file that was cut off
    ends where it was cut; both are logged as a warning.

    Raises SourceError for what holds no video: each cause has its own message.
    """

    def __init__(self, path: Path) -> None:
        _check_file(path)
        self._path = path
        self._closed = False
        self._iterating = False
        try:
            self._container = av.open(str(path), metadata_errors="replace")
        except (FFmpegError, OSError) as error:
            raise SourceError(f"cannot open {path}: {_reason(error)}") from error
        try:
            self._stream = _video_stream(self._container, path)
            self._images = self._decode()
            first = next(self._images, None)
            if first is None:
                raise SourceError(f"nothing in {path} can be decoded: the file is damaged or was cut off")
        except SourceError:
            self._container.close()
            raise
        self._first = first
        self.info = self._describe(_upright(first))

    def __enter__(self) -> VideoSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        # Set before `_closed` is looked at, as close() does it the other way round: one of the two sees the other,
        # and the container is never closed while it is being read.
        self._iterating = True
        try:
            if not self._closed:
                yield from self._frames()
        finally:
            self._container.close()
            self._iterating = False

    def close(self) -> None:
        """End the iteration with the next frame. Idempotent."""
        self._closed = True
        if not self._iterating:
            self._container.close()

    def _frames(self) -> Iterator[Frame]:
        first_s = self._first.time or 0.0
        step_s = 1 / (self.info.announced_fps or _FALLBACK_FPS)
        index, time_s, decoded = 0, 0.0, self._first
        while not self._closed:
            yield Frame(index, time_s, _upright(decoded, self._first), time.monotonic())
            following = next(self._images, None)
            if following is None:
                return
            decoded, index = following, index + 1
            stamped_s = -1.0 if decoded.time is None else decoded.time - first_s
            time_s = stamped_s if stamped_s > time_s else time_s + step_s

    def _decode(self) -> Iterator[VideoFrame]:
        damaged = 0
        for packet in self._packets():
            try:
                images = packet.decode() if packet else self._stream.decode(None)
            except FFmpegError:
                damaged += 1
                continue
            yield from (image for image in images if isinstance(image, VideoFrame))
        if damaged:
            log.warning("%s is damaged: %d parts of it could not be decoded and were skipped", self._path, damaged)

    def _packets(self) -> Iterator[Packet | None]:
        """The packets of the track; None, for what the decoder still holds, where the file breaks off."""
        try:
            yield from self._container.demux(self._stream)
        except InvalidDataError:
            log.warning("%s breaks off: it was cut short or is damaged", self._path)
            yield None
        except FFmpegError as error:
            raise SourceLostError(f"cannot read on in {self._path}: {_reason(error)}") from error

    def _describe(self, image: Image) -> SourceInfo:
        height, width = image.shape[:2]
        stream, duration = self._stream, self._container.duration
        return SourceInfo(
            kind="video",
            name=str(self._path),
            width=width,
            height=height,
            announced_fps=float(stream.average_rate) if stream.average_rate else None,
            live=False,
            frame_count=stream.frames or None,
            duration_s=duration / av.time_base if duration else None,
        )


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise SourceError(f"{path} is a folder: give one video file")
    if not path.exists():
        raise SourceError(f"there is no file {path}: check the name and the folder it is in")
    if not path.stat().st_size:
        raise SourceError(f"{path} is empty (0 bytes): it was not copied or recorded completely")


def _reason(error: Exception) -> str:
    if isinstance(error, (InvalidDataError, EOFError)):
        return "it is not a video, or its beginning or its index is missing (a recording that was cut off)"
    return f"{getattr(error, 'strerror', None) or error}"


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first track of moving pictures: for FFmpeg, texts, single pictures and the cover of a song are videos too."""
    if container.format.name == "tty" or container.format.name.endswith(("_pipe", "image2")):
        raise SourceError(f"{path} is not a video: give a video file such as .mp4, .mov, .mkv, .webm or .avi")
    videos = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not videos:
        raise SourceError(f"{path} holds no moving pictures (sound only, or no video at all): give a video file")
    videos[0].thread_type = "AUTO"
    return videos[0]


def _upright(frame: VideoFrame, like: VideoFrame | None = None) -> Image:
    """The frame as (H, W, 3) BGR, turned as the file says; one of another size than `like` is scaled to that."""
    like = like or frame
    image = cast(Image, frame.to_ndarray(format="bgr24", width=like.width, height=like.height))
    return np.ascontiguousarray(np.rot90(image, round(frame.rotation / 90)))
