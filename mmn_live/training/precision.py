"""In which numbers a network learns: mixed precision where the machine computes it faster than single precision."""

from __future__ import annotations

import platform
from typing import Literal

import torch


def precision() -> Literal["bf16-mixed", "16-mixed", "32-true"]:
    """Lightning's name of the precision to train in on this machine.

    An x86 processor gains from bfloat16 by its matrix units (AMX): a Xeon that merely has instructions for it learnt
    a sixth more slowly with them (`benchmarks/training.py`).
    """
    if torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    computes = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    gains = computes and (torch.cpu._is_amx_tile_supported() or not is_x86)
    return "bf16-mixed" if gains else "32-true"
