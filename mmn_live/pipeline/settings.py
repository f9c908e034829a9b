"""What decides the results of a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from mmn_live.checkpoints import Checkpoint
from mmn_live.decisions import MOST_CAUTION
from mmn_live.errors import UsageError
from mmn_live.types import NONE_LABEL


@dataclass(frozen=True)
class Settings:
    """What decides the results of a run, besides its source and its model.

    `window_s` None means the span that the model was trained on; `threshold` is the probability that an action needs,
    None the one fitted to the model, and a stricter one than that holds for body parts too; `caution` is how much more
    "none" weighs in that than in the probabilities, None as fitted to the model; `duration_s` None means until the
    source ends. `mirror` and `privacy` (one of overlay's `PRIVACY_MODES`) decide what is shown and recorded
    of the picture, never what is recognised. `baseline_s` is how long each person is measured at rest before their
    events count, `baseline_file` where an earlier measurement of this participant is kept; one of them, or neither.
    `people` is how many persons are followed at most.
    """

    device: str = "auto"
    window_s: float | None = None
    stride_s: float = 0.2
    threshold: float | None = None
    duration_s: float | None = None
    mirror: bool = False
    privacy: str = "none"
    baseline_s: float | None = None
    baseline_file: Path | None = None
    people: int = 1
    caution: float | None = None

    def window_for(self, checkpoint: Checkpoint) -> float:
        """The window's length in seconds: what was asked for, or else the checkpoint's own."""
        return self.window_s or checkpoint.window_s

    def threshold_for(self, checkpoint: Checkpoint) -> float:
        """The probability that an action needs: what was asked for, or else the checkpoint's own."""
        return checkpoint.decisions.threshold if self.threshold is None else self.threshold

    def part_threshold_for(self, checkpoint: Checkpoint) -> float | None:
        """The probability that a body part needs; None where none is named."""
        return checkpoint.decisions.part_threshold_under(self.threshold_for(checkpoint))

    def caution_for(self, checkpoint: Checkpoint) -> float:
        """How much more "none" weighs in decisions: what was asked for, or else as fitted to the checkpoint.

        Nothing where the checkpoint has no "none". Raises UsageError for a caution out of range, or above 0 there.
        """
        asked = checkpoint.decisions.caution if self.caution is None else self.caution
        if not 0 <= asked <= MOST_CAUTION:
            raise UsageError(f"caution is {asked:g}: use a number from 0 to {MOST_CAUTION:g}")
        if NONE_LABEL in checkpoint.labels:
            return asked
        if self.caution:
            raise UsageError(f'caution is {asked:g}, but {checkpoint.name} has no "none" to weigh: leave it out')
        return 0.0

    def facts(self, checkpoint: Checkpoint) -> dict[str, object]:
        """What a session keeps: the values that were used, so that another default later changes nothing."""
        used = {
            "window_s": self.window_for(checkpoint),
            "threshold": self.threshold_for(checkpoint),
            "part_threshold": self.part_threshold_for(checkpoint),
            "caution": self.caution_for(checkpoint),
        }
        return {**asdict(self), **used}
