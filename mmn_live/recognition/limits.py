"""Where the lines are drawn for one person: what counts as still, how probable an action or a body part must be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mmn_live.checkpoints import Checkpoint
from mmn_live.errors import UsageError
from mmn_live.recognition.gates import STILL_BELOW
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import FloatArray


@dataclass(frozen=True)
class Limits:
    """`still_below` is motion in shoulder widths; `thresholds` are probabilities, one a label of the model.

    `part_thresholds` are those of the label set's body parts, in its order; without any, no body part is named.
    """

    still_below: float
    thresholds: tuple[float, ...]
    part_thresholds: tuple[float, ...] = ()

    def never_still(self) -> Limits:
        """The same, but the network is asked about every observed window."""
        return replace(self, still_below=0.0)


@dataclass(frozen=True)
class NamedParts:
    """The body parts that are named where no class is: their `names`, and the probability that any of them needs.

    `members` (P, C) is 1 where a part acts in a class: its product with probabilities (C,) is the parts' (P,).
    """

    names: tuple[str, ...]
    members: FloatArray
    threshold: float


def named_parts(checkpoint: Checkpoint, threshold: float) -> NamedParts | None:
    """The body parts that a checkpoint's decisions name while `threshold` is asked of actions, if they name any."""
    of_parts = checkpoint.decisions.part_threshold_under(threshold)
    if of_parts is None:
        return None
    taxonomy = taxonomy_named(checkpoint.taxonomy)
    return NamedParts(taxonomy.body_parts, taxonomy.members(checkpoint.labels), of_parts)


def usual_limits(classes: int, threshold: float, parts: NamedParts | None = None) -> Limits:
    """The limits for somebody of whom nothing is known. Raises UsageError for a threshold that is no probability."""
    if not 0 <= threshold <= 1:
        raise UsageError(f"threshold is {threshold:g}: use a probability, from 0 to 1")
    return Limits(STILL_BELOW, (threshold,) * classes, (parts.threshold,) * len(parts.names) if parts else ())
