"""What two habits of the pipeline bring: the whole pipeline as it is and without each, by turns in one run.

    python benchmarks/ablation.py [--rounds 6] [--seconds 10]

All play the clip of `mmn-live bench` as a file, with recognition, overlay, video and session on; what is printed is
the median of the rounds, in frames a second.
"""

from __future__ import annotations

import argparse
import statistics
from contextlib import AbstractContextManager, nullcontext
from unittest.mock import patch

import cv2

from mmn_live.checkpoints import load_checkpoint
from mmn_live.cli.bench import actor_clip, whole_pipeline
from mmn_live.cli.models import model_files
from mmn_live.pipeline import pipeline
from mmn_live.pipeline.channel import Channel


def ways() -> dict[str, AbstractContextManager[object]]:
    """What is to be in force while the pipeline runs, by what is said of it."""
    return {
        "as it is": nullcontext(),
        "without the next frame begun": patch.object(Channel, "peek", lambda _: None),
        "with OpenCV's own number of threads": patch.object(pipeline, "_OPENCV_THREADS", cv2.getNumThreads()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    given = actor_clip(round(arguments.seconds * 30)), model_files(), load_checkpoint("actor"), "cpu"
    names = list(ways())
    rates: dict[str, list[float]] = {name: [] for name in names}
    for number in range(arguments.rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            with ways()[name]:
                rates[name].append(whole_pipeline(*given, live=False)[0])
    for name, several in rates.items():
        print(f"{name}: {statistics.median(several):.1f} frames/s")


if __name__ == "__main__":
    main()
