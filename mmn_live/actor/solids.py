"""Round cones and ellipsoids, and the depth buffer in which they hide one another.

Rays start at the camera; a solid's surface is where its ray meets it first. All arrays are float32 in camera axes
(x right, y down, z forward).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from mmn_live.actor.camera import Camera
from mmn_live.actor.figure import Points
from mmn_live.types import BoolArray, FloatArray

FAR_M = 50.0
"""Farther than anything; the depth of a pixel on which nothing has been drawn."""
NEAR_M = 0.1
"""Solids closer to the camera than this are not drawn."""

Box = tuple[int, int, int, int]
"""Left, right, top, bottom in pixels; right and bottom are exclusive."""


class Material(IntEnum):
    """What a solid is made of: the index of its colour."""

    SKIN = 0
    SHIRT = 1
    TROUSERS = 2
    SHOES = 3
    HAIR = 4
    FACE = 5
    CHAIR = 6
    NOTHING = 7


@dataclass(frozen=True)
class Cone:
    """The hull of two balls: centres (3,) in world metres, radii in metres."""

    start: Points
    end: Points
    start_radius: float
    end_radius: float
    material: Material


@dataclass(frozen=True)
class Ellipsoid:
    """Centre (3,) in world metres; `rotation` (3, 3) takes its axes to the world; `radii` (3,) in metres."""

    centre: Points
    rotation: Points
    radii: Points
    material: Material


Solid = Cone | Ellipsoid


class DepthBuffer:
    """What is seen at every pixel: how far it is, which way its surface faces, and what it is made of.

    `rays` (3, H, W) are unit vectors; `distance` (H, W) is along them in metres, FAR_M where nothing is;
    `normals` (3, H, W); `materials` (H, W).
    """

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        shape = (camera.height, camera.width)
        self.rays = pixel_rays(camera)
        self.distance: FloatArray = np.full(shape, FAR_M, np.float32)
        self.normals: FloatArray = np.zeros((3, *shape), np.float32)
        self.materials: NDArray[np.uint8] = np.full(shape, Material.NOTHING, np.uint8)
        self._drawn: list[Box] = []

    def clear(self) -> None:
        """Forget what was drawn."""
        for box in self._drawn:
            area = box_slices(box)
            self.distance[area] = FAR_M
            self.normals[(slice(None), *area)] = 0
            self.materials[area] = Material.NOTHING
        self._drawn.clear()

    @property
    def bounds(self) -> Box | None:
        """The box around everything drawn; None when nothing is in view."""
        if not self._drawn:
            return None
        left, right, top, bottom = zip(*self._drawn, strict=True)
        return min(left), max(right), min(top), max(bottom)

    def draw(self, solid: Solid) -> None:
        """Put a solid before what is behind it."""
        if isinstance(solid, Cone):
            self._draw_cone(solid)
        else:
            self._draw_ellipsoid(solid)

    def _draw_cone(self, cone: Cone) -> None:
        ends = self._camera.to_camera(np.stack([cone.start, cone.end])).astype(np.float32)
        radii = np.array([cone.start_radius, cone.end_radius], np.float32)
        box = self._box(ends, radii)
        if box is None:
            return
        area = box_slices(box)
        rays = self.rays[(slice(None), *area)]
        distance, along = _meet_cone(rays, ends, radii)
        seen = distance < self.distance[area]
        axis = ends[0, :, None] + (ends[1] - ends[0])[:, None] * along[seen]
        radius = radii[0] + (radii[1] - radii[0]) * along[seen]
        normals = (distance[seen] * rays[:, seen] - axis) / radius
        self._put(box, seen, distance, normals, cone.material)

    def _draw_ellipsoid(self, ellipsoid: Ellipsoid) -> None:
        centre = self._camera.to_camera(ellipsoid.centre).astype(np.float32)
        box = self._box(centre[None], np.array([ellipsoid.radii.max()], np.float32))
        if box is None:
            return
        area = box_slices(box)
        rays = self.rays[(slice(None), *area)]
        to_ball = ((self._camera.rotation @ ellipsoid.rotation) / ellipsoid.radii).T.astype(np.float32)
        distance = _meet_ellipsoid(rays, centre, to_ball)
        seen = distance < self.distance[area]
        on_ball = to_ball @ (distance[seen] * rays[:, seen] - centre[:, None])
        normals = to_ball.T @ on_ball
        normals /= np.sqrt((normals * normals).sum(axis=0))
        self._put(box, seen, distance, normals, ellipsoid.material)

    def _put(self, box: Box, seen: BoolArray, distance: FloatArray, normals: FloatArray, material: Material) -> None:
        area = box_slices(box)
        self.distance[area][seen] = distance[seen]
        self.normals[(slice(None), *area)][:, seen] = normals
        self.materials[area][seen] = material
        self._drawn.append(box)

    def _box(self, centres: FloatArray, radii: FloatArray) -> Box | None:
        """Pixels that balls at `centres` (N, 3) can touch; None for a ball behind the camera or out of the picture."""
        if (centres[:, 2] - radii).min() < NEAR_M:
            return None
        camera = self._camera
        scale = camera.focal_px / (centres[:, 2] - radii)
        middle = centres[:, :2] / centres[:, 2:] * camera.focal_px + (camera.width / 2, camera.height / 2)
        reach = (1.08 * radii * scale + 2)[:, None]
        left, top = np.maximum((middle - reach).min(axis=0), 0).astype(int)
        right, bottom = np.minimum((middle + reach).max(axis=0) + 1, (camera.width, camera.height)).astype(int)
        return (int(left), int(right), int(top), int(bottom)) if left < right and top < bottom else None


def box_slices(box: Box) -> tuple[slice, slice]:
    """Rows and columns of a box."""
    left, right, top, bottom = box
    return slice(top, bottom), slice(left, right)


def pixel_rays(camera: Camera) -> FloatArray:
    """Unit vectors (3, H, W) from the camera through the centre of every pixel, in camera axes."""
    across = (np.arange(camera.width) + 0.5 - camera.width / 2) / camera.focal_px
    down = (np.arange(camera.height) + 0.5 - camera.height / 2) / camera.focal_px
    rays = np.stack([*np.meshgrid(across, down), np.ones((camera.height, camera.width))])
    return (rays / np.linalg.norm(rays, axis=0)).astype(np.float32)


def _meet_cone(rays: FloatArray, ends: FloatArray, radii: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where rays (3, h, w) meet the hull of two balls: distance (FAR_M for a miss) and place along the axis in 0..1.

    The formulas are Inigo Quilez's (iquilezles.org, "Rounded cone - intersection"): first the two balls, then the side
    of the cone that touches both.
    """
    start, axis = ends[0], ends[1] - ends[0]
    start_radius, taper = float(radii[0]), float(radii[0] - radii[1])
    axis_start, axis_axis, start_start = float(-axis @ start), float(axis @ axis), float(start @ start)
    ray_start = -_dot(start, rays)
    ray_axis = _dot(axis, rays)
    distance = _meet_ball(ray_start, start_start - start_radius**2)
    end_distance = _meet_ball(ray_start - ray_axis, float(ends[1] @ ends[1]) - float(radii[1]) ** 2)
    along = (end_distance < distance).astype(np.float32)
    np.minimum(distance, end_distance, out=distance)
    side = axis_axis - taper**2
    if side <= 0:  # one ball holds the other
        return distance, along
    k2 = side - ray_axis * ray_axis
    k1 = side * ray_start - (axis_start - taper * start_radius) * ray_axis
    k0 = side * start_start - axis_start**2 + 2 * axis_start * taper * start_radius - axis_axis * start_radius**2
    inside = k1 * k1 - k0 * k2
    on_side = (-np.sqrt(np.maximum(inside, 0)) - k1) / np.where(np.abs(k2) < 1e-9, np.float32(1e-9), k2)
    height = axis_start - start_radius * taper + on_side * ray_axis
    touches = (inside > 0) & (height > 0) & (height < side)
    return np.where(touches, on_side, distance), np.where(touches, height / side, along)


def _meet_ball(ray_centre: FloatArray, outside: float) -> FloatArray:
    """Distance to a ball: `ray_centre` is the ray by minus its centre, `outside` centre² - radius²."""
    inside = ray_centre * ray_centre - outside
    return np.where(inside > 0, -ray_centre - np.sqrt(np.maximum(inside, 0)), np.float32(FAR_M))


def _meet_ellipsoid(rays: FloatArray, centre: FloatArray, to_ball: FloatArray) -> FloatArray:
    """Distance to the ellipsoid that `to_ball` (3, 3) makes a unit ball; FAR_M for a miss."""
    origin = -to_ball @ centre
    x, y, z = (_dot(row, rays) for row in to_ball)
    square = x * x + y * y + z * z
    towards = float(origin[0]) * x + float(origin[1]) * y + float(origin[2]) * z
    inside = towards * towards - square * (float(origin @ origin) - 1)
    return np.where(inside > 0, (-towards - np.sqrt(np.maximum(inside, 0))) / square, np.float32(FAR_M))


def _dot(vector: FloatArray, rays: FloatArray) -> FloatArray:
    return float(vector[0]) * rays[0] + float(vector[1]) * rays[1] + float(vector[2]) * rays[2]
