"""What the actor is told to do for training: every action about equally often, in views that show it, amid quiet life.

Actions follow one another at leisure or briskly, the hand often going straight from one to the next, some on top of
another; beside and between them the actor talks, reads, types, laughs, drinks, leans. Some scripts are quiet from
beginning to end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import motion_of
from mmn_live.actor.quiet import QUIET
from mmn_live.actor.script import Cue, Script
from mmn_live.taxonomy import taxonomy_named

Rng = np.random.Generator

VIEW_SHARES = {"close": 0.10, "webcam": 0.24, "half": 0.34, "full": 0.24, "wide": 0.08}
_FREQUENCY: dict[str, dict[str, float]] = {
    "close": {"body": 0.8, "head": 1.2, "upper limb": 0.3, "lower limb": 0.02, "body-hand": 0.5, "head-hand": 1.7},
    "webcam": {"body": 0.9, "head": 0.9, "upper limb": 0.8, "lower limb": 0.05, "body-hand": 1.0, "head-hand": 1.3},
    "half": {"body": 0.8, "head": 0.6, "upper limb": 1.5, "lower limb": 0.05, "body-hand": 1.1, "head-hand": 0.9},
    "full": {"body": 0.6, "head": 0.4, "upper limb": 0.9, "lower limb": 2.8, "body-hand": 0.6, "head-hand": 0.5},
}
_FREQUENCY["wide"] = _FREQUENCY["full"]
_LEG_HAND_AS = "lower limb"
_OFTEN = {"sitting straightly": 1.4, "rising up": 1.8, "turning around": 0.8}
_OFTEN |= {"bowing head": 0.8, "turning head": 1.2, "nodding": 1.2}
_OFTEN |= {"clenching fist": 2.0, "other finger movements": 2.1, "playing objects": 1.4, "stretching arms": 0.6}
_OFTEN |= {"scratching arms": 1.25, "rubbing hands": 1.25, "putting hands together": 1.6, "illustrative gestures": 1.4}
_OFTEN |= dict.fromkeys(["pointing oneself", "retracting arms", "hands touching fingers"], 1.2)
_OFTEN |= dict.fromkeys(["arms akimbo", "crossing arms"], 1.2)
_OFTEN |= {"crossing legs": 1.5, "shaking legs": 1.2, "spread legs": 0.7, "closing legs": 0.7, "retracting feet": 0.5}
_OFTEN |= {"playing or tidying hair": 1.1, "covering mouth": 0.9, "scratching or touching face": 1.5}
_OFTEN |= {"patting legs": 1.2, "scratching legs": 1.4, "scratching feet": 1.6}
"""Asked for so often, against the others of its body part, that each is in about the same share of the clips: some are
brought along by others, some last longer, some are often out of view. From what 24,000 clips held without it. Touched
faces, hands put together and illustrative gestures come more often than that: networks knew little of the first two,
and of the signs among the third (docs/LINEAGE.md)."""

_FROM_NEARER = {"close": 0.5, "webcam": 0.15}
"""Share of these views that are taken for "face" instead."""

_QUIET_SCRIPT, _BRISK, _WALKING = 0.16, 0.28, 0.015
_QUIET_CUE, _ACCOMPANIED, _ON_TOP = 0.25, 0.35, 0.2
_QUIET_OFTEN = {"looking down": 3.0, "laughing": 2.0, "talking": 2.0}
"""What passes for an action most easily comes more often in quiet behaviour to learn from than in that to judge by."""

_ACCOMPANYING = ("talking", "talking", "glancing", "settling", "laughing", "leaning")
_BUSY = {"body": {"trunk"}, "head": {"head"}, "upper limb": {"arms"}, "lower limb": {"legs"}}
_BUSY |= {"body-hand": {"arms"}, "head-hand": {"arms", "head"}, "leg-hand": {"arms", "legs"}}
"""What an action of each body part keeps busy; one on top of another keeps something else busy."""

_STRAIGHT_ON = {False: 0.35, True: 0.7}
"""How often a hand is not brought home between two actions of it: at leisure, and briskly."""
_SEATED = 0.78
_NEEDS_A_SEAT = ("rising up", "sitting straightly", "curling legs", "crossing legs")


def views_for(action: str) -> tuple[str, ...]:
    """The views in which an action shows well."""
    part = _part(action)
    return tuple(view for view, often in _FREQUENCY.items() if often[part] >= 0.5 and view in VIEW_SHARES)


def training_script(rng: Rng, duration_s: float) -> Script:
    """A script drawn for training."""
    view = str(rng.choice(list(VIEW_SHARES), p=list(VIEW_SHARES.values())))
    if rng.random() < _WALKING:
        cues = [Cue(0.0, duration_s, "walking past")]
        return _script(rng, cues, duration_s, view, "standing", _seed(rng))
    seed = _seed(rng)
    quiet = rng.random() < _QUIET_SCRIPT
    cues = quiet_cues(rng, duration_s, _QUIET_OFTEN) if quiet else _active_cues(rng, duration_s, view, seed)
    figure = "seated" if rng.random() < _SEATED or _needs_a_seat(cues) else "standing"
    return _script(rng, cues, duration_s, view, figure, seed)


def from_nearer(script: Script) -> Script:
    """The same, at times seen from so near that the face fills the picture, shoulders and wrists often outside it.

    What is rendered never is: in many such pictures MediaPipe does not find the actor's drawn face.
    """
    is_nearer = np.random.default_rng((script.seed, script.look)).random() < _FROM_NEARER.get(script.view, 0.0)
    return replace(script, view="face") if is_nearer else script


def quiet_script(rng: Rng, duration_s: float) -> Script:
    """A script in which nothing has a name, in any view."""
    view = str(rng.choice(list(VIEW_SHARES), p=list(VIEW_SHARES.values())))
    figure = "seated" if rng.random() < _SEATED else "standing"
    cues = quiet_cues(rng, duration_s)
    return _script(rng, cues, duration_s, view, figure, _seed(rng))


def quiet_cues(rng: Rng, duration_s: float, often: Mapping[str, float] = MappingProxyType({})) -> list[Cue]:
    """Quiet behaviours one after another, often overlapping, sometimes with nothing between them.

    Those in `often` come that many times as often as the others.
    """
    cues: list[Cue] = []
    now_s = rng.uniform(0, 1.5)
    while True:
        name = _quiet_one(rng, often)
        cue = Cue(now_s, _duration_s(rng, name, brisk=False), name)
        if cue.end_s > duration_s:
            return cues
        cues.append(cue)
        now_s = cue.start_s + rng.uniform(0.3, 1.3) * cue.duration_s


def _quiet_one(rng: Rng, often: Mapping[str, float]) -> str:
    names = [name for name in QUIET if name != "walking past"]
    weights = np.array([often.get(name, 1.0) for name in names])
    return str(rng.choice(names, p=weights / weights.sum() if often else None))


def _script(rng: Rng, cues: list[Cue], duration_s: float, view: str, figure: str, seed: int) -> Script:
    return Script(tuple(cues), duration_s, view, figure, seed, look=_seed(rng))


def _seed(rng: Rng) -> int:
    return int(rng.integers(1 << 31))


def _active_cues(rng: Rng, duration_s: float, view: str, seed: int) -> list[Cue]:
    """Actions one after another; what leads up to one, or follows it, gets in the way of no other."""
    names, shares = _shares(view)
    brisk = rng.random() < _BRISK
    cues: list[Cue] = []
    now_s = rng.uniform(0, 1.5)
    while True:
        quiet = not brisk and rng.random() < _QUIET_CUE
        name = _quiet_one(rng, _QUIET_OFTEN) if quiet else str(rng.choice(names, p=shares))
        cue = Cue(now_s, _duration_s(rng, name, brisk), name)
        motion = motion_of(seed, len(cues), cue)
        cue = replace(cue, start_s=now_s + motion.before_s)
        if cue.end_s > duration_s:
            return [replace(each, straight_on=rng.random() < _STRAIGHT_ON[brisk]) for each in cues]
        cues.append(cue)
        if cue.labelled:
            cues += _alongside(rng, cues, duration_s, seed, lambda: str(rng.choice(names, p=shares)))
        now_s = cue.end_s + motion.after_s + (rng.uniform(-0.15, 0.6) if brisk else rng.uniform(-0.4 * quiet, 2.0))


def _alongside(rng: Rng, cues: list[Cue], duration_s: float, seed: int, drawn: Callable[[], str]) -> list[Cue]:
    """What is done along with the last cue: something quiet, or an action of another part, whole with lead and tail."""
    cue, along = cues[-1], list[Cue]()
    start_s = max(0.0, cue.start_s + rng.uniform(-1.5, 0.5 * cue.duration_s))
    if rng.random() < _ACCOMPANIED:
        name = str(rng.choice(_ACCOMPANYING))
        accompanying = Cue(start_s, _duration_s(rng, name, brisk=False), name)
        along += [accompanying] * (accompanying.end_s <= duration_s)
    if rng.random() < _ON_TOP:
        name = drawn()
        other = Cue(cue.start_s + rng.uniform(0, 0.4) * cue.duration_s, _duration_s(rng, name, brisk=False), name)
        motion = motion_of(seed, len(cues) + len(along), other)
        inside = other.start_s - motion.before_s >= cue.start_s and other.end_s + motion.after_s < cue.end_s
        if inside and not _BUSY[_part_of(name)] & _BUSY[_part_of(cue.action)]:
            along.append(other)
    return along


def _duration_s(rng: Rng, name: str, brisk: bool) -> float:
    """Drawn evenly over its orders; brisk actions take a second at most, or their shortest time."""
    least_s, most_s = (ACTIONS.get(name) or QUIET[name]).duration_s
    if brisk:
        most_s = max(least_s, 1.0)
    return float(np.exp(rng.uniform(np.log(least_s), np.log(most_s))))


def _shares(view: str) -> tuple[list[str], list[float]]:
    names = list(ACTIONS)
    weights = np.array([_FREQUENCY[view][_part(name)] * _OFTEN.get(name, 1.0) for name in names])
    return names, list(weights / weights.sum())


def _part_of(action: str) -> str:
    return taxonomy_named("ma52").part_of(action)


def _part(action: str) -> str:
    part = _part_of(action)
    return _LEG_HAND_AS if part == "leg-hand" else part


def _needs_a_seat(cues: list[Cue]) -> bool:
    return any(cue.action in _NEEDS_A_SEAT or (cue.labelled and _part(cue.action) == "lower limb") for cue in cues)
