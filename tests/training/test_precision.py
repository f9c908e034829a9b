"""Mixed precision is for machines that gain from it."""

from __future__ import annotations

import platform

import pytest
import torch

from mmn_live.training.precision import precision


@pytest.mark.parametrize(
    ("machine", "computes_bfloat16", "has_matrix_units", "expected"),
    [
        ("x86_64", True, True, "bf16-mixed"),
        ("x86_64", True, False, "32-true"),
        ("AMD64", True, False, "32-true"),
        ("x86_64", False, False, "32-true"),
        ("aarch64", True, False, "bf16-mixed"),
        ("aarch64", False, False, "32-true"),
    ],
)
def test_an_x86_processor_learns_in_bfloat16_only_with_matrix_units(
    machine: str, computes_bfloat16: bool, has_matrix_units: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: computes_bfloat16)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: has_matrix_units)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert precision() == expected


@pytest.mark.parametrize(("computes_bfloat16", "expected"), [(True, "bf16-mixed"), (False, "16-mixed")])
def test_an_accelerator_is_used_in_mixed_precision(
    computes_bfloat16: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: computes_bfloat16)
    assert precision() == expected
