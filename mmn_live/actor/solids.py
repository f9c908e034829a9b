"""Round cones and ellipsoids: the shapes of which the actor and the chair are made, and where rays meet them.

All arrays are in camera axes (x right, y down, z forward). Rays are (x, y, 1) and not of unit length: a distance along
a ray is a depth then, and a product with all rays of a box is the sum of a row and a column.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from mmn_live.actor.camera import Camera
from mmn_live.actor.figure import Points
from mmn_live.types import BoolArray, FloatArray

FAR_M = 50.0
"""Deeper than anything; the depth of a ray that meets nothing."""

Area = tuple[slice, slice]
"""Rows and columns of a picture."""


class Material(IntEnum):
    """What a solid is made of: the index of its colour."""

    NOTHING = 0
    SKIN = 1
    FACE = 2
    HAIR = 3
    SHIRT = 4
    TROUSERS = 5
    SHOES = 6
    CHAIR = 7


@dataclass(frozen=True)
class Cone:
    """The hull of two balls: centres (3,) and radii in metres."""

    start: Points
    end: Points
    start_radius: float
    end_radius: float
    material: Material

    def seen_by(self, camera: Camera) -> Cone:
        """The same cone, from world to camera axes."""
        start, end = camera.to_camera(np.stack([self.start, self.end]))
        return Cone(start, end, self.start_radius, self.end_radius, self.material)


@dataclass(frozen=True)
class Ellipsoid:
    """Centre (3,) in metres; `rotation` (3, 3) from its own axes; `radii` (3,) in metres."""

    centre: Points
    rotation: Points
    radii: Points
    material: Material

    def seen_by(self, camera: Camera) -> Ellipsoid:
        """The same ellipsoid, from world to camera axes."""
        return Ellipsoid(camera.to_camera(self.centre), camera.rotation @ self.rotation, self.radii, self.material)

    @property
    def to_ball(self) -> Points:
        """(3, 3) that makes it a unit ball, once its centre is the origin."""
        return (self.rotation / self.radii).T

    def gradient(self, offsets: FloatArray) -> FloatArray:
        """Unit normals (3, N) at points of the surface, given by their offsets (3, N) from the centre."""
        gradient = (self.to_ball.T @ self.to_ball).astype(np.float32) @ offsets
        return gradient / np.sqrt((gradient * gradient).sum(axis=0))


Solid = Cone | Ellipsoid


@dataclass(frozen=True)
class Rays:
    """Rays (x, y, 1) through the pixels of a box: `x` (w,), `y` (h, 1) and `square` (h, w), their squared length."""

    x: FloatArray
    y: FloatArray
    square: FloatArray

    @classmethod
    def of(cls, camera: Camera) -> Rays:
        """Rays through the centre of every pixel."""
        x = (np.arange(camera.width) + 0.5 - camera.width / 2) / camera.focal_px
        y = (np.arange(camera.height)[:, None] + 0.5 - camera.height / 2) / camera.focal_px
        return cls(x.astype(np.float32), y.astype(np.float32), (x * x + y * y + 1).astype(np.float32))

    def cut(self, area: Area) -> Rays:
        """The rays of an area."""
        rows, columns = area
        return Rays(self.x[columns], self.y[rows], self.square[area])

    def dot(self, vector: Points) -> FloatArray:
        """Product (h, w) of every ray with a vector (3,)."""
        x, y, z = vector.astype(np.float32)
        return (x * self.x + z) + y * self.y


def meet_cone(rays: Rays, cone: Cone) -> tuple[FloatArray, FloatArray]:
    """Depth (h, w) at which rays meet a cone, FAR_M for a miss, and where along its axis, in 0..1.

    After Inigo Quilez (iquilezles.org/articles/intersectors, "Rounded Cone"): the side is an infinite cone between two
    tangent circles, beyond which lie the balls. No ball may hold the other.
    """
    start, axis = cone.start, cone.end - cone.start
    taper = cone.start_radius - cone.end_radius
    side = np.float32(axis @ axis - taper**2)
    offset = np.float32(-axis @ start - taper * cone.start_radius)
    ray_start, ray_axis = rays.dot(-start), rays.dot(axis)
    k2 = side * rays.square - ray_axis * ray_axis
    k1 = side * ray_start - offset * ray_axis
    k0 = side * np.float32(start @ start - cone.start_radius**2) - offset**2
    inside = k1 * k1 - k0 * k2
    hit = inside > 0
    with np.errstate(divide="ignore", invalid="ignore"):  # a ray parallel to the side meets a ball instead
        depth = (-np.sqrt(np.maximum(inside, 0)) - k1) / k2
        height = offset + depth * ray_axis
    if (taper > 0) == (start[2] < cone.end[2]):  # the larger ball is nearer: down the axis, it is what is met
        height[k2 <= 0] = -side if taper > 0 else 2 * side
    on_side = hit & (height > 0) & (height < side)
    on_ball = hit ^ on_side
    along = np.clip(np.nan_to_num(height / side), 0, 1)  # no height where the ray is parallel to the side
    depth[~hit] = FAR_M
    depth[on_ball] = _meet_balls(
        cone, along[on_ball] > 0.5, ray_start[on_ball], ray_axis[on_ball], rays.square[on_ball]
    )
    return depth, along


def _meet_balls(
    cone: Cone, at_end: BoolArray, ray_start: FloatArray, ray_axis: FloatArray, square: FloatArray
) -> FloatArray:
    """Depth (N,) at which rays meet the ball at the cone's end, or else the one at its start."""
    towards = ray_start - at_end * ray_axis
    start_power = float(cone.start @ cone.start) - cone.start_radius**2
    end_power = float(cone.end @ cone.end) - cone.end_radius**2
    power = np.where(at_end, np.float32(end_power), np.float32(start_power))
    inside = towards * towards - square * power
    return np.where(inside > 0, (-towards - np.sqrt(np.maximum(inside, 0))) / square, np.float32(FAR_M))


def meet_ellipsoid(rays: Rays, ellipsoid: Ellipsoid) -> FloatArray:
    """Depth (h, w) at which rays meet an ellipsoid, FAR_M for a miss."""
    to_ball = ellipsoid.to_ball
    origin = -to_ball @ ellipsoid.centre
    x, y, z = (rays.dot(row) for row in to_ball)
    square = x * x + y * y + z * z
    towards = rays.dot(origin @ to_ball)
    inside = towards * towards - square * float(origin @ origin - 1)
    return np.where(inside > 0, (-towards - np.sqrt(np.maximum(inside, 0))) / square, np.float32(FAR_M))
