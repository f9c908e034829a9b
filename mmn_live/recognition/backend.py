"""Running the network: on which device, and as fast as that device allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from mmn_live.checkpoints import Checkpoint
from mmn_live.errors import DeviceError
from mmn_live.types import FloatArray

_WARM_UP_RUNS = 3


def choose_device(name: str) -> torch.device:
    """The device for "cuda", "mps" or "cpu"; for "auto" the first of them that is here. Raises DeviceError."""
    here = _devices_here()
    if name == "auto":
        return torch.device(here[0])
    if name not in here:
        raise DeviceError(f"no device {name!r} on this machine: use auto or one of {', '.join(here)}")
    return torch.device(name)


def _devices_here() -> list[str]:
    found = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return [name for name, is_here in found.items() if is_here]


@dataclass
class _Batch:
    """Buffers for so many windows, and on CUDA the graph recorded over them."""

    inputs: Tensor
    index_t: Tensor
    graph: torch.cuda.CUDAGraph | None = None
    captured: Tensor | None = None


class Backend:
    """A checkpoint's network on a device, as many windows at a time as there are people.

    On the CPU the whole process is kept to one intra-op thread: more of them wait for their turn by spinning, and
    starve MediaPipe and each other for seconds. A thread that has asked computes with zeros for denormal numbers from
    then on: GELU's tails are full of them, and they take longer (benchmarks/two_streams.py). On CUDA the forward is
    captured as a graph once for each number of windows, under autocast, so that they cost one launch; modulation and
    softmax keep single precision.
    """

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        self.device = device
        if device.type == "cpu":
            torch.set_num_threads(1)
        self._config = checkpoint.config
        self._network = checkpoint.network().requires_grad_(False).to(device)
        self._batches: dict[int, _Batch] = {}

    def logits(self, inputs: FloatArray, index_t: FloatArray) -> FloatArray:
        """Logits (B, classes + parts) of windows.

        `inputs` is (B, C, T, V) in network order, `index_t` (B, T) in [-1, 1).
        """
        batch = self._batches.get(len(inputs)) or self._new_batch(len(inputs))
        batch.inputs.copy_(torch.from_numpy(np.ascontiguousarray(inputs)))
        batch.index_t.copy_(torch.from_numpy(np.ascontiguousarray(index_t)))
        return cast(FloatArray, self._run(batch).float().cpu().numpy())

    def _run(self, batch: _Batch) -> Tensor:
        if batch.graph is None or batch.captured is None:
            return self._forward(batch)
        batch.graph.replay()
        return batch.captured

    def _new_batch(self, size: int) -> _Batch:
        config = self._config
        inputs = torch.zeros(size, config.in_channels, config.frames, config.joints, device=self.device)
        batch = _Batch(inputs, torch.zeros(size, config.frames, device=self.device))
        if self.device.type == "cuda":
            self._capture(batch)
        self._batches[size] = batch
        return batch

    @torch.inference_mode()
    def _forward(self, batch: _Batch) -> Tensor:
        if self.device.type == "cpu":
            torch.set_flush_denormal(True)  # a mode of each thread, and this one may be another than the last
        with torch.autocast(self.device.type, dtype=torch.float16, enabled=self.device.type == "cuda"):
            return self._network(batch.inputs, batch.index_t)

    def _capture(self, batch: _Batch) -> None:
        """Record one forward over the batch's buffers; the libraries pick their kernels in a side stream first."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UP_RUNS):
                self._forward(batch)
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            batch.captured = self._forward(batch)
        batch.graph = graph
