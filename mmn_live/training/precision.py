"""In which numbers a network learns: mixed precision where the machine computes it faster than single precision."""

from __future__ import annotations

from typing import Literal

import torch


def precision() -> Literal["bf16-mixed", "16-mixed", "32-true"]:
    """Lightning's name of the precision to train in on this machine."""
    if torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    fast = torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return "bf16-mixed" if fast else "32-true"
