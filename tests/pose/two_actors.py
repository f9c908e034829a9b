"""Two actors in one picture, each moved sideways as a whole: where they are is known, and who is in front."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from mmn_live.actor.look import look_from_seed
from mmn_live.actor.perform import perform
from mmn_live.actor.render import Renderer
from mmn_live.actor.script import Script
from mmn_live.types import Image

SIZE = (640, 480)
_CHANGED = 30
_POSES = 4


@dataclass(frozen=True)
class Sprite:
    """A person (H, W, 3) without the room, the mask of the pixels that are theirs, and where their shoulders are."""

    image: Image
    mask: np.ndarray
    x: float


@cache
def sprites(seed: int, look: int) -> tuple[Sprite, ...]:
    """An actor at rest, in some moments of it; standing, half of the body in view."""
    script = Script((), 4.0, "half", seed=seed, figure="standing")
    shown = perform(script, np.arange(_POSES) / 4, SIZE)
    renderer = Renderer(shown.camera, look_from_seed(look))
    room = renderer.render(None, 0).astype(int)
    images = [renderer.render(shown.figure, sample) for sample in range(_POSES)]
    places = shown.pose_px[:, 11:13, 0].mean(axis=1)
    return tuple(
        Sprite(image, (np.abs(image.astype(int) - room).max(axis=2) > _CHANGED), float(x))
        for image, x in zip(images, places, strict=True)
    )


def picture(*people: tuple[tuple[Sprite, ...], float], sample: int) -> Image:
    """People with their shoulders at x (px), the last one in front, before a grey wall."""
    width, height = SIZE
    wall = np.linspace(150, 190, width)[None, :, None] + np.zeros((height, 1, 3))
    image = wall.astype(np.uint8)
    for poses, x in people:
        sprite = poses[sample % _POSES]
        by = round(x - sprite.x)
        columns = np.arange(width)
        from_columns = columns - by
        inside = (from_columns >= 0) & (from_columns < width)
        mask, source = sprite.mask[:, from_columns[inside]], sprite.image[:, from_columns[inside]]
        target = image[:, columns[inside]]
        target[mask] = source[mask]
        image[:, columns[inside]] = target
    return image
