"""Video files with the true time of every frame, readable even when the process dies while it writes."""

from __future__ import annotations

import os
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import cast

import av
import cv2
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import PictureType
from av.video.stream import VideoStream

from mmn_live.errors import RecordingError, UsageError
from mmn_live.types import Image

TICKS_PER_S = 90_000
KEY_FRAME_S = 1.0
"""A fragment of the file ends at every key frame, so a killed process loses one second at most."""

_NOMINAL_FPS = 30  # only the encoder's rate control looks at it; the clock is the time stamps
_ENCODER_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1", "threads": "1"}
_MUXERS: dict[str, tuple[str, dict[str, str]]] = {
    ".mp4": ("mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}),
    ".mkv": ("matroska", {"cluster_time_limit": "1000", "flush_packets": "1"}),
}


class VideoWriter:
    """Writes one H.264 video; the name's ending, .mp4 or .mkv, chooses the container.

    The first frame has the time 0 in the file, every further one its true distance from it. The first frame also sets
    the size: odd sides get one more pixel (H.264 wants even ones), later frames of another size are scaled to it.

    Raises UsageError for a file that exists already or an ending it cannot write, RecordingError where the file
    cannot be made or, later, written; what was written until then stays readable.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix.lower() not in _MUXERS:
            raise UsageError(f"cannot write a video named {path.name!r}: end the name in {' or '.join(_MUXERS)}")
        self.path = path
        try:
            self._file = path.open("xb")
        except FileExistsError:
            raise UsageError(f"{path} exists already and is not overwritten: choose another name") from None
        except OSError as error:
            raise self._cannot_write(error) from error
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._first_s = 0.0
        self._last_pts = -1
        self._key_pts = 0
        self._whole_bytes = 0

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def process(self, image: Image, time_s: float) -> None:
        """Append one image, (H, W, 3) BGR, that belongs to `time_s`; a time that does not advance is nudged on.

        Raises RecordingError when nothing more can be written (the file is closed then), or after close().
        """
        if self._file.closed:
            raise RecordingError(f"the video {self.path} is closed already: record to a new file")
        try:
            stream = self._stream or self._begin(image, time_s)
            frame = _encodable(image, stream.width, stream.height)
            self._stamp(frame, time_s)
            self._mux(stream, frame)
        except (OSError, FFmpegError) as error:
            self._abandon()
            raise self._cannot_write(error) from error

    def close(self) -> None:
        """Finish the file. Idempotent. Without a single frame there is no file."""
        if self._file.closed:
            return
        if self._stream is None or self._container is None:
            self._file.close()
            self.path.unlink()
            return
        try:
            self._mux(self._stream, None)
            self._container.close()
            self._file.close()
        except (OSError, FFmpegError) as error:
            self._abandon()
            raise self._cannot_write(error) from error

    def _begin(self, image: Image, time_s: float) -> VideoStream:
        muxer, options = _MUXERS[self.path.suffix.lower()]
        self._container = av.open(self._file, mode="w", format=muxer, options=options)
        stream = cast(VideoStream, self._container.add_stream("libx264", rate=_NOMINAL_FPS, options=_ENCODER_OPTIONS))
        stream.height, stream.width = (side + side % 2 for side in image.shape[:2])
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        self._first_s = time_s
        self._stream = stream
        return stream

    def _stamp(self, frame: av.VideoFrame, time_s: float) -> None:
        pts = max(round((time_s - self._first_s) * TICKS_PER_S), self._last_pts + 1)
        if self._last_pts < 0 or pts - self._key_pts >= KEY_FRAME_S * TICKS_PER_S:
            frame.pict_type = PictureType.I
            self._key_pts = pts
        frame.pts = self._last_pts = pts
        frame.time_base = Fraction(1, TICKS_PER_S)

    def _mux(self, stream: VideoStream, frame: av.VideoFrame | None) -> None:
        if self._container is not None:
            self._container.mux(stream.encode(frame))
            self._file.flush()
            self._whole_bytes = self._file.tell()

    def _abandon(self) -> None:
        """Close a file that cannot be written any more, without the half-written end that players stumble over."""
        if self._container is not None:
            with suppress(OSError, FFmpegError):
                self._container.close()
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            os.truncate(self.path, self._whole_bytes)

    def _cannot_write(self, error: OSError | FFmpegError) -> RecordingError:
        return RecordingError(
            f"cannot write the video {self.path}: {error.strerror or error}; make room or choose another folder "
            "(what was written until then is kept)"
        )


def _encodable(image: Image, width: int, height: int) -> av.VideoFrame:
    """The image as the encoder takes it; one missing row or column is a repetition of the last."""
    rows, columns = height - image.shape[0], width - image.shape[1]
    if rows in (0, 1) and columns in (0, 1):
        fitting = cv2.copyMakeBorder(image, 0, rows, 0, columns, cv2.BORDER_REPLICATE) if rows or columns else image
    else:
        fitting = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    # OpenCV's conversion takes a fifth of the time of the one inside PyAV.
    return av.VideoFrame.from_ndarray(cast(Image, cv2.cvtColor(fitting, cv2.COLOR_BGR2YUV_I420)), format="yuv420p")
