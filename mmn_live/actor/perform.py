"""From a script to a performance: the figure at every asked-for time, its camera, its landmarks and its labels.

Rendered video and training skeletons both come from here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.bulk import hidden_from
from mmn_live.actor.camera import Camera, camera_for
from mmn_live.actor.figure import Body, Figure, Points
from mmn_live.actor.handover import Timing, timings
from mmn_live.actor.idle import idle_limbs, settle_in
from mmn_live.actor.kinematics import Trunk, shoulders_that_follow, solve, trunk_frames
from mmn_live.actor.landmarks import pose_landmarks
from mmn_live.actor.motion import ACTIONS, Motion, chance
from mmn_live.actor.quiet import QUIET
from mmn_live.actor.script import Cue, Script

_LEGS_CROSSED_CHANCE = 0.3
_SHORTEST_S = 0.1
"""Less than this of a lead or a tail within the script is nothing that anybody could name."""
_STREAMS = {"body": 0, "idle": 1, "camera": 2, "cues": 3}


@dataclass(frozen=True)
class Label:
    """The truth about one action: MA-52 name, times on the script's clock, and the joints that act."""

    onset_s: float
    offset_s: float
    name: str
    acting: tuple[str, ...]


@dataclass(frozen=True)
class Performance:
    """A script performed at `times_s` (T,).

    `figure` is None where the script has nobody in it; then the landmarks are empty. `pose` (T, 33, 3) and `hands`
    (T, 2, 21, 3) are in metres of the world, in MediaPipe's order.
    """

    script: Script
    times_s: Points
    figure: Figure | None
    camera: Camera
    labels: tuple[Label, ...]
    pose: Points
    hands: Points

    @property
    def pose_px(self) -> Points:
        """Pose landmarks in the picture (T, 33, 2)."""
        return self.camera.project(self.pose)

    @property
    def hands_px(self) -> Points:
        """Hand landmarks in the picture (T, 2, 21, 2)."""
        return self.camera.project(self.hands)

    @property
    def hidden(self) -> Points:
        """(T, 2): how much of each hand the head or the trunk hides from the camera, as a share of its wrist and tips.

        Zero where nobody is there.
        """
        if self.figure is None:
            return np.zeros((len(self.times_s), 2))
        points = self.hands[:, :, ::4]
        hidden = hidden_from(self.camera.position, self.figure, points.reshape(len(points), -1, 3))
        return hidden.reshape(points.shape[:3]).mean(2)


def perform(script: Script, times_s: Points, size: tuple[int, int] = (640, 480)) -> Performance:
    """Act the script at `times_s` (T,), T > 0; the camera takes pictures of `size` (width, height)."""
    motions = [motion_of(script.seed, index, cue) for index, cue in enumerate(script.cues)]
    timed = timings(script.cues, motions, script.seed)
    figure = _figure(script, np.asarray(times_s, float), motions, timed)
    camera = camera_for(script.view, figure, size, _stream(script, "camera"))
    if script.figure == "none":
        return Performance(script, times_s, None, camera, (), np.zeros((0, 33, 3)), np.zeros((0, 2, 21, 3)))
    labels = tuple(
        label
        for cue, motion, timing in zip(script.cues, motions, timed, strict=True)
        if cue.labelled
        for label in _labels(cue.action, motion, timing, script.duration_s)
    )
    return Performance(script, times_s, figure, camera, labels, pose_landmarks(figure), figure.hands)


def _labels(action: str, motion: Motion, timing: Timing, duration_s: float) -> list[Label]:
    """What a cue's motion is called, and what leads up to it and follows it, in the order of time."""
    spans = [(timing.start_s, timing.end_s, action)]
    if (lead := motion.lead) and lead.name:
        end_s = timing.start_s - lead.apart_s
        spans.append((end_s - lead.lasting_s, end_s, lead.name))
    if (tail := motion.tail) and tail.name:
        start_s = timing.end_s + tail.apart_s
        spans.append((start_s, start_s + tail.lasting_s, tail.name))
    inside = [(max(start_s, 0.0), min(end_s, duration_s), name) for start_s, end_s, name in sorted(spans)]
    return [Label(*span, motion.acting) for span in inside if span[1] - span[0] > _SHORTEST_S]


def motion_of(seed: int, index: int, cue: Cue) -> Motion:
    """How a cue is done that is the `index`-th of a script with that seed: wherever it stands, and whatever else is."""
    makers = ACTIONS if cue.labelled else QUIET
    return makers[cue.action].make(np.random.default_rng((seed, _STREAMS["cues"], index)))


def _stream(script: Script, name: str) -> np.random.Generator:
    """A generator of its own for each purpose, so that changing one cue changes nothing else."""
    return np.random.default_rng((script.seed, _STREAMS[name], 0))


def _figure(script: Script, times_s: Points, motions: list[Motion], timed: list[Timing]) -> Figure:
    body = random_body(_stream(script, "body"))
    seated, rng = script.figure != "standing", _stream(script, "idle")
    trunk = Trunk.upright(len(times_s), body, seated)
    settle_in(trunk, times_s, rng)
    for motion, timing in zip(motions, timed, strict=True):
        if motion.trunk is not None:
            motion.trunk(trunk, timing.beat(times_s))
    frames = trunk_frames(trunk, body)
    legs_act = any(joint.endswith(("_knee", "_ankle")) for motion in motions for joint in motion.acting)
    crossed = chance(rng, _LEGS_CROSSED_CHANCE)  # drawn whatever the cues are, so that they change nothing else
    limbs = idle_limbs(frames, times_s, script.duration_s, rng, legs_crossed=crossed and not legs_act)
    for motion, timing in zip(motions, timed, strict=True):
        if motion.limbs is not None:
            motion.limbs(limbs, frames, timing.limbs_beat(times_s))
    return solve(shoulders_that_follow(frames, limbs), limbs)


def random_body(rng: np.random.Generator) -> Body:
    """Proportions of one more person."""
    draw = rng.uniform
    return Body(
        torso=0.50 * draw(0.93, 1.14),
        shoulder=0.175 * draw(0.86, 1.12),
        upper_arm=0.28 * draw(0.95, 1.08),
        forearm=0.25 * draw(0.95, 1.07),
        hip=0.09 * draw(0.9, 1.2),
        thigh=0.42 * draw(0.94, 1.06),
        shin=0.42 * draw(0.94, 1.06),
        hand=draw(0.84, 1.06),
        head=draw(0.97, 1.23),
        girth=draw(0.85, 1.15),
    )
