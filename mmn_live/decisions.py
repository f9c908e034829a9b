"""How a network's logits become decisions: what is fitted after training, and kept with the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from mmn_live.errors import CheckpointError
from mmn_live.types import NONE_LABEL, FloatArray

MOST_CAUTION = 50.0
""""none" then has 5e21 times its odds, which single precision still holds: nothing is named any more."""

_ALLOWED = {
    "temperature": (0.01, 100.0),
    "part_weight": (0.0, 100.0),
    "none_bias": (-100.0, 100.0),
    "threshold": (0.0, 1.0),
    "part_threshold": (0.0, 1.0),
    "caution": (0.0, MOST_CAUTION),
}


@dataclass(frozen=True)
class Decisions:
    """What stands between a network's logits and an event; the defaults take the logits as they are.

    `temperature` divides the logits, `part_weight` says how much the evidence for a part of the body counts in that for
    its classes, and `none_bias` is added to the logit of "none": see recognition/fusion.py. These make probabilities
    that say how often they are right. An action is named from `threshold` on; where no class has that, its part of the
    body is from `part_threshold` on, and never where that is None. Both are compared with probabilities in which "none"
    weighs more by `caution`, see `weighed`: where nothing has a name for hours, even rare mistakes are many. `fitted`
    holds plain JSON facts about how these numbers came about, such as the false alarms that were to be allowed. Raises
    CheckpointError for numbers that decide nothing.
    """

    temperature: float = 1.0
    part_weight: float = 0.0
    none_bias: float = 0.0
    threshold: float = 0.5
    part_threshold: float | None = None
    fitted: Mapping[str, object] = field(default_factory=dict)
    caution: float = 0.0

    def __post_init__(self) -> None:
        for name, (least, most) in _ALLOWED.items():
            value = getattr(self, name)
            if name == "part_threshold" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
                raise CheckpointError(f"{name} is {value!r}: use a number from {least:g} to {most:g}")
        if not isinstance(self.fitted, Mapping):
            raise CheckpointError(f"fitted is {self.fitted!r}: use an object")

    def part_threshold_under(self, threshold: float) -> float | None:
        """From where on a body part is named while `threshold` is asked of actions.

        A stricter one than the model's own holds for body parts too: an event that it silences is not to come back
        under a vaguer name.
        """
        if self.part_threshold is None or threshold <= self.threshold:
            return self.part_threshold
        return max(self.part_threshold, threshold)


def least_alone(threshold: float, caution: float) -> float:
    """The probability that an action needs to reach the threshold under caution, where all the rest is "none"."""
    weight = float(np.exp(caution))
    return threshold * weight / (1 - threshold + threshold * weight)


def weighed(probabilities: FloatArray, labels: Sequence[str], caution: float) -> FloatArray:
    """Probabilities (C,) of the labels as thresholds take them: "none" has exp(`caution`) times its odds.

    Without caution, without "none", or where all are zero, they are as they were.
    """
    if not caution or NONE_LABEL not in labels or not probabilities.any():
        return probabilities
    weights = np.ones(len(probabilities), np.float32)
    weights[labels.index(NONE_LABEL)] = np.exp(caution)
    heavier = probabilities * weights
    return (heavier / heavier.sum()).astype(np.float32)
