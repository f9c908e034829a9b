"""How a run is going, in lines: how many clips were seen, how fast, how long it will take, and what was measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lightning
from lightning.pytorch.callbacks import Callback

_EVERY_S = 15.0


class Progress(Callback):
    """Hands a line to `say` every quarter of a minute, and one after each judgement on held-out clips."""

    def __init__(self, batch: int, say: Callable[[str], None]) -> None:
        self._batch, self._say = batch, say
        self._since, self._steps = 0.0, 0

    def on_train_start(self, trainer: lightning.Trainer, *_args: Any, **_named: Any) -> None:
        self._since, self._steps = time.monotonic(), trainer.global_step

    def on_train_batch_end(self, trainer: lightning.Trainer, *_args: Any, **_named: Any) -> None:
        passed_s = time.monotonic() - self._since
        if passed_s < _EVERY_S:
            return
        clips_per_s = (trainer.global_step - self._steps) * self._batch / passed_s
        seen, total = trainer.global_step * self._batch, trainer.max_steps * self._batch
        left = timedelta(seconds=round((total - seen) / clips_per_s))
        loss = float(trainer.callback_metrics["loss"])
        self._say(f"{seen:,} of {total:,} clips, {clips_per_s:.0f} a second, {left} left at this rate, loss {loss:.3f}")
        self._since, self._steps = time.monotonic(), trainer.global_step

    def on_validation_end(self, trainer: lightning.Trainer, *_args: Any, **_named: Any) -> None:
        figures = {name: float(v) for name, v in trainer.callback_metrics.items() if name != "loss"}
        self._say("held out: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
