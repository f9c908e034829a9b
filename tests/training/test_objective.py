"""The objective: body parts are sums of classes, and a teacher's logits are what the student is pulled towards."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax

from mmn_live.training.objective import Objective, part_of_class

LABELS = ("shaking body", "nodding", "waving", "none")
PARTS = ("body", "head", "upper limb", "none")


def _objective(distillation=0.0):
    return Objective(part_of_class(LABELS, PARTS, "ma52"), distillation)


def _random_logits(seed):
    return torch.randn(5, 8, generator=torch.Generator().manual_seed(seed))


TARGETS = torch.tensor([[0.5, 0, 0, 0.5], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0.2, 0.3, 0.5, 0]])


def test_every_class_belongs_to_one_body_part():
    matrix = part_of_class(("shaking legs", *LABELS), (*PARTS, "lower limb"), "ma52")
    assert matrix.sum(1).tolist() == [1.0] * 5
    assert matrix.argmax(1).tolist() == [4, 0, 1, 2, 3]


def test_targets_alone_are_cross_entropies_of_classes_and_parts():
    logits = _random_logits(0)

    def entropy(values, target):
        smooth = target * 0.98 + 0.02 / values.shape[1]
        return -(smooth * log_softmax(values, axis=1)).sum(1).mean()

    expected = entropy(logits[:, :4].numpy(), TARGETS.numpy()) + 0.5 * entropy(logits[:, 4:].numpy(), TARGETS.numpy())
    assert float(_objective()(logits, TARGETS)) == pytest.approx(expected, rel=1e-5)


def test_distillation_alone_is_the_divergence_of_softened_distributions():
    logits, taught = _random_logits(0), _random_logits(1)

    def divergence(own, other):
        p, q = softmax(other / 2, axis=1), softmax(own / 2, axis=1)
        return 4 * (p * np.log(p / q)).sum(1).mean()

    expected = sum(
        weight * divergence(logits[:, part].numpy(), taught[:, part].numpy())
        for weight, part in ((1.0, slice(0, 4)), (0.5, slice(4, 8)))
    )
    loss = _objective(distillation=1.0)(logits, TARGETS, taught)
    assert float(loss) == pytest.approx(expected, rel=1e-4)
    assert math.isclose(float(_objective(distillation=1.0)(taught, TARGETS, taught)), 0.0, abs_tol=1e-5)


def test_half_precision_logits_are_judged_in_single_precision():
    assert _objective()(_random_logits(0).bfloat16(), TARGETS).dtype == torch.float32
