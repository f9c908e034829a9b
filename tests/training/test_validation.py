"""What is said of a network while it trains counts clear clips, and actions apart from "none"."""

from __future__ import annotations

import pytest
import torch

from mmn_live.training.objective import Objective
from mmn_live.training.validation import Validation

PART_OF_CLASS = torch.tensor([[1.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]])
"""Two classes of one part, four of another, and "none"."""
NONE = 6


def logits(*order, part):
    """Of one clip: classes in falling order, and the part that comes out."""
    classes = torch.zeros(len(PART_OF_CLASS))
    for place, label in enumerate(order):
        classes[label] = 10.0 - place
    parts = torch.zeros(3)
    parts[part] = 1
    return torch.cat([classes, parts])


def targets(label, probability=1.0):
    target = torch.zeros(len(PART_OF_CLASS))
    target[label], target[NONE] = probability, 1 - probability
    if label == NONE:
        target[NONE] = 1
    return target


def test_clear_clips_are_counted_and_actions_apart_from_none():
    validation = Validation(Objective(PART_OF_CLASS, 0.0))
    clips = [
        (logits(0, 1, part=0), targets(0)),  # right
        (logits(2, 3, 4, 5, 6, part=0), targets(1)),  # not even among five, and the part right
        (logits(3, 2, part=0), targets(2)),  # second, and the part wrong
        (logits(6, part=2), targets(NONE)),  # right, and no action
        (logits(6, part=2), targets(3, 0.6)),  # unclear, not counted
    ]
    for one in (clips[:2], clips[2:]):
        said, right = (torch.stack(column) for column in zip(*one, strict=True))
        validation.add(said, right)
    figures, recall = validation.verdict()
    assert figures["top1"] == pytest.approx(2 / 4)
    assert figures["top5"] == pytest.approx(3 / 4)
    assert figures["actions_top1"] == pytest.approx(1 / 3)
    assert figures["actions_top5"] == pytest.approx(2 / 3)
    assert figures["actions_body_part"] == pytest.approx(2 / 3)
    assert recall[:3] == pytest.approx([1, 0, 0])
    assert recall[NONE] == 1


def test_a_verdict_forgets_what_came_before_it():
    validation = Validation(Objective(PART_OF_CLASS, 0.0))
    validation.add(logits(3, part=1)[None], targets(2)[None])
    validation.verdict()
    validation.add(logits(2, part=1)[None], targets(2)[None])
    assert validation.verdict()[0]["actions_top1"] == 1
