"""The teacher: a small temporal convolutional network that learns fast and shows the network to be shipped the way.

It knows nothing of joints as neighbours, and is never shipped: it is several times as fast to train as MMN on a
processor, so that most of the clips of a run are seen by it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from mmn_live.errors import CheckpointError

_WIDTH = 192
_KEY = "mmn_live_teacher"


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


class Teacher(nn.Module):
    """Clips (N, channels, T, V) to logits (N, outputs): all channels of all joints in one vector a sample."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.BatchNorm1d(inputs), nn.Conv1d(inputs, _WIDTH, 5, stride=2, padding=2, bias=False))
        self.body = nn.Sequential(_Residual(_WIDTH), _Residual(_WIDTH), nn.BatchNorm1d(_WIDTH), nn.GELU())
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * _WIDTH, outputs))

    def forward(self, x: Tensor, index_t: Tensor) -> Tensor:  # noqa: ARG002 (called as MMN is)
        x = x.transpose(2, 3).flatten(1, 2)  # (N, channels * V, T)
        x = self.body(self.stem(x))  # (N, width, T/8)
        return self.head(torch.cat((x.mean(dim=2), x.amax(dim=2)), dim=1))


@dataclass(frozen=True)
class Taught:
    """A trained teacher: its labels in the order of its logits, and plain JSON facts of its training."""

    network: Teacher
    labels: tuple[str, ...]
    facts: dict[str, object]

    def save(self, path: Path) -> None:
        """Write it whole or not at all."""
        partial = path.with_suffix(".partial")
        note = json.dumps({"labels": self.labels, "facts": self.facts})
        save_file(
            {name: value.cpu().contiguous() for name, value in self.network.state_dict().items()}, partial, {_KEY: note}
        )
        os.replace(partial, path)


def load_teacher(path: Path, inputs: int, outputs: int, labels: tuple[str, ...]) -> Taught:
    """The teacher in that file, to be asked and not to be trained.

    Raises CheckpointError for a file that is no teacher, or the teacher of other labels.
    """
    try:
        with safe_open(path, framework="pt") as file:
            note = json.loads((file.metadata() or {})[_KEY])
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise CheckpointError(
            f"{path} is no teacher ({error!r}): give teacher.safetensors of a run's folder"
        ) from error
    if tuple(note["labels"]) != labels:
        raise CheckpointError(f"{path} is a teacher of other labels: train one for these")
    network = Teacher(inputs, outputs)
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise CheckpointError(f"{path} does not fit the clips: {error}") from error
    return Taught(network.eval().requires_grad_(False), labels, note["facts"])
