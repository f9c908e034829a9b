"""Mixed precision is for machines that gain from it."""

from __future__ import annotations

import pytest
import torch

from mmn_live.training.precision import precision


@pytest.mark.parametrize(("has_matrix_units", "expected"), [(True, "bf16-mixed"), (False, "32-true")])
def test_a_processor_computes_bfloat16_only_with_matrix_units(
    has_matrix_units: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: has_matrix_units)
    assert precision() == expected


@pytest.mark.parametrize(("computes_bfloat16", "expected"), [(True, "bf16-mixed"), (False, "16-mixed")])
def test_an_accelerator_is_used_in_mixed_precision(
    computes_bfloat16: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: computes_bfloat16)
    assert precision() == expected
