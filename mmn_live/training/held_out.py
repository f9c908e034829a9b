"""Scripts to judge by: every action equally often, quiet behaviour, and empty rooms, by seeds that no training has.

Movement, body, camera and look are drawn from streams of their own for evaluation and for calibration (`seeds.py`).
`seeds` are such a stream's seed and what else tells two streams apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from mmn_live.actor.motion import ACTIONS, spread
from mmn_live.actor.perform import motion_of, perform
from mmn_live.actor.quiet import QUIET
from mmn_live.actor.script import Cue, Script
from mmn_live.pose import joints_from_landmarks
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.scripts import VIEW_SHARES, quiet_script, views_for

ACTIONS_A_SCRIPT = 4
QUIET_S, EMPTY_S = 30.0, 15.0

_QUIET_CHANCE = 0.35
_STREAMS = {"actions": 0, "quiet": 1, "empty": 2}
_LOOKS_PER_S = 5.0

Rng = np.random.Generator
Seeds = tuple[int, ...]


def action_scripts(count: int, seeds: Seeds) -> Iterator[Script]:
    """`count` scripts of up to ACTIONS_A_SCRIPT actions, the classes dealt out like cards.

    None comes again before all the others have come. An action that leads to another, or follows from it, brings that
    one along.
    """
    rng = _rng("actions", seeds)
    hands: list[list[str]] = []
    for _ in range(count):
        hands = hands or _dealt(rng)
        yield _script_of(hands.pop(), rng)


def quiet_scripts(count: int, seeds: Seeds, duration_s: float = QUIET_S) -> Iterator[Script]:
    """Scripts of somebody who does nothing that has a name: idle, talking, reading and the like."""
    rng = _rng("quiet", seeds)
    return (quiet_script(rng, duration_s) for _ in range(count))


def empty_scripts(count: int, seeds: Seeds) -> Iterator[Script]:
    """Scripts of rooms with nobody in them."""
    rng = _rng("empty", seeds)
    return (Script((), EMPTY_S, str(rng.choice(list(VIEW_SHARES))), "none", *_seeds(rng)) for _ in range(count))


def shown(script: Script) -> float:
    """The share of the time of the script's least visible action in which all that acts is in the picture."""
    performance = perform(script, np.arange(0, script.duration_s, 1 / _LOOKS_PER_S))
    layout = taxonomy_named("ma52").layout
    pose = np.concatenate([performance.pose_px, np.ones((*performance.pose_px.shape[:-1], 1))], -1)
    hands = np.concatenate([performance.hands_px, np.ones((*performance.hands_px.shape[:-1], 1))], -1)
    size = performance.camera.width, performance.camera.height
    joints, seen = joints_from_landmarks(pose.astype(np.float32), hands.astype(np.float32), layout, *size)
    # A found hand's wrist is seen outside, too; here it has to be in the picture.
    inside = (seen > 0) & ((joints >= 0) & (joints < size)).all(axis=-1)
    shares = [1.0]
    for label in performance.labels:
        meanwhile = (performance.times_s >= label.onset_s) & (performance.times_s <= label.offset_s)
        acting = [layout.index(name) for name in label.acting]
        if meanwhile.any():
            shares.append(float(inside[meanwhile][:, acting].all(axis=1).mean()))
    return min(shares)


def _rng(kind: str, seeds: Seeds) -> Rng:
    return np.random.default_rng((*seeds, _STREAMS[kind]))


def _dealt(rng: Rng) -> list[list[str]]:
    """All actions in hands of ACTIONS_A_SCRIPT at most that one view can show: those of a part of the body together."""
    shuffled = [str(name) for name in rng.permutation(list(ACTIONS))]
    hands: list[list[str]] = [[]]
    for name in sorted(shuffled, key=lambda one: (len(views_for(one)), _part(one))):
        if len(hands[-1]) == ACTIONS_A_SCRIPT or not _views([*hands[-1], name]):
            hands.append([])
        hands[-1].append(name)
    rng.shuffle(hands)
    return hands


def _views(names: Sequence[str]) -> list[str]:
    return [view for view in VIEW_SHARES if all(view in views_for(name) for name in names)]


def _script_of(names: Sequence[str], rng: Rng) -> Script:
    """The actions in any order, one over before the next begins, in a view that shows them all."""
    seed, look = _seeds(rng)
    cues: list[Cue] = []
    now_s = rng.uniform(0.5, 1.5)
    for name in rng.permutation(names):
        if rng.random() < _QUIET_CHANCE:
            quiet = str(rng.choice([each for each in QUIET if each != "walking past"]))
            cues.append(Cue(now_s, spread(rng, *QUIET[quiet].duration_s), quiet))
            now_s = cues[-1].end_s + rng.uniform(0, 1)
        cue = Cue(now_s, spread(rng, *ACTIONS[str(name)].duration_s), str(name))
        motion = motion_of(seed, len(cues), cue)
        cues.append(replace(cue, start_s=now_s + motion.before_s))
        now_s = cues[-1].end_s + motion.after_s + rng.uniform(0.5, 2.0)
    seated = rng.random() < 0.8 or any(_needs_a_seat(name) for name in names)
    script = Script(tuple(cues), now_s + 1.0, figure="seated" if seated else "standing", seed=seed, look=look)
    return _in_a_view(script, _views(names), rng)


def _in_a_view(script: Script, views: Sequence[str], rng: Rng) -> Script:
    """The script in the first of the views, drawn by their shares, that shows everything; else in the best of them."""
    shares = np.array([VIEW_SHARES[view] for view in views])
    drawn = [str(view) for view in rng.choice(views, len(views), replace=False, p=shares / shares.sum())]
    best, most = script, -1.0
    for view in drawn:
        candidate = replace(script, view=view)
        share = shown(candidate)
        if share > most:
            best, most = candidate, share
        if share >= 1:
            break
    return best


def _needs_a_seat(name: str) -> bool:
    return _part(name) in ("body", "lower limb", "leg-hand")


def _part(name: str) -> str:
    return taxonomy_named("ma52").part_of(name)


def _seeds(rng: Rng) -> tuple[int, int]:
    seed, look = (int(number) for number in rng.integers(1 << 31, size=2))
    return seed, look
