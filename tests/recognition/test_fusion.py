"""Evidence for body parts joined with that for classes, against torch and against what the parts alone would say."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mmn_live.decisions import Decisions
from mmn_live.recognition.fusion import fused
from mmn_live.taxonomy import taxonomy_named

TAXONOMY = taxonomy_named("ma52")
LABELS = (*(label.name for label in TAXONOMY.labels), "none")
PARTS = TAXONOMY.parts_of(LABELS)
ALL = np.ones(len(LABELS), bool)
HEAD_HAND = np.array([part == TAXONOMY.body_parts.index("head-hand") for part in PARTS])


def _logits(count: int = 7, parts: int = 8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 4, (count, len(LABELS) + parts)).astype(np.float32)


def _possible(count: int = 7, seed: int = 1) -> np.ndarray:
    possible = np.random.default_rng(seed).uniform(size=(count, len(LABELS))) < 0.6
    possible[:, -1] = True
    return possible


@pytest.mark.parametrize("parts", [0, 8])
def test_neutral_decisions_are_a_softmax_to_the_last_bit(parts: int) -> None:
    logits, possible = _logits(parts=parts), _possible()
    together = fused(logits, PARTS, Decisions(), possible)
    for row, said, may in zip(together, logits[:, : len(LABELS)], possible, strict=True):
        masked = np.where(may, said, -np.inf)
        weights = np.exp(masked - masked.max())
        np.testing.assert_array_equal(row, (weights / weights.sum()).astype(np.float32))


def test_the_formula_is_torchs() -> None:
    logits, possible = _logits(), _possible()
    given = torch.from_numpy(logits)
    part = torch.log_softmax(given[:, len(LABELS) :], dim=1)[:, torch.from_numpy(PARTS)]
    scores = (given[:, : len(LABELS)] + 0.7 * part) / 1.9
    scores[:, -1] += 0.8
    expected = torch.softmax(scores.masked_fill(~torch.from_numpy(possible), -torch.inf), dim=1)
    decisions = Decisions(temperature=1.9, part_weight=0.7, none_bias=0.8)
    found = fused(logits, PARTS, decisions, possible)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected.numpy(), rtol=2e-5, atol=1e-7)


def test_a_part_that_is_sure_decides_between_classes_that_are_not() -> None:
    logits = np.zeros((1, len(LABELS) + 8), np.float32)
    logits[0, len(LABELS) + TAXONOMY.body_parts.index("head-hand")] = 6
    of_part = [fused(logits, PARTS, Decisions(part_weight=w), ALL[None])[0, HEAD_HAND].sum() for w in (0, 0.5, 1)]
    assert of_part[0] == pytest.approx(HEAD_HAND.mean())
    assert of_part[0] < of_part[1] < of_part[2]
    assert of_part[2] > 0.9


def test_a_class_out_of_the_question_may_have_any_logit_and_leaves_the_others_as_they_were() -> None:
    logits, possible = _logits(1), ALL[None].copy()
    possible[0, 3] = False
    low, high = logits.copy(), logits.copy()
    low[0, 3], high[0, 3] = -500, 500
    first, second = (fused(each, PARTS, Decisions(), possible) for each in (low, high))
    np.testing.assert_array_equal(first, second)


def test_it_makes_no_difference_who_else_is_asked_about() -> None:
    logits, possible = _logits(), _possible()
    decisions = Decisions(temperature=1.3, part_weight=0.4, none_bias=-0.2)
    together = fused(logits, PARTS, decisions, possible)
    alone = [fused(logits[i : i + 1], PARTS, decisions, possible[i : i + 1])[0] for i in range(len(logits))]
    np.testing.assert_array_equal(together, alone)
