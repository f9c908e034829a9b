"""What stands in the page's file, before any browser opens it."""

from __future__ import annotations

import json
import math
import re
from importlib import resources

import pytest
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.errors import SessionError, UsageError
from mmn_live.recording import SessionReader
from mmn_live.report.page import MODULES, bundle, escaped


def _report(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["report", *map(str, arguments)])
    if result.exception is not None:
        raise result.exception
    return result.stdout


def _data(page: str) -> dict:
    return json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[1])


def test_nothing_in_the_data_ends_its_element():
    text = escaped(json.dumps({"name": "</script><!-- & é"}))
    assert not set("<>&") & set(text)
    assert json.loads(text) == {"name": "</script><!-- & é"}


def test_the_bundle_holds_every_module_and_no_import():
    folder = resources.files("mmn_live.report") / "page"
    assert {path.name for path in folder.iterdir() if path.name.endswith(".js")} == set(MODULES)
    assert re.findall(r"^(?:import|export)\b.*", bundle(), re.MULTILINE) == []


def test_modules_import_only_what_comes_before_them():
    folder = resources.files("mmn_live.report") / "page"
    for i, name in enumerate(MODULES):
        for wanted in re.findall(r'from "\./([\w.]+)"', (folder / name).read_text(encoding="utf-8")):
            assert wanted in MODULES[:i], f"{name} imports {wanted}"


def test_the_page_refers_to_nothing_outside_and_links_the_video_beside_it(session):
    folder = session.write("linked", video=True)
    _report(folder)
    page = (folder / "report.html").read_text(encoding="utf-8")
    outside = set(re.findall(r"https?://[^\s\"'`<]+", page))
    assert outside <= {  # names inside the .eaf, never fetched
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
        "http://cdb.iso.org/lg/CDB-00138502-001",
    }
    assert re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page) == []
    assert "default-src 'none'" in page
    assert [video["url"] for video in _data(page)["videos"]] == ["annotated.mp4"]


def test_a_report_elsewhere_finds_the_video_by_a_relative_path(session, tmp_path):
    folder = session.write("with a space", video=True)
    _report(folder, "--out", folder.parent / "elsewhere.html")
    page = (folder.parent / "elsewhere.html").read_text(encoding="utf-8")
    assert _data(page)["videos"][0]["url"] == "with%20a%20space/annotated.mp4"


def test_the_video_is_embedded_only_when_asked(session):
    folder = session.write("embedded", video=True)
    _report(folder, "--embed-video")
    url = _data((folder / "report.html").read_text(encoding="utf-8"))["videos"][0]["url"]
    assert url.startswith("data:video/mp4;base64,")
    with pytest.raises(UsageError, match="no video"):
        _report(session.write("no video"), "--embed-video")


def test_a_killed_session_says_so_and_one_without_anything_has_a_report(session):
    folder = session.write("killed")
    facts = json.loads((folder / "session.json").read_text())
    (folder / "session.json").write_text(json.dumps(facts | {"ended": "running"}))
    for name in ("events.csv", "predictions.csv", "frames.csv"):
        path = folder / name
        path.write_text(path.read_text().splitlines(keepends=True)[0] + "1,2.0")  # a row that was cut off
    _report(folder)
    data = _data((folder / "report.html").read_text(encoding="utf-8"))
    assert "cut off" in data["notice"]
    assert data["events"] == []
    assert data["statistics"][0]["total"]["perMinute"] is None


def test_a_folder_without_a_session_is_refused(tmp_path):
    with pytest.raises(SessionError):
        _report(tmp_path)


def test_the_figures_in_the_page_leave_out_gap_absence_and_hidden_legs(session):
    folder = session.write("figures")
    _report(folder)
    data = _data((folder / "report.html").read_text(encoding="utf-8"))
    everybody, first, second = data["statistics"]
    # The windows of person 1 that touch the gap, 8 to 12 s, are unobserved; person 2 was there from 2 to 6 s.
    assert first["total"]["observed"] == pytest.approx(16)
    assert second["total"]["observed"] == pytest.approx(4)
    assert everybody["total"]["count"] == 4
    assert everybody["total"]["perMinute"] == pytest.approx(60 * 4 / 20)
    assert next(rate for rate in first["labels"] if rate["name"] == "shaking legs")["perMinute"] is None
    assert SessionReader(folder).ended == "end of source"


def test_the_line_across_the_curves_is_where_an_action_alone_is_named(session):
    folder = session.write("cautious")
    facts = json.loads((folder / "session.json").read_text())
    for caution, least in (({}, 0.5), ({"caution": math.log(3)}, 0.75)):
        facts["model"]["decisions"] = {"threshold": 0.9, **caution}  # 0.5 was used
        (folder / "session.json").write_text(json.dumps(facts))
        _report(folder)
        assert _data((folder / "report.html").read_text(encoding="utf-8"))["leastNamed"] == pytest.approx(least)
    facts["settings"]["caution"] = 0.0  # asked for, whatever the model's own
    (folder / "session.json").write_text(json.dumps(facts))
    _report(folder)
    shown = _data((folder / "report.html").read_text(encoding="utf-8"))
    assert shown["leastNamed"] == pytest.approx(0.5)
    assert ["Caution", "0"] in shown["facts"]


def test_the_threshold_of_body_parts_is_the_one_that_was_used(session):
    folder = session.write("strict")
    facts = json.loads((folder / "session.json").read_text())
    facts["model"]["decisions"] = {"threshold": 0.5, "part_threshold": 0.6}
    for settings, shown in (({}, "0.6"), ({"part_threshold": 0.7}, "0.7")):
        used = facts | {"settings": facts["settings"] | settings}
        (folder / "session.json").write_text(json.dumps(used))
        _report(folder)
        rows = _data((folder / "report.html").read_text(encoding="utf-8"))["facts"]
        assert ["Of a body part", shown] in rows
