"""Scripts as people in frames without a pixel: performed, and seen through the noise model of MediaPipe."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mmn_live.actor.perform import perform
from mmn_live.actor.script import Script
from mmn_live.joints import Layout
from mmn_live.pose import joints_from_landmarks
from mmn_live.training.held_out import Seeds, action_scripts, quiet_scripts
from mmn_live.training.observer import Observer
from mmn_live.training.watching import Watched, acted
from mmn_live.types import Landmarks, People, Skeleton

_SIZES = ((640, 480), (640, 360), (480, 480))
_FPS = (12.0, 30.0)


def observed_videos(seeds: Seeds, actions: int, quiet_minutes: int, layout: Layout) -> Iterator[Watched]:
    """So many videos of actions, and quiet ones of a minute, without rendering any."""
    for script in action_scripts(actions, seeds):
        yield Watched(acted(script, "actions", 0), observed(script, layout))
    for script in quiet_scripts(quiet_minutes, seeds, 60.0):
        yield Watched(acted(script, "quiet", 0), observed(script, layout))


def observed(script: Script, layout: Layout) -> tuple[People, ...]:
    """Everybody in each frame; picture, frame rate and noise are drawn by the script's seed. Somebody must be in it."""
    rng = np.random.default_rng((script.seed, script.look))
    size = _SIZES[int(rng.integers(len(_SIZES)))]
    times_s = np.arange(0, script.duration_s, 1 / rng.uniform(*_FPS))
    seen = Observer(rng).observe(perform(script, times_s, size))
    pose, hands = seen.pose.astype(np.float32), seen.hands.astype(np.float32)
    joints, visibility = joints_from_landmarks(pose, hands, layout, *size)
    return tuple(
        People(i, time_s, (Skeleton(i, time_s, joints[i], visibility[i], Landmarks(pose[i], hands[i])),))
        for i, time_s in enumerate(times_s.tolist())
    )
