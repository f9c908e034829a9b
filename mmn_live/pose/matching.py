"""Who goes with whom: each to at most one, with the least cost in sum."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def least_total(costs: Sequence[Mapping[Key, float]], left_out: float) -> list[Key | None]:
    """For each of `costs` one of its keys, none given twice, or None, which costs `left_out`.

    Exact, by branch and bound: meant for the few hands and people of one picture.
    """
    options = [sorted(each.items(), key=lambda item: item[1]) for each in costs]
    best_total = float("inf")
    best: list[Key | None] = [None] * len(costs)

    def extend(chosen: list[Key | None], total: float) -> None:
        nonlocal best_total, best
        if total >= best_total:
            return
        if len(chosen) == len(options):
            best_total, best = total, list(chosen)
            return
        for key, cost in options[len(chosen)]:
            if key not in chosen and cost < left_out:
                extend([*chosen, key], total + cost)
        extend([*chosen, None], total + left_out)

    extend([], 0.0)
    return best
