"""MMN with a second stream beside it, fused late."""

from __future__ import annotations

import torch
from torch import Tensor

from .config import MMNConfig
from .mmn import MMN
from .tcn import TCN

TCN_PREFIX = "tcn."
"""Of the names of the second stream's parameters; those of MMN are what they are without it."""


class TwoStream(MMN):
    """MMN and a temporal convolutional network that see the same clips; the mean of their log-probabilities."""

    def __init__(self, config: MMNConfig) -> None:
        super().__init__(config)
        inputs, outputs = config.in_channels * config.joints, config.classes + config.parts
        self.tcn = TCN(inputs, outputs, config.tcn_channels, config.tcn_blocks)

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """Of clips as MMN takes them, logits (N, classes + parts): the mean of both streams' log-probabilities.

        Classes and parts are such distributions by themselves; a mean of logarithms is one up to a constant.
        """
        x = x.squeeze(4) if x.ndim == 5 else x
        return (self._logs(super().forward(x, index_t)) + self._logs(self.tcn(x, index_t))) / 2

    def _logs(self, logits: Tensor) -> Tensor:
        classes, parts = logits.float().split([self.config.classes, self.config.parts], dim=1)
        return torch.cat((classes.log_softmax(dim=1), parts.log_softmax(dim=1)), dim=1)


def network_of(config: MMNConfig) -> MMN:
    """The network of that size and kind, untrained."""
    return TwoStream(config) if config.tcn_channels else MMN(config)
