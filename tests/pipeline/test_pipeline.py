"""The pipeline's threads, with stages that are simple enough to reason about."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from mmn_live.errors import RecordingError
from mmn_live.joints import MA52
from mmn_live.overlay import Overlay
from mmn_live.pipeline.board import Board
from mmn_live.pipeline.chain import Chain
from mmn_live.pipeline.composer import Composer
from mmn_live.pipeline.pipeline import Pipeline, Stages
from mmn_live.pipeline.stats import StatsMeter
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Event, Frame, Gap, People, Prediction, Skeleton, SourceInfo, State

FPS = 50.0
IMAGE = np.zeros((48, 64, 3), np.uint8)


class BoomError(Exception):
    """Raised by whichever stage a test picks."""


@dataclass
class FakeSource:
    count: int
    live: bool = False
    fail_at: int = -1
    gap_at: int = -1
    closed: threading.Event = field(default_factory=threading.Event)
    delivered: threading.Event = field(default_factory=threading.Event)

    @property
    def info(self) -> SourceInfo:
        return SourceInfo("fake", "fake", 64, 48, FPS, self.live)

    def __iter__(self):
        for i in range(self.count):
            if self.closed.is_set():
                return
            if i == self.fail_at:
                raise BoomError("source")
            if i == self.gap_at:
                yield Gap(i / FPS, i / FPS + 1, "away")
            yield Frame(i, i / FPS + (1.0 if 0 <= self.gap_at <= i else 0.0), IMAGE, time.monotonic())
            if i == self.count // 2:
                self.delivered.set()

    def close(self) -> None:
        self.closed.set()


@dataclass
class FakeEstimator:
    fail_at: int = -1
    proceed: threading.Event | None = None
    resets: int = 0
    closed: bool = False
    takes_s: float = 0.0
    ahead: list[int | None] = field(default_factory=list)

    def process(self, frame: Frame, following: Frame | None = None) -> People:
        time.sleep(self.takes_s)
        self.ahead.append(following and following.index - frame.index)
        if 0 <= self.fail_at <= frame.index:
            raise BoomError("pose")
        if self.proceed is not None:
            assert self.proceed.wait(10)
        return People(frame.index, frame.time_s, ())

    def reset(self) -> None:
        self.resets += 1

    def close(self) -> None:
        self.closed = True


@dataclass(frozen=True)
class FakeWindow:
    index: int
    end_s: float
    person_id: int = 1

    @property
    def at_s(self) -> float:
        return self.end_s


class FakeWindower:
    """Every tenth skeleton makes a window."""

    def process(self, item: Skeleton | Gap) -> list[FakeWindow]:
        is_last = isinstance(item, Skeleton) and item.index % 10 == 9
        return [FakeWindow(item.index, item.time_s)] if is_last else []

    def flush(self) -> list[FakeWindow]:
        return []


@dataclass
class FakeRecogniser:
    fail_at: int = -1
    closed: bool = False
    resets: int = 0

    def process_all(self, windows: list[FakeWindow]) -> list[Prediction]:
        (window,) = windows
        if window.index == self.fail_at:
            raise BoomError("recognition")
        sure = np.ones(1, np.float32), np.ones(1, bool)
        return [Prediction(window.end_s - 1, window.end_s, State.ACTION, *sure, float(window.index))]

    def reset(self) -> None: ...

    def close(self) -> None:
        self.closed = True


class FakeEvents:
    """An event for every prediction, ended at once; one more when flushed."""

    open_events: tuple[Event, ...] = ()

    def process(self, prediction: Prediction) -> list[Event]:
        return [Event(prediction.start_s, prediction.end_s, prediction.end_s, "nodding", "B1", 9, "head", 1.0, 1.0)]

    def flush(self) -> list[Event]:
        return [Event(98, 99, 99, "nodding", "B1", 9, "head", 1.0, 1.0)]


@dataclass
class FakeRecorder:
    fail_at: int = -1
    fail_to_close: bool = False
    wants_images: bool = True
    recording_s: float | None = None
    notes: deque[str] = field(default_factory=deque)
    indices: list[int] = field(default_factory=list)
    newest_at: dict[int, float] = field(default_factory=dict)
    predictions: list[Prediction] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def frame(self, frame, people, image, _dropped, _latency_ms) -> None:
        if 0 <= self.fail_at <= frame.index:
            raise BoomError("recorder")
        assert people.index == frame.index
        assert image is not None
        self.indices.append(frame.index)
        self.newest_at[frame.index] = self.predictions[-1].end_s if self.predictions else -1

    def results(self, results) -> None:
        self.predictions.extend(results.predictions)
        self.events.extend(results.events)

    def gap(self, gap: Gap, *, ended: bool = True) -> None:
        if ended:
            self.gaps.append(gap)

    def close(self, ended: str) -> None:
        self.ended.append(ended)
        if self.fail_to_close:
            raise BoomError("closing")


@dataclass
class Run:
    """A pipeline of fakes."""

    source: FakeSource
    estimator: FakeEstimator = field(default_factory=FakeEstimator)
    recogniser: FakeRecogniser = field(default_factory=FakeRecogniser)
    recorder: FakeRecorder = field(default_factory=FakeRecorder)
    duration_s: float | None = None

    def pipeline(self) -> Pipeline:
        board = Board()
        overlay = Overlay(MA52, taxonomy_named("ma52"), ("nodding",))
        composer = Composer(
            overlay, board, self.recorder, StatsMeter(FPS), wait=not self.source.live, show=True, mirror=False
        )
        chain = Chain(MA52, self.recogniser, lambda _: FakeWindower(), lambda _: FakeEvents())
        stages = Stages(self.source, self.estimator, chain, composer)
        return Pipeline(stages, board, duration_s=self.duration_s)

    def play(self) -> int:
        with self.pipeline() as pipeline:
            return sum(1 for _ in pipeline.views())


def test_of_a_file_every_frame_is_recorded_with_the_results_of_its_own_time():
    run = Run(FakeSource(100))
    assert run.play() > 0
    assert run.recorder.indices == list(range(100))
    assert len(run.recorder.predictions) == 10
    assert len(run.recorder.events) == 11
    assert run.recorder.ended == ["end of source"]
    assert all(run.recorder.newest_at[i] == pytest.approx((i // 10 * 10 + 9) / FPS) for i in range(9, 100, 10))
    assert run.estimator.closed
    assert run.recogniser.closed


def test_opencv_keeps_to_one_thread_while_a_run_lasts_and_the_process_is_as_it_was_after_it(
    monkeypatch: pytest.MonkeyPatch,
):
    told: list[int] = []  # what is told reads back otherwise on some systems
    monkeypatch.setattr(cv2, "setNumThreads", told.append)
    usual_s, own = sys.getswitchinterval(), cv2.getNumThreads()
    with Run(FakeSource(10)).pipeline() as pipeline:
        within_s = sys.getswitchinterval()
        assert told == [1]
        assert sum(1 for _ in pipeline.views())
    pipeline.close()
    assert told == [1, own]
    assert within_s < sys.getswitchinterval() == usual_s


def test_a_busy_live_run_drops_at_the_entrance_and_loses_nothing_behind_it():
    proceed = threading.Event()
    run = Run(FakeSource(200, live=True), FakeEstimator(proceed=proceed))
    with run.pipeline() as pipeline:
        assert run.source.delivered.wait(10)
        proceed.set()
        for _ in pipeline.views():
            pass
    assert len(run.recorder.indices) < 150
    assert run.recorder.indices[-1] == 199
    assert run.recorder.indices == sorted(run.recorder.indices)


@pytest.mark.parametrize("live", [False, True], ids=["file", "live"])
def test_the_next_frame_of_a_file_is_known_to_pose_and_that_of_a_camera_is_not(live: bool):
    run = Run(FakeSource(50, live=live, gap_at=25), FakeEstimator(takes_s=0.002))
    run.play()
    assert set(run.estimator.ahead) == ({None} if live else {None, 1})
    assert run.estimator.resets == 1


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (Run(FakeSource(100, fail_at=50)), "source"),
        (Run(FakeSource(100), FakeEstimator(fail_at=50)), "pose"),
        (Run(FakeSource(100), recogniser=FakeRecogniser(fail_at=49)), "recognition"),
        (Run(FakeSource(100), recorder=FakeRecorder(fail_at=50)), "recorder"),
        (Run(FakeSource(10_000, live=True), FakeEstimator(fail_at=0)), "pose"),
    ],
    ids=["source", "pose", "recognition", "recorder", "live pose"],
)
def test_the_failure_of_any_stage_ends_the_run_closes_all_and_is_raised(run: Run, message: str):
    with pytest.raises(BoomError, match=message):
        run.play()
    assert run.recorder.ended == [f"error: {message}"]
    assert run.source.closed.is_set()
    assert run.estimator.closed
    assert run.recogniser.closed


def test_the_first_error_is_raised_even_when_closing_fails_too():
    run = Run(FakeSource(100), FakeEstimator(fail_at=50), recorder=FakeRecorder(fail_to_close=True))
    with pytest.raises(BoomError, match="pose"):
        run.play()
    run = Run(FakeSource(100), recorder=FakeRecorder(fail_to_close=True))
    with pytest.raises(BoomError, match="closing"):
        run.play()


def test_the_user_may_leave_at_any_time():
    run = Run(FakeSource(1_000_000))
    with run.pipeline() as pipeline:
        next(pipeline.views())
    assert run.recorder.ended == ["stopped by the user"]
    assert 0 < len(run.recorder.indices) < 1_000_000


def test_a_duration_ends_the_run():
    run = Run(FakeSource(1_000), duration_s=1.0)
    run.play()
    assert run.recorder.indices == list(range(int(FPS)))
    assert run.recorder.ended == ["duration of 1 s reached"]


def test_a_gap_resets_tracking_and_is_recorded_as_long_as_it_lasted():
    run = Run(FakeSource(60, gap_at=30))
    run.play()
    assert run.estimator.resets == 1
    assert [(gap.start_s, gap.end_s) for gap in run.recorder.gaps] == [(pytest.approx(0.6), pytest.approx(1.6))]
    assert run.recorder.indices == list(range(60))


def test_a_pause_of_a_file_loses_nothing():
    run = Run(FakeSource(200))
    with run.pipeline() as pipeline:
        views = pipeline.views()
        next(views)
        pipeline.toggle_pause()
        assert next(view for view in views if view.scene.paused)
        pipeline.toggle_pause()
        for _ in views:
            pass
    assert run.recorder.indices == list(range(200))
    assert run.recorder.gaps == []


class Camera(FakeSource):
    """A live source of the items that a test hands it, one at a time."""

    def __init__(self) -> None:
        super().__init__(0, live=True)
        self.items: queue.Queue[Frame | Gap | None] = queue.Queue()

    def __iter__(self):
        while (item := self.items.get()) is not None and not self.closed.is_set():
            yield item

    def frame(self, index: int, time_s: float) -> None:
        self.items.put(Frame(index, time_s, IMAGE, time.monotonic()))

    def close(self) -> None:
        super().close()
        self.items.put(None)


def test_a_duration_ends_the_run_while_the_camera_is_away_too():
    camera = Camera()
    run = Run(camera, duration_s=1.0)
    with run.pipeline() as pipeline:
        camera.frame(0, 0.0)
        camera.items.put(Gap(0.0, 0.9, "away"))
        camera.items.put(Gap(0.0, 1.1, "away"))
        assert camera.closed.wait(10)
        for _ in pipeline.views():
            pass
    assert run.recorder.ended == ["duration of 1 s reached"]


def test_what_a_pause_held_back_is_a_gap_and_not_dropped():
    camera = Camera()
    run = Run(camera)
    with run.pipeline() as pipeline:
        views = pipeline.views()
        camera.frame(0, 0.0)
        next(views)
        pipeline.toggle_pause()
        for index in range(1, 51):
            camera.frame(index, index / FPS)
        assert next(view for view in views if view.scene.gap and view.scene.now_s == 50 / FPS)
        pipeline.toggle_pause()
        camera.frame(51, 51 / FPS)
        assert next(view for view in views if view.scene.now_s == 51 / FPS)
    assert [(gap.start_s, gap.end_s, gap.reason) for gap in run.recorder.gaps] == [(1 / FPS, 51 / FPS, "paused")]
    assert pipeline.composer.stats.dropped_frames == 0


def test_a_gap_that_a_pause_takes_over_is_recorded_too():
    camera = Camera()
    run = Run(camera)
    with run.pipeline() as pipeline:
        views = pipeline.views()
        camera.frame(0, 0.0)
        next(views)
        camera.items.put(Gap(0.0, 5.0, "away"))
        assert next(view for view in views if view.scene.gap)
        pipeline.toggle_pause()
        camera.frame(1, 6.0)
        assert next(view for view in views if view.scene.now_s == 6.0)
        pipeline.toggle_pause()
        camera.frame(2, 7.0)
        assert next(view for view in views if view.scene.now_s == 7.0)
    assert [(gap.start_s, gap.end_s, gap.reason) for gap in run.recorder.gaps] == [
        (0.0, 6.0, "away"),
        (6.0, 7.0, "paused"),
    ]


def test_what_a_key_asked_for_may_fail_but_the_run_goes_on():
    run = Run(FakeSource(200))

    def full_disk() -> None:
        raise RecordingError("disk full")

    run.recorder.toggle_video = full_disk
    pipeline = run.pipeline()
    pipeline.composer.toggle_recording()
    with pipeline:
        for _ in pipeline.views():
            pass
    assert list(pipeline.composer.notes) == ["disk full"]
    assert run.recorder.indices == list(range(200))
    assert run.recorder.ended == ["end of source"]
