"""What the terminal shows of a run: a live panel, or plain lines where nobody looks at a terminal."""

from __future__ import annotations

import math
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, TextIO

from rich.box import ROUNDED
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel as Frame
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from mmn_live.overlay import Scene
from mmn_live.overlay.classes import TOP, likeliest_part, top_classes
from mmn_live.overlay.hud import clock, progress
from mmn_live.overlay.palette import STATE_TEXTS, body_part_colour, state_colour
from mmn_live.overlay.primitives import Colour
from mmn_live.overlay.strip import figures
from mmn_live.types import FIRST_PERSON, Event, State

_REFRESHES_PER_S = 8.0
_STATUS_EVERY_S = 5.0
_EVENTS_SHOWN = 8
_BAR_WIDTH, _BAR = 30, "grey74"


@dataclass(frozen=True)
class RunFacts:
    """What does not change while it runs, in words for the eye; `body_parts` are those of the labels."""

    source: str
    device: str
    model: str
    labels: tuple[str, ...]
    privacy: str = "none"
    body_parts: Mapping[str, str] = field(default_factory=dict)


class Reporter(Protocol):
    """What tells the terminal about a run; a context manager, called from one thread."""

    def __enter__(self) -> Reporter: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def begin(self, facts: RunFacts) -> None:
        """The run is set up; to be called before the first scene."""
        ...

    def update(self, scene: Scene) -> None:
        """The newest scene; as often as one likes."""
        ...

    def event(self, event: Event) -> None:
        """An event that has just ended."""
        ...

    def note(self, text: str) -> None:
        """Something to say once."""
        ...


def reporter() -> Reporter:
    """A live panel when standard output is a terminal, else plain lines."""
    console = Console()
    return Panel(console) if console.is_terminal else PlainLines(sys.stdout)


class Panel:
    """A live panel, redrawn at most eight times a second, and only when it is told something."""

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._facts: RunFacts | None = None
        self._scene: Scene | None = None
        self._events: deque[Event] = deque(maxlen=_EVENTS_SHOWN)
        self._drawn_at = -math.inf
        self._live = Live(console=console, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)

    def __enter__(self) -> Panel:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._draw()
        self._live.stop()

    def begin(self, facts: RunFacts) -> None:
        """The run is set up: show what it is made of."""
        self._facts = facts
        self._draw()

    def update(self, scene: Scene) -> None:
        """The newest scene; as often as one likes."""
        self._scene = scene
        if self._now() - self._drawn_at >= 1 / _REFRESHES_PER_S:
            self._draw()

    def event(self, event: Event) -> None:
        """List an event that has just ended."""
        self._events.append(event)

    def note(self, text: str) -> None:
        """Say something once, above the panel."""
        self._live.console.print(text, highlight=False, markup=False)

    def _draw(self) -> None:
        self._drawn_at = self._now()
        if self._facts is not None:
            self._live.update(_render(self._facts, self._scene, self._events), refresh=True)


class PlainLines:
    """One line an event, and one every five seconds that says how the run is going."""

    def __init__(self, out: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._now = now
        self._facts = RunFacts("", "", "", ())
        self._told_at = now()

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        return None

    def begin(self, facts: RunFacts) -> None:
        """The run is set up: write what it is made of."""
        self._facts = facts
        self.note("   ".join(f"{name} {value}" for name, value in _facts(facts)))

    def update(self, scene: Scene) -> None:
        """The newest scene; a line is written when the last one is five seconds old."""
        if self._now() - self._told_at >= _STATUS_EVERY_S:
            self._told_at = self._now()
            self.note(status_line(scene, self._facts))

    def event(self, event: Event) -> None:
        """Write the line of an event that has just ended."""
        self.note(event_line(event))

    def note(self, text: str) -> None:
        """Write a line; a run is not lost because nobody can read it any more."""
        with suppress(OSError):
            print(text, file=self._out, flush=True)


def event_line(event: Event) -> str:
    """Onset, label, code, body part, confidence and duration of an event."""
    return (
        f"{clock(event.onset_s)}.{int(event.onset_s % 1 * 100):02d}  {named(event):<28} {event.code:<4} "
        f"{event.body_part:<11} {event.confidence:4.0%}  {event.offset_s - event.onset_s:5.2f} s"
        f"{f'  {event.question}' if event.is_part else ''}"
    )


def named(event: Event, *, in_words: bool = False) -> str:
    """The event's label or, in words, its title, and whose it is where it is not the first person's."""
    name = event.title if in_words else event.label
    return name if event.person_id == FIRST_PERSON else f"{name} (person {event.person_id})"


def status_line(scene: Scene, facts: RunFacts) -> str:
    """Time, state, the best class and the figures, in one line."""
    said = [clock(scene.now_s), _state_text(scene, facts)]
    said += [progress(scene.measuring)] if scene.measuring else []
    said += [f"{label} {probability:.0%}" for label, probability in _rows(scene, facts.labels)[:1]]
    said += [f"{name} {value}" for name, value in (figures(scene.stats) if scene.stats else [])]
    return "   ".join(said)


def _rows(scene: Scene, labels: tuple[str, ...]) -> list[tuple[str, float]]:
    return [] if scene.prediction is None or scene.gap else top_classes(scene.prediction, labels)


def _state(scene: Scene) -> State | None:
    if scene.gap:
        return State.UNOBSERVED
    return scene.prediction.state if scene.prediction else None


def _state_text(scene: Scene, facts: RunFacts) -> str:
    state = _state(scene)
    text = STATE_TEXTS[state] if state else "filling the first window"
    if scene.prediction is not None and state is State.PART:
        part, probability = likeliest_part(scene.prediction, facts.labels, facts.body_parts)
        return f"{text}: {part} {probability:.0%}"
    return f"{text}: {scene.gap.reason}" if scene.gap else text


def _style(colour: Colour) -> str:
    blue, green, red = colour
    return f"rgb({red},{green},{blue})"


def _render(facts: RunFacts, scene: Scene | None, events: Sequence[Event]) -> RenderableType:
    parts: list[RenderableType] = [_named(_facts(facts))]
    if scene is not None:
        parts += ["", _state_line(scene, facts), _classes_table(scene, facts.labels)]
    parts += ["", _events_table(events)]
    if scene is not None and scene.stats is not None:
        parts += ["", _named(figures(scene.stats))]
    return Frame(Group(*parts), title="mmn-live", title_align="left", box=ROUNDED, border_style="dim", padding=(0, 1))


def _facts(facts: RunFacts) -> list[tuple[str, str]]:
    named = [("source", facts.source), ("device", facts.device), ("model", facts.model)]
    return named if facts.privacy == "none" else [*named, ("privacy", facts.privacy)]


def _named(values: Sequence[tuple[str, str]]) -> Text:
    return Text.assemble(*(part for name, value in values for part in ((f"{name} ", "dim"), f"{value}   ")))


def _state_line(scene: Scene, facts: RunFacts) -> Text:
    state = _state(scene)
    text = Text.assemble(("● ", _style(state_colour(state)) if state else "dim"), (_state_text(scene, facts), "bold"))
    if scene.measuring is not None:
        text.append(f"   {progress(scene.measuring)}", "cyan")
    if scene.paused:
        text.append("   paused", "yellow")
    if scene.recording_s is not None:
        text.append(f"   ● {clock(scene.recording_s)}", "red")
    return text


def _classes_table(scene: Scene, labels: tuple[str, ...]) -> Table:
    """Always as high as the longest, so that the panel does not jump."""
    table = Table.grid(padding=(0, 1))
    rows = _rows(scene, labels)
    for label, probability in rows:
        bar = ProgressBar(1.0, probability, _BAR_WIDTH, complete_style=_BAR, finished_style=_BAR)
        table.add_row(label, bar, f"{probability:4.0%}")
    for _ in range(TOP - len(rows)):
        table.add_row("")
    return table


def _events_table(events: Sequence[Event]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("time", "event", "code", "body part"):
        table.add_column(name, no_wrap=True)
    for name in ("confidence", "duration"):
        table.add_column(name, justify="right", no_wrap=True)
    for event in events:
        body_part = Text(event.body_part, _style(body_part_colour(event.body_part)))
        duration = f"{event.offset_s - event.onset_s:.2f} s"
        table.add_row(
            clock(event.onset_s),
            named(event, in_words=True),
            event.code,
            body_part,
            f"{event.confidence:.0%}",
            duration,
        )
    return table
