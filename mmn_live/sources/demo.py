"""The built-in actor as a source of frames: a camera that needs no camera."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np

from mmn_live.actor.look import look_from_seed
from mmn_live.actor.perform import Performance, perform
from mmn_live.actor.render import Renderer
from mmn_live.actor.script import DEMO, Script, read_script, with_seeds
from mmn_live.errors import UsageError
from mmn_live.types import Frame, SourceInfo

_LEAST_PX = 16
_CATCH_UP_S = 0.5


class DemoSource:
    """Renders a script's performance frame by frame: same script and seed, same pixels, and none dropped.

    `script` is a Script, a script's file, or None for the built-in demo; `seed` replaces the script's own seeds of
    movement and look. `pace` keeps frames from coming faster than life; late ones are never skipped.
    `performance` is the truth about what is shown.

    Raises UsageError for a script that does not read, a size under 16 pixels or a rate that is not above zero.
    """

    def __init__(
        self,
        script: Script | str | Path | None = None,
        seed: int | None = None,
        size: tuple[int, int] = (640, 480),
        fps: float = 25.0,
        *,
        pace: bool = True,
    ) -> None:
        if fps <= 0 or min(size) < _LEAST_PX:
            raise UsageError(
                f"the actor cannot be shown at {size[0]}x{size[1]} and {fps:g} frames/s: "
                f"use a rate above 0 and at least {_LEAST_PX}x{_LEAST_PX}"
            )
        played = with_seeds(_script(script), seed, seed)
        times_s = np.arange(max(1, round(played.duration_s * fps))) / fps
        self.performance: Performance = perform(played, times_s, size)
        self._renderer = Renderer(self.performance.camera, look_from_seed(played.look))
        self._pace = pace
        self._closed = threading.Event()
        name = script if isinstance(script, (str, Path)) else "demo"
        self.info = SourceInfo("actor", str(name), *size, fps, False, len(times_s), len(times_s) / fps)

    def __enter__(self) -> DemoSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        began_s = time.monotonic()
        for index, time_s in enumerate(self.performance.times_s):
            early_s = began_s + time_s - time.monotonic() if self._pace else 0.0
            if early_s < -_CATCH_UP_S:  # after a pause he goes on where he was, not in fast motion
                began_s -= early_s
            if self._closed.wait(max(0.0, early_s)):
                return
            image = self._renderer.render(self.performance.figure, index)
            yield Frame(index, float(time_s), image, time.monotonic())

    def close(self) -> None:
        """End the iteration, at once even while it waits. Idempotent."""
        self._closed.set()


def _script(script: Script | str | Path | None) -> Script:
    if script is None:
        return DEMO
    return script if isinstance(script, Script) else read_script(Path(script))
