"""The whole chain on clips of real people, where the folder with them is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmn_live.sources import VideoSource

REAL = Path(__file__).parents[3] / "shared" / "real"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REAL.is_dir(), reason="the clips of real people may not be passed on; they are not here"),
]


@pytest.mark.parametrize(
    ("name", "somebody_until_s", "nobody_from_s"),
    [("still_desk_man.mp4", 5.0, None), ("empty_room.mp4", None, 0.9), ("face_then_nobody.mov", 2.5, 2.7)],
)
def test_nobody_is_seen_where_nobody_is_and_nothing_happens(watch, name, somebody_until_s, nobody_from_s):
    seen = watch(VideoSource(REAL / name))
    if somebody_until_s is not None:
        there = [people.person for people in seen.people if people.time_s < somebody_until_s]
        assert sum(there) > 0.9 * len(there)
    if nobody_from_s is not None:
        assert not any(people.person for people in seen.people if people.time_s >= nobody_from_s)
    assert seen.events == []
