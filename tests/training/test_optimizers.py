"""Muon moves a network's convolutions in all directions at once, and AdamW the rest; one learning rate serves both."""

from __future__ import annotations

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")

import torch

from mmn_live.models import TCN
from mmn_live.training.optimizers import adamw, muon

RATE = 0.01


def _stepped(optimizer):
    """A small TCN's weights before one step of the optimizer, and after."""
    torch.manual_seed(0)
    network = TCN(14, 5, 16, 1)
    with torch.no_grad():
        for weight in network.parameters():
            weight.add_(0.01)  # none is zero, so that all have a gradient
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    moving = optimizer(network, RATE)
    network(torch.randn(64, 7, 32, 2), None).square().sum().backward()
    moving.step()
    return before, {name: weight.detach() for name, weight in network.named_parameters()}


def _steps(optimizer):
    before, after = _stepped(optimizer)
    return {
        name: (after[name] - before[name] * (1 - RATE * 0.05)).flatten(1) for name in before if before[name].ndim > 1
    }


def test_muon_steps_of_a_convolution_are_orthogonal():
    for name, step in _steps(muon).items():
        strengths = torch.linalg.svdvals(step.float()) / RATE / (0.2 * max(step.shape) ** 0.5)
        if name == "head.1.weight":
            assert strengths[-1] < 0.1 * strengths[0]
        else:
            assert 0.5 < float(strengths[-1]) <= float(strengths[0]) < 1.3, name


def test_all_but_convolutions_move_as_with_adamw():
    before, by_muon = _stepped(muon)
    _, by_adamw = _stepped(adamw)
    for name, weight in before.items():
        assert torch.equal(by_muon[name], weight) is False, name
        same = torch.allclose(by_muon[name], by_adamw[name], rtol=1e-4, atol=1e-6)
        assert same == (weight.ndim <= 2), name


def test_steps_of_muon_are_as_large_as_those_of_adamw_come_to_be():
    for name, step in _steps(muon).items():
        size = float(step.square().mean().sqrt()) / RATE
        assert size == pytest.approx(1.0 if name == "head.1.weight" else 0.2, rel=0.25), name
