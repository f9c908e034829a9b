"""Colours that stay apart for every kind of colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mmn_live.report.palette import body_part_colour
from mmn_live.taxonomy import taxonomy_named

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009),
# severity 1.0, on linear RGB.
VISION = {
    "usual": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def _lab(colour: str, vision) -> np.ndarray:
    """CIE L*a*b* of a colour as seen with that vision."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    x, y, z = np.cbrt(TO_XYZ @ np.clip(np.asarray(vision) @ linear, 1e-4, 1) / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("taxonomy", ["ma52", "imigue"])
def test_no_two_body_parts_look_alike(taxonomy, vision):
    parts = {label.body_part for label in taxonomy_named(taxonomy).labels}
    for one, other in combinations(sorted(parts), 2):
        colours = [_lab(body_part_colour(part), VISION[vision]) for part in (one, other)]
        assert np.linalg.norm(colours[0] - colours[1]) > 12, (one, other)
