"""Muon moves a network's convolutions in all directions at once, and AdamW the rest; one learning rate serves both."""

from __future__ import annotations

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")
pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")

import torch

from mmn_live.models import TCN
from mmn_live.training import optimizers
from mmn_live.training.optimizers import adamw, muon

RATE, DECAY = 0.01, 0.05


@pytest.fixture(params=["bf16-mixed", "32-true"])
def _on_a_machine(request, monkeypatch):
    monkeypatch.setattr(optimizers, "precision", lambda: request.param)


def _moved(optimizer, steps, lean=0.0):
    """How far each matrix of a small TCN went in one step, in learning rates, after others.

    The gradients are noise about `lean`, so that with much of it one direction is far stronger than all others.
    """
    torch.manual_seed(0)
    network = TCN(14, 5, 16, 1)
    moving = optimizer(network, RATE)
    for _ in range(steps):
        before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
        for weight in network.parameters():
            weight.grad = torch.randn_like(weight) + lean
        moving.step()
    return {
        name: ((weight.detach() - before[name] * (1 - RATE * DECAY)) / RATE).flatten(1)
        for name, weight in network.named_parameters()
        if weight.ndim > 1
    }


@pytest.mark.usefixtures("_on_a_machine")
def test_steps_of_a_convolution_are_equally_strong_in_all_directions():
    by_muon, by_adamw = ({n: torch.linalg.svdvals(s) for n, s in _moved(o, 3, lean=5.0).items()} for o in (muon, adamw))
    even = {name for name, strengths in by_muon.items() if strengths[-1] > 0.5 * strengths[0]}
    assert even == set(by_muon) - {"head.1.weight"}
    assert all(strengths[-1] < 0.1 * strengths[0] for strengths in by_adamw.values())


@pytest.mark.usefixtures("_on_a_machine")
def test_all_but_convolutions_move_as_with_adamw():
    by_muon, by_adamw = _moved(muon, 3), _moved(adamw, 3)
    same = {name for name, step in by_muon.items() if torch.allclose(step, by_adamw[name], atol=1e-3)}
    assert same == {"head.1.weight"}


@pytest.mark.usefixtures("_on_a_machine")
def test_both_move_as_far_where_gradients_are_noise():
    by_muon, by_adamw = _moved(muon, 200), _moved(adamw, 200)
    for name, step in by_muon.items():
        ratio = float(step.square().mean().sqrt() / by_adamw[name].square().mean().sqrt())
        assert 0.5 < ratio < 2, name
