"""A step of training: every second sample at first, a teacher that is not trained, and a loss that goes down."""

from __future__ import annotations

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")
pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")

import torch

from mmn_live.models import late_fusion
from mmn_live.training.module import Plan, TrainingModule
from mmn_live.training.objective import Objective

OBJECTIVE = Objective(torch.eye(3), 0.5)


class Noting(torch.nn.Module):
    """Gives the mean of channel 0 in all outputs, and notes what it was given."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(6))
        self.given = []

    def forward(self, inputs, index_t):
        self.given.append((inputs, index_t))
        return inputs[:, 0].mean((1, 2))[:, None] * self.weight


def _module(teacher=None):
    module = TrainingModule(Noting(), OBJECTIVE, Plan(steps=10, short_steps=4, learning_rate=0.1), teacher)
    module.log = lambda *_: None  # type: ignore[method-assign]
    return module


@pytest.mark.parametrize(("step", "samples"), [(0, [0, 2, 4, 6]), (1, [1, 3, 5, 7]), (4, list(range(8)))])
def test_short_steps_see_every_second_sample_and_the_teacher_all(monkeypatch, step, samples):
    teacher = Noting()
    module = _module(teacher)
    monkeypatch.setattr(TrainingModule, "global_step", step)
    inputs = torch.arange(8.0).half().reshape(1, 1, 8, 1).expand(2, 7, 8, 44)
    index_t = torch.arange(8.0).expand(2, 8)
    module.training_step((inputs, index_t, torch.eye(3)[:2]), 0)
    seen, places = module.network.given[0]
    assert seen[0, 0, :, 0].tolist() == samples
    assert places[0].tolist() == samples
    assert teacher.given[0][0].shape[2] == 8
    assert teacher.weight.grad is None


def test_a_teacher_is_neither_trained_nor_saved():
    module = _module(Noting())
    assert [name for name, _ in module.named_parameters() if "teacher" in name] == []
    assert set(module.state_dict()) == set(_module().state_dict())


def test_the_loss_with_a_teacher_goes_down(monkeypatch):
    torch.manual_seed(0)
    monkeypatch.setattr(TrainingModule, "global_step", 5)

    class Linear(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = torch.nn.Linear(7, 6)

        def forward(self, inputs, index_t):
            return self.inner(inputs.mean((2, 3)))

    module = TrainingModule(Linear(), OBJECTIVE, Plan(50, 0, 0.05), Linear().requires_grad_(False))
    module.log = lambda *_: None  # type: ignore[method-assign]
    optimizer = module.configure_optimizers()["optimizer"]
    optimizer.param_groups[0]["lr"] = 0.05
    batch = torch.randn(16, 7, 8, 44) * 3, torch.zeros(16, 8), torch.eye(3)[torch.arange(16) % 3]
    losses = []
    for _ in range(30):
        loss = module.training_step(batch, 0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        module.on_before_zero_grad(optimizer)
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
    average, last = module.averaged_state()["inner.weight"], module.network.inner.weight
    assert 0 < float((average - last).detach().abs().max()) < 1


@pytest.mark.parametrize("step", [0, 5])
def test_together_the_fusion_with_what_the_teacher_says_of_the_whole_clip_is_learnt(monkeypatch, step):
    teacher, objective = Noting(), Objective(torch.eye(3), 0.0)
    plan = Plan(steps=10, short_steps=4, learning_rate=0.1)
    module = TrainingModule(Noting(), objective, plan, teacher, together=True)
    module.log = lambda *_: None  # type: ignore[method-assign]
    teacher.weight.requires_grad_(False)[:] = torch.tensor([3.0, 1.0, -2.0, 0.5, 0.0, 2.0])
    monkeypatch.setattr(TrainingModule, "global_step", step)
    inputs, index_t, targets = torch.randn(2, 7, 8, 44), torch.arange(8.0).expand(2, 8), torch.eye(3)[:2]
    loss = module.training_step((inputs, index_t, targets), 0)
    assert [given[0].shape[2] for given in teacher.given] == [8]
    said = Noting()(*module.network.given[0])
    assert torch.allclose(loss, objective(late_fusion(said, teacher(inputs, index_t), 3), targets))
    loss.backward()
    assert module.network.weight.grad.any()
    assert teacher.weight.grad is None
