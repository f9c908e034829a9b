"""The camera that looks at the actor: a pinhole, and the views in which people are filmed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmn_live.actor.algebra import rotation, unit, vector
from mmn_live.actor.figure import Figure, Points

_NEAREST_M = 0.05


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    `position` (3,) in metres of the world; `rotation` (3, 3) takes world axes to camera axes (x right, y down,
    z forward).
    """

    width: int
    height: int
    focal_px: float
    position: Points
    rotation: Points

    def to_camera(self, points: Points) -> Points:
        """World points (..., 3) in camera axes, metres."""
        return (points - self.position) @ self.rotation.T

    def project(self, points: Points) -> Points:
        """World points (..., 3) to pixels (..., 2); (0, 0) is the centre of the top left pixel.

        A point at or behind the lens is projected as if just in front of it.
        """
        seen = self.to_camera(points)
        depth = np.maximum(seen[..., 2:], _NEAREST_M)
        return seen[..., :2] / depth * self.focal_px + (np.array([self.width, self.height]) - 1) / 2


@dataclass(frozen=True)
class View:
    """A way to frame a person.

    `span_m` is the height of the picture at the person and `below_head_m` how far its middle lies under the head's
    centre, both as (least, most). With `below_head_m` None the whole body is centred and `span_m` is a factor of its
    height.
    """

    span_m: tuple[float, float]
    below_head_m: tuple[float, float] | None


VIEWS: dict[str, View] = {
    "face": View((0.29, 0.42), (-0.04, 0.03)),
    "close": View((0.40, 0.60), (-0.02, 0.12)),
    "webcam": View((0.55, 0.85), (0.02, 0.20)),
    "half": View((0.90, 1.25), (0.26, 0.42)),
    "full": View((1.30, 1.70), None),
    "wide": View((1.70, 2.40), None),
}
_FIELD_OF_VIEW_DEG = (40.0, 68.0)
_YAW_DEG, _MAX_YAW_DEG = 15.0, 45.0
_MAX_OFF_CENTRE = 0.12
_ABOVE_HEAD_M = 0.15
_HEADROOM_M, _HEADROOM_SHARE = 0.18, 0.47
"""From the head's centre to the picture's upper edge, at least: nobody sits before a webcam with the crown cut off.
Where the face fills the picture it is less, 0.47 of its height."""


def look_at(
    target: Points, yaw: float, pitch: float, distance_m: float, size: tuple[int, int], focal_px: float
) -> Camera:
    """A camera that sees `target` (3,) in its middle.

    It stands `yaw` radians to the figure's left of straight ahead, and `pitch` radians above the target.
    """
    towards_camera = rotation(yaw, -pitch, 0.0) @ vector(0, 0, 1)
    forward = -towards_camera
    right = unit(np.cross(forward, vector(0, 1, 0)))
    axes = np.stack([right, np.cross(forward, right), forward])
    return Camera(*size, focal_px, target + towards_camera * distance_m, axes)


def camera_for(
    view: str, figure: Figure, size: tuple[int, int], rng: np.random.Generator, yaw_deg: float | None = None
) -> Camera:
    """A camera of that view on where the figure is most of the time; distance, height, yaw, pitch and lens by `rng`.

    Where a picture is upright the span is of its width. Raises KeyError for a view not in VIEWS.
    """
    framing = VIEWS[view]
    head, root = figure.head_centre.mean(0), figure.root.mean(0)
    span = rng.uniform(*framing.span_m)
    if framing.below_head_m is None:
        height = head[1] + _ABOVE_HEAD_M
        target, span = vector(root[0], height / 2, root[2]), span * height
    else:
        below = min(rng.uniform(*framing.below_head_m), span / 2 - min(_HEADROOM_M, _HEADROOM_SHARE * span))
        target = vector(root[0], head[1] - below, head[2])
    width_px, height_px = size
    field = rng.uniform(*_FIELD_OF_VIEW_DEG) * np.pi / 180
    focal_px = 0.5 * max(size) / np.tan(field / 2)
    distance = span * focal_px / min(size)
    target[0] += rng.uniform(-1, 1) * _MAX_OFF_CENTRE * span * width_px / height_px
    yaw = np.clip(rng.normal(0, _YAW_DEG), -_MAX_YAW_DEG, _MAX_YAW_DEG) if yaw_deg is None else yaw_deg
    pitch = rng.normal(2, 9)
    return look_at(target, yaw * np.pi / 180, pitch * np.pi / 180, distance, size, focal_px)
