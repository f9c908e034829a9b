"""Scripts to judge by: every action equally often, quiet behaviour, and empty rooms, by seeds that no training has.

Movement, body, camera and look are drawn from streams that begin with HELD_OUT_SEED for evaluation and with
CALIBRATION_SEED for calibration; no training or validation clip has one of them. `seeds` are such a seed and what else
tells two streams apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mmn_live.actor.idle import QUIET
from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.script import Cue, Script
from mmn_live.taxonomy import taxonomy_named

HELD_OUT_SEED = 2_000_003
CALIBRATION_SEED = 4_000_037

ACTIONS_A_SCRIPT = 4
QUIET_S, EMPTY_S = 30.0, 15.0

_VIEW_SHARES = {"webcam": 0.3, "half": 0.45, "full": 0.25}
_QUIET_CHANCE = 0.35
_STREAMS = {"actions": 0, "quiet": 1, "empty": 2}

Rng = np.random.Generator
Seeds = tuple[int, ...]


def views_for(name: str) -> tuple[str, ...]:
    """The views that show everything the action needs."""
    part = next(label.body_part for label in taxonomy_named("ma52").labels if label.name == name)
    if part in ("lower limb", "leg-hand"):
        return ("full",)
    return ("webcam", "half", "full") if part in ("head", "head-hand") else ("half", "full")


def action_scripts(count: int, seeds: Seeds) -> Iterator[Script]:
    """`count` scripts of ACTIONS_A_SCRIPT actions, the classes dealt out like cards.

    None comes again before all the others have come, so every len(ACTIONS) / ACTIONS_A_SCRIPT scripts hold each once.
    """
    rng = _rng("actions", seeds)
    hands: list[list[str]] = []
    for _ in range(count):
        hands = hands or _dealt(rng)
        yield _script_of(hands.pop(), rng)


def quiet_scripts(count: int, seeds: Seeds, duration_s: float = QUIET_S) -> Iterator[Script]:
    """Scripts of somebody who does nothing that has a name: idle, talking, reading and the like."""
    rng = _rng("quiet", seeds)
    for _ in range(count):
        view = str(rng.choice(list(_VIEW_SHARES), p=list(_VIEW_SHARES.values())))
        yield Script(_quietly(rng, duration_s), duration_s, view, _figure(rng), *_seeds(rng))


def empty_scripts(count: int, seeds: Seeds) -> Iterator[Script]:
    """Scripts of rooms with nobody in them."""
    rng = _rng("empty", seeds)
    for _ in range(count):
        yield Script((), EMPTY_S, str(rng.choice(list(_VIEW_SHARES))), "none", *_seeds(rng))


def _rng(kind: str, seeds: Seeds) -> Rng:
    return np.random.default_rng((*seeds, _STREAMS[kind]))


def _dealt(rng: Rng) -> list[list[str]]:
    """All actions in hands of ACTIONS_A_SCRIPT; those that few views show are kept together."""
    shuffled = [str(name) for name in rng.permutation(list(ACTIONS))]
    ordered = sorted(shuffled, key=lambda name: len(views_for(name)))
    hands = [ordered[i : i + ACTIONS_A_SCRIPT] for i in range(0, len(ordered), ACTIONS_A_SCRIPT)]
    rng.shuffle(hands)
    return hands


def _script_of(names: Sequence[str], rng: Rng) -> Script:
    """The actions in any order, with idle or quiet behaviour between them, in a view that shows them all."""
    views = [view for view in _VIEW_SHARES if all(view in views_for(name) for name in names)]
    shares = np.array([_VIEW_SHARES[view] for view in views])
    cues: list[Cue] = []
    now_s = rng.uniform(1.0, 2.5)
    for name in rng.permutation(names):
        if rng.random() < _QUIET_CHANCE:
            cues.append(_quiet_cue(rng, now_s))
            now_s = cues[-1].end_s + rng.uniform(0, 1)
        cues.append(Cue(now_s, float(rng.uniform(*ACTIONS[str(name)].duration_s)), str(name)))
        now_s = cues[-1].end_s + rng.uniform(0.5, 2.5)
    view = str(rng.choice(views, p=shares / shares.sum()))
    figure = "seated" if views == ["full"] else _figure(rng)
    return Script(tuple(cues), cues[-1].end_s + rng.uniform(1.5, 2.5), view, figure, *_seeds(rng))


def _quietly(rng: Rng, duration_s: float) -> tuple[Cue, ...]:
    cues: list[Cue] = []
    cue = _quiet_cue(rng, rng.uniform(0.5, 2.0))
    while cue.end_s <= duration_s:
        cues.append(cue)
        cue = _quiet_cue(rng, cue.end_s + rng.uniform(0, 2.5))
    return tuple(cues)


def _quiet_cue(rng: Rng, start_s: float) -> Cue:
    name = str(rng.choice(list(QUIET)))
    return Cue(start_s, float(rng.uniform(*QUIET[name].duration_s)), name)


def _figure(rng: Rng) -> str:
    return "seated" if rng.random() < 0.8 else "standing"


def _seeds(rng: Rng) -> tuple[int, int]:
    seed, look = (int(number) for number in rng.integers(1 << 31, size=2))
    return seed, look
