"""Type is readable on anything, and nothing drawn leaves the image or its plate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmn_live.overlay import palette
from mmn_live.overlay.primitives import SOFT, WHITE, Box, bar, dot, fit, painted, plate, stamp, text_width, unit, write
from mmn_live.overlay.strip import _NAMES
from mmn_live.taxonomy import taxonomy_named

INKS = [WHITE, SOFT, _NAMES, *(palette.body_part_colour(label.body_part) for label in taxonomy_named("ma52").labels)]


def luminance(pixels: np.ndarray) -> np.ndarray:
    """Relative luminance of BGR pixels, WCAG 2.1."""
    channel = pixels / 255.0
    linear = np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.0722, 0.7152, 0.2126])


@pytest.mark.parametrize("brightness", [0, 128, 255])
@pytest.mark.parametrize("height", [6.8 * 0.68, 8.5, 8.5 * 4.5])
@pytest.mark.parametrize("ink", sorted(set(INKS)))
def test_type_on_a_plate_meets_wcag_aa(brightness: int, height: float, ink: tuple[int, int, int]) -> None:
    image = np.full((round(height * 4), round(height * 40), 3), brightness, np.uint8)
    plate(image, Box(0, 0, image.shape[1], image.shape[0]), 0)
    background = luminance(image[0, 0])
    write(image, "scratching arms", height, height * 2.5, height, ink)
    written = luminance(image[(image != image[0, 0]).any(axis=2)])
    strokes = np.quantile(written, 0.85)  # the rest are the strokes' soft edges
    assert (strokes + 0.05) / (background + 0.05) >= 4.5


@given(st.integers(-80, 120), st.integers(-80, 120), st.sampled_from([4.0, 8.5, 30.0]))
def test_type_is_clipped_at_the_borders(left: int, baseline: int, height: float) -> None:
    whole = np.zeros((300, 500, 3), np.uint8)
    write(whole, "Waving", left + 150, baseline + 150, height, WHITE)
    part = np.zeros((40, 60, 3), np.uint8)
    write(part, "Waving", left, baseline, height, WHITE)
    np.testing.assert_array_equal(part, whole[150:190, 150:210])


@given(st.integers(0, 2**32 - 1), st.integers(-70, 130), st.integers(-50, 90))
def test_a_layer_looks_as_if_it_had_been_drawn_there(seed: int, left: int, top: int) -> None:
    def paint(image: np.ndarray, x: int = 0, y: int = 0) -> None:
        plate(image, Box(x, y, x + 70, y + 40), 8)
        dot(image, x + 12, y + 12, 4.5, (72, 72, 238))
        write(image, "Waving", x + 20, y + 17, 8.5, WHITE)
        bar(image, Box(x + 10, y + 25, x + 60, y + 30), palette.body_part_colour("head"))

    around = np.random.default_rng(seed).integers(0, 256, (210, 310, 3), np.uint8)
    stamped = around[70:160, 80:210].copy()
    stamp(stamped, painted(70, 40, paint), left, top)
    paint(around, left + 80, top + 70)
    drawn = around[70:160, 80:210].astype(int)
    assert np.abs(drawn - stamped).max() <= 5
    assert np.abs(drawn - stamped).mean() < 0.05


def test_a_plate_darkens_inside_its_rounded_corners_only() -> None:
    image = np.full((60, 80, 3), 255, np.uint8)
    plate(image, Box(10, 10, 70, 50), 8)
    assert (image[30, 40] < 80).all()
    assert (image[10, 10] == 255).all()
    assert (image[10, 40] < 80).all()
    outside = np.ones((60, 80), bool)
    outside[10:50, 10:70] = False
    assert (image[outside] == 255).all()
    np.testing.assert_array_equal(image, image[::-1])
    np.testing.assert_array_equal(image, image[:, ::-1])


@given(st.integers(-30, 30), st.integers(-30, 30), st.integers(0, 60), st.integers(0, 12))
def test_shapes_partly_or_wholly_outside_are_no_error(left: int, top: int, width: int, radius: int) -> None:
    image = np.full((20, 20, 3), 255, np.uint8)
    box = Box(left, top, left + width, top + width)
    plate(image, box, radius)
    bar(image, box, WHITE)
    dot(image, left, top, radius, WHITE)


def test_fit_shortens_until_it_fits() -> None:
    assert fit("waving", 8, 1000) == "waving"
    short = fit("scratching or touching face", 8, 90)
    assert short.startswith("scratch")
    assert short.endswith("..")
    assert text_width(short, 8) <= 90
    assert fit("waving", 8, 3) == ""


def test_a_dot_is_round() -> None:
    image = np.zeros((41, 41, 3), np.uint8)
    dot(image, 20, 20, 8, (255, 255, 255))
    rows, columns = np.nonzero(image[..., 0] > 127)
    distances = np.hypot(rows - 20, columns - 20)
    assert len(distances) == pytest.approx(np.pi * 8**2, rel=0.15)
    assert distances.max() < 9


def test_the_unit_grows_with_the_image_and_stops_shrinking() -> None:
    sizes = [(240, 320), (480, 640), (720, 1280), (2160, 3840)]
    units = [unit(np.zeros((*size, 3), np.uint8)) for size in sizes]
    assert units == sorted(units)
    assert units[1] == 1.0
    assert units[3] == 4.5
    assert unit(np.zeros((1, 1, 3), np.uint8)) == units[0]
