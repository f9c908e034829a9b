"""The state of recognition and the three most probable classes, top left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from mmn_live.overlay.palette import STATE_TEXTS, body_part_colour, state_colour
from mmn_live.overlay.primitives import FAINT, SOFT, WHITE, Box, Colour, bar, dot, fit, plate, text_width, unit, write
from mmn_live.overlay.scene import Scene
from mmn_live.types import NONE_LABEL, Image, Prediction, State

TOP = 3

_MARGIN, _PADDING, _WIDTH = 12, 10, 236
_HEAD_HEIGHT, _ROW_HEIGHT, _STATE_LEFT = 26, 25, 24
_TRACK: Colour = (70, 68, 66)


def top_classes(prediction: Prediction, labels: tuple[str, ...]) -> list[tuple[str, float]]:
    """The most probable classes with their probabilities, best first; none where a gate answered instead."""
    order = np.argsort(-prediction.probabilities, kind="stable")[:TOP]
    return [(labels[i], float(prediction.probabilities[i])) for i in order if prediction.probabilities[i] > 0]


def likeliest_part(prediction: Prediction, labels: tuple[str, ...], body_parts: Mapping[str, str]) -> tuple[str, float]:
    """The body part whose classes are together the most probable, and their probability."""
    of_parts: Counter[str] = Counter()
    for label, probability in zip(labels, prediction.probabilities.tolist(), strict=True):
        if label in body_parts:
            of_parts[body_parts[label]] += probability
    return max(of_parts.items(), key=lambda one: one[1], default=("", 0.0))


def draw_classes(image: Image, scene: Scene, labels: tuple[str, ...], body_parts: Mapping[str, str]) -> Image:
    """Draw the state's badge, the top classes with bars and the body part that acts, in place.

    The bar of a class that is named has its body part's colour, so have all of the part's where only that is named.
    """
    prediction = scene.prediction
    if prediction is None and scene.gap is None:
        return image
    rows = top_classes(prediction, labels) if prediction is not None and scene.gap is None else []
    size = unit(image)
    state = prediction.state if prediction is not None and scene.gap is None else State.UNOBSERVED
    text = STATE_TEXTS[state] + (f": {scene.gap.reason}" if scene.gap else "")
    box = _panel(size, len(rows), _STATE_LEFT * size + text_width(text, 8.5 * size))
    plate(image, box, round(8 * size))
    end = _draw_badge(image, box, size, state, text)
    part = body_parts.get(rows[0][0], "") if rows else ""
    if prediction is not None and state is State.PART:
        part, of_part = likeliest_part(prediction, labels, body_parts)
        _draw_body_part(image, box, size, end, part, f"{part} {of_part:.0%}")
    elif rows:
        _draw_body_part(image, box, size, end, part, part)
    for place, (label, probability) in enumerate(rows):
        named = (state is State.ACTION and place == 0) or (state is State.PART and body_parts.get(label) == part)
        colour = body_part_colour(part) if named else SOFT if label != NONE_LABEL else FAINT
        _draw_row(image, box, size, place, label, probability, colour, WHITE if named else SOFT)
    return image


def _panel(size: float, rows: int, badge_width: float) -> Box:
    """The plate: as wide as the design says when there are rows, else as the badge alone needs."""
    left = round(_MARGIN * size)
    width = _WIDTH * size if rows else min(badge_width + _PADDING * size, 2 * _WIDTH * size)
    height = _HEAD_HEIGHT + (rows * _ROW_HEIGHT + 4 if rows else 0)
    return Box(left, left, left + round(width), left + round(height * size))


def _draw_badge(image: Image, box: Box, size: float, state: State, text: str) -> int:
    baseline = box.top + 17.5 * size
    dot(image, box.left + 14 * size, baseline - 4.2 * size, 4 * size, state_colour(state))
    left = box.left + _STATE_LEFT * size
    return write(image, fit(text, 8.5 * size, box.right - left - 8 * size), left, baseline, 8.5 * size, WHITE)


def _draw_body_part(image: Image, box: Box, size: float, free_from: int, body_part: str, text: str) -> None:
    left = box.right - _PADDING * size - text_width(text, 7.5 * size)
    if left > free_from + size:
        write(image, text, left, box.top + 17.5 * size, 7.5 * size, body_part_colour(body_part))


def _draw_row(
    image: Image,
    box: Box,
    size: float,
    place: int,
    label: str,
    probability: float,
    colour: Colour,
    ink: Colour,
) -> None:
    left, right = box.left + _PADDING * size, box.right - _PADDING * size
    baseline = box.top + (_HEAD_HEIGHT + place * _ROW_HEIGHT + 12) * size
    percent = f"{probability:.0%}"
    percent_left = right - text_width(percent, 8 * size)
    write(image, percent, percent_left, baseline, 8 * size, ink)
    write(image, fit(label, 8 * size, percent_left - left - 6 * size), left, baseline, 8 * size, ink)
    top, bottom = round(baseline + 5 * size), round(baseline + 5 * size) + max(round(3.4 * size), 2)
    bar(image, Box(round(left), top, round(right), bottom), _TRACK)
    bar(image, Box(round(left), top, round(left + (right - left) * probability), bottom), colour)
