"""What is to be learnt: soft targets of classes and body parts, and, from a teacher, its softened logits."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

from mmn_live.taxonomy import taxonomy_named

_LABEL_SMOOTHING = 0.02
_PARTS_WEIGHT = 0.5
_TEMPERATURE = 2.0


def part_of_class(labels: Sequence[str], parts: Sequence[str], taxonomy: str) -> Tensor:
    """(classes, parts) zeros and ones: the body part that each label belongs to; "none" is its own."""
    known = taxonomy_named(taxonomy)
    of_label = [known.part_of(name) for name in labels]
    return torch.tensor([[float(part == own) for part in parts] for own in of_label])


class Objective(torch.nn.Module):
    """The loss of logits (N, classes + parts) against targets (N, classes) and, where there is one, a teacher's logits.

    The teacher's part is Hinton et al.'s (arXiv 1503.02531): the divergence of softened distributions times the squared
    temperature; `distillation` is its weight, the rest is that of the targets.
    """

    def __init__(self, part_of_class: Tensor, distillation: float) -> None:
        super().__init__()
        self.part_of_class: Tensor
        self.register_buffer("part_of_class", part_of_class, persistent=False)
        self._distillation = distillation

    def forward(self, logits: Tensor, targets: Tensor, taught: Tensor | None = None) -> Tensor:
        classes, parts = self.split(logits)
        hard = cross_entropy(classes, targets, label_smoothing=_LABEL_SMOOTHING)
        hard = hard + _PARTS_WEIGHT * cross_entropy(
            parts, targets @ self.part_of_class, label_smoothing=_LABEL_SMOOTHING
        )
        if taught is None:
            return hard
        taught_classes, taught_parts = self.split(taught)
        soft = _divergence(classes, taught_classes) + _PARTS_WEIGHT * _divergence(parts, taught_parts)
        return (1 - self._distillation) * hard + self._distillation * soft

    def split(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the classes (N, classes) and of the body parts (N, parts), in single precision."""
        classes, parts = logits.float().split(list(self.part_of_class.shape), dim=1)
        return classes, parts


def _divergence(logits: Tensor, taught: Tensor) -> Tensor:
    learnt = log_softmax(logits / _TEMPERATURE, dim=1)
    return _TEMPERATURE**2 * kl_div(learnt, softmax(taught / _TEMPERATURE, dim=1), reduction="batchmean")
