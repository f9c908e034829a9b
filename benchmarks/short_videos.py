"""Short videos in which one action follows another: windows cut off at both ends, against whole windows alone.

    python benchmarks/short_videos.py [--model actor] [--videos 200]

Two actions of the upper body in a second or two, seen through the noise model of MediaPipe, by seeds that no training
has. Both answers come from one run of the live chain: the first from all of its windows; the second from those alone
that have the model's whole length or, in a video that is shorter, from the one that holds most of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

import numpy as np

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.pipeline import Settings
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.evaluate import seen
from mmn_live.training.observed import observed
from mmn_live.training.seeds import EVALUATION_SEED
from mmn_live.training.segments import Judge, answers
from mmn_live.training.watching import Watched, acted
from mmn_live.types import Prediction

PARTS = ("head", "upper limb", "body-hand", "head-hand")
LONGEST_S, PAUSE_S = 1.0, 0.4
_STREAM = 3


def scripts(count: int) -> Iterator[Script]:
    """`count` scripts of two brisk actions each."""
    rng = np.random.default_rng((EVALUATION_SEED, _STREAM))
    taxonomy = taxonomy_named("ma52")
    names = [name for name in ACTIONS if taxonomy.part_of(name) in PARTS and ACTIONS[name].duration_s[0] < LONGEST_S]
    for _ in range(count):
        cues: list[Cue] = []
        now_s = rng.uniform(0, PAUSE_S)
        for name in rng.choice(names, 2, replace=False):
            cues.append(Cue(now_s, rng.uniform(ACTIONS[name].duration_s[0], LONGEST_S), str(name)))
            now_s = cues[-1].end_s + rng.uniform(0, PAUSE_S)
        seed, look = (int(number) for number in rng.integers(1 << 31, size=2))
        yield Script(tuple(cues), now_s, str(rng.choice(["webcam", "half"])), "seated", seed, look)


def whole(predictions: Sequence[Prediction], window_s: float) -> list[Prediction]:
    """Those of whole windows, or of the longest there is."""
    longest_s = max((one.end_s - one.start_s for one in predictions), default=0.0)
    return [one for one in predictions if one.end_s - one.start_s >= min(window_s, longest_s) - 1e-6]


def main() -> None:
    """Print both sides' figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="actor")
    parser.add_argument("--videos", type=int, default=200)
    arguments = parser.parse_args()
    checkpoint: Checkpoint = load_checkpoint(arguments.model)
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    videos = (
        Watched(acted(script, "actions", 0), observed(script, taxonomy.layout)) for script in scripts(arguments.videos)
    )
    found = list(seen(checkpoint, Settings(), videos))
    judge = Judge(checkpoint.labels, taxonomy)
    for name, pick in (
        ("all windows", lambda predictions: predictions),
        ("whole windows alone", lambda predictions: whole(predictions, checkpoint.window_s)),
    ):
        given = [
            answer for one in found for answer in answers(one.video.truths, pick(one.predictions), checkpoint.labels)
        ]
        figures = judge.summary(given)
        shown = ", ".join(f"{key} {figures[key]:.3f}" for key in ("top1", "top5", "part", "mrr"))
        print(f"{name}: {int(figures['segments'])} segments, {shown}")


if __name__ == "__main__":
    main()
