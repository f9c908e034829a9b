"""Pictures of the actor: solids in a depth buffer, shaded once at the end, as a webcam would see them."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from mmn_live.actor.camera import Camera
from mmn_live.actor.depth import DepthBuffer
from mmn_live.actor.face import Face
from mmn_live.actor.figure import Figure
from mmn_live.actor.look import Look
from mmn_live.actor.parts import chair_solids, solids_of
from mmn_live.actor.scene import paint_room
from mmn_live.actor.solids import Area, Material, Solid
from mmn_live.types import BoolArray, FloatArray, Image

SEAT_BELOW_HIPS_M = 0.08
_SOFTEN_M, _DRAPE_M = 0.012, 0.06
"""Skin and cloth are rounded over these widths: no seam where one solid meets the next."""
_CREASE_M, _CREASE_DEPTH_M = 0.06, 0.10
_NOISE_SHEETS = 4


class Renderer:
    """Draws figures in one look, room and camera. The same sample of a figure gives the same pixels, always."""

    def __init__(self, camera: Camera, look: Look) -> None:
        self._camera, self._look = camera, look
        self._buffer = DepthBuffer(camera)
        self._palette = _palette(look)
        self._light = np.array(look.light, np.float32)
        self._noise = _noise_sheets(camera, look)
        self._rooms: dict[float | None, FloatArray] = {}
        self._faces: dict[bool, Face] = {}

    def render(self, figure: Figure | None, sample: int) -> Image:
        """The picture (H, W, 3) BGR of the figure at one sample; None is nobody: the empty room."""
        if figure is None:
            return self._webcam(self._room(None), sample)
        seat_height = float(figure.root[0, 1]) - SEAT_BELOW_HIPS_M if figure.seated else 0.0
        image = self._room(seat_height).copy()
        self._draw(image, solids_of(figure, sample, self._look), (figure, sample))
        return self._webcam(image, sample)

    def _room(self, seat_height: float | None) -> FloatArray:
        """The room without a person: with a chair of that height, without one (0), or with nobody expected (None)."""
        if seat_height not in self._rooms:
            room = self._look.exposure * paint_room(self._camera, self._look, shadow=seat_height is not None)
            if seat_height:
                self._draw(room, chair_solids(seat_height), None)
            self._rooms[seat_height] = room
        return self._rooms[seat_height]

    def _draw(self, image: FloatArray, solids: Iterable[Solid], wearer: tuple[Figure, int] | None) -> None:
        """Draw solids over the image; `wearer` is the figure and sample whose face is on them, if one is."""
        buffer = self._buffer
        buffer.clear()
        for solid in solids:
            buffer.draw(solid)
        area = buffer.bounds
        if area is None:
            return
        made_of = np.zeros(256, np.uint8)
        made_of[1 : 1 + len(buffer.drawn)] = [solid.material for solid in buffer.drawn]
        materials = cv2.LUT(buffer.owner[area], made_of).astype(np.uint8, copy=False)
        colours = cv2.LUT(cv2.merge([materials] * 3), self._palette).astype(np.float32, copy=False)
        if not materials.any():
            return
        if wearer is not None:
            self._put_face(colours, materials == Material.FACE, area, *wearer)
        colours *= cv2.merge([self._brightness(area, materials)] * 3)
        cv2.copyTo(colours, materials, image[area])

    def _put_face(self, colours: FloatArray, is_face: BoolArray, area: Area, figure: Figure, sample: int) -> None:
        glasses = figure.glasses or self._look.glasses
        if glasses not in self._faces:
            self._faces[glasses] = Face(self._look, glasses)
        seen = self._buffer.points(area)[:, is_face]
        centre = self._camera.to_camera(figure.head_centre[sample])
        to_head = (self._camera.rotation @ figure.head_rotation[sample]).T / figure.body.head
        colours[is_face] = self._faces[glasses].colours((to_head @ (seen - centre[:, None])).astype(np.float32))

    def _brightness(self, area: Area, materials: NDArray[np.uint8]) -> FloatArray:
        """Light (h, w) on every pixel of the area: a lamp, light from everywhere, and the dark of creases."""
        look, depth, something = self._look, self._buffer.depth[area], materials != Material.NOTHING
        px_per_m = self._camera.focal_px / float(np.median(depth[something][::16]))
        x, y, z = self._soft_normals(area, materials, px_per_m)
        lamp = 0.25 + 0.75 * (self._light[0] * x + self._light[1] * y + self._light[2] * z)
        light = look.ambient + 1.1 * (1 - look.ambient) * np.clip(lamp, 0, 1)
        facing = 0.82 + 0.18 * np.clip(-z, 0, 1)
        around = np.where(something, depth, depth[something].max())
        crease = (depth - _blurred(around, _CREASE_M * px_per_m)) / _CREASE_DEPTH_M
        return look.exposure * light * facing * (1 - 0.55 * np.clip(crease, 0, 1))

    def _soft_normals(self, area: Area, materials: NDArray[np.uint8], px_per_m: float) -> FloatArray:
        """Normals (3, h, w) without the seams at which solids meet; cloth curves more widely than skin."""
        normals = self._buffer.normals(area)
        is_cloth = materials == Material.SHIRT
        soft = np.stack([_blurred(axis, _SOFTEN_M * px_per_m) for axis in normals])
        draped = np.stack([_blurred(axis * is_cloth, _DRAPE_M * px_per_m) for axis in normals])
        np.copyto(soft, draped, where=is_cloth)
        return soft / (np.sqrt((soft * soft).sum(axis=0)) + 1e-6)

    def _webcam(self, scene: FloatArray, sample: int) -> Image:
        """What the lens blurs and the sensor adds."""
        image = cv2.GaussianBlur(np.clip(scene, 0, 255).astype(np.uint8), (0, 0), self._look.blur_px)
        noise = np.roll(self._noise[sample % _NOISE_SHEETS], 37 * sample, axis=0)
        return cv2.add(image, noise, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _blurred(values: FloatArray, width_px: float) -> FloatArray:
    """Values (h, w) averaged over a square of about that width."""
    size = max(3, int(width_px) | 1)
    return cv2.blur(values, (size, size)).astype(np.float32, copy=False)


def _palette(look: Look) -> FloatArray:
    """Colours (256, 1, 3), indexed by material."""
    colours = {
        Material.SKIN: look.skin,
        Material.SHIRT: look.shirt,
        Material.TROUSERS: look.trousers,
        Material.SHOES: look.shoes,
        Material.HAIR: look.hair,
        Material.FACE: look.skin,
        Material.CHAIR: look.chair,
    }
    palette = np.zeros((256, 1, 3), np.float32)
    for material, colour in colours.items():
        palette[material] = colour
    return palette


def _noise_sheets(camera: Camera, look: Look) -> NDArray[np.int16]:
    """Sensor noise (N, H, W, 3): much of it common to the three colours."""
    rng = np.random.default_rng(look.room_seed + 1)
    shape = (_NOISE_SHEETS, camera.height, camera.width)
    grey = rng.standard_normal((*shape, 1), np.float32)
    colour = rng.standard_normal((*shape, 3), np.float32)
    return np.round(look.noise * (grey + 0.5 * colour)).astype(np.int16)
