"""The depth buffer in which solids hide one another."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mmn_live.actor.camera import Camera
from mmn_live.actor.figure import Points
from mmn_live.actor.solids import FAR_M, Area, Cone, Ellipsoid, Rays, Solid, meet_cone, meet_ellipsoid
from mmn_live.types import FloatArray

NEAR_M = 0.1
"""Solids closer to the camera than this are not drawn."""
MAX_SOLIDS = 255


class DepthBuffer:
    """What is seen at every pixel: how deep it is and which solid it belongs to.

    `depth` (H, W) is in metres, FAR_M where nothing is; `owner` (H, W) is 0 where nothing is, else the solid's
    place in the order of drawing, from 1.
    """

    def __init__(self, camera: Camera) -> None:
        self._camera, self._rays = camera, Rays.of(camera)
        shape = (camera.height, camera.width)
        self.depth: FloatArray = np.full(shape, FAR_M, np.float32)
        self.owner: NDArray[np.uint8] = np.zeros(shape, np.uint8)
        self._along: FloatArray = np.zeros(shape, np.float32)
        self._drawn: list[tuple[Solid, Area]] = []

    def clear(self) -> None:
        """Forget what was drawn."""
        self.depth.fill(FAR_M)
        self.owner.fill(0)
        self._drawn.clear()

    def draw(self, solid: Solid) -> None:
        """Put a solid, in world axes, before what is behind it. Raises ValueError after MAX_SOLIDS."""
        if len(self._drawn) == MAX_SOLIDS:
            raise ValueError(f"more than {MAX_SOLIDS} solids in one picture: the owner of a pixel is one byte")
        seen = solid.seen_by(self._camera)
        area = self._area(seen)
        if area is None:
            return
        rays = self._rays.cut(area)
        self._drawn.append((seen, area))
        if isinstance(seen, Cone):
            depth, along = meet_cone(rays, seen)
            nearer = depth < self.depth[area]
            np.copyto(self._along[area], along, where=nearer)
        else:
            depth = meet_ellipsoid(rays, seen)
            nearer = depth < self.depth[area]
        np.copyto(self.depth[area], depth, where=nearer)
        np.copyto(self.owner[area], np.uint8(len(self._drawn)), where=nearer)

    @property
    def bounds(self) -> Area | None:
        """The area around everything drawn; None when nothing is in view."""
        if not self._drawn:
            return None
        rows, columns = zip(*(area for _, area in self._drawn), strict=True)
        return _hull(rows), _hull(columns)

    @property
    def drawn(self) -> list[Solid]:
        """The solids in view, in camera axes: the solid of owner 1 first."""
        return [solid for solid, _ in self._drawn]

    def points(self, area: Area) -> FloatArray:
        """The surface (3, h, w) that the pixels of an area show, in camera axes."""
        rays, depth = self._rays.cut(area), self.depth[area]
        return np.stack([rays.x * depth, rays.y * depth, depth])

    def normals(self, area: Area) -> FloatArray:
        """Which way the surface faces, (3, h, w), of length about one; zero where nothing is."""
        points, owner, along = self.points(area), self.owner[area], self._along[area]
        *places, scale = (cv2.LUT(owner, row) for row in self._cone_table())
        normals = np.stack([(points[i] - places[i] - along * places[3 + i]) * scale for i in range(3)])
        for index, (solid, solid_area) in enumerate(self._drawn, 1):
            if isinstance(solid, Ellipsoid):
                here = _within(area, solid_area)
                owned = owner[here] == index
                offsets = points[(slice(None), *here)][:, owned] - solid.centre.astype(np.float32)[:, None]
                normals[(slice(None), *here)][:, owned] = solid.gradient(offsets)
        return normals.astype(np.float32, copy=False)

    def _cone_table(self) -> FloatArray:
        """(7, 256) by owner: a cone's start, its axis and one over its mean radius; zero for what is no cone."""
        table = np.zeros((7, MAX_SOLIDS + 1), np.float32)
        for index, (solid, _) in enumerate(self._drawn, 1):
            if isinstance(solid, Cone):
                scale = 2 / (solid.start_radius + solid.end_radius)
                table[:, index] = (*solid.start, *(solid.end - solid.start), scale)
        return table

    def _area(self, solid: Solid) -> Area | None:
        """Pixels that a solid can touch; None when it is behind the camera or out of the picture."""
        if isinstance(solid, Cone):
            balls = ((solid.start, solid.start_radius), (solid.end, solid.end_radius))
        else:
            balls = ((solid.centre, float(solid.radii.max())),)
        boxes = [self._box(centre, radius) for centre, radius in balls if centre[2] - radius > NEAR_M]
        if len(boxes) < len(balls):
            return None
        left, right, top, bottom = zip(*boxes, strict=True)
        columns = slice(max(0, int(min(left))), min(self._camera.width, int(max(right)) + 1))
        rows = slice(max(0, int(min(top))), min(self._camera.height, int(max(bottom)) + 1))
        return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None

    def _box(self, centre: Points, radius: float) -> tuple[float, float, float, float]:
        """Left, right, top, bottom of a box around a ball, in pixels; a little generous."""
        camera, (x, y, z) = self._camera, centre.tolist()
        reach = 1.08 * radius / (z - radius) * camera.focal_px + 2
        column, row = x / z * camera.focal_px + camera.width / 2, y / z * camera.focal_px + camera.height / 2
        return column - reach, column + reach, row - reach, row + reach


def _hull(slices: tuple[slice, ...]) -> slice:
    return slice(min(part.start for part in slices), max(part.stop for part in slices))


def _within(outer: Area, inner: Area) -> Area:
    """The inner area, counted from the outer one's corner."""
    (top, left), (rows, columns) = (part.start for part in outer), inner
    return slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)
