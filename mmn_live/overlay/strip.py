"""The last ten seconds of events, and how the run is going, along the bottom."""

from __future__ import annotations

from functools import lru_cache

from mmn_live.overlay.palette import body_part_colour
from mmn_live.overlay.primitives import (
    SOFT,
    WHITE,
    Box,
    Colour,
    Layer,
    bar,
    fit,
    line,
    painted,
    plate,
    stamp,
    text_width,
    unit,
    write,
)
from mmn_live.overlay.scene import STRIP_S, Scene
from mmn_live.types import Event, Image, Stats

_MARGIN, _PADDING, _HEIGHT = 12, 10, 58
_NAMES_BASELINE, _BARS_TOP, _BARS_HEIGHT, _FIGURES_BASELINE = 15, 21, 9, 50
_NAME_HEIGHT = 7.5
_AXIS: Colour = (88, 86, 84)
_HATCH: Colour = (110, 120, 240)
_NAMES: Colour = (176, 172, 168)
_ANNOUNCED_TOLERANCE = 0.1


def draw_strip(image: Image, scene: Scene) -> Image:
    """Draw events as bars in the colour of their body part, gaps hatched, and the figures below, in place."""
    if not scene.events and not scene.gaps and scene.stats is None:
        return image
    size = unit(image)
    height, width = image.shape[:2]
    margin = round(_MARGIN * size)
    box = Box(margin, height - margin - round(_HEIGHT * size), width - margin, height - margin)
    stamp(image, _background(box.width, box.bottom - box.top, size), box.left, box.top)
    lane = _lane(box, size)
    for gap in scene.gaps:
        _draw_hatching(image, _span(lane, gap.start_s, gap.end_s, scene.now_s), size)
    _draw_events(image, lane, scene, size)
    if scene.stats is not None:
        _draw_figures(image, box, scene.stats, size)
    return image


def figures(stats: Stats) -> list[tuple[str, str]]:
    """The run's figures as (name, value), the most important first."""
    delivered = f"{stats.delivered_fps:.1f}"
    announced = stats.announced_fps
    if announced and abs(stats.delivered_fps - announced) > _ANNOUNCED_TOLERANCE * announced:
        delivered += f" of {announced:.0f}"
    latency = f"{stats.latency_ms_p50:.0f} / {stats.latency_ms_p95:.0f} ms"
    rows = [("source", f"{delivered} fps"), ("shown", f"{stats.shown_fps:.1f} fps"), ("latency p50/p95", latency)]
    rows.append(("dropped", str(stats.dropped_frames)))
    return rows + ([("gaps", str(stats.gaps))] if stats.gaps else [])


def _lane(box: Box, size: float) -> Box:
    top = box.top + round(_BARS_TOP * size)
    padding = round(_PADDING * size)
    return Box(box.left + padding, top, box.right - padding, top + max(round(_BARS_HEIGHT * size), 3))


def _span(lane: Box, start_s: float, end_s: float, now_s: float) -> Box:
    """The part of the lane that stands for a stretch of time; now is its right end."""
    left, right = (
        lane.right - min(max(now_s - time_s, 0.0), STRIP_S) / STRIP_S * lane.width for time_s in (start_s, end_s)
    )
    return Box(round(left), lane.top, round(right), lane.bottom)


@lru_cache(maxsize=2)
def _background(width: int, height: int, size: float) -> Layer:
    """The plate and the axis of seconds, which never change."""
    box = Box(0, 0, width, height)

    def paint(image: Image) -> None:
        plate(image, box, round(8 * size))
        _draw_axis(image, _lane(box, size), size)

    return painted(width, height, paint)


def _draw_axis(image: Image, lane: Box, size: float) -> None:
    bottom = lane.bottom + 3 * size
    for second in range(round(STRIP_S) + 1):
        x = lane.left + second / STRIP_S * (lane.width - 1)
        line(image, (x, bottom), (x, bottom + (4 if second % 5 == 0 else 2) * size), size, _AXIS)


def _draw_hatching(image: Image, box: Box, size: float) -> None:
    region = box.of(image)
    height, step = region.shape[0], max(round(5 * size), 3)
    for x in range(-height, region.shape[1], step):
        line(region, (x, height), (x + height, 0), size, _HATCH)


def _draw_events(image: Image, lane: Box, scene: Scene, size: float) -> None:
    events = sorted((e for e in scene.events if e.offset_s > scene.now_s - STRIP_S), key=lambda event: event.onset_s)
    spans = [_event_span(lane, event, scene) for event in events]
    for event, span in zip(events, spans, strict=True):
        bar(image, span, body_part_colour(event.body_part))
    baseline, free_from = lane.top - (_BARS_TOP - _NAMES_BASELINE) * size, lane.left
    ends = [span.left - round(4 * size) for span in spans[1:]] + [lane.right]
    for event, span, end in zip(events, spans, ends[: len(events)], strict=True):
        left, name = _place_name(_name(event, scene), span.left, free_from, end, size)
        if name:
            ink = WHITE if event in scene.open_events else SOFT
            free_from = round(write(image, name, left, baseline, _NAME_HEIGHT * size, ink) + 6 * size)


def _name(event: Event, scene: Scene) -> str:
    return f"{event.person_id}: {event.title}" if scene.several else event.title


def _event_span(lane: Box, event: Event, scene: Scene) -> Box:
    offset_s = scene.now_s if event in scene.open_events else event.offset_s
    return _span(lane, event.onset_s, offset_s, scene.now_s)


def _place_name(name: str, wanted: int, free_from: int, end: int, size: float) -> tuple[int, str]:
    """Where a name begins, moved left as far as there is room for it, and as much of it as fits before `end`."""
    name = fit(name, _NAME_HEIGHT * size, end - free_from)
    return max(min(wanted, end - text_width(name, _NAME_HEIGHT * size)), free_from), name


def _draw_figures(image: Image, box: Box, stats: Stats, size: float) -> None:
    height, baseline = 6.8 * size, box.top + _FIGURES_BASELINE * size
    left = box.left + _PADDING * size
    for name, value in figures(stats):
        width = text_width(f"{name} {value}", height)
        if left + width > box.right - _PADDING * size:
            return
        left = write(image, name, left, baseline, height, _NAMES) + 4 * size
        left = write(image, value, left, baseline, height, SOFT) + 14 * size
