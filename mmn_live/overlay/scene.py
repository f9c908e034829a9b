"""What there is to draw on one image."""

from __future__ import annotations

from dataclasses import dataclass

from mmn_live.types import FIRST_PERSON, BaselineProgress, Event, Gap, Prediction, Skeleton, Stats

STRIP_S = 10.0
"""How far back the strip of events reaches, in seconds of the session's clock."""


@dataclass(frozen=True)
class Scene:
    """Everything that the overlay shows besides the image; what is absent is not drawn.

    `now_s` is the image's time on the session's clock. `skeletons` are in pixels of the image that is drawn on (see
    `mirrored`). `prediction` is the newest one, of several people that of the first in view. `events` are those of
    the last `STRIP_S` seconds, in any order, the open ones among them; `open_events` those that still go on. `gaps`
    are the stretches without frames; one that ends after `now_s` says that the source is away. `recording_s` is the
    length of the video being recorded, None when none is. `measuring` says how far the measurement of a baseline is.
    `help` shows the keys. `privacy` is the mode in which the image was guarded.
    """

    now_s: float
    skeletons: tuple[Skeleton, ...] = ()
    prediction: Prediction | None = None
    events: tuple[Event, ...] = ()
    open_events: tuple[Event, ...] = ()
    gaps: tuple[Gap, ...] = ()
    stats: Stats | None = None
    recording_s: float | None = None
    measuring: BaselineProgress | None = None
    paused: bool = False
    help: bool = False
    privacy: str = "none"

    @property
    def several(self) -> bool:
        """Whether there is more than the first person, so that each needs to be told by their id."""
        return any(one.person_id > FIRST_PERSON for one in (*self.skeletons, *self.events))

    @property
    def gap(self) -> Gap | None:
        """The stretch without frames that lasts at this moment."""
        return next((gap for gap in self.gaps if gap.start_s <= self.now_s < gap.end_s), None)
