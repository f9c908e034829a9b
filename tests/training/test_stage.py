"""A stage that cannot go on from its save says so."""

from __future__ import annotations

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")
pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")

import torch

from mmn_live.errors import CheckpointError
from mmn_live.training.module import Plan, TrainingModule
from mmn_live.training.objective import Objective
from mmn_live.training.optimizers import adamw, muon
from mmn_live.training.stage import _steps_done


@pytest.fixture
def module():
    return _module(adamw)


def _module(optimizer):
    return TrainingModule(torch.nn.Conv1d(30, 30, 3), Objective(torch.eye(3), 0.0), Plan(10, 0, 0.1, optimizer))


def _saved(module, path):
    optimizer = module.configure_optimizers()["optimizer"]
    content = {"global_step": 7, "state_dict": module.state_dict(), "optimizer_states": [optimizer.state_dict()]}
    torch.save(content, path)
    return path


def test_a_save_that_was_cut_short_is_refused_with_the_remedy(tmp_path, module):
    saved = _saved(module, tmp_path / "last.ckpt")
    assert _steps_done(saved, module) == 7
    whole = saved.read_bytes()
    for content in (whole[: len(whole) // 2], b"", b"nothing"):
        saved.write_bytes(content)
        with pytest.raises(CheckpointError, match="delete it"):
            _steps_done(saved, module)


def test_a_save_of_another_optimizer_is_refused_with_the_remedy(tmp_path, module):
    saved = _saved(_module(muon), tmp_path / "last.ckpt")
    with pytest.raises(CheckpointError, match="another optimizer than this: delete it"):
        _steps_done(saved, module)
