"""How far a head has to move to be named: actions of the head by the angle they cover, and what is said of them.

    python benchmarks/head_angles.py [--model actor] [--model other.safetensors] [--videos 150]

Each video is one action of the head by a seed that no training has, seen near the camera through the noise model of
MediaPipe; the action draws its size itself, and all models are asked about the same videos. "Most probable" counts the
actions of which their name is said first where "none" may win, "event" those that an event of their name meets.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from rich.console import Console
from rich.table import Table

from mmn_live.actor.motion import ACTIONS, spread
from mmn_live.actor.perform import motion_of, perform
from mmn_live.actor.script import Cue, Script
from mmn_live.checkpoints import load_checkpoint
from mmn_live.joints import MA52
from mmn_live.pipeline import Settings
from mmn_live.training.evaluate import Seen, seen
from mmn_live.training.observed import observed
from mmn_live.training.scoring import Score
from mmn_live.training.seeds import EVALUATION_SEED
from mmn_live.training.segments import answers
from mmn_live.training.watching import Watched, acted, check_label_set

NAMES = ("bowing head", "head up", "turning head", "tilting head")
VIEWS = ("close", "webcam")
BOUNDS_DEG = (0, 12, 16, 22, 32, 180)
_STREAM, _MARGIN_S, _LOOKS_PER_S = 4, 1.5, 10.0


@dataclass(frozen=True)
class Moved:
    """One action of the head: the angle it covers, whether its name was the most probable, whether an event had it."""

    name: str
    angle_deg: float
    most_probable: bool
    event: bool


def scripts(count: int) -> Iterator[Script]:
    """`count` scripts of each action, one in each."""
    rng = np.random.default_rng((EVALUATION_SEED, _STREAM))
    for name in NAMES:
        for _ in range(count):
            seed, look = (int(number) for number in rng.integers(1 << 31, size=2))
            cue = Cue(0, spread(rng, *ACTIONS[name].duration_s), name)
            motion = motion_of(seed, 0, cue)
            cue = Cue(_MARGIN_S + motion.before_s, cue.duration_s, name)
            end_s = cue.end_s + motion.after_s + _MARGIN_S
            yield Script((cue,), end_s, str(rng.choice(VIEWS)), "seated", seed, look)


def angle_deg(script: Script, onset_s: float, offset_s: float) -> float:
    """How far the head turns, bows or tilts in the world, between its extremes: whichever of these the action is."""
    figure = perform(script, np.arange(onset_s, offset_s, 1 / _LOOKS_PER_S)).figure
    assert figure is not None
    left, _, forward = np.moveaxis(figure.head_rotation, 2, 0)
    angles = {
        "turning head": np.arctan2(forward[:, 0], forward[:, 2]),
        "tilting head": np.arctan2(left[:, 1], np.hypot(left[:, 0], left[:, 2])),
    }
    pitch = np.arcsin(forward[:, 1])
    return float(np.degrees(np.ptp(angles.get(script.cues[0].action, pitch))))


def moved(script: Script, one: Seen, labels: tuple[str, ...]) -> Moved:
    """What was said of a script's own action, whatever leads up to it or follows."""
    name = script.cues[0].action
    truth = next(truth for truth in one.video.truths if name in truth.names)
    (answer,) = answers([truth], one.predictions, labels)
    score = Score()
    score.add([truth], one.events, one.video.duration_s)
    best = labels[int(answer.probabilities.argmax())]
    return Moved(name, angle_deg(script, *truth.span_s), best == name, score.found[name] > 0)


def main() -> None:
    """Print a table for each model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", action="append", help="may be given several times")
    parser.add_argument("--videos", type=int, default=150, help="of each action")
    arguments = parser.parse_args()
    drawn = list(scripts(arguments.videos))
    videos = [Watched(acted(script, "actions", 0), observed(script, MA52)) for script in drawn]
    for model in arguments.model or ["actor"]:
        checkpoint = load_checkpoint(model)
        check_label_set(checkpoint.taxonomy)
        answered = zip(drawn, seen(checkpoint, Settings(), videos), strict=True)
        _print(model, [moved(script, one, checkpoint.labels) for script, one in answered])


def _print(model: str, all_moved: list[Moved]) -> None:
    bins = list(pairwise(BOUNDS_DEG))
    heads = [f"{least} to {most}°" for least, most in bins]
    table = Table("action", *heads, title=f"{model}: most probable / event, of how many")
    for name in NAMES:
        cells = []
        for least, most in bins:
            there = [one for one in all_moved if one.name == name and least <= one.angle_deg < most]
            named, met = (sum(getattr(one, what) for one in there) for what in ("most_probable", "event"))
            cells.append(f"{named} / {met} of {len(there)}")
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
