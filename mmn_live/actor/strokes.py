"""The strokes of a gesture: a hand goes quickly to one place, stays, beats there perhaps, and goes on to the next.

Gesture research tells stroke, hold and beat apart (McNeill, Hand and Mind, 1992, chapter 3); a hand that wanders
smoothly about one place is none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mmn_live.actor.algebra import smoothstep, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.hand_shapes import EMBLEMS, IN_SPEECH, hand_shape
from mmn_live.actor.motion import Rng, chance

_FASTEST_M_S = 1.2
"""Mean speed of a stroke at most; a place that is too far for its time is not quite reached."""
_MOST_STROKES = 6
_FACE_HEIGHT_M, _BESIDE_THE_FACE_M = -0.12, 0.2


@dataclass(frozen=True)
class Pose:
    """A hand before the body, for the left side: `place` from the neck, `fingers` and `palm` in chest axes, (3,) or
    (T, 3); `curl` (4,) or (T, 4) and `thumb` as in `Limbs`.
    """

    place: Points
    fingers: Points
    palm: Points
    curl: Points
    thumb: Points | float


@dataclass(frozen=True)
class Stroke:
    """From `start_s` on the hand takes `lasting_s` to a pose and then beats down `beats` times, `beat_m` deep."""

    start_s: float
    lasting_s: float
    pose: Pose
    beats: int
    beat_m: float
    beat_hz: float

    def gone(self, time_s: Points) -> Points:
        """(T,) from 0 before it to 1 after it."""
        return smoothstep((time_s - self.start_s) / self.lasting_s)

    def beating(self, time_s: Points) -> Points:
        """How far under its place the hand is while it beats (T,), metres."""
        periods = np.clip((time_s - self.start_s - self.lasting_s) * self.beat_hz, 0, self.beats)
        return self.beat_m * np.sin(np.pi * periods) ** 2


def a_pose(rng: Rng, inner_m: float, highest_m: float = 0.2) -> Pose:
    """Anywhere that gestures go: before the trunk, out to the side, up beside the face but never before it."""
    draw = rng.uniform
    up = draw(-0.45, highest_m)
    shape = hand_shape(rng, IN_SPEECH)
    return Pose(
        place=vector(draw(_BESIDE_THE_FACE_M if up > _FACE_HEIGHT_M else inner_m, 0.5), up, draw(0.15, 0.5)),
        fingers=vector(-draw(-0.3, 0.8), draw(-0.1, 0.9), 0.7),
        palm=vector(-draw(0.1, 1), draw(-1, 0.6), -draw(-0.5, 0.5)),
        curl=shape.curl,
        thumb=shape.thumb,
    )


def emblem(rng: Rng, duration_s: float) -> tuple[Pose, list[Stroke]]:
    """A hand held out to the camera, before the chest or the face but well off them; some are shaken there.

    Such signs, which stand for words by themselves, are emblems (Ekman and Friesen, The repertoire of nonverbal
    behavior, 1969).
    """
    draw, shape = rng.uniform, hand_shape(rng, EMBLEMS)
    pose = Pose(
        place=vector(draw(-0.08, 0.3), draw(-0.25, 0.22), draw(0.3, 0.5)),
        fingers=vector(-draw(-0.1, 1), draw(0, 1), draw(0, 0.7)),
        palm=vector(-draw(0.1, 1), draw(-0.4, 0.3), draw(-1, 1)),
        curl=shape.curl,
        thumb=shape.thumb,
    )
    held_s, beat_hz = draw(0.4, 0.7), draw(1.5, 3.0)
    beats = max(int((duration_s - held_s) * beat_hz), 0) if chance(rng, 0.4) else 0
    return pose, [Stroke(0, held_s, pose, beats, draw(0.01, 0.06), beat_hz)]


def strokes(rng: Rng, first: Pose, duration_s: float, inner_m: float) -> list[Stroke]:
    """As many as go into a gesture of that duration, one at least, `inner_m` off the middle at least.

    Now and then the hand changes its shape and turns.
    """
    drawn: list[Stroke] = []
    held, start_s, beat_hz, emphatic = first, rng.uniform(0.2, 0.5), rng.uniform(1.5, 3.0), rng.uniform(0.2, 0.8)
    while len(drawn) < _MOST_STROKES:
        lasting_s, hold_s, new = rng.uniform(0.25, 0.7), rng.uniform(0, 0.6), a_pose(rng, inner_m)
        changed, beaten = chance(rng, 0.5), chance(rng, emphatic)
        held = new if changed else Pose(new.place, held.fingers, held.palm, held.curl, held.thumb)
        last = len(drawn) == _MOST_STROKES - 1 or start_s + lasting_s + hold_s > duration_s
        still_s = duration_s - start_s - lasting_s if last else hold_s
        beats = max(int(still_s * beat_hz), 0) if beaten else 0
        drawn.append(Stroke(start_s, lasting_s, held, beats, rng.uniform(0.03, 0.08), beat_hz))
        if last:
            break
        start_s += lasting_s + hold_s
    return drawn


def followed(first: Pose, going_on: Sequence[Stroke], time_s: Points) -> Pose:
    """The pose at every time (T,) of a hand that begins at `first` and follows the strokes."""
    here, place = first, first.place + np.zeros((len(time_s), 3))
    turned = [np.zeros((len(time_s), len(way))) + way for way in (first.fingers, first.palm, first.curl)]
    thumb, reached = first.thumb + np.zeros(len(time_s)), first.place
    for stroke in going_on:
        part, wanted = stroke.gone(time_s), stroke.pose
        way = wanted.place - reached
        way = way * min(1.0, _FASTEST_M_S * stroke.lasting_s / (float(np.linalg.norm(way)) + 1e-9))
        place = place + part[:, None] * way - stroke.beating(time_s)[:, None] * vector(0, 1, 0)
        changes = (wanted.fingers - here.fingers, wanted.palm - here.palm, wanted.curl - here.curl)
        turned = [now + part[:, None] * change for now, change in zip(turned, changes, strict=True)]
        thumb = thumb + part * (wanted.thumb - here.thumb)
        here, reached = wanted, reached + way
    fingers, palm, curl = turned
    return Pose(place, fingers, palm, curl, thumb)
