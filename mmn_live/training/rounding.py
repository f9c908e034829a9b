"""Weights as half precision holds them, in which a checkpoint keeps them for half the room."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from mmn_live.errors import CheckpointError


def rounded(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights, their matrices rounded to half precision; vectors, which take little room, stay as they are.

    Raises CheckpointError for a weight that half precision does not hold.
    """
    return {name: _rounded(name, tensor) if tensor.ndim > 1 else tensor for name, tensor in state.items()}


def _rounded(name: str, tensor: Tensor) -> Tensor:
    half = tensor.half()
    if not half.isfinite().all():
        raise CheckpointError(f"{name} is beyond what half precision holds: the weights are damaged")
    return half.to(tensor.dtype)
