"""Rates, latency and drops, measured where the frames pass."""

from __future__ import annotations

from collections import deque

import numpy as np

from mmn_live.types import Frame, Stats

_MEMORY_S = 5.0


class _Rate:
    """Events per second over the last five seconds of some clock."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque()

    def tick(self, time_s: float) -> None:
        self._times_s.append(time_s)
        while self._times_s[0] < time_s - _MEMORY_S:
            self._times_s.popleft()

    @property
    def per_s(self) -> float:
        span_s = self._times_s[-1] - self._times_s[0] if self._times_s else 0.0
        return (len(self._times_s) - 1) / span_s if span_s > 0 else 0.0


class StatsMeter:
    """Measures one run. Every method is called from the composer's thread.

    Drops are counted from the jumps in `Frame.index`: the source counts what it delivered, the composer sees what
    came through. `delivered_fps` is what the camera really delivers, from capture time stamps, dropped ones included.
    """

    def __init__(self, announced_fps: float | None) -> None:
        self._announced_fps = announced_fps
        self._shown = _Rate()
        self._latencies_ms: deque[float] = deque(maxlen=300)
        self._marks: deque[tuple[float, int]] = deque()
        self._last_index = -1
        self._dropped = 0
        self._gaps = 0
        self._recognition_ms = 0.0

    def frame(self, frame: Frame, now_s: float) -> tuple[float, int]:
        """Count a frame whose overlay is done at `now_s` (`time.monotonic()`).

        Returns its latency in milliseconds and the number of frames dropped right before it.
        """
        dropped = frame.index - self._last_index - 1
        self._last_index = frame.index
        self._dropped += dropped
        self._shown.tick(now_s)
        latency_ms = (now_s - frame.captured_at_s) * 1e3
        self._latencies_ms.append(latency_ms)
        self._marks.append((frame.time_s, frame.index))
        while self._marks[0][0] < frame.time_s - _MEMORY_S:
            self._marks.popleft()
        return latency_ms, dropped

    def gap(self) -> None:
        """Count a gap that has ended."""
        self._gaps += 1
        self._marks.clear()

    def recognised(self, latency_ms: float) -> None:
        """Note what the newest window cost."""
        self._recognition_ms = latency_ms

    @property
    def _delivered_fps(self) -> float:
        if len(self._marks) < 2 or self._marks[-1][0] <= self._marks[0][0]:
            return 0.0
        (first_s, first), (last_s, last) = self._marks[0], self._marks[-1]
        return (last - first) / (last_s - first_s)

    def stats(self) -> Stats:
        """The figures as they are now."""
        p50, p95 = np.percentile(self._latencies_ms, [50, 95]) if self._latencies_ms else (0.0, 0.0)
        return Stats(
            delivered_fps=self._delivered_fps,
            announced_fps=self._announced_fps,
            shown_fps=self._shown.per_s,
            latency_ms_p50=float(p50),
            latency_ms_p95=float(p95),
            recognition_ms=self._recognition_ms,
            delivered_frames=self._last_index + 1,
            dropped_frames=self._dropped,
            gaps=self._gaps,
        )
