"""Reviewing with the keyboard: every correction, what is kept of it, and the files that it leaves."""

from __future__ import annotations

import csv
import io
import math

import pytest
from selenium.webdriver.common.keys import Keys

from mmn_live.cli.report import observations
from mmn_live.recording import SessionReader
from mmn_live.report.annotations import read_annotations
from mmn_live.report.statistics import pool, summarise
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import PART_ID, Alternative, Event

pytestmark = pytest.mark.slow  # a browser has to start

LEFT, RIGHT, ENTER, ESCAPE, SHIFT = Keys.ARROW_LEFT, Keys.ARROW_RIGHT, Keys.ENTER, Keys.ESCAPE, Keys.SHIFT

COUNT = """
const [kind, name] = arguments;
return document.querySelector(`table[data-of="${kind}"] tr[data-name="${name}"] td`)?.dataset.value ?? null;
"""
TOUCHES = "scratching or touching face"


def _rows(page) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.download("#download-csv", ".csv"))))


def _sources(page) -> list[str]:
    return page.js("return [...document.querySelectorAll('#list .chip')].map((chip) => chip.textContent)")


def test_accept_goes_on_to_the_next(page, report):
    report()
    page.press("j")
    assert page.text("#selected-label") == "nodding"
    page.press("a", "a")
    assert _sources(page) == ["accepted", "accepted", "unreviewed", "unreviewed"]
    assert page.text("#selected-label") == "scratching or touching face"
    page.press("k")
    assert page.text("#selected-label") == "waving"
    assert page.text("#progress") == "2 of 4 reviewed"


def test_relabel_from_the_filtered_list(page, report):
    report()
    page.press("j", "r")
    page.press("b2 shak")
    assert page.count('#labels [role="option"]') == 1
    page.press(ENTER)
    assert page.text("#selected-label") == "shaking head"
    assert _sources(page)[0] == "relabelled"
    page.press("r", ESCAPE)
    assert page.text("#selected-label") == "shaking head"


ALTERNATIVES = (Alternative("touching nose", 0.41), Alternative("scratching or touching face", 0.33))
TOUCH = Event(5.0, 5.5, 6.5, "head-hand", "F", PART_ID, "head-hand", 0.8, 0.9, 1, ALTERNATIVES)


def test_an_event_of_a_body_part_counts_under_it_and_gets_a_class_by_key(page, report):
    report(events=(TOUCH,))
    assert (
        page.text('.lane[data-part="head-hand"] .event.part .text') == "touching nose or scratching or touching face?"
    )
    assert "touching nose 41 %, scratching or touching face 33 %" in page.find(".event").get_attribute("title")
    assert "head-hand: touching nose or" in page.text("#list tbody")
    assert (
        page.js(COUNT, "body part", "head-hand"),
        page.js(COUNT, "class", "head-hand"),
        page.js(COUNT, "class", TOUCHES),
    ) == ("1", None, "0")
    page.press("j")
    assert page.text("#selected-label") == "head-hand?"
    page.press("3", "2")
    assert page.text("#selected-label") == TOUCHES
    assert _sources(page) == ["relabelled"]
    assert (page.js(COUNT, "body part", "head-hand"), page.js(COUNT, "class", TOUCHES)) == ("1", "1")
    (row,) = _rows(page)
    assert (row["label"], row["code"], row["original_label"]) == (TOUCHES, "F2", "head-hand")
    page.press("u")
    assert page.text("#selected-label") == "head-hand?"
    page.find(".alternatives button").click()
    assert page.text("#selected-label") == "touching nose"


def test_the_picker_begins_at_the_most_probable_class_of_a_body_part(page, report):
    report(events=(TOUCH,))
    page.press("j", "r", ENTER)
    assert page.text("#selected-label") == "touching nose"


def test_an_accepted_body_part_is_in_the_files(page, report):
    report(events=(TOUCH,))
    page.press("j", "a")
    (row,) = _rows(page)
    assert (row["label"], row["code"], row["label_id"], row["source"]) == ("head-hand", "F", "-1", "accepted")
    eaf = page.download("#download-eaf", ".eaf")
    assert ">head-hand</CVE_VALUE>" in eaf
    assert "<ANNOTATION_VALUE>head-hand</ANNOTATION_VALUE>" in eaf


def test_boundaries_move_by_a_frame_to_the_playhead_and_no_further_than_they_may(page, report):
    report()
    page.press("j", "d", "d", "g")
    assert page.text("#selected-onset").startswith("0:01.08")
    assert page.text("#selected-offset").startswith("0:03.04")
    page.press("s", "s")
    assert page.text("#selected-onset") == "0:01.00"
    page.press("f")
    assert _sources(page)[0] == "unreviewed"  # where it was
    page.press(SHIFT + "s", SHIFT + "s", SHIFT + "s")
    assert page.text("#selected-onset").startswith("0:00.00")
    page.press(*[RIGHT] * 5, "o")
    assert page.text("#selected-offset").startswith("0:00.20")
    page.press(*[LEFT] * 5, "o")
    assert page.text("#selected-offset").startswith("0:00.04")


def test_an_edge_is_dragged(page, report):
    report()
    page.press("j")
    lane = page.find(".lane").size["width"]
    page.drag(page.find(".event.selected .edge.offset"), round(lane / 20))
    minutes, _, seconds = page.text("#selected-offset").split(" ")[0].partition(":")
    assert 60 * int(minutes) + float(seconds) == pytest.approx(4.0, abs=0.1)
    assert _sources(page)[0] == "moved"
    page.press("u")
    assert page.text("#selected-offset") == "0:03.00"


def test_add_delete_undo_redo(page, report):
    report()
    page.press("j", *[RIGHT] * 25, "n")
    page.choose("bowing")
    assert page.text("#selected-label") == "bowing head"
    assert page.text("#selected-onset") == "0:02.00"
    assert _sources(page) == ["unreviewed", "added", "unreviewed", "unreviewed", "unreviewed"]
    page.press("x")
    assert _sources(page)[1] == "deleted"
    page.press("u")
    assert _sources(page)[1] == "added"
    page.press("u")
    assert len(_sources(page)) == 4
    page.press(SHIFT + "u")
    assert _sources(page)[1] == "added"


def test_a_new_event_belongs_to_the_person_whose_lane_was_clicked(page, report):
    report()
    page.find('.group[data-person="2"] .lane').click()
    page.press("n")
    page.choose("nodding")
    assert {row["person_id"] for row in _rows(page) if row["source"] == "added"} == {"2"}


def test_a_reload_keeps_corrections_and_their_undo(page, report):
    folder = report()
    page.press("j", "a", "x", "j", "d")
    before = _sources(page)
    page.open(folder / "report.html")
    assert _sources(page) == before == ["accepted", "deleted", "moved", "unreviewed"]
    page.press("u")
    assert _sources(page) == ["accepted", "deleted", "unreviewed", "unreviewed"]


def test_another_session_has_corrections_of_its_own(page, report):
    report()
    assert set(_sources(page)) == {"unreviewed"}


def _correct_everything(page) -> None:
    """Accept the first, relabel the second, move the third, delete the fourth, add one."""
    page.press("j", "a", "r")
    page.choose("illustrative")
    page.press("j", SHIFT + "d", "j", "x", *[RIGHT] * 50, "n")
    page.choose("shaking legs")


def test_the_csv_tells_what_became_of_every_event(page, report):
    report()
    _correct_everything(page)
    rows = _rows(page)
    assert [(row["source"], row["label"]) for row in rows] == [
        ("accepted", "nodding"),
        ("relabelled", "illustrative gestures"),
        ("moved", "scratching or touching face"),
        ("deleted", "waving"),
        ("added", "shaking legs"),
    ]
    assert [row["onset_s"] for row in rows] == ["1.000000", "2.500000", "5.400000", "13.000000", "15.000000"]
    assert (rows[1]["person_id"], rows[1]["original_label"], rows[1]["body_part"]) == ("2", "waving", "upper limb")
    assert rows[2]["original_onset_s"] == "5.000000"
    assert rows[4]["original_onset_s"] == rows[4]["confidence"] == ""


def test_elan_gets_the_same(page, report, tmp_path):
    elan = pytest.importorskip("pympi.Elan")
    report(video=True)
    _correct_everything(page)
    (tmp_path / "corrections.eaf").write_text(page.download("#download-eaf", ".eaf"), encoding="utf-8")
    document = elan.Eaf(str(tmp_path / "corrections.eaf"))
    first = [annotation[:3] for annotation in document.get_annotation_data_for_tier("action person 1")]
    assert sorted(first) == [
        (1000, 3000, "nodding"),
        (5400, 6500, "scratching or touching face"),
        (15000, 16000, "shaking legs"),
    ]
    assert [a[:3] for a in document.get_annotation_data_for_tier("deleted person 1")] == [(13000, 15500, "waving")]
    assert [a[2] for a in document.get_annotation_data_for_tier("review person 2")] == ["relabelled"]
    assert len(document.get_controlled_vocabulary_names()) == 1
    assert list(document.timeslots.values()) == sorted(document.timeslots.values())
    (media,) = document.get_linked_files()
    assert media["RELATIVE_MEDIA_URL"] == "./annotated.mp4"


def test_elan_gets_what_overlaps_in_a_tier_of_its_own(page, report, tmp_path):
    elan = pytest.importorskip("pympi.Elan")
    report()
    page.press(*[RIGHT] * 50, "n")
    page.choose("bowing")
    (tmp_path / "overlap.eaf").write_text(page.download("#download-eaf", ".eaf"), encoding="utf-8")
    document = elan.Eaf(str(tmp_path / "overlap.eaf"))
    assert [a[:3] for a in document.get_annotation_data_for_tier("action person 1 (2)")] == [
        (2000, 3000, "bowing head")
    ]
    assert document.get_linked_files() == []


def test_keys_type_while_something_is_typed(page, report):
    report()
    page.press("j", "r")
    page.press("xxa")
    assert page.js("return document.querySelector('#picker input').value") == "xxa"
    page.press(ENTER, ESCAPE)
    assert set(_sources(page)) == {"unreviewed"}


def test_figures_of_corrected_events_are_those_that_python_gives_for_the_csv(page, report):
    folder = report()
    _correct_everything(page)
    parts = {row["label"]: row["body_part"] for row in _rows(page)}
    (folder / "corrections.csv").write_text(page.download("#download-csv", ".csv"), encoding="utf-8")
    corrected = [
        Event(one.onset_s, one.onset_s, one.offset_s, one.label, "", 0, parts[one.label], 1.0, 1.0, one.person_id)
        for one in read_annotations(folder / "corrections.csv")
        if one.source != "deleted"
    ]
    reader = SessionReader(folder)
    listed = {label.name: label.body_part for label in taxonomy_named("ma52").labels if label.name in reader.labels}
    everybody = pool([summarise(seen, corrected, listed | parts) for seen in observations(reader)])
    wanted = {rate.name: (rate.count, rate.per_minute, rate.share) for rate in everybody.labels + everybody.body_parts}
    assert wanted["illustrative gestures"][0] == 1
    for name, (count, per_minute, share) in wanted.items():
        values = page.js(
            "return [...document.querySelectorAll(`tr[data-name='${arguments[0]}'] td`)].map((td) => td.dataset.value)",
            name,
        )
        shown = [math.nan if values[i] is None else float(values[i]) for i in (0, 2, 3)]
        python = [count, *(math.nan if value is None else value for value in (per_minute, share))]
        assert shown == pytest.approx(python, rel=1e-9, nan_ok=True), name
    assert float(page.find("#self-touch").get_attribute("data-value")) == pytest.approx(everybody.self_touch.per_minute)
