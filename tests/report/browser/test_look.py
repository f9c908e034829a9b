"""Looking at a session: no network, the figures, the video, the timeline."""

from __future__ import annotations

import json
import math
import shutil

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.keys import Keys
from typer.testing import CliRunner

from mmn_live.cli import app

pytestmark = pytest.mark.slow  # a browser has to start

FIGURES = """
return [...document.querySelectorAll('table[data-of] tbody tr')].map((row) =>
  [row.dataset.name, ...[...row.querySelectorAll('td')].map((cell) => cell.dataset.value ?? null)]);
"""


def _shown_figures(page) -> dict[str, list[float]]:
    return {name: [math.nan if text is None else float(text) for text in values] for name, *values in page.js(FIGURES)}


def _pythons_figures(page, person: int | None) -> dict[str, list[float]]:
    data = json.loads(page.js("return document.getElementById('data').textContent"))
    figures = next(one for one in data["statistics"] if one["person"] == person)
    rates = [*figures["bodyParts"], *figures["labels"]]
    keys = ("count", "observed", "perMinute", "share")
    return {rate["name"]: [math.nan if rate[key] is None else rate[key] for key in keys] for rate in rates}


def test_the_page_and_python_agree_on_every_figure(page, report):
    report()
    for value, person in (("", None), ("1", 1), ("2", 2)):
        page.js("const s = document.getElementById('of-person'); s.value = arguments[0]; s.onchange()", value)
        shown, pythons = _shown_figures(page), _pythons_figures(page, person)
        assert shown.keys() == pythons.keys()
        for name, values in pythons.items():
            assert shown[name] == pytest.approx(values, rel=1e-9, nan_ok=True), name


def test_a_class_never_in_view_has_no_rate(page, report):
    report()
    assert "not in view" in page.text('tr[data-name="shaking legs"]')


def _go_to(page, time_s: float) -> None:
    """Click at a time on an empty lane of the whole timeline."""
    lane = page.find('.lane[data-part="body-hand"], .lane[data-part="lower limb"]')
    offset = (time_s / 20 - 0.5) * lane.size["width"]
    ActionChains(page.driver, duration=0).move_to_element_with_offset(lane, round(offset), 0).click().perform()


def test_a_click_goes_there_and_a_click_on_an_event_to_its_onset(page, report):
    report(video=True)
    _go_to(page, 15)
    page.until(lambda: page.js("return Math.abs(document.querySelector('video').currentTime - 15) < 0.05"))
    assert page.text(".time").startswith("0:1")
    page.find('.event[aria-label^="scratching"]').click()
    assert page.text(".time") == "0:05.00"
    assert page.text("#selected-label") == "scratching or touching face"
    page.until(lambda: page.js("return Math.abs(document.querySelector('video').currentTime - 5) < 0.05"))


def test_space_plays_the_video_and_the_playhead_follows(page, report):
    report(video=True)
    page.press(" ")
    page.until(lambda: page.text(".time") > "0:00.30")
    page.press(" ")
    assert page.js("return document.querySelector('video').paused")


def test_an_embedded_video_plays_from_the_page_alone(page, report):
    folder = report("--embed-video", video=True)
    (folder / "annotated.mp4").unlink()
    page.open(folder / "report.html")
    page.press("j", "j", "j")
    page.until(lambda: page.js("return Math.abs(document.querySelector('video').currentTime - 5) < 0.05"))


def test_wheel_keys_and_drag_move_the_timeline(page, report):
    report()
    whole = page.text(".range")
    ActionChains(page.driver, duration=0).scroll_from_origin(
        ScrollOrigin.from_element(page.find(".view")), 0, -300
    ).perform()
    page.until(lambda: page.text(".range") != whole)
    near = page.text(".range")
    page.drag(page.find(".shade + .states + .lane"), 120)
    page.until(lambda: page.text(".range") != near)
    page.press("0")
    assert page.text(".range") == whole
    page.press("+")
    assert page.text(".range") != whole


def test_what_was_not_observed_is_greyed(page, report):
    report()
    assert page.count('.group[data-person="1"] .shade .gap-time') == 1
    assert page.count('.group[data-person="1"] .shade .unseen-time') == 1
    assert page.count('.group[data-person="2"] .shade .unseen-time') == 2


def test_probabilities_are_shown_on_demand(page, report):
    report()
    assert not page.find(".plot").is_displayed()
    page.press("j", "p")
    assert page.find(".plot").is_displayed()
    assert "70 % nodding" in page.text(".plot-name")


def test_without_video_events_or_people_the_page_still_works(page, report):
    report(events=(), people=1)
    assert page.count("video") == 0
    page.press("j", "k", "a", "x", "s", "u", "z", " ", Keys.ENTER)
    assert page.text("#progress") == "0 of 0 reviewed"


def test_a_video_that_is_gone_is_said_to_be(page, report):
    folder = report(video=True)
    (folder / "annotated.mp4").unlink()
    page.open(folder / "report.html")
    page.until(lambda: "annotated.mp4 cannot be played" in page.text("#screen"))
    assert all("ERR_FILE_NOT_FOUND" in line for line in page.complaints())


def test_the_page_lets_its_own_scripts_reach_no_network(page, report):
    report()
    tried = """
    const done = arguments[0];
    const refused = [];
    document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
    const image = document.createElement('img');
    image.src = 'http://127.0.0.1:9/pixel.png';
    document.body.append(image);
    fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => done(refused), 50));
    """
    assert set(page.driver.execute_async_script(tried)) == {"img-src", "connect-src"}
    assert all("Content Security Policy" in line for line in page.complaints())
    page.requested()


def test_one_of_several_videos_is_chosen_and_shown_at_the_same_moment(page, report):
    folder = report(video=True)
    shutil.copy(folder / "annotated.mp4", folder / "raw.mp4")
    facts = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    facts["videos"].append({"file": "raw.mp4", "kind": "raw", "start_s": 2.0})
    (folder / "session.json").write_text(json.dumps(facts), encoding="utf-8")
    assert CliRunner().invoke(app, ["report", str(folder)]).exit_code == 0
    page.open(folder / "report.html")
    page.press("j", "j", "j")
    page.find("#screen select").send_keys("raw")
    at = "return document.querySelector('video').currentTime"
    page.until(lambda: abs(page.js(at) - 3) < 0.05)  # 5 s of the session, 3 s of a video that began at 2 s
    assert page.text(".time") == "0:05.00"


def test_the_keys_are_listed(page, report):
    report()
    page.press("?")
    assert "next event" in page.text("#help")
    page.press(Keys.ESCAPE)
    assert not page.find("#help").is_displayed()
