"""The tables of weights/MODEL_CARD.md from what `mmn-live evaluate --json` wrote, as Markdown.

python benchmarks/card.py acted.json [another_seed.json ...] [--people people.json]
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
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

Report = Mapping[str, Any]
"""What one call of `mmn-live evaluate --json` wrote."""


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ["---"] * len(head), *rows))


def percent(value: float | None) -> str:
    """A share in whole per cent; a dash for one of nothing."""
    return "-" if value is None else f"{100 * value:.0f} %"


def figures(reports: Sequence[Report]) -> str:
    """The figures of each report, with their deviation over its groups, and what was aimed at."""
    rows = [
        (what, *(_spread(report, name) for report in reports), percent(AIMS[name]) if name in AIMS else "")
        for name, what in ROWS.items()
    ]
    return table(("figure", *(f"seed {report['seed']}" for report in reports), "aim"), rows)


def _spread(report: Report, name: str) -> str:
    """A figure, and the deviation of the groups from each other."""
    deviation = report["spread"].get(name, {}).get("std")
    return percent(report["figures"][name]) + ("" if deviation is None else f" ± {100 * deviation:.0f}")


def per_class(reports: Sequence[Report]) -> dict[str, Counter[str]]:
    """The counts of each class, all reports together."""
    names = reports[0]["per_class"]
    return {
        name: sum(
            (Counter({each: report["per_class"][name][each] for each in COUNTS}) for report in reports), Counter()
        )
        for name in names
    }


def classes(counted: Mapping[str, Mapping[str, int]]) -> str:
    """What became of each class."""
    rows = [(name, *(counts[each] for each in COUNTS)) for name, counts in counted.items()]
    return table(("class", *COUNTS.values()), [row for row in rows if row[1] or row[5]])


def extremes(counted: Mapping[str, Mapping[str, int]]) -> str:
    """The classes that were recognised least, and those that were recognised every time."""
    shares = {name: one["top1"] / one["segments"] for name, one in counted.items() if one["segments"]}
    badly = [name for name, share in shares.items() if share <= BADLY]
    always = [name for name, share in shares.items() if share == 1]
    return f"At most {percent(BADLY)}: {', '.join(badly) or 'none'}.\nEvery time: {', '.join(always) or 'none'}."


def answers(report: Report) -> str:
    """What was said of each segment of a folder of clips."""
    rows = [
        (one["video"], " or ".join(one["right"]), ", ".join(f"{name} {share:.2f}" for name, share in one["said"][:3]))
        for one in report["answers"]
    ]
    return table(("clip", "right", "three most probable"), rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("acted", type=Path, nargs="+", help="of rendered videos of the actor, by other seeds each")
    parser.add_argument("--people", type=Path, help="of a folder of clips")
    arguments = parser.parse_args()
    acted = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.acted]
    people = [json.loads(arguments.people.read_text(encoding="utf-8"))] if arguments.people else []
    ways = {(report["sha256"], report["threshold"], report["caution"]) for report in (*acted, *people)}
    if len({report["seed"] for report in acted}) < len(acted) or len(ways) > 1:
        parser.error("give reports of one model under the same decisions, each of another seed")
    counted = per_class(acted)
    print(figures(acted), extremes(counted), classes(counted), sep="\n\n")
    for report in acted:
        rest = {name: value for name, value in report["figures"].items() if name not in ROWS}
        rest["onset_within_tolerance"] = report["events"]["onset_within_tolerance"]
        print("\n" + json.dumps(rest, indent=1))
    for report in people:
        print("\n" + json.dumps(report["figures"], indent=1), answers(report), sep="\n\n")


if __name__ == "__main__":
    main()
