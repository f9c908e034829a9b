"""How a network's weights follow the gradient: AdamW, or Muon for its convolutions and AdamW for the rest."""

from __future__ import annotations

from typing import Any

import torch
from pytorch_optimizer import Muon
from pytorch_optimizer.optimizer.utils.matrix import zero_power_via_newton_schulz_5
from torch import Tensor, nn

from mmn_live.training.precision import precision

_WEIGHT_DECAY = 0.05
_BETAS, _EPS = (0.9, 0.999), 1e-8


def adamw(network: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) for all weights."""
    return torch.optim.AdamW(network.parameters(), learning_rate, _BETAS, _EPS, _WEIGHT_DECAY)


def muon(network: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks") for the convolutions.

    Its steps are made as large as AdamW's (Liu et al. 2025, arXiv 2502.16982), which moves all that is no convolution,
    so that one learning rate serves both. What either comes to: `benchmarks/optimizers.py`.
    """
    kernels = [weight for weight in network.parameters() if weight.ndim > 2]
    others = [weight for weight in network.parameters() if weight.ndim <= 2]
    common = {"lr": learning_rate, "weight_decay": _WEIGHT_DECAY}
    kind = Muon if precision() == "bf16-mixed" else _MuonInSinglePrecision
    return kind(
        [
            {"params": kernels, "use_muon": True, "use_adjusted_lr": True, **common},
            {"params": others, "use_muon": False, "betas": _BETAS, "eps": _EPS, **common},
        ]
    )


class _MuonInSinglePrecision(Muon):
    """Where bfloat16 is not computed but imitated, the library's orthogonalisation in it takes many times as long."""

    @staticmethod
    def _orthogonalize(group: dict[str, Any], updates: list[Tensor]) -> list[Tensor]:
        steps, coefficients = group["ns_steps"], group["ns_coeffs"]
        return [
            zero_power_via_newton_schulz_5(update.flatten(1), steps, weights=coefficients, dtype=torch.float32)
            for update in updates
        ]
