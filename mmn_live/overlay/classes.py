"""The state of recognition and the three most probable classes, top left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mmn_live.overlay.palette import STATE_TEXTS, body_part_colour, state_colour
from mmn_live.overlay.primitives import (
    FAINT,
    SOFT,
    WHITE,
    Box,
    Colour,
    Layer,
    bar,
    dot,
    fit,
    painted,
    plate,
    stamp,
    text_width,
    unit,
    write,
)
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
    panel = _panel(scene, labels, body_parts)
    if panel is not None:
        size = unit(image)
        stamp(image, _painted(panel, size), round(_MARGIN * size), round(_MARGIN * size))
    return image


@dataclass(frozen=True)
class _Row:
    label: str
    probability: float
    colour: Colour
    ink: Colour


@dataclass(frozen=True)
class _Panel:
    """What there is to read."""

    state: State
    text: str
    part: str
    part_text: str
    rows: tuple[_Row, ...]


def _panel(scene: Scene, labels: tuple[str, ...], body_parts: Mapping[str, str]) -> _Panel | None:
    prediction = scene.prediction
    if scene.gap is not None:
        return _Panel(State.UNOBSERVED, f"{STATE_TEXTS[State.UNOBSERVED]}: {scene.gap.reason}", "", "", ())
    if prediction is None:
        return None
    state, top = prediction.state, top_classes(prediction, labels)
    part = part_text = body_parts.get(top[0][0], "") if top else ""
    if state is State.PART:
        part, of_part = likeliest_part(prediction, labels, body_parts)
        part_text = f"{part} {of_part:.0%}"
    rows = []
    for place, (label, probability) in enumerate(top):
        named = (state is State.ACTION and place == 0) or (state is State.PART and body_parts.get(label) == part)
        colour = body_part_colour(part) if named else SOFT if label != NONE_LABEL else FAINT
        rows.append(_Row(label, probability, colour, WHITE if named else SOFT))
    return _Panel(state, STATE_TEXTS[state], part, part_text, tuple(rows))


@lru_cache(maxsize=2)
def _painted(panel: _Panel, size: float) -> Layer:
    """The panel, which stays the same until the next prediction.

    It is as wide as the design says when there are rows, else as the badge alone needs.
    """
    badge_width = (_STATE_LEFT + _PADDING) * size + text_width(panel.text, 8.5 * size)
    width = round(_WIDTH * size if panel.rows else min(badge_width, 2 * _WIDTH * size))
    height = round((_HEAD_HEIGHT + (len(panel.rows) * _ROW_HEIGHT + 4 if panel.rows else 0)) * size)
    box = Box(0, 0, width, height)

    def paint(image: Image) -> None:
        plate(image, box, round(8 * size))
        end = _draw_badge(image, box, size, panel.state, panel.text)
        if panel.part_text:
            _draw_body_part(image, box, size, end, panel.part, panel.part_text)
        for place, row in enumerate(panel.rows):
            _draw_row(image, box, size, place, row)

    return painted(width, height, paint)


def _draw_badge(image: Image, box: Box, size: float, state: State, text: str) -> int:
    baseline = box.top + 17.5 * size
    dot(image, box.left + 14 * size, baseline - 4.2 * size, 4 * size, state_colour(state))
    left = box.left + _STATE_LEFT * size
    return write(image, fit(text, 8.5 * size, box.right - left - 8 * size), left, baseline, 8.5 * size, WHITE)


def _draw_body_part(image: Image, box: Box, size: float, free_from: int, body_part: str, text: str) -> None:
    left = box.right - _PADDING * size - text_width(text, 7.5 * size)
    if left > free_from + size:
        write(image, text, left, box.top + 17.5 * size, 7.5 * size, body_part_colour(body_part))


def _draw_row(image: Image, box: Box, size: float, place: int, row: _Row) -> None:
    left, right = box.left + _PADDING * size, box.right - _PADDING * size
    baseline = box.top + (_HEAD_HEIGHT + place * _ROW_HEIGHT + 12) * size
    percent = f"{row.probability:.0%}"
    percent_left = right - text_width(percent, 8 * size)
    write(image, percent, percent_left, baseline, 8 * size, row.ink)
    write(image, fit(row.label, 8 * size, percent_left - left - 6 * size), left, baseline, 8 * size, row.ink)
    top, bottom = round(baseline + 5 * size), round(baseline + 5 * size) + max(round(3.4 * size), 2)
    bar(image, Box(round(left), top, round(right), bottom), _TRACK)
    bar(image, Box(round(left), top, round(left + (right - left) * row.probability), bottom), row.colour)
