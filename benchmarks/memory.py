"""Whether memory stays flat: the whole pipeline, live, for ten minutes, its resident memory noted every ten seconds.

    python benchmarks/memory.py [--minutes 10] [--json FILE]

The first minute is warm-up; what is reported is the slope of a straight line through the rest. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mmn_live.checkpoints import load_checkpoint
from mmn_live.cli.models import model_files
from mmn_live.pipeline import SESSION_VIDEO, Recorder, Settings, assemble
from mmn_live.recording import SessionWriter
from mmn_live.sources import ClipSource
from mmn_live.sources.demo import DemoSource
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Image

FPS = 30.0
EVERY_S = 10.0
WARM_UP_S = 60.0
CLIP_FRAMES = 300


class Looped(Sequence[Image]):
    """A few seconds of images, over and over, to and fro, without taking more room."""

    def __init__(self, images: list[Image], count: int) -> None:
        self._images = images + images[::-1]
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Image:  # type: ignore[override]
        return self._images[index % len(self._images)]

    def __iter__(self):
        return itertools.islice(itertools.cycle(self._images), self._count)


def resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(minutes: float) -> list[tuple[float, float]]:
    """(seconds, MiB) every ten seconds of a live run with video, session and recognition."""
    with DemoSource(None, seed=0, fps=FPS, pace=False) as actor:
        images = [frame.image for frame in itertools.islice(actor, CLIP_FRAMES)]
    checkpoint, samples = load_checkpoint("actor"), []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "session"
        session = SessionWriter(folder, {}, checkpoint.labels, taxonomy_named(checkpoint.taxonomy).layout)
        recorder = Recorder(session, folder / SESSION_VIDEO, record=True)
        source = ClipSource(Looped(images, int(minutes * 60 * FPS)), FPS, live=True)
        with assemble(source, model_files(), checkpoint, Settings(), recorder, show=True) as pipeline:
            began_s = time.monotonic()
            for _ in pipeline.views():
                now_s = time.monotonic() - began_s
                if now_s >= len(samples) * EVERY_S:
                    samples.append((now_s, resident_mib()))
                    print(f"{now_s:6.0f} s  {samples[-1][1]:7.1f} MiB", flush=True)
    return samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    samples = measure(arguments.minutes)
    steady = np.array([sample for sample in samples if sample[0] >= WARM_UP_S])
    slope = float(np.polyfit(steady[:, 0], steady[:, 1], 1)[0] * 60) if len(steady) > 1 else float("nan")
    figures = {
        "minutes": arguments.minutes,
        "first_mib": steady[0, 1],
        "last_mib": steady[-1, 1],
        "mib_per_minute": slope,
    }
    print(json.dumps(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps({**figures, "samples": samples}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
