"""How a network's logits become decisions: what is fitted after training, and kept with the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mmn_live.errors import CheckpointError

_ALLOWED = {
    "temperature": (0.01, 100.0),
    "part_weight": (0.0, 100.0),
    "none_bias": (-100.0, 100.0),
    "threshold": (0.0, 1.0),
    "part_threshold": (0.0, 1.0),
}


@dataclass(frozen=True)
class Decisions:
    """What stands between a network's logits and an event; the defaults take the logits as they are.

    `temperature` divides the logits, `part_weight` says how much the evidence for a part of the body counts in that for
    its classes, and `none_bias` is added to the logit of "none": see recognition/fusion.py. An action is named from a
    probability of `threshold` on; where no class has that, its part of the body is from `part_threshold` on, and never
    where that is None. `fitted` holds plain JSON facts about how these numbers came about, such as the false alarms
    that were to be allowed. Raises CheckpointError for numbers that decide nothing.
    """

    temperature: float = 1.0
    part_weight: float = 0.0
    none_bias: float = 0.0
    threshold: float = 0.5
    part_threshold: float | None = None
    fitted: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (least, most) in _ALLOWED.items():
            value = getattr(self, name)
            if name == "part_threshold" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
                raise CheckpointError(f"{name} is {value!r}: use a number from {least:g} to {most:g}")
        if not isinstance(self.fitted, Mapping):
            raise CheckpointError(f"fitted is {self.fitted!r}: use an object")
