"""The figures of an evaluation, for the terminal."""

from __future__ import annotations

import math
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Column, Table

from mmn_live.training.evaluate import Evaluation

_WORST = 12
_STYLE: Any = {"box": SIMPLE, "padding": (0, 1, 0, 0)}

_ROWS = (
    ("segments", "labelled segments", ".0f"),
    ("top1", "  Top-1 of what is done", ".3f"),
    ("top5", "  Top-5", ".3f"),
    ("part", "  body part", ".3f"),
    ("mean_class", "  mean of the classes' Top-1", ".3f"),
    ("mrr", "  mean reciprocal rank", ".3f"),
    ("with_none_top1", '  Top-1 where "none" may win', ".3f"),
    ("with_none_top5", "  Top-5", ".3f"),
    ("with_none_part", "  body part", ".3f"),
    ("with_none_mean_class", "  mean of the classes' Top-1", ".3f"),
    ("with_none_mrr", "  mean reciprocal rank", ".3f"),
    ("said_none", '  taken for "none"', ".3f"),
    ("not_observed", "  of classes that were not observed", ".0f"),
    ("not_in_model", "  of classes that the model does not have", ".0f"),
    ("actions", "actions", ".0f"),
    ("recall", "  found by their name", ".3f"),
    ("recall_part", "  that meet an event of their body part", ".3f"),
    ("events", "events", ".0f"),
    ("precision", "  right", ".3f"),
    ("part_events", "  that name a body part alone", ".0f"),
    ("part_events_right", "    right", ".0f"),
    ("onset_error_s", "  onset error, median, s", ".2f"),
    ("false_per_minute", "false events a minute", ".2f"),
    ("outside_actions_per_minute", "  outside actions, a minute of that", ".2f"),
    ("quiet_false_per_minute", "  in videos of quiet behaviour", ".2f"),
    ("empty_false_per_minute", "  in empty rooms", ".2f"),
    ("calibration_error", "expected calibration error", ".3f"),
)


def show(evaluation: Evaluation) -> None:
    """Print the figures with their spread, the classes that occurred, and the most frequent confusions."""
    console = Console()
    console.print(_figures(evaluation))
    console.print(_classes(evaluation))
    worst = Table("done", "taken for", "times", "of", title="Most frequent confusions of segments", **_STYLE)
    for own, named, times, count in evaluation.confusions(_WORST):
        worst.add_row(own, named, str(times), str(count))
    console.print(worst)


def _figures(evaluation: Evaluation) -> Table:
    count = len(evaluation.groups)
    spread_columns = (f"mean ± standard deviation of {count} groups",) if count > 1 else ()
    table = Table("", "all", *spread_columns, **_STYLE)
    for name, what, form in _ROWS:
        if name in evaluation.figures:
            spread = evaluation.spread(name)
            cells = [f"{_spelled(spread[0], form)} ± {_spelled(spread[1], form)}"] if spread else []
            table.add_row(what, _spelled(evaluation.figures[name], form), *cells)
    return table


def _spelled(value: float, form: str) -> str:
    return "-" if math.isnan(value) else format(value, form)


def _classes(evaluation: Evaluation) -> Table:
    columns = ("done", "Top-1", "Top-5", "found", "events", "right")
    table = Table(Column("class", no_wrap=True), *columns, title="Segments, and events of that name", **_STYLE)
    keys = ("segments", "top1", "top5", "found", "events", "right")
    for label in evaluation.taxonomy.labels:
        counts = evaluation.of_class(label.name)
        if counts["segments"] or counts["events"]:
            table.add_row(label.name, *(str(counts[key]) for key in keys))
    return table
