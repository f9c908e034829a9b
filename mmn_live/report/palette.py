"""One colour per body part that readers with any kind of colour vision tell apart."""

from __future__ import annotations

# Okabe and Ito, "Color Universal Design" (2008), as near to the hues of the product's overlay as the set allows.
_BODY_PARTS = {
    "body": "#f0e442",
    "head": "#56b4e9",
    "upper limb": "#009e73",
    "upper body": "#009e73",
    "lower limb": "#0072b2",
    "body-hand": "#e69f00",
    "head-hand": "#cc79a7",
    "leg-hand": "#d55e00",
}
_OTHER = "#8d96a3"


def body_part_colour(body_part: str) -> str:
    """The CSS colour of a body part; a neutral one for a name that no label set has."""
    return _BODY_PARTS.get(body_part, _OTHER)
