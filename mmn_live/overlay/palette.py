"""One colour per body part and per state: the same on the picture and in the terminal."""

from __future__ import annotations

from mmn_live.overlay.primitives import FAINT, SOFT, Colour
from mmn_live.types import State

_BODY_PARTS: dict[str, Colour] = {
    "body": (84, 190, 240),
    "head": (244, 188, 96),
    "upper limb": (132, 212, 122),
    "upper body": (132, 212, 122),
    "lower limb": (246, 160, 186),
    "body-hand": (98, 142, 250),
    "head-hand": (176, 132, 246),
    "leg-hand": (204, 212, 92),
}
_STATES: dict[State, Colour] = {
    State.ACTION: (132, 212, 122),
    State.NONE: SOFT,
    State.STILL: (220, 190, 150),
    State.UNSURE: (96, 196, 244),
    State.NOBODY: FAINT,
    State.UNOBSERVED: (110, 120, 240),
    State.PART: (170, 214, 160),
}
STATE_TEXTS = {
    State.ACTION: "action",
    State.NONE: "no micro-action",
    State.STILL: "still",
    State.UNSURE: "unsure",
    State.NOBODY: "nobody in view",
    State.UNOBSERVED: "not observed",
    State.PART: "body part only",
}


def body_part_colour(body_part: str) -> Colour:
    """The colour of a body part; a neutral one for a name that no label set has."""
    return _BODY_PARTS.get(body_part, SOFT)


def state_colour(state: State) -> Colour:
    """The colour of a prediction's state."""
    return _STATES[state]
