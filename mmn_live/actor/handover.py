"""When each cue is done, and hands that go straight from one action to the next.

People seldom bring a hand home between two things that they do with it: it goes from the nose to the hair to a gesture.
Where a cue asks for it (`Cue.straight_on`), its hand therefore stays where it is until the next action has taken it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mmn_live.actor.figure import Points
from mmn_live.actor.motion import Beat, Motion
from mmn_live.actor.script import Cue

_RISE_S = (0.2, 0.5)
_APART_S = 2.5
"""A hand that has more time than this goes home."""
_STREAM = 4
"""Of random numbers, beside those of `perform`."""


@dataclass(frozen=True)
class Timing:
    """When a cue is done, and how its hands come and go: see `Beat.rise_s` and `Beat.taken_s`."""

    start_s: float
    end_s: float
    rise_s: float | None = None
    taken_s: float | None = None

    def beat(self, times_s: Points) -> Beat:
        """The clock of what moves the trunk."""
        return Beat(times_s - self.start_s, self.end_s - self.start_s, self.rise_s)

    def limbs_beat(self, times_s: Points) -> Beat:
        """The clock of what moves the limbs."""
        return replace(self.beat(times_s), taken_s=self.taken_s)


def timings(cues: Sequence[Cue], motions: Sequence[Motion], seed: int) -> list[Timing]:
    """One for each cue. A hand that is handed over ends its action where the next one begins."""
    timed = [Timing(cue.start_s, cue.end_s) for cue in cues]
    for index, cue in enumerate(cues):
        later = _next_of_the_hands(index, motions)
        if later is not None and cue.straight_on and _goes_straight(index, later, cues, motions):
            drawn_s = np.random.default_rng((seed, _STREAM, later)).uniform(*_RISE_S)
            rise_s = min(drawn_s, Beat.LONGEST_RAMP * cues[later].duration_s)
            timed[later] = replace(timed[later], rise_s=rise_s)
            onset_s = cues[later].start_s
            timed[index] = replace(timed[index], end_s=onset_s, taken_s=onset_s + rise_s - cue.start_s)
    return timed


def _next_of_the_hands(index: int, motions: Sequence[Motion]) -> int | None:
    """The next cue that does anything with the arms, named or quiet."""
    later = (i for i in range(index + 1, len(motions)) if motions[i].moves_arms)
    return next(later, None)


def _goes_straight(index: int, later: int, cues: Sequence[Cue], motions: Sequence[Motion]) -> bool:
    hands = motions[index].hands
    taken = bool(hands) and hands <= motions[later].hands
    return taken and _follows(cues[index], cues[later]) and not _disturbs(index, later, cues, motions)


def _disturbs(index: int, later: int, cues: Sequence[Cue], motions: Sequence[Motion]) -> bool:
    """Whether the hand, kept until the later cue, would hold the head or the trunk while another action moves them."""
    others = (i for i in range(len(cues)) if i != index and cues[i].labelled and motions[i].trunk)
    return motions[index].trunk is not None and any(
        cues[i].start_s - motions[i].before_s < cues[later].start_s
        and cues[i].end_s + motions[i].after_s > cues[index].end_s
        for i in others
    )


def _follows(cue: Cue, later: Cue) -> bool:
    """Whether one begins when the other has been going on for long enough, and is not long over."""
    return cue.start_s + 0.5 * cue.duration_s < later.start_s < cue.end_s + _APART_S
