"""What it brings to begin with a file's next frame: the whole pipeline with and without it, by turns in one run.

    python benchmarks/look_ahead.py [--rounds 4] [--seconds 10]

Both play the clip of `mmn-live bench` as a file, with recognition, overlay, video and session on; what is printed is
the median of the rounds, in frames a second.
"""

from __future__ import annotations

import argparse
import statistics
from unittest.mock import patch

from mmn_live.checkpoints import load_checkpoint
from mmn_live.cli.bench import actor_clip, whole_pipeline
from mmn_live.cli.models import model_files
from mmn_live.pipeline.channel import Channel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0)
    arguments = parser.parse_args()
    given = actor_clip(round(arguments.seconds * 30)), model_files(), load_checkpoint("actor"), "cpu"
    ways = {"one by one": lambda _: None, "with the next begun": Channel.peek}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(arguments.rounds):
        for name in sorted(ways, reverse=bool(number % 2)):
            with patch.object(Channel, "peek", ways[name]):
                rates[name].append(whole_pipeline(*given, live=False)[0])
    for name, several in rates.items():
        print(f"{name}: {statistics.median(several):.1f} frames/s")


if __name__ == "__main__":
    main()
