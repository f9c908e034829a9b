"""MMN with a second stream beside it, fused late."""

from __future__ import annotations

from torch import Tensor

from .config import MMNConfig
from .ensemble import Ensemble
from .late_fusion import late_fusion, log_probabilities
from .mmn import MMN
from .tcn import TCN

TCN_PREFIX = "tcn."
"""Of the names of the second stream's parameters; those of MMN are what they are without it."""


class TwoStream(MMN):
    """MMN and temporal convolutional networks that see the same clips; the mean of their log-probabilities.

    The config's `tcn_weight` is the share of the latter, of which there are `tcn_members`. A stream that has none is
    not asked.
    """

    def __init__(self, config: MMNConfig) -> None:
        super().__init__(config)
        inputs, outputs = config.in_channels * config.joints, config.classes + config.parts
        members = [TCN(inputs, outputs, config.tcn_channels, config.tcn_blocks) for _ in range(config.tcn_members)]
        self.tcn = Ensemble(members, config.classes) if len(members) > 1 else members[0]

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """The streams' logits (N, classes + parts) of clips as MMN takes them, fused."""
        x = x.squeeze(4) if x.ndim == 5 else x
        weight, classes = self.config.tcn_weight, self.config.classes
        if weight == 0:
            return log_probabilities(super().forward(x, index_t), classes)
        if weight == 1:
            return log_probabilities(self.tcn(x, index_t), classes)
        return late_fusion(super().forward(x, index_t), self.tcn(x, index_t), classes, weight)


def network_of(config: MMNConfig) -> MMN:
    """The network of that size and kind, untrained."""
    return TwoStream(config) if config.tcn_channels else MMN(config)
