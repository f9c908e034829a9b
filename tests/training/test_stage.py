"""A stage that cannot go on from its save says so."""

from __future__ import annotations

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")

import torch

from mmn_live.errors import CheckpointError
from mmn_live.training.stage import _steps_done


def test_a_save_that_was_cut_short_is_refused_with_the_remedy(tmp_path):
    saved = tmp_path / "last.ckpt"
    network = torch.nn.Linear(30, 30)
    torch.save({"global_step": 7, "state_dict": network.state_dict()}, saved)
    assert _steps_done(saved, network) == 7
    whole = saved.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"nothing"):
        saved.write_bytes(content)
        with pytest.raises(CheckpointError, match="delete it"):
            _steps_done(saved, network)
