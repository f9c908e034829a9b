"""Begins live runs, one after the other, and kills each at a random moment; test_kill.py runs it as a process.

    python killed_runs.py FOLDER COUNT SEED

Everything is imported once; every run is a forked child that records FOLDER/N until SIGKILL. What the child had done by
then is in FOLDER/N.done, a line "frames predictions events" after each that it handed to the recorder.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from acting import ActedCamera, acted_pipeline

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.pipeline import Pipeline, Settings
from mmn_live.recording import SessionWriter


class Telling:
    """Counts what the session was given, and says so after it has it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._counts = {"frame": 0, "prediction": 0, "event": 0}
        for name in self._counts:
            setattr(SessionWriter, name, self._told(name, getattr(SessionWriter, name)))

    def _told(self, name, method):
        def told(*arguments, **named):
            method(*arguments, **named)
            self._counts[name] += 1
            os.write(self._file, (" ".join(map(str, self._counts.values())) + "\n").encode())

        return told


def run(folder: Path, checkpoint: Checkpoint) -> None:
    Telling(folder.with_suffix(".done"))
    source = ActedCamera(((3.3, 4.3),), interval_s=0.01)
    pipeline: Pipeline = acted_pipeline(checkpoint, folder, source, Settings(device="cpu"))
    with pipeline:
        for _ in pipeline.views():
            pass
    os._exit(0)


def main() -> None:
    folder, count, rng = Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    torch.set_num_threads(1)
    checkpoint = load_checkpoint("actor")
    for number in range(count):
        child = os.fork()
        if child == 0:
            run(folder / str(number), checkpoint)
        time.sleep(rng.choice((rng.uniform(0, 0.2), rng.uniform(0.2, 1.0), rng.uniform(1.0, 2.5))))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
