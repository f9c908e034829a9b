"""The tables of weights/MODEL_CARD.md from what `mmn-live evaluate --json` wrote, as Markdown.

python benchmarks/card.py acted.json [--people people.json]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

AIMS = {"top1": 0.75, "top5": 0.95, "part": 0.92}
ROWS = {
    "top1": "Top-1 of the 52 actions",
    "top5": "Top-5",
    "part": "body part",
    "mean_class": "Top-1, averaged over classes",
    "with_none_top1": 'Top-1 where "none" may win',
    "recall": "actions with an event of their name",
    "recall_part": "actions that meet an event of their body part, rightly named or not",
    "precision": "events that are right",
}
COUNTS = {
    "segments": "segments",
    "top1": "Top-1",
    "top5": "Top-5",
    "found": "found as event",
    "events": "events of that name",
    "right": "right",
}
BADLY = 0.3


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))


def percent(value: float) -> str:
    """A share in whole per cent."""
    return f"{100 * value:.0f} %"


def figures(report: Mapping[str, Any]) -> str:
    """The figures over all segments and events, with their spread over the groups and what was aimed at."""
    spread = {name: (f"{percent(one['mean'])} ± {100 * one['std']:.0f}") for name, one in report["spread"].items()}
    rows = [
        (what, percent(report["figures"][name]), spread.get(name, ""), percent(AIMS[name]) if name in AIMS else "")
        for name, what in ROWS.items()
    ]
    return table(("figure", "all", "mean ± deviation of the groups", "aim"), rows)


def classes(report: Mapping[str, Any]) -> str:
    """What became of each class."""
    rows = [(name, *(counts[each] for each in COUNTS)) for name, counts in report["per_class"].items()]
    return table(("class", *COUNTS.values()), [row for row in rows if row[1] or row[4]])


def extremes(report: Mapping[str, Any]) -> str:
    """The classes that were recognised least, and those that were recognised every time."""
    shares = {n: one["top1"] / one["segments"] for n, one in report["per_class"].items() if one["segments"]}
    badly = [name for name, share in shares.items() if share <= BADLY]
    always = [name for name, share in shares.items() if share == 1]
    return f"At most {percent(BADLY)}: {', '.join(badly) or 'none'}.\nEvery time: {', '.join(always) or 'none'}."


def answers(report: Mapping[str, Any]) -> str:
    """What was said of each segment of a folder of clips."""
    rows = [
        (one["video"], " or ".join(one["right"]), ", ".join(f"{name} {share:.2f}" for name, share in one["said"][:3]))
        for one in report["answers"]
    ]
    return table(("clip", "right", "three most probable"), rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("acted", type=Path, help="of rendered videos of the actor")
    parser.add_argument("--people", type=Path, help="of a folder of clips")
    arguments = parser.parse_args()
    acted = json.loads(arguments.acted.read_text(encoding="utf-8"))
    print(figures(acted), extremes(acted), classes(acted), sep="\n\n")
    rest = {name: value for name, value in acted["figures"].items() if name not in ROWS}
    rest["onset_within_tolerance"] = acted["events"]["onset_within_tolerance"]
    print("\n" + json.dumps(rest, indent=1))
    if arguments.people:
        people = json.loads(arguments.people.read_text(encoding="utf-8"))
        print("\n" + json.dumps(people["figures"], indent=1), answers(people), sep="\n\n")


if __name__ == "__main__":
    main()
