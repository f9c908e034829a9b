"""The terminal says what happens: as a panel, or in plain lines."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from mmn_live.cli.panel import Panel, PlainLines, RunFacts, event_line, reporter, status_line
from mmn_live.overlay import Scene
from mmn_live.types import PART_ID, Alternative, BaselineProgress, Event, Gap, Prediction, State, Stats

LABELS = ("nodding", "waving", "shrugging", "none")
BODY_PARTS = {"nodding": "head", "waving": "upper limb", "shrugging": "body"}
FACTS = RunFacts("camera 0", "cpu", "actor", LABELS, body_parts=BODY_PARTS)
EVENT = Event(65.5, 66.0, 66.75, "nodding", "B1", 9, "head", 0.81, 0.93)
STATS = Stats(29.8, 30.0, 29.6, 62.0, 88.0, 24.0, 3000, 3, 0)


class Clock:
    """A clock that the test turns by hand, in seconds."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def scene(state: State = State.ACTION, *, gaps: tuple[Gap, ...] = ()) -> Scene:
    probabilities = np.array([0.7, 0.2, 0.06, 0.04], np.float32) * (state is State.ACTION)
    prediction = Prediction(8.0, 10.0, state, probabilities, np.ones(4, bool), 20.0)
    return Scene(10.0, prediction=prediction, gaps=gaps, stats=STATS)


def test_plain_lines_begin_with_what_the_run_is_made_of() -> None:
    out = io.StringIO()
    with PlainLines(out) as lines:
        lines.begin(FACTS)
    assert out.getvalue() == "source camera 0   device cpu   model actor\n"


def test_a_status_line_every_five_seconds() -> None:
    out, clock = io.StringIO(), Clock()
    with PlainLines(out, clock) as lines:
        lines.begin(FACTS)
        for _ in range(1101):
            lines.update(scene())
            clock.now_s += 0.01
    status = out.getvalue().splitlines()[1:]
    assert len(status) == 2
    assert status[0].startswith("00:10   action   nodding 70%   source 29.8 fps")
    assert "dropped 3" in status[0]


@pytest.mark.parametrize(
    ("state", "text"), [(State.NOBODY, "nobody in view"), (State.STILL, "still"), (State.UNOBSERVED, "not observed")]
)
def test_a_state_without_a_label_names_none(state: State, text: str) -> None:
    out, clock = io.StringIO(), Clock()
    with PlainLines(out, clock) as lines:
        clock.now_s += 6
        lines.update(scene(state))
    assert f"   {text}   source" in out.getvalue()
    assert "nodding" not in out.getvalue()


def test_a_gap_is_named_in_place_of_the_old_prediction() -> None:
    out, clock = io.StringIO(), Clock()
    with PlainLines(out, clock) as lines:
        lines.begin(FACTS)
        clock.now_s += 6
        lines.update(scene(gaps=(Gap(7.0, 10.1, "camera stalled"),)))
    assert "not observed: camera stalled" in out.getvalue()
    assert "nodding" not in out.getvalue()


def test_an_event_line_has_all_of_the_event() -> None:
    assert event_line(EVENT).split() == ["01:05.50", "nodding", "B1", "head", "81%", "1.25", "s"]
    out = io.StringIO()
    with PlainLines(out) as lines:
        lines.event(EVENT)
    assert out.getvalue() == event_line(EVENT) + "\n"


ALTERNATIVES = (Alternative("touching nose", 0.4), Alternative("rubbing eyes", 0.3))
TOUCH = Event(65.5, 66.0, 66.75, "head-hand", "F", PART_ID, "head-hand", 0.81, 0.93, 1, ALTERNATIVES)


def test_an_event_of_a_body_part_says_what_it_may_have_been() -> None:
    assert event_line(TOUCH).endswith(
        "head-hand                    F    head-hand    81%   1.25 s  touching nose or rubbing eyes?"
    )
    out = io.StringIO()
    with Panel(Console(file=out, width=100, force_terminal=True, color_system=None)) as panel:
        panel.begin(FACTS)
        panel.event(TOUCH)
        panel.update(scene(State.PART))
    assert "head-hand: touching nose or rubbing eyes?" in out.getvalue()


def test_where_only_a_body_part_is_sure_it_is_named() -> None:
    probabilities = np.array([0.45, 0.3, 0.15, 0.1], np.float32)
    prediction = Prediction(8.0, 10.0, State.PART, probabilities, np.ones(4, bool), 20.0)
    assert "body part only: head 45%" in status_line(replace(scene(), prediction=prediction), FACTS)


def panel_text(panel_scene: Scene, width: int = 100) -> str:
    out = io.StringIO()
    with Panel(Console(file=out, width=width, force_terminal=True, color_system=None)) as panel:
        panel.begin(FACTS)
        panel.event(EVENT)
        panel.update(panel_scene)
    return out.getvalue()


def test_the_panel_shows_facts_state_classes_events_and_figures() -> None:
    text = panel_text(scene())
    for shown in ("camera 0", "cpu", "actor", "action", "nodding", "70%", "01:05", "B1", "head", "81%", "1.25 s"):
        assert shown in text
    assert "62 / 88 ms" in text
    assert "dropped 3" in text


def test_the_panel_fits_a_narrow_terminal() -> None:
    panel = panel_text(scene(), width=50)
    assert "nodding" in panel


def test_the_panel_is_redrawn_at_most_eight_times_a_second() -> None:
    out, clock = io.StringIO(), Clock()
    with Panel(Console(file=out, width=100, force_terminal=True, color_system=None), clock) as panel:
        panel.begin(FACTS)
        for _ in range(100):
            clock.now_s += 0.01
            panel.update(scene())
        drawn = out.getvalue().count("mmn-live")
    assert 6 <= drawn <= 9


def test_the_last_scene_stays_on_the_terminal() -> None:
    out, clock = io.StringIO(), Clock()
    with Panel(Console(file=out, width=100, force_terminal=True, color_system=None), clock) as panel:
        panel.begin(FACTS)
        panel.update(scene(State.STILL))
        panel.update(scene(State.NOBODY))
    assert "nobody in view" in out.getvalue().split("mmn-live")[-1]


def test_a_note_may_come_before_the_run_and_is_taken_literally() -> None:
    out = io.StringIO()
    with Panel(Console(file=out, width=100, force_terminal=True, color_system=None)) as panel:
        panel.note("saved [bold].png")
    assert "saved [bold].png" in out.getvalue()


def test_without_a_terminal_the_reporter_writes_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with reporter() as report:
        report.begin(FACTS)
        report.event(EVENT)
    assert capsys.readouterr().out.splitlines()[1] == event_line(EVENT)


def test_both_say_how_far_a_baseline_is() -> None:
    measuring = replace(scene(), measuring=BaselineProgress(1, 23.9, 60.0))
    assert "measuring baseline 23 of 60 s" in status_line(measuring, FACTS)
    out = io.StringIO()
    with Panel(Console(file=out, force_terminal=True, width=120)) as panel:
        panel.begin(FACTS)
        panel.update(measuring)
    assert "measuring baseline 23 of 60 s" in out.getvalue()
