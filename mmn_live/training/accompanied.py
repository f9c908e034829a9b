"""MMN trained as the first of two streams, beside a second one that is trained already."""

from __future__ import annotations

from torch import Tensor

from mmn_live.models import MMN, TCN, MMNConfig, fused


class Accompanied(MMN):
    """MMN that says what both streams say together, so that it learns what the second does not know.

    The second is trained no more, and is no part of its weights.
    """

    def __init__(self, config: MMNConfig, beside: TCN) -> None:
        super().__init__(config)
        self._beside = (beside.eval(),)  # in a tuple, so that it is neither trained nor saved

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """The streams' logits (N, classes + parts) of clips (N, channels, T, V), fused."""
        (beside,) = self._beside
        return fused(super().forward(x, index_t), beside.to(x.device)(x, index_t), self.config.classes)
