"""One block of the network: motion modulates a graph branch and a temporal branch (paper, section 3).

Shapes: N clips, C channels, T samples, V joints. Between modules a tensor is (N, C, T, V); where a Linear mixes
channels or a LayerNorm normalises them it is viewed as tokens (N, T, V, C). Attribute names are those of the released
checkpoints, which are the interchange format; the paper's term is in each docstring.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .config import MMNConfig

_EPS = 1e-6


def tokens(x: Tensor) -> Tensor:
    """(N, C, T, V) as (N, T, V, C)."""
    return x.permute(0, 2, 3, 1)


def maps(x: Tensor) -> Tensor:
    """(N, T, V, C) as (N, C, T, V)."""
    return x.permute(0, 3, 1, 2)


def modulate(x: Tensor, gamma_beta: Tensor) -> Tensor:
    """Normalise each channel over time and joints, then scale by 1 + gamma and shift by beta.

    `x` is (N, C, T, V), `gamma_beta` (N, 2C, T, V). The variance is unbiased; statistics are taken in single precision.
    """
    gamma, beta = gamma_beta.chunk(2, dim=1)
    std, mean = torch.std_mean(x.float(), dim=(2, 3), keepdim=True)
    return ((x - mean) / (std + _EPS)).to(x.dtype) * (1 + gamma) + beta


def motion_of(x: Tensor) -> Tensor:
    """First difference in time, the last one repeated, so that the length stays T."""
    difference = x[:, :, 1:] - x[:, :, :-1]
    return torch.cat((difference, difference[:, :, -1:]), dim=2)


class MotionSpatialModulation(nn.Module):
    """MSM: gamma and beta for the graph branch.

    As released, joint w is scaled by the column sum of `adj`: the joints are not mixed.
    """

    def __init__(self, channels: int, joints: int) -> None:
        super().__init__()
        self.adj = nn.Parameter(torch.eye(joints))
        self.fc = nn.Linear(channels, channels)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, motion: Tensor) -> Tensor:
        scaled = motion * self.adj.sum(dim=0).to(motion.dtype)  # (N, C/2, T, V)
        return self.bn(maps(torch.tanh(self.fc(tokens(scaled)))))


class FeedForward(nn.Module):
    """Two linear layers with an exact GELU between them."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden)
        self.fc2 = nn.Linear(hidden, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class StochasticDepth(nn.Module):
    """Drops a residual branch for whole clips while training (Huang et al., ECCV 2016)."""

    def __init__(self, drop: float) -> None:
        super().__init__()
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.drop == 0.0:
            return x
        kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop
        return x * kept / (1.0 - self.drop)


class MotionModulatedBlock(nn.Module):
    """One MFM block: split, modulate, aggregate, feed forward."""

    def __init__(self, config: MMNConfig, drop: float) -> None:
        super().__init__()
        c, v, quarter, half = config.channels, config.joints, config.channels // 4, config.channels // 2
        self.quarter = quarter
        self.modulated_on = config.aggregation == "paper"
        self.norm_1 = nn.LayerNorm(c)
        self.mapping = nn.Linear(c, c)
        self.gconv = nn.Parameter(torch.empty(config.heads, v, v))
        self.tconv = nn.Conv2d(quarter, quarter, (3, 1), padding=(1, 0), groups=4)
        self.Motion = nn.Sequential(
            nn.Conv2d(half, half, (3, 1), padding=(1, 0), groups=half, bias=False), nn.BatchNorm2d(half), nn.GELU()
        )
        self.MSM = MotionSpatialModulation(half, v)
        self.MTM = nn.Sequential(nn.Conv2d(half, half, (3, 1), padding=(1, 0)), nn.Tanh(), nn.BatchNorm2d(half))
        self.aggregation_gate = nn.Sequential(
            nn.Conv2d(c, quarter, 1, bias=False),
            nn.BatchNorm2d(quarter),
            nn.ReLU(),
            nn.Conv2d(quarter, 3, 1, bias=False),
            nn.Sigmoid(),
        )
        self.aggregation = nn.Sequential(nn.Conv2d(c, c, 1, bias=False), nn.BatchNorm2d(c), nn.GELU())
        self.proj = nn.Linear(c, c)
        self.norm_2 = nn.LayerNorm(c)
        self.mlp = FeedForward(c, int(c * config.mlp_ratio))
        self.drop_path = StochasticDepth(drop)
        nn.init.trunc_normal_(self.gconv, std=0.02)

    def forward(self, x: Tensor) -> Tensor:
        mixed = maps(self.mapping(self.norm_1(tokens(x))))  # (N, C, T, V)
        graph, temporal, motion = mixed.split((self.quarter, self.quarter, 2 * self.quarter), dim=1)
        motion = self.Motion(motion_of(motion))  # (N, C/2, T, V)
        graph = self._graph_convolution(graph)  # (N, C/4, T, V)
        temporal = self.tconv(temporal)  # (N, C/4, T, V)
        x = x + self.drop_path(maps(self.proj(tokens(self._aggregate(graph, temporal, motion)))))
        return x + self.drop_path(maps(self.mlp(self.norm_2(tokens(x)))))

    def _graph_convolution(self, x: Tensor) -> Tensor:
        """Per head h: out[v] = sum over u of A[h, v, u] x[u]; a head is C/4/heads consecutive channels."""
        n, c, t, v = x.shape
        heads = self.gconv.shape[0]
        by_head = x.reshape(n, heads, c // heads * t, v)
        mixed = (by_head @ self.gconv.transpose(1, 2)).reshape(n, c, t, v)
        return mixed.contiguous(memory_format=torch.channels_last)  # as all that it meets: mixed layouts cost copies

    def _aggregate(self, graph: Tensor, temporal: Tensor, motion: Tensor) -> Tensor:
        graph_modulated = modulate(graph, self.MSM(motion))
        temporal_modulated = modulate(temporal, self.MTM(motion))
        gates = self.aggregation_gate(torch.cat((temporal_modulated, graph_modulated, motion), dim=1))  # (N, 3, T, V)
        of_temporal, of_graph, of_motion = gates.split(1, dim=1)
        if self.modulated_on:
            graph, temporal = graph_modulated, temporal_modulated
        return self.aggregation(torch.cat((temporal * of_temporal, graph * of_graph, motion * of_motion), dim=1))
