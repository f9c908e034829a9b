"""Where the lines are drawn for one person: what counts as still, and how probable an action must be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mmn_live.errors import UsageError
from mmn_live.recognition.gates import STILL_BELOW


@dataclass(frozen=True)
class Limits:
    """`still_below` is motion in shoulder widths; `thresholds` are probabilities, one a label of the model."""

    still_below: float
    thresholds: tuple[float, ...]

    def never_still(self) -> Limits:
        """The same, but the network is asked about every observed window."""
        return replace(self, still_below=0.0)


def usual_limits(classes: int, threshold: float) -> Limits:
    """The limits for somebody of whom nothing is known. Raises UsageError for a threshold that is no probability."""
    if not 0 <= threshold <= 1:
        raise UsageError(f"threshold is {threshold:g}: use a probability, from 0 to 1")
    return Limits(STILL_BELOW, (threshold,) * classes)
