"""Who is who: each person's id over their head, once there are several."""

from __future__ import annotations

import numpy as np

from mmn_live.overlay.primitives import WHITE, Box, plate, text_width, unit, write
from mmn_live.overlay.scene import Scene
from mmn_live.overlay.skeleton import OBSERVED_VISIBILITY
from mmn_live.types import Image

_HEIGHT, _PADDING, _ABOVE = 9.0, 7, 14


def draw_ids(image: Image, scene: Scene) -> Image:
    """Draw the id of everybody above the highest joint that was seen of them in the picture, in place."""
    if not scene.several:
        return image
    size = unit(image)
    for skeleton in scene.skeletons:
        joints = skeleton.joints
        inside = ((joints >= 0) & (joints < (image.shape[1], image.shape[0]))).all(axis=1)
        seen = joints[inside & (skeleton.visibility >= OBSERVED_VISIBILITY)]
        if len(seen):
            x, y = seen[np.argmin(seen[:, 1])]
            _draw_tag(image, str(skeleton.person_id), float(x), float(y) - _ABOVE * size, size)
    return image


def _draw_tag(image: Image, text: str, x: float, bottom: float, size: float) -> None:
    half = (text_width(text, _HEIGHT * size) / 2) + _PADDING * size
    height = (_HEIGHT + _PADDING) * size
    top = max(round(bottom - height), 0)
    box = Box(round(x - half), top, round(x + half), round(top + height))
    plate(image, box, round(5 * size))
    write(image, text, x - half + _PADDING * size, top + (_HEIGHT + _PADDING / 2) * size, _HEIGHT * size, WHITE)
