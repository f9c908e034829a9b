"""What it brings to keep OpenCV to one thread: the whole pipeline so and with as many as it likes, by turns in one run.

    python benchmarks/opencv_threads.py [--rounds 4] [--seconds 10]

Both play the clip of `mmn-live bench` as a file, with recognition, overlay, video and session on; what is printed is
the median of the rounds, in frames a second.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from unittest.mock import patch

import cv2

from mmn_live.checkpoints import load_checkpoint
from mmn_live.cli.bench import actor_clip, whole_pipeline
from mmn_live.cli.models import model_files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    given = actor_clip(round(arguments.seconds * 30)), model_files(), load_checkpoint("actor"), "cpu"
    kept = cv2.setNumThreads
    ways: dict[str, Callable[[int], None]] = {"as many as it likes": lambda _: kept(-1), "one thread": kept}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(arguments.rounds):
        for name in sorted(ways, reverse=bool(number % 2)):
            with patch.object(cv2, "setNumThreads", ways[name]):
                rates[name].append(whole_pipeline(*given, live=False)[0])
    for name, several in rates.items():
        print(f"{name}: {statistics.median(several):.1f} frames/s")


if __name__ == "__main__":
    main()
