"""What the actor is to do and when: a script that a person can write.

The text format has one thing a line; `#` begins a comment:

    figure: seated          # or standing, or none: an empty room
    view: half              # or face, close, webcam, full, wide
    seed: 3                 # how the actor moves and is built, and where the camera stands
    look: 5                 # skin, clothes, hair, light, room
    duration: 12            # seconds
    2.0 2.5 nodding         # begin, duration, what: an action by its label's name, or a quiet behaviour
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path

from mmn_live.actor.camera import VIEWS
from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.quiet import QUIET
from mmn_live.errors import UsageError

FIGURES = ("seated", "standing", "none")
_TAIL_S = 2.0


@dataclass(frozen=True)
class Cue:
    """One thing to do: a key of ACTIONS or QUIET, from `start_s` for `duration_s`.

    `straight_on`: where the next one uses the same hand, this goes there straight and not home first, and the action
    lasts until then.
    """

    start_s: float
    duration_s: float
    action: str
    straight_on: bool = False

    @property
    def end_s(self) -> float:
        """When it is over."""
        return self.start_s + self.duration_s

    @property
    def labelled(self) -> bool:
        """Whether it is an action that has a name, and not a quiet behaviour."""
        return self.action in ACTIONS


@dataclass(frozen=True)
class Script:
    """A timeline over idle. `seed` draws movement, build and camera; `look` draws the appearance.

    Raises UsageError for an unknown view, figure or action, a cue that lies outside the script, a negative seed, or a
    duration that is no positive number.
    """

    cues: tuple[Cue, ...]
    duration_s: float
    view: str = "half"
    figure: str = "seated"
    seed: int = 0
    look: int = 0

    def __post_init__(self) -> None:
        _check("view", self.view, VIEWS)
        _check("figure", self.figure, FIGURES)
        if not (isfinite(self.duration_s) and self.duration_s > 0):
            raise UsageError(f"the actor's script lasts {self.duration_s:g} s: give it a positive number of seconds")
        for name, value in (("seed", self.seed), ("look", self.look)):
            if value < 0:
                raise UsageError(f"the actor's {name} is {value}: use 0 or more")
        for cue in self.cues:
            _check("action", cue.action, (*ACTIONS, *QUIET))
            if not (cue.start_s >= 0 and cue.duration_s > 0 and cue.end_s <= self.duration_s):
                raise UsageError(
                    f"{cue.action!r} at {cue.start_s:g} s for {cue.duration_s:g} s does not fit into a script of "
                    f"{self.duration_s:g} s: give it a positive duration inside the script"
                )


def _check(what: str, value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise UsageError(f"unknown {what} {value!r} in the actor's script: use one of {', '.join(sorted(allowed))}")


@dataclass
class _Draft:
    settings: dict[str, str] = field(default_factory=dict)
    cues: list[Cue] = field(default_factory=list)

    def add(self, line: str) -> None:
        if ":" in line:
            key, value = (side.strip() for side in line.split(":", 1))
            if key in self.settings:
                raise UsageError(f"the actor's script has {key!r} twice: leave one out")
            self.settings[key] = value
        else:
            start, duration, action = line.split(maxsplit=2)
            self.cues.append(Cue(float(start), float(duration), action))


def parse_script(text: str) -> Script:
    """The script that the text describes. Raises UsageError, naming the line, for one that does not read."""
    draft = _Draft()
    for number, line in enumerate(text.splitlines(), 1):
        content = line.split("#", 1)[0].strip()
        try:
            if content:
                draft.add(content)
        except ValueError:
            raise UsageError(
                f"line {number} of the actor's script does not read: {line!r}; write `key: value` or "
                "`begin duration action`"
            ) from None
    return _script_of(draft)


def _script_of(draft: _Draft) -> Script:
    settings = dict(draft.settings)
    end_s = max((cue.end_s for cue in draft.cues), default=0.0) + _TAIL_S
    try:
        script = Script(
            cues=tuple(draft.cues),
            duration_s=float(settings.pop("duration", end_s)),
            view=settings.pop("view", "half"),
            figure=settings.pop("figure", "seated"),
            seed=int(settings.pop("seed", "0")),
            look=int(settings.pop("look", "0")),
        )
    except ValueError as error:
        raise UsageError(f"a setting of the actor's script is no number: {error}") from None
    if settings:
        raise UsageError(
            f"the actor's script has an unknown setting {next(iter(settings))!r}: "
            "use figure, view, seed, look or duration"
        )
    return script


def read_script(path: Path) -> Script:
    """The script in a text file. Raises UsageError where it cannot be read or does not parse."""
    try:
        return parse_script(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the actor's script {path}: {error}") from None


DEMO = parse_script(
    """
    figure: seated
    view: half
    seed: 4
    look: 2
    duration: 46
     2.5  2.4  nodding
     7.5  3.0  waving
    10.8  2.6  talking
    13.5  2.4  shaking head
    18.5  2.6  touching nose
    23.5  2.2  tilting head
    28.0  3.4  crossing arms
    33.8  1.5  shrugging
    37.5  2.6  turning head
    42.0  2.6  putting hands together
    """
)
"""What `--demo` shows when no script is given."""


def idle_script(duration_s: float, view: str = "half", seed: int = 0, look: int = 0) -> Script:
    """A seated actor who does nothing that has a name."""
    return Script((), duration_s, view, "seated", seed, look)


def with_seeds(script: Script, seed: int | None = None, look: int | None = None) -> Script:
    """The script with its seeds replaced where given."""
    return replace(script, seed=script.seed if seed is None else seed, look=script.look if look is None else look)
