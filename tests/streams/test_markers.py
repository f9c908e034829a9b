"""Events become pairs of markers, whatever is seen of them and when."""

from __future__ import annotations

from dataclasses import replace

from mmn_live.streams.markers import Marker, MarkerMaker
from mmn_live.types import PART_ID, Event

NODDING = Event(1.0, 1.5, 2.0, "nodding", "B1", 5, "head", 0.7, 0.9)


def said(markers: list[Marker]) -> list[tuple[str, int, float]]:
    return [("offset" if marker.is_offset else "onset", marker.number, marker.time_s) for marker in markers]


def test_an_event_has_one_onset_however_often_it_is_seen_open() -> None:
    maker = MarkerMaker()
    assert said(maker.process([], [NODDING])) == [("onset", 1, 1.0)]
    assert maker.process([], [replace(NODDING, offset_s=2.2)]) == []
    assert maker.process([], []) == []


def test_the_offset_has_the_onsets_number_and_the_final_event() -> None:
    maker = MarkerMaker()
    maker.process([], [NODDING])
    final = replace(NODDING, onset_s=0.8, offset_s=3.0)
    (marker,) = maker.process([final], [])
    assert said([marker]) == [("offset", 1, 3.0)]
    assert marker.event.onset_s == 0.8


def test_an_event_that_was_never_seen_open_gets_both() -> None:
    assert said(MarkerMaker().process([NODDING], [])) == [("onset", 1, 1.0), ("offset", 1, 2.0)]


def test_the_same_action_twice_in_a_row_is_two_events() -> None:
    maker = MarkerMaker()
    maker.process([], [NODDING])
    again = replace(NODDING, onset_s=4.0, offset_s=5.0)
    assert said(maker.process([NODDING], [again])) == [("offset", 1, 2.0), ("onset", 2, 4.0)]


def test_a_body_part_that_gets_the_name_of_a_class_is_one_event() -> None:
    maker = MarkerMaker()
    part = replace(NODDING, label="head", code="B", label_id=PART_ID)
    assert said(maker.process([], [part])) == [("onset", 1, 1.0)]
    assert maker.process([], [NODDING]) == []
    (marker,) = maker.process([NODDING], [])
    assert (marker.number, marker.event.label) == (1, "nodding")


def test_people_have_events_of_their_own() -> None:
    maker = MarkerMaker()
    other = replace(NODDING, person_id=2, onset_s=1.2)
    assert said(maker.process([], [NODDING, other])) == [("onset", 1, 1.0), ("onset", 2, 1.2)]
    assert said(maker.process([other], [NODDING])) == [("offset", 2, 2.0)]
