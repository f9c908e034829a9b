"""What decides the results of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """What decides the results of a run, besides its source and its model.

    `window_s` None means the span that the model was trained on; `threshold` is the probability that an action needs;
    `duration_s` None means until the source ends. `mirror` and `privacy` (one of overlay's `PRIVACY_MODES`) decide what
    is shown and recorded of the picture, never what is recognised. `baseline_s` is how long each person is measured at
    rest before their events count, `baseline_file` where an earlier measurement of this participant is kept; one of
    them, or neither. `people` is how many persons are followed at most.
    """

    device: str = "auto"
    window_s: float | None = None
    stride_s: float = 0.2
    threshold: float = 0.5
    duration_s: float | None = None
    mirror: bool = False
    privacy: str = "none"
    baseline_s: float | None = None
    baseline_file: Path | None = None
    people: int = 1
