"""The cheapest of all ways, against trying every one."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from mmn_live.pose.matching import least_total

LEFT_OUT = 0.7


def cheapest(costs: list[dict[int, float]]) -> float:
    places = [*range(4), *[None] * len(costs)]
    ways = set(permutations(places, len(costs)))
    return min(
        sum(LEFT_OUT if key is None else each.get(key, np.inf) for key, each in zip(way, costs, strict=True))
        for way in ways
    )


@pytest.mark.parametrize("seed", range(12))
def test_it_costs_what_the_cheapest_way_costs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    costs = [{key: float(rng.uniform()) for key in range(4) if rng.uniform() < 0.7} for _ in range(4)]
    chosen = least_total(costs, LEFT_OUT)
    given = [key for key in chosen if key is not None]
    assert len(given) == len(set(given))
    total = sum(LEFT_OUT if key is None else each[key] for key, each in zip(chosen, costs, strict=True))
    assert total == pytest.approx(cheapest(costs))


def test_nothing_goes_with_nothing() -> None:
    assert least_total([], 1.0) == []
    assert least_total([{}, {}], 1.0) == [None, None]
