"""The Motion-guided Modulation Network (Gu et al., ACM MM 2025, arXiv 2507.21977)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .block import MotionModulatedBlock
from .config import MMNConfig


class TemporalDownsampling(nn.Module):
    """Halves the length: a strided 3x1 convolution over a replicate-padded input, and BatchNorm."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.reduction = nn.Conv2d(channels, channels, (3, 1), stride=(2, 1))
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        padded = torch.cat((x[:, :, :1], x, x[:, :, -1:]), dim=2)  # keeps layout and precision, as F.pad does not
        return self.bn(self.reduction(padded))  # (N, C, T/2, V)


class Scale(nn.Module):
    """The blocks of one temporal scale."""

    def __init__(self, config: MMNConfig, drops: list[float]) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(MotionModulatedBlock(config, drop) for drop in drops))

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(x)


class MotionConsistencyLearning(nn.Module):
    """Brings every scale to the coarsest length and adds them up with gates that know all of them (section 3.4)."""

    def __init__(self, channels: int, scales: int) -> None:
        super().__init__()
        self.finer = scales - 1
        for i in range(self.finer):
            stride = 2 ** (self.finer - i)
            down = nn.Conv2d(channels, channels, (stride, 1), stride=(stride, 1))
            self.add_module(f"down{i + 1}", nn.Sequential(down, nn.BatchNorm2d(channels), nn.ReLU()))
        self.add_module(f"f{scales}_proc", nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU()))
        self.gate_conv = nn.Sequential(
            nn.Conv2d(scales * channels, channels, 1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, scales, 1),
        )
        self.dropout = nn.Dropout(0.1)
        self.res_conv = nn.Conv2d(channels, channels, 1)

    def forward(self, scales: list[Tensor]) -> Tensor:
        levels = [self.get_submodule(f"down{i + 1}")(x) for i, x in enumerate(scales[:-1])]
        levels.append(self.get_submodule(f"f{len(scales)}_proc")(scales[-1]))  # each (N, C, T/8, V)
        gates = self.gate_conv(torch.cat(levels, dim=1)).float().softmax(dim=1)  # (N, scales, T/8, V)
        fused = torch.stack(levels, dim=1).mul(gates.unsqueeze(2)).sum(dim=1)  # (N, C, T/8, V)
        return self.dropout(fused) + self.res_conv(levels[-1])


class MMN(nn.Module):
    """Skeleton clips to class logits.

    The parameter names are those of the released checkpoints: STPE the skeleton-temporal positional encoding, MFM the
    scales of motion-modulated blocks, DSs the downsamplings between their inputs, fusion the aggregation over scales.
    """

    def __init__(self, config: MMNConfig) -> None:
        super().__init__()
        self.config = config
        c, cin = config.channels, config.in_channels
        self.projection = nn.Sequential(
            nn.Conv2d(cin, 2 * cin, 1), nn.GELU(), nn.Conv2d(2 * cin, 3 * cin, 1), nn.GELU(), nn.Conv2d(3 * cin, c, 1)
        )
        self.STPE = nn.Parameter(torch.empty(c, config.joints))
        drops = torch.linspace(0, config.stochastic_depth, config.scales * config.blocks).tolist()
        self.MFM = nn.ModuleList(
            Scale(config, drops[i * config.blocks : (i + 1) * config.blocks]) for i in range(config.scales)
        )
        self.DSs = nn.ModuleList(TemporalDownsampling(c) for _ in range(config.scales - 1))
        self.fusion = MotionConsistencyLearning(c, config.scales)
        self.head_dropout = nn.Dropout(config.head_dropout)
        self.head = nn.Linear(c, config.classes + config.parts)
        nn.init.trunc_normal_(self.STPE, std=0.02)

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:
        """Logits (N, classes + parts) of clips `x` whose samples lie at `index_t` (N, T) in [-1, 1).

        `x` is (N, in_channels, T, V), or (N, in_channels, T, V, 1) as the released code's loader gives it.
        """
        x = x.squeeze(4) if x.ndim == 5 else x
        # Channels last in memory, so that the blocks' views as tokens cost nothing.
        x = self.projection(x.contiguous(memory_format=torch.channels_last))  # (N, C, T, V)
        x = x + self._positional_encoding(index_t).to(x.dtype)
        features = []
        for i, scale in enumerate(self.MFM):
            features.append(scale(x))  # (N, C, T / 2^i, V)
            if i < len(self.DSs):
                x = self.DSs[i](x)  # the next scale sees this scale's input
        fused = self.fusion(features)  # (N, C, T/8, V)
        return self.head(self.head_dropout(fused.mean(dim=(2, 3))))

    def _positional_encoding(self, index_t: Tensor) -> Tensor:
        """(N, C, T, V): a sinusoid of the sample's position, multiplied by a learned embedding of the joint."""
        even = torch.arange(0, self.config.channels, 2, device=index_t.device)
        angles = index_t.unsqueeze(1) * (10000.0 ** (-even / self.config.channels)).unsqueeze(1)  # (N, C/2, T)
        sinusoid = torch.stack((angles.sin(), angles.cos()), dim=2).flatten(1, 2)  # (N, C, T)
        return sinusoid.unsqueeze(3) * self.STPE.unsqueeze(1)
