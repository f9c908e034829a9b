"""Joins frame, skeleton and the newest results by time: draws them, records them, shows them."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mmn_live.errors import MMNLiveError
from mmn_live.overlay import Overlay, Scene, guard_named, mirrored
from mmn_live.pipeline.board import RECENT_S, Board, Results
from mmn_live.pipeline.recorder import Recorder
from mmn_live.pipeline.stats import StatsMeter
from mmn_live.types import FIRST_PERSON, MAX_BRIDGE_S, Event, Frame, Gap, Image, People, Stats


@dataclass(frozen=True)
class Posed:
    """A frame and who was found in it."""

    frame: Frame
    people: People


@dataclass
class Found:
    """Counts of what recognition gave: windows, those of them that the network was asked about, and events."""

    windows: int = 0
    asked: int = 0
    events: int = 0

    def add(self, results: Results) -> None:
        """Count what one take from the board holds."""
        self.windows += len(results.predictions)
        self.asked += sum(bool(prediction.probabilities.any()) for prediction in results.predictions)
        self.events += len(results.events)


@dataclass(frozen=True)
class View:
    """What there is to show: a scene, and the image it was drawn on (None when nobody looks at images)."""

    image: Image | None
    scene: Scene


class Composer:
    """The last stage.

    With `wait` each frame waits until everything up to its time was recognised (files); without, it takes what is
    there (live). `show` says whether somebody looks at the image; it is drawn for the recording in any case.
    The image is guarded (`privacy`) before anything else is done with it: what is shown is what may be written.
    `ended_events` and `notes` (the recorder's) are filled in the composer's thread and emptied by whoever reports them.
    """

    def __init__(
        self,
        overlay: Overlay,
        board: Board,
        recorder: Recorder,
        meter: StatsMeter,
        *,
        wait: bool,
        show: bool,
        mirror: bool,
        privacy: str = "none",
    ) -> None:
        self._overlay = overlay
        self._board = board
        self._recorder = recorder
        self._meter = meter
        self._wait = wait
        self._show = show
        self._mirror = mirror
        self._privacy = privacy
        self._guard = guard_named(privacy)
        self._help = False
        self._requests: deque[Callable[[], None]] = deque()
        self._newest: Posed | None = None
        self._results = Results((), (), {}, (), ())
        self._gaps: deque[Gap] = deque()
        self._away: Gap | None = None
        self._drawn: Image | None = None
        self.paused = False
        self.found = Found()
        self.ended_events: deque[Event] = deque()
        self.notes = recorder.notes

    # Called from any thread; carried out by the composer's own before its next picture.

    def toggle_mirror(self) -> None:
        """Mirror the image and its skeleton, or stop doing so."""
        self._requests.append(lambda: setattr(self, "_mirror", not self._mirror))

    def toggle_help(self) -> None:
        """Show or hide the list of keys."""
        self._requests.append(lambda: setattr(self, "_help", not self._help))

    def toggle_recording(self) -> None:
        """Begin a new annotated video, or end the one under way."""
        self._requests.append(self._recorder.toggle_video)

    def snapshot(self) -> None:
        """Write the newest drawn image as a PNG."""
        self._requests.append(lambda: self._recorder.snapshot(self._drawn))

    # Called from the composer's thread.

    def process(self, item: Posed | Gap) -> View | None:
        """Join, draw and record one frame; note a gap. None when there is nothing to show yet."""
        if isinstance(item, Gap):
            if self._away is not None and item.start_s > self._away.start_s:  # one gap follows another at once
                self._end_gap(item.start_s)
            self._away = item
            self._recorder.gap(item, ended=False)
            return self.refresh()
        item = self._guarded(item)
        if self._wait:
            self._board.wait_until(item.frame.time_s)
        dropped = self._newest is not None and item.frame.index > self._newest.frame.index + 1
        self._end_gap(item.frame.time_s, "frames dropped" if dropped else "no frames in the source")
        self._newest = item
        self._take(item.frame.time_s)
        view = self._picture(item)
        self._record(item)
        return view

    def refresh(self) -> View | None:
        """The newest frame again with what has changed since; none of it is recorded."""
        if self._newest is None:
            return None
        self._take(self._now_s)
        return self._picture(self._newest)

    def flush(self) -> None:
        """Wait for recognition to end and record its last results."""
        self._board.wait_until(math.inf)
        self._end_gap(self._now_s)
        self._take(math.inf)

    def close(self, ended: str) -> None:
        """End the recording, and note in it how the run ended."""
        self._recorder.close(ended)

    @property
    def files(self) -> list[Path]:
        """The videos and snapshots that were made, also those that the user asked for under way."""
        return self._recorder.files

    @property
    def stats(self) -> Stats:
        """How the run has gone so far."""
        return self._meter.stats()

    @property
    def _now_s(self) -> float:
        newest_s = self._newest.frame.time_s if self._newest else 0.0
        return max(newest_s, self._away.end_s) if self._away else newest_s

    def _take(self, now_s: float) -> None:
        while self._requests:
            self._carry_out(self._requests.popleft())
        self._results = self._board.take(now_s)
        self._recorder.results(self._results)
        self.ended_events.extend(self._results.events)
        self.found.add(self._results)
        self.notes.extend(baseline.summary for baseline in self._results.baselines)
        if self._results.predictions:
            self._meter.recognised(self._results.predictions[-1].latency_ms)

    def _carry_out(self, request: Callable[[], None]) -> None:
        """Do what a key asked for; it may fail, but what is being recorded goes on."""
        try:
            request()
        except MMNLiveError as error:
            self.notes.append(str(error))

    def _end_gap(self, now_s: float, unannounced: str = "no frames in the source") -> None:
        """Note the gap that ends now: the one announced, or, for that reason, the one that only the times show."""
        last_s = self._newest.frame.time_s if self._newest else now_s
        gap, self._away = self._away, None
        if gap is None and now_s - last_s > MAX_BRIDGE_S:
            gap = Gap(last_s, now_s, unannounced)
        if gap is not None:
            gap = replace(gap, end_s=now_s)
            self._gaps.append(gap)
            self._meter.gap()
            self._recorder.gap(gap)
        while self._gaps and self._gaps[0].end_s < now_s - RECENT_S:
            self._gaps.popleft()

    def _guarded(self, posed: Posed) -> Posed:
        image = self._guard.process(posed.frame.image, posed.people.skeletons, posed.frame.time_s)
        return replace(posed, frame=replace(posed.frame, image=image))

    def _picture(self, posed: Posed) -> View:
        skeletons = posed.people.skeletons
        if self._mirror:
            skeletons = tuple(mirrored(skeleton, posed.frame.image.shape[1]) for skeleton in skeletons)
        scene = Scene(
            now_s=self._now_s,
            skeletons=skeletons,
            prediction=self._results.newest.get(min(posed.people.ids, default=FIRST_PERSON)),
            events=self._results.recent,
            open_events=self._results.open_events,
            gaps=(*self._gaps, replace(self._away, end_s=math.inf)) if self._away else tuple(self._gaps),
            stats=self._meter.stats(),
            recording_s=self._recorder.recording_s,
            measuring=self._results.measuring,
            paused=self.paused,
            help=self._help,
            privacy=self._privacy,
        )
        if self._show or self._recorder.wants_images:
            image = np.ascontiguousarray(posed.frame.image[:, ::-1]) if self._mirror else posed.frame.image
            self._drawn = self._overlay.draw(image, scene)
        return View(self._drawn if self._show else None, scene)

    def _record(self, posed: Posed) -> None:
        latency_ms, dropped = self._meter.frame(posed.frame, time.monotonic())
        self._recorder.frame(posed.frame, posed.people, self._drawn, dropped, latency_ms)
