"""In which numbers a network learns: mixed precision where the machine computes it faster than single precision."""

from __future__ import annotations

from typing import Literal

import torch


def precision() -> Literal["bf16-mixed", "16-mixed", "32-true"]:
    """Lightning's name of the precision to train in on this machine.

    Of processors only those with matrix units (AMX) gain from bfloat16: those that merely have instructions for it
    lose a sixth (`benchmarks/training.py`).
    """
    if torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    fast = torch.backends.mkldnn.is_available() and torch.cpu._is_amx_tile_supported()
    return "bf16-mixed" if fast else "32-true"
