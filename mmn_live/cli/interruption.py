"""Ctrl-C and SIGTERM: heard at once where the run can be left, and later where it cannot."""

from __future__ import annotations

import atexit
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AT_LAST = 5


class Interruption:
    """While it is entered, a signal raises KeyboardInterrupt inside `listening()` alone, and once.

    One that comes before waits for `listening()`; those that come after, while files are being closed, would leave
    them unfinished and are not heard, nor are they once it was left because of one. The fifth is heard anywhere, so
    that nothing can hang for good. Main thread only.
    """

    def __init__(self) -> None:
        self._count = 0
        self._listening = False
        self._previous: list[Callable[[int, FrameType | None], Any] | int | None] = []

    def __enter__(self) -> Interruption:
        self._previous = [signal.signal(number, self._hear) for number in _SIGNALS]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._count:  # the program is about to end: who is impatient must not hit the interpreter's own end
            atexit.register(_hear_nothing_more)
            return
        for number, previous in zip(_SIGNALS, self._previous, strict=True):
            signal.signal(number, previous)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Here the run can be left. Raises KeyboardInterrupt at once when a signal came before."""
        self._listening = True
        try:
            if self._count:
                raise KeyboardInterrupt
            yield
        finally:
            self._listening = False

    def _hear(self, _signal: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._listening or self._count >= _AT_LAST:
            self._listening = False
            raise KeyboardInterrupt


def _hear_nothing_more() -> None:
    """Past this the interpreter gives up its handlers, so that a signal would kill a program that ended well."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
