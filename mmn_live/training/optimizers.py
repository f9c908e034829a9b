"""How a network's weights follow the gradient: AdamW, or Muon for its convolutions and AdamW for the rest."""

from __future__ import annotations

import torch
from pytorch_optimizer import Muon
from torch import nn

_WEIGHT_DECAY = 0.05
_BETAS, _EPS = (0.9, 0.999), 1e-8


def adamw(network: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) for all weights."""
    return torch.optim.AdamW(network.parameters(), learning_rate, _BETAS, _EPS, _WEIGHT_DECAY)


def muon(network: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks") for the convolutions.

    Its steps are made as large as AdamW's (Liu et al. 2025, arXiv 2502.16982), which moves all that is no convolution,
    so that one learning rate serves both. For the teacher; MMN, whose matrices are small, was no better by it.
    """
    kernels = [weight for weight in network.parameters() if weight.ndim > 2]
    others = [weight for weight in network.parameters() if weight.ndim <= 2]
    common = {"lr": learning_rate, "weight_decay": _WEIGHT_DECAY}
    return Muon(
        [
            {"params": kernels, "use_muon": True, "use_adjusted_lr": True, **common},
            {"params": others, "use_muon": False, "betas": _BETAS, "eps": _EPS, **common},
        ]
    )
