"""Several temporal convolutional networks that say together what each was trained to say by itself."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .late_fusion import log_probabilities
from .tcn import TCN


class Ensemble(nn.Module):
    """The mean of the log-probabilities of `members`, each trained from random weights of its own.

    They err in different ways, and less so together (Lakshminarayanan et al. 2017, "Simple and scalable predictive
    uncertainty estimation using deep ensembles", arXiv 1612.01474, who take the mean of probabilities; here it is that
    of their logarithms, as between the streams).
    """

    def __init__(self, members: Sequence[TCN], classes: int) -> None:
        super().__init__()
        self.members, self._classes = nn.ModuleList(members), classes

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """The mean (N, classes + parts) over the members, for clips as each takes them."""
        return torch.stack([log_probabilities(one(x, index_t), self._classes) for one in self.members]).mean(dim=0)
