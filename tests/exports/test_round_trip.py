"""Whatever the events are, every one of them comes back from every format, at its millisecond."""

from __future__ import annotations

import tempfile
from collections import Counter
from html import unescape
from pathlib import Path

import webvtt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from praatio import textgrid
from pympi.Elan import Eaf

from mmn_live.exports import SessionContent, export
from mmn_live.types import Event

MOMENTS = st.integers(0, 8000).map(lambda tick: tick / 1600)  # finer than a millisecond, and halves of one
LABELS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=9
)


@st.composite
def _events(draw: st.DrawFn) -> tuple[Event, ...]:
    """Events of two persons that may touch, overlap or last no time at all."""
    found = []
    for _ in range(draw(st.integers(0, 6))):
        onset_s, offset_s = sorted((draw(MOMENTS), draw(MOMENTS)))
        person_id = draw(st.integers(1, 2))
        found.append(Event(onset_s, onset_s, offset_s, draw(LABELS), "A1", 0, "head", 0.5, 0.5, person_id))
    return tuple(sorted(found, key=lambda event: event.onset_s))


def _from_elan(path: Path) -> Counter[tuple[int, int, str]]:
    eaf = Eaf(path)
    tiers = [name for name in eaf.get_tier_names() if " action" in name]
    return Counter(tuple(entry[:3]) for tier in tiers for entry in eaf.get_annotation_data_for_tier(tier))


def _from_praat(path: Path) -> Counter[tuple[int, int, str]]:
    grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="error")
    tiers = [tier for tier in grid.tiers if " action" in tier.name]
    entries = [entry for tier in tiers for entry in tier.entries]
    return Counter((round(entry.start * 1000), round(entry.end * 1000), entry.label) for entry in entries)


def _from_webvtt(path: Path) -> Counter[tuple[int, int, str]]:
    return Counter(
        (_ms(cue.start), _ms(cue.end), unescape(cue.text).removeprefix("head: ")) for cue in webvtt.read(path)
    )


def _ms(time: str) -> int:
    hours, minutes, seconds = time.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def _expected(content: SessionContent) -> Counter[tuple[int, int, str]]:
    spans = [(round(event.onset_s * 1000), round(event.offset_s * 1000), event.label) for event in content.events]
    return Counter((start, max(end, start + 1), label) for start, end, label in spans)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=_events())
def test_every_event_comes_back_from_every_format_of_text(build, events: tuple[Event, ...]) -> None:
    content = build(events=events, gaps=())
    with tempfile.TemporaryDirectory() as folder:
        elan, praat, vtt = export(content, ["elan", "praat", "webvtt"], Path(folder), "01", "session")
        found = _from_elan(elan), _from_praat(praat), _from_webvtt(vtt)
    assert found == (_expected(content),) * 3
