"""Temporal convolutional networks: all joints of a sample in one vector, convolved over time."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _Residual(nn.Module):
    """Two convolutions over time beside a way around them."""

    def __init__(self, width: int, *, stride: int = 1) -> None:
        super().__init__()
        self.around = nn.AvgPool1d(stride, ceil_mode=True) if stride > 1 else nn.Identity()
        self.through = nn.Sequential(
            nn.BatchNorm1d(width),
            nn.GELU(),
            nn.Conv1d(width, width, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm1d(width),
            nn.GELU(),
            nn.Conv1d(width, width, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.around(x) + self.through(x)


class _Halving(_Residual):
    """Blocks that keep the length, and one that halves it.

    The former begin as if they were not there, so that a network trained without them can grow by them (Chen et al.
    2016, "Net2Net", arXiv 1511.05641).
    """

    def __init__(self, width: int, blocks: int) -> None:
        super().__init__(width, stride=2)
        self.before = nn.Sequential(*(_Residual(width) for _ in range(blocks)))
        for block in self.before:
            nn.init.zeros_(block.get_parameter("through.5.weight"))  # the last convolution's

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(self.before(x))


class TCN(nn.Module):
    """Clips (N, channels, T, V) to logits (N, outputs); `inputs` is channels * V.

    The length is halved three times, and the last two times after `blocks` blocks that keep it.
    """

    def __init__(self, inputs: int, outputs: int, width: int, blocks: int) -> None:
        super().__init__()
        self.blocks = blocks
        self.stem = nn.Sequential(nn.BatchNorm1d(inputs), nn.Conv1d(inputs, width, 5, stride=2, padding=2, bias=False))
        self.body = nn.Sequential(_Halving(width, blocks), _Halving(width, blocks), nn.BatchNorm1d(width), nn.GELU())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, outputs))

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:  # noqa: ARG002 (called as MMN is)
        x = x.transpose(2, 3).flatten(1, 2)  # (N, channels * V, T)
        x = self.body(self.stem(x))  # (N, width, T/8)
        return self.head(torch.cat((x.mean(dim=2), x.amax(dim=2)), dim=1))
