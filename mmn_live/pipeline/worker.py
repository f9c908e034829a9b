"""A named thread that keeps the exception it ended with."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mmn_live.pipeline.channel import ChannelClosed


class Worker:
    """Runs `work` once in a thread; `done(error)` is called in that thread when it ends, however it ends.

    A ChannelClosed is an ordinary end: somebody downstream wanted nothing more.
    """

    def __init__(self, name: str, work: Callable[[], None], done: Callable[[BaseException | None], None]) -> None:
        self._work = work
        self._done = done
        self._thread = threading.Thread(target=self._run, name=f"mmn-live-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        """Wait for the end; nothing to wait for when it was never started."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._work()
        except ChannelClosed:
            pass
        except BaseException as caught:  # kept for the main thread, which re-raises it
            error = caught
        finally:
            self._done(error)
