"""Running the network: on which device, and as fast as that device allows."""

from __future__ import annotations

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


class Backend:
    """A checkpoint's network on a device, one window at a time.

    On the CPU the whole process is kept to one intra-op thread: more of them wait for their turn by spinning, and
    starve MediaPipe and each other for seconds. On CUDA the forward is captured once as a graph, under autocast, so
    that a window costs one launch; modulation and softmax keep single precision.
    """

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        self.device = device
        if device.type == "cpu":
            torch.set_num_threads(1)
        config = checkpoint.config
        self._network = checkpoint.network().requires_grad_(False).to(device)
        self._inputs = torch.zeros(1, config.in_channels, config.frames, config.joints, device=device)
        self._index_t = torch.zeros(1, config.frames, device=device)
        self._graph, self._captured = self._capture() if device.type == "cuda" else (None, None)

    def logits(self, inputs: FloatArray, index_t: FloatArray) -> FloatArray:
        """Logits (classes,) of one window: `inputs` (C, T, V) in network order, `index_t` (T,) in [-1, 1)."""
        self._inputs.copy_(torch.from_numpy(np.ascontiguousarray(inputs))[None])
        self._index_t.copy_(torch.from_numpy(np.ascontiguousarray(index_t))[None])
        return cast(FloatArray, self._run()[0].float().cpu().numpy())

    def _run(self) -> Tensor:
        if self._graph is None or self._captured is None:
            return self._forward()
        self._graph.replay()
        return self._captured

    @torch.inference_mode()
    def _forward(self) -> Tensor:
        with torch.autocast(self.device.type, dtype=torch.float16, enabled=self.device.type == "cuda"):
            return self._network(self._inputs, self._index_t)

    def _capture(self) -> tuple[torch.cuda.CUDAGraph, Tensor]:
        """Record one forward over the static buffers; the libraries pick their kernels in a side stream first."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UP_RUNS):
                self._forward()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            captured = self._forward()
        return graph, captured
