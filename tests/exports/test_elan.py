"""What ElanWriter writes, read by pympi."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlparse
from xml.etree import ElementTree

from pympi.Elan import Eaf

from mmn_live.exports.elan import ElanWriter
from mmn_live.types import RecordedVideo


def _read(content, folder: Path) -> Eaf:
    writer = ElanWriter(content, folder)
    writer.write()
    return Eaf(writer.files[0])


def test_every_event_comes_back_to_the_millisecond(build, tmp_path: Path) -> None:
    content = build()
    eaf = _read(content, tmp_path)
    for person in (1, 2):
        expected = [(round(e.onset_s * 1000), round(e.offset_s * 1000), e) for e in content.events_of(person)]
        actions = sorted(eaf.get_annotation_data_for_tier(f"person {person} action"))
        assert [a[:3] for a in actions] == [(start, end, e.label) for start, end, e in expected]
        parts = sorted(eaf.get_ref_annotation_data_for_tier(f"person {person} body part"))
        assert [p[:3] for p in parts] == [(start, end, e.body_part) for start, end, e in expected]


def test_the_correction_tier_is_empty_and_offers_every_label(build, tmp_path: Path) -> None:
    content = build(people=1)
    eaf = _read(content, tmp_path)
    assert sorted(eaf.get_tier_names()) == ["action", "body part", "correction", "not observed"]
    assert eaf.get_annotation_data_for_tier("correction") == []
    kind = eaf.get_parameters_for_tier("correction")["LINGUISTIC_TYPE_REF"]
    name = eaf.get_parameters_for_linguistic_type(kind)["CONTROLLED_VOCABULARY_REF"]
    entries = eaf.get_cv_entries(name)
    assert [values[0][0] for values, _ in entries.values()] == [label.name for label in content.vocabulary]


def test_gaps_are_a_tier(build, tmp_path: Path) -> None:
    gaps = _read(build(), tmp_path).get_annotation_data_for_tier("not observed")
    assert gaps == [(1800, 2300, 'camera <gone> & "back"')]


def test_the_video_is_linked_from_the_folder_and_times_are_on_its_clock(build, tmp_path: Path) -> None:
    video = tmp_path / "raw & ä.mp4"
    video.touch()
    content = build(people=1, video=RecordedVideo(video, "raw", -1.5))
    eaf = _read(content, tmp_path / "exports")
    (media,) = eaf.get_linked_files()
    assert media["MIME_TYPE"] == "video/mp4"
    assert (tmp_path / "exports" / unquote(media["RELATIVE_MEDIA_URL"])).resolve() == video.resolve()
    assert unquote(urlparse(media["MEDIA_URL"]).path).endswith("raw & ä.mp4")
    assert sorted(eaf.get_annotation_data_for_tier("action"))[0][:2] == (1750, 2501)


def test_without_events_and_video_there_are_the_tiers_and_no_link(build, tmp_path: Path) -> None:
    eaf = _read(build(people=1, events=(), gaps=()), tmp_path)
    assert eaf.get_annotation_data_for_tier("action") == []
    assert eaf.get_linked_files() == []


def test_overlapping_events_go_to_a_second_tier_and_slots_are_in_order(build, tmp_path: Path) -> None:
    first, second = build(people=1).events[:2]
    overlapping = replace(second, onset_s=0.5)
    content = build(people=1, events=(first, overlapping))
    eaf = _read(content, tmp_path)
    assert len(eaf.get_annotation_data_for_tier("action")) == len(eaf.get_annotation_data_for_tier("action 2")) == 1
    slots = ElementTree.parse(tmp_path / "study 1.eaf").iter("TIME_SLOT")
    times = [int(slot.attrib["TIME_VALUE"]) for slot in slots]
    assert times == sorted(times)
    assert len(times) == 6


def test_what_xml_cannot_hold_is_replaced(build, tmp_path: Path) -> None:
    content = build(people=1, events=(replace(build().events[0], label="a\x00b"),))
    assert _read(content, tmp_path).get_annotation_data_for_tier("action")[0][2] == "a\ufffdb"
