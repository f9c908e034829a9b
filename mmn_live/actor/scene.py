"""The room behind the actor, seen through the camera: wall, floor, a picture or a window, the actor's shadow."""

from __future__ import annotations

import cv2
import numpy as np

from mmn_live.actor.camera import Camera
from mmn_live.actor.look import Colour, Look
from mmn_live.actor.solids import FAR_M, Rays
from mmn_live.types import BoolArray, FloatArray

_WALL_Z_M = -1.1
_SKIRTING_M = 0.09


def paint_room(camera: Camera, look: Look, shadow: bool) -> FloatArray:
    """The empty room (H, W, 3) BGR in 0..255, before exposure; `shadow` is that of whoever is at the origin."""
    rng = np.random.default_rng(look.room_seed)
    points, on_floor = _surfaces(camera)
    image = np.where(on_floor[..., None], np.array(look.floor, np.float32), _wall(points, look, rng))
    brightness = 1.03 - 0.06 * np.hypot(points[0], points[1] - 1.4) + _stains(rng, on_floor.shape)
    if shadow:
        brightness -= 0.35 * on_floor * np.exp(-((points[0] / 0.45) ** 2) - ((points[2] - 0.1) / 0.5) ** 2)
    return np.clip(image * np.clip(brightness, 0.4, 1.15)[..., None], 0, 255).astype(np.float32)


def _surfaces(camera: Camera) -> tuple[FloatArray, BoolArray]:
    """The world point (3, H, W) that every pixel shows, and whether it lies on the floor."""
    seen = Rays.of(camera)
    rays = np.stack([seen.dot(axis) for axis in camera.rotation.T])
    to_floor = np.where(rays[1] < -1e-6, -camera.position[1] / np.minimum(rays[1], -1e-6), FAR_M)
    to_wall = np.where(rays[2] < -1e-6, (_WALL_Z_M - camera.position[2]) / np.minimum(rays[2], -1e-6), FAR_M)
    distance = np.minimum(np.minimum(to_floor, to_wall), FAR_M)
    points = camera.position[:, None, None] + distance * rays
    return points.astype(np.float32), to_floor < to_wall


def _wall(points: FloatArray, look: Look, rng: np.random.Generator) -> FloatArray:
    wall = np.broadcast_to(np.array(look.wall, np.float32), (*points.shape[1:], 3)).copy()
    wall[points[1] < _SKIRTING_M] *= 0.8
    for _ in range(rng.integers(0, 3)):
        _hang_picture(wall, points, rng)
    return wall


def _hang_picture(wall: FloatArray, points: FloatArray, rng: np.random.Generator) -> None:
    """A framed sheet of colour, off to one side as pictures behind a speaker are."""
    x, y = rng.choice([-1, 1]) * rng.uniform(0.55, 1.3), rng.uniform(1.2, 1.7)
    half_width, half_height = rng.uniform(0.12, 0.35), rng.uniform(0.15, 0.35)
    inside = np.maximum(np.abs(points[0] - x) - half_width, np.abs(points[1] - y) - half_height)
    sheet: Colour = tuple(rng.uniform(70, 210, 3))
    wall[inside < 0.03] = (60, 66, 72)
    wall[inside < 0] = sheet


def _stains(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Faint unevenness (H, W): no wall is one colour."""
    coarse = rng.normal(0, 0.02, (6, 8)).astype(np.float32)
    return cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC).astype(np.float32, copy=False)
