"""MMN with a second stream beside it, fused late."""

from __future__ import annotations

import torch
from torch import Tensor

from .config import MMNConfig
from .mmn import MMN
from .tcn import TCN

TCN_PREFIX = "tcn."
"""Of the names of the second stream's parameters; those of MMN are what they are without it."""


def late_fusion(one: Tensor, other: Tensor, classes: int, weight: float = 0.5) -> Tensor:
    """The mean of the log-probabilities of two streams' logits (N, classes + parts); `weight` is the other's.

    Classes and parts are such distributions by themselves; a mean of logarithms is one up to a constant.
    """
    return (1 - weight) * _log_probabilities(one, classes) + weight * _log_probabilities(other, classes)


def _log_probabilities(logits: Tensor, classes: int) -> Tensor:
    of_classes, of_parts = logits.float().tensor_split([classes], dim=1)
    return torch.cat((of_classes.log_softmax(dim=1), of_parts.log_softmax(dim=1)), dim=1)


class TwoStream(MMN):
    """MMN and a temporal convolutional network that see the same clips; the mean of their log-probabilities.

    The config's `tcn_weight` is the latter's share. A stream that has none is not asked.
    """

    def __init__(self, config: MMNConfig) -> None:
        super().__init__(config)
        inputs, outputs = config.in_channels * config.joints, config.classes + config.parts
        self.tcn = TCN(inputs, outputs, config.tcn_channels, config.tcn_blocks)

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """The streams' logits (N, classes + parts) of clips as MMN takes them, fused."""
        x = x.squeeze(4) if x.ndim == 5 else x
        weight, classes = self.config.tcn_weight, self.config.classes
        if weight == 0:
            return _log_probabilities(super().forward(x, index_t), classes)
        if weight == 1:
            return _log_probabilities(self.tcn(x, index_t), classes)
        return late_fusion(super().forward(x, index_t), self.tcn(x, index_t), classes, weight)


def network_of(config: MMNConfig) -> MMN:
    """The network of that size and kind, untrained."""
    return TwoStream(config) if config.tcn_channels else MMN(config)
