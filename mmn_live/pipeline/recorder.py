"""What a run leaves on disk, the annotated video and the session folder, and what it sends to other programs."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from pathlib import Path

import cv2

from mmn_live.errors import RecordingError
from mmn_live.pipeline.board import Results
from mmn_live.pipeline.kept import KeptVideos
from mmn_live.recognition import baseline_entry
from mmn_live.recording import SessionWriter, VideoWriter
from mmn_live.streams import LslOutlets
from mmn_live.types import Frame, Gap, Image, People

SESSION_VIDEO = "annotated.mp4"


class Recorder:
    """Writes and sends everything of one run. Called from the composer's thread alone.

    `session` is the folder's writer, None when none was asked for. `video` is the first annotated video; later ones,
    begun by the user, are numbered after it, and snapshots lie beside it. `kept` are the session's other videos.
    `record` says whether the first video begins at once. `outlets` send what is recorded to other programs; their
    trouble is told in `notes` and never ends the run.
    """

    def __init__(
        self,
        session: SessionWriter | None = None,
        video: Path | None = None,
        kept: KeptVideos | None = None,
        *,
        record: bool = False,
        outlets: LslOutlets | None = None,
    ) -> None:
        self._session = session
        self._outlets = outlets
        self.notes: deque[str] = outlets.notes if outlets is not None else deque()
        self._video_path = video or Path("mmn-live.mp4")
        self._kept = kept
        self._made: list[Path] = kept.paths if kept else []
        self._video = self._begin_video(self._video_path) if record else None
        self._video_since_s: float | None = None
        self._now_s = 0.0
        self._baselines: list[dict[str, object]] = []
        self._note_outlets()

    @property
    def wants_images(self) -> bool:
        """Whether a video is being recorded."""
        return self._video is not None

    @property
    def recording_s(self) -> float | None:
        """Length of the video being recorded, in seconds; None when none is."""
        if self._video is None:
            return None
        return self._now_s - self._video_since_s if self._video_since_s is not None else 0.0

    @property
    def files(self) -> list[Path]:
        """The videos and snapshots of this run; a video that got no frame is none."""
        return [path for path in self._made if path.exists()]

    def frame(self, frame: Frame, people: People, image: Image | None, dropped: int, latency_ms: float) -> None:
        """Record one frame: its drawn image, its row and its skeletons. `dropped` frames were lost right before it."""
        self._now_s = frame.time_s
        if self._session is not None:
            self._session.frame(frame, people, dropped, latency_ms)
        if self._kept is not None:
            self._kept.process(frame, people)
        if self._video is not None and image is not None:
            if self._video_since_s is None:
                self._video_since_s = frame.time_s
                if self._session is not None:
                    self._session.video(self._video.path, "annotated", frame.time_s)
            self._video.process(image, frame.time_s)
        if self._outlets is not None:
            self._outlets.frame(frame)

    def results(self, results: Results) -> None:
        """Record what recognition has found since the last time."""
        if self._outlets is not None:
            self._outlets.results(results.predictions, results.events, results.open_events)
        if self._session is None:
            return
        for prediction in results.predictions:
            self._session.prediction(prediction)
        for event in results.events:
            self._session.event(event)
        if results.baselines:
            self._baselines += [baseline_entry(each) for each in results.baselines]
            self._session.note("baseline", self._baselines)

    def gap(self, gap: Gap, *, ended: bool = True) -> None:
        """Record a stretch that was not observed, while it goes on and once it has ended."""
        if self._session is not None:
            self._session.gap(gap, ended=ended)

    def toggle_video(self) -> None:
        """End the video under way, or begin the next one."""
        if self._video is None:
            self._video = self._begin_video(_unused(self._video_path))
            return
        video, self._video, self._video_since_s = self._video, None, None
        video.close()

    def snapshot(self, image: Image | None) -> None:
        """Write an image as a PNG beside the video. Raises RecordingError when it cannot be written."""
        if image is None:
            return
        path = _unused(self._video_path.with_name("snapshot.png"))
        written, png = cv2.imencode(".png", image)
        try:
            path.write_bytes(png.tobytes() if written else b"")
        except OSError as error:
            raise RecordingError(
                f"cannot write {path} ({error.strerror or error}): make room or choose another folder"
            ) from error
        self._made.append(path)

    def close(self, ended: str) -> None:
        """Close the video, the streams and the session, whichever of them fails, and note how the run ended."""
        with ExitStack() as closing:
            if self._session is not None:
                closing.callback(self._session.close, ended)
            if self._kept is not None:
                closing.callback(self._kept.close)
            closing.callback(self._close_outlets)
            if self._video is not None:
                closing.callback(self._video.close)
                self._video = None

    def discard(self) -> None:
        """Leave nothing behind: for a run that fails before its first frame."""
        with ExitStack() as closing:
            if self._session is not None:
                closing.callback(self._session.discard)
            if self._kept is not None:
                closing.callback(self._kept.close)
            if self._outlets is not None:
                closing.callback(self._outlets.close)
            if self._video is not None:
                closing.callback(self._video.close)  # without a frame there is no file

    def _close_outlets(self) -> None:
        if self._outlets is not None:
            self._outlets.close()
            self._note_outlets()
            self._outlets = None

    def _note_outlets(self) -> None:
        if self._session is not None and self._outlets is not None:
            self._session.note("lsl", self._outlets.facts())

    def _begin_video(self, path: Path) -> VideoWriter:
        video = VideoWriter(path)
        self._made.append(path)
        return video


def _unused(path: Path) -> Path:
    """The path, or the first of path-2, path-3, ... that does not exist."""
    number, candidate = 1, path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate
