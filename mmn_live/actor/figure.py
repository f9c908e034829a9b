"""A figure in motion: where every part of the actor's body is, sample by sample, in metres.

World axes: x to the figure's left, y up, z towards the camera (the figure faces +z); the floor is y = 0. This is what
the renderer draws and what training projects: one source of motion for both. T is the number of samples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Body:
    """Proportions of one person, in metres (girth and head are factors)."""

    torso: float = 0.50
    shoulder: float = 0.175
    upper_arm: float = 0.28
    forearm: float = 0.25
    hip: float = 0.09
    thigh: float = 0.42
    shin: float = 0.42
    hand: float = 1.0
    head: float = 1.0
    girth: float = 1.0


@dataclass(frozen=True)
class Figure:
    """The body over T samples.

    Points are (T, 3); pairs have the person's left first and are (T, 2, 3); rotations are (T, 3, 3) and take
    part axes (x left, y up, z forward) to the world.

    `hands` is (T, 2, 21, 3) in the order of MediaPipe's hand landmarks (0 wrist, then thumb to little finger, four
    each); `head_centre` is the centre of the skull from which the face points are offset by `head_rotation`.
    """

    body: Body
    seated: bool
    root: Points
    middle: Points
    neck: Points
    head_centre: Points
    root_rotation: Points
    lean_rotation: Points
    chest_rotation: Points
    head_rotation: Points
    shoulders: Points
    elbows: Points
    wrists: Points
    hands: Points
    hips: Points
    knees: Points
    ankles: Points
    heels: Points
    toes: Points
    glasses: bool = field(default=False)

    def __len__(self) -> int:
        return len(self.root)
