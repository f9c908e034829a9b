"""A small temporal convolutional network: all joints of a sample in one vector, convolved over time."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class _Residual(nn.Module):
    """Two convolutions over time beside a way around them; the first halves the length."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.around = nn.AvgPool1d(2, ceil_mode=True)
        self.through = nn.Sequential(
            nn.BatchNorm1d(width),
            nn.GELU(),
            nn.Conv1d(width, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm1d(width),
            nn.GELU(),
            nn.Conv1d(width, width, 3, padding=1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.around(x) + self.through(x)


class TCN(nn.Module):
    """Clips (N, channels, T, V) to logits (N, outputs); `inputs` is channels * V."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.BatchNorm1d(inputs), nn.Conv1d(inputs, width, 5, stride=2, padding=2, bias=False))
        self.body = nn.Sequential(_Residual(width), _Residual(width), nn.BatchNorm1d(width), nn.GELU())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * width, outputs))

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:  # noqa: ARG002 (called as MMN is)
        x = x.transpose(2, 3).flatten(1, 2)  # (N, channels * V, T)
        x = self.body(self.stem(x))  # (N, width, T/8)
        return self.head(torch.cat((x.mean(dim=2), x.amax(dim=2)), dim=1))
