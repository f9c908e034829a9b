"""`mmn-live bench` refuses what it could not measure."""

from __future__ import annotations

import math

import pytest

from mmn_live.cli.bench import bench
from mmn_live.errors import UsageError


@pytest.mark.parametrize(("seconds", "rounds"), [(0.0, 3), (0.1, 3), (math.inf, 3), (math.nan, 3), (10.0, 0)])
def test_a_clip_too_short_or_no_round_is_refused_before_anything_is_rendered(seconds: float, rounds: int) -> None:
    with pytest.raises(UsageError, match="give at least 1 s and one round"):
        bench(seconds, rounds)
