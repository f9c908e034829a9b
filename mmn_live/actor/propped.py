"""The commonest posture before a webcam: an elbow on the desk or on an armrest, and the head on its hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.algebra import rotate, unit, vector
from mmn_live.actor.figure import Points
from mmn_live.actor.kinematics import Frames, Trunk
from mmn_live.actor.motion import Rng, chance, degrees, sign


@dataclass(frozen=True)
class Prop:
    """How somebody seated props the head: `elbow` from the hips (3,) in their axes, angles in radians.

    The trunk bows by `lean` and leans by `roll` to the elbow's side, the head by `head_roll` onto the hand. The head
    looks up again by the share `keep` of the bow, or bows further where that is negative.
    """

    side: int
    elbow: Points
    lean: float
    roll: float
    head_roll: float
    keep: float

    def bow(self, trunk: Trunk, weight: Points) -> None:
        """Bring the trunk, and the head on it, over the elbow; `weight` is (T,)."""
        g = sign(self.side)
        trunk.lean[:, 1] += weight * self.lean
        trunk.lean[:, 2] -= weight * self.roll * g
        trunk.head[:, 1] -= weight * self.lean * self.keep
        trunk.head[:, 2] -= weight * self.head_roll * g

    def fingers(self, frames: Frames, place: Points) -> Points:
        """The direction (T, 3) of a hand that stands up straight from the elbow to a place on the head."""
        return unit(place - self._elbow(frames))

    def pole(self, frames: Frames, wrist: Points) -> Points:
        """The direction (T, 3) in chest axes in which the elbow points, for it to come to lie where it is propped."""
        away = self._elbow(frames) - (frames.shoulders[:, self.side] + wrist) / 2
        return rotate(np.swapaxes(frames.chest_rotation, -1, -2), unit(away))

    def _elbow(self, frames: Frames) -> Points:
        return frames.root + rotate(frames.root_rotation, self.elbow)


def propped(rng: Rng, sides: tuple[int, ...], how_often: float, *, high: bool) -> Prop | None:
    """A way to prop the head on one hand; None: the arm is free.

    A hand in the hair or on the forehead stands `high` over its elbow, and the head must come down to it.
    """
    draw, side = rng.uniform, sides[0]
    elbow = vector(sign(side) * draw(0.14, 0.28), draw(0.22, 0.32), draw(0.2, 0.35))
    lean, keep = (degrees(rng, 12, 18), draw(-1.2, -0.4)) if high else (degrees(rng, 6, 18), draw(0, 0.7))
    prop = Prop(side, elbow, lean, degrees(rng, 3, 8), degrees(rng, 4, 14), keep)
    return prop if chance(rng, how_often) and len(sides) == 1 else None
