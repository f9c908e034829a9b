"""The run: a thread a stage, joined by channels, ended cleanly whatever happens.

    source -> [capture] -> entrance -> [pose] -+-> composed -> [compose] -> screen -> the caller's thread
                                               +-> skeletons -> [recognise] -> board -^

A live source drops its oldest frame at the entrance, and only there: what has entered is recognised and recorded,
whole. A file waits at the entrance, and its composer waits for recognition, so the same file gives the same output
every time.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType

import cv2

from mmn_live.pipeline.board import Board
from mmn_live.pipeline.chain import Chain, Recognised
from mmn_live.pipeline.channel import Channel
from mmn_live.pipeline.composer import Composer, Posed, View
from mmn_live.pipeline.worker import Worker
from mmn_live.pose import PoseEstimator
from mmn_live.sources import Source
from mmn_live.types import Frame, Gap, People

_ENTRANCE_FRAMES = 1
_ENTRANCE_FRAMES_OF_A_FILE = 2  # so that there is a next frame to begin with
_COMPOSED_FRAMES = 4
_SKELETONS = 64
_REFRESH_S = 0.25
_SWITCH_S = 0.001
"""How long one thread may keep the others waiting for the interpreter: at Python's 5 ms pose waits for it too often."""
_OPENCV_THREADS = 1
"""The stages are threads already: with more each of OpenCV's calls waits for helpers while MediaPipe has the cores."""


@dataclass(frozen=True)
class Stages:
    """What a run is made of. The pipeline owns them from here on, and closes them."""

    source: Source
    estimator: PoseEstimator
    chain: Chain
    composer: Composer


class Pipeline:
    """Runs the stages; a context manager whose end closes everything and re-raises the first error of any stage.

    While it runs, the whole process's threads change places more often, and its OpenCV keeps to one thread.
    """

    def __init__(self, stages: Stages, board: Board, *, duration_s: float | None = None) -> None:
        self._stages = stages
        self._board = board
        self._duration_s = duration_s
        self._live = stages.source.info.live
        self._entrance: Channel[Frame | Gap] = (
            Channel(_ENTRANCE_FRAMES, droppable=_is_frame) if self._live else Channel(_ENTRANCE_FRAMES_OF_A_FILE)
        )
        self._skeletons: Channel[People | Gap] = Channel(_SKELETONS)
        self._composed: Channel[Posed | Gap] = Channel(_COMPOSED_FRAMES)
        self._screen: Channel[View] = Channel(1, droppable=lambda _: True)
        self._running = threading.Event()
        self._ending = threading.Lock()
        self._restored = ExitStack()  # what the process was like before, given back once
        self._error: BaseException | None = None
        self.ended: str | None = None
        self._workers = [
            Worker("capture", self._capture, self._done(self._entrance.close)),
            Worker("pose", self._pose, self._done(self._skeletons.close, self._composed.close)),
            Worker("recognise", self._recognise, self._done(board.close)),
            Worker("compose", self._compose, self._done(self._screen.close)),
        ]

    def __enter__(self) -> Pipeline:
        self._restored.callback(sys.setswitchinterval, sys.getswitchinterval())
        self._restored.callback(cv2.setNumThreads, cv2.getNumThreads())
        sys.setswitchinterval(_SWITCH_S)
        cv2.setNumThreads(_OPENCV_THREADS)
        self._running.set()
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop("stopped by the user" if error is None or kind is KeyboardInterrupt else f"error: {error}")
        self.close()

    def views(self) -> Iterator[View]:
        """The newest picture of the run, as often as the caller asks, until the run ends."""
        return iter(self._screen)

    def view(self, timeout_s: float) -> View | None:
        """The next picture, or None when there is none within the time: for a caller who has more to look after."""
        return self._screen.get(timeout_s)

    @property
    def over(self) -> bool:
        """Whether no further picture will come."""
        return self._screen.finished

    @property
    def composer(self) -> Composer:
        """The last stage, which the user's keys are for."""
        return self._stages.composer

    def toggle_pause(self) -> None:
        """Hold the run, or let it go on: a file waits; of a live source the stretch is noted as a gap, "paused"."""
        if self.ended is not None:
            return
        self.composer.paused = self._running.is_set()
        if self.composer.paused:
            self._running.clear()
        else:
            self._running.set()

    def stop(self, why: str) -> None:
        """Let nothing more in; what has entered is brought to its end. Only the first reason counts."""
        with self._ending:
            if self.ended is None:
                self.ended = why
        self._running.set()
        self._stages.source.close()

    def close(self) -> None:
        """Wait for every thread, close every stage, say how it ended, and raise the first error. Idempotent."""
        for worker in self._workers:
            worker.join()
        self._workers = []
        self._restored.close()
        try:
            self._close_stages()
        finally:
            error, self._error = self._error, None
            if error is not None:
                raise error

    def _close_stages(self) -> None:
        stages = self._stages
        with ExitStack() as closing:
            closing.callback(stages.source.close)
            closing.callback(stages.estimator.close)
            closing.callback(stages.chain.close)
            stages.composer.close(self.ended or "end of source")

    # Each of the following runs in a thread of its own.

    def _capture(self) -> None:
        paused_at_s: float | None = None
        withheld = 0  # frames of a pause: nobody wanted them, so they are not among the dropped
        for item in self._stages.source:
            if self._duration_s is not None and _end_s(item) >= self._duration_s:
                self.stop(f"duration of {self._duration_s:g} s reached")
                return
            if isinstance(item, Gap):
                self._entrance.put(item)
            elif self._running.is_set():
                paused_at_s = None
                self._entrance.put(replace(item, index=item.index - withheld))
            elif not self._live:
                self._running.wait()
                self._entrance.put(replace(item, captured_at_s=time.monotonic()))
            else:
                withheld += 1
                paused_at_s = item.time_s if paused_at_s is None else paused_at_s
                self._entrance.put(Gap(paused_at_s, item.time_s, "paused"))
        if self.ended is None:
            self.stop("end of source")

    def _pose(self) -> None:
        estimator = self._stages.estimator
        for item in self._entrance:
            if isinstance(item, Gap):
                estimator.reset()
                self._skeletons.put(item)
                self._composed.put(item)
                continue
            following = self._entrance.peek()
            people = estimator.process(item, following if isinstance(following, Frame) else None)
            self._skeletons.put(people)
            self._composed.put(Posed(item, people))

    def _recognise(self) -> None:
        chain = self._stages.chain
        for item in self._skeletons:
            self._post(_end_s(item), chain.process(item))
        self._post(math.inf, chain.flush())

    def _post(self, until_s: float, found: Recognised) -> None:
        chain = self._stages.chain
        self._board.post(until_s, found.predictions, found.events, chain.open_events, found.baselines, chain.measuring)

    def _compose(self) -> None:
        composer = self._stages.composer
        while not self._composed.finished:
            item = self._composed.get(_REFRESH_S)
            view = composer.refresh() if item is None else composer.process(item)
            if view is not None:
                self._screen.put(view)
        composer.flush()

    def _done(self, *ends: Callable[[], None]) -> Callable[[BaseException | None], None]:
        """What a worker does last: hand on its error, and close what it fed."""

        def done(error: BaseException | None) -> None:
            if error is not None:
                self._fail(error)
            for end in ends:
                end()

        return done

    def _fail(self, error: BaseException) -> None:
        with self._ending:
            if self._error is not None:
                return
            self._error = error
            self.ended = f"error: {error}"
        for channel in (self._entrance, self._skeletons, self._composed):
            channel.abort()
        self._board.close()
        self.stop("error")


def _is_frame(item: Frame | Gap) -> bool:
    return isinstance(item, Frame)


def _end_s(item: Frame | People | Gap) -> float:
    """Up to when it tells what there was, on the session's clock."""
    return item.end_s if isinstance(item, Gap) else item.time_s
