"""How the actor, the room and the webcam look: drawn by seed, so that no two people are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]
"""Blue, green, red in 0..255."""


@dataclass(frozen=True)
class Look:
    """One person's appearance, in one room, under one light, through one webcam.

    `sleeve` is how much of the arm the clothes cover: 0 at the shoulder, 1 at the elbow, 2 at the wrist.
    `hair_length` is 0 for cropped hair and 1 for hair down to the shoulders. `light` points to the lamp, in camera axes
    (x right, y down, z away from the camera); `ambient` is the share of the light that comes from everywhere;
    `exposure` scales the picture. `noise` is the sensor's noise in grey levels, `blur_px` the lens's.
    """

    skin: Colour
    lips: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    wall: Colour
    floor: Colour
    chair: Colour
    sleeve: float
    hair_length: float
    beard: float
    glasses: bool
    light: tuple[float, float, float]
    ambient: float
    exposure: float
    noise: float
    blur_px: float
    room_seed: int


_SKINS: tuple[Colour, ...] = (
    (172, 198, 235),
    (150, 178, 224),
    (128, 160, 208),
    (104, 138, 190),
    (80, 112, 164),
    (62, 90, 136),
)
_HAIRS: tuple[Colour, ...] = ((26, 28, 34), (28, 36, 52), (36, 54, 84), (70, 110, 150), (60, 70, 120), (140, 142, 146))
_SHIRTS: tuple[Colour, ...] = (
    (165, 110, 70),
    (70, 78, 160),
    (92, 128, 70),
    (120, 84, 120),
    (58, 58, 62),
    (206, 206, 200),
    (70, 150, 190),
    (110, 66, 48),
)
_TROUSERS: tuple[Colour, ...] = ((66, 54, 52), (104, 78, 58), (70, 88, 102), (44, 42, 42))
_SHOES: tuple[Colour, ...] = ((32, 32, 35), (190, 190, 192), (38, 52, 80))
_WALLS: tuple[Colour, ...] = ((204, 208, 205), (190, 204, 212), (206, 198, 184), (170, 186, 176), (160, 160, 168))
_FLOORS: tuple[Colour, ...] = ((143, 148, 150), (96, 126, 156), (88, 92, 98))
_CHAIRS: tuple[Colour, ...] = ((48, 60, 180), (62, 58, 56), (130, 100, 62), (84, 120, 150))


def look_from_seed(seed: int) -> Look:
    """The look of that seed: the same seed gives the same look on every machine."""
    rng = np.random.default_rng([seed, 0x100C])
    skin = _shade(rng, _SKINS)
    return Look(
        skin=skin,
        lips=(0.58 * skin[0], 0.56 * skin[1], 0.86 * skin[2]),
        hair=_shade(rng, _HAIRS),
        shirt=_shade(rng, _SHIRTS),
        trousers=_shade(rng, _TROUSERS),
        shoes=_shade(rng, _SHOES),
        wall=_shade(rng, _WALLS),
        floor=_shade(rng, _FLOORS),
        chair=_shade(rng, _CHAIRS),
        sleeve=float(rng.choice([0.55, 0.7, 1.25, 1.95])),
        hair_length=float(rng.choice([0.0, 0.0, 0.35, 1.0])),
        beard=float(rng.choice([0.0, 0.0, 0.0, 0.55])),
        glasses=bool(rng.random() < 0.25),
        light=_light(rng),
        ambient=float(rng.uniform(0.4, 0.62)),
        exposure=float(rng.uniform(0.75, 1.1)),
        noise=float(rng.uniform(1.5, 4.5)),
        blur_px=float(rng.uniform(0.5, 0.9)),
        room_seed=int(rng.integers(1 << 30)),
    )


def _shade(rng: np.random.Generator, colours: tuple[Colour, ...]) -> Colour:
    """One of the colours, a little lighter or darker and a little warmer or colder."""
    colour = np.array(colours[rng.integers(len(colours))]) * rng.uniform(0.9, 1.08) * rng.uniform(0.97, 1.03, 3)
    blue, green, red = (float(value) for value in np.clip(colour, 0, 240))
    return blue, green, red


def _light(rng: np.random.Generator) -> tuple[float, float, float]:
    """Towards a lamp above and before the actor, on either side."""
    direction = np.array([rng.uniform(-0.7, 0.7), rng.uniform(-0.9, -0.45), rng.uniform(-1.0, -0.6)])
    x, y, z = (float(value) for value in direction / np.linalg.norm(direction))
    return x, y, z
