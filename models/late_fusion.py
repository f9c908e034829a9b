"""Late fusion: what networks say by themselves becomes what they say together."""

from __future__ import annotations

import torch
from torch import Tensor


def late_fusion(one: Tensor, other: Tensor, classes: int, weight: float = 0.5) -> Tensor:
    """The mean of the log-probabilities of two networks' logits (N, classes + parts); `weight` is the other's.

    Classes and parts are such distributions by themselves; a mean of logarithms is one up to a constant.
    """
    return (1 - weight) * log_probabilities(one, classes) + weight * log_probabilities(other, classes)


def log_probabilities(logits: Tensor, classes: int) -> Tensor:
    """Logits (N, classes + parts) as logarithms of two distributions: of the classes, and of the parts."""
    of_classes, of_parts = logits.float().tensor_split([classes], dim=1)
    return torch.cat((of_classes.log_softmax(dim=1), of_parts.log_softmax(dim=1)), dim=1)
