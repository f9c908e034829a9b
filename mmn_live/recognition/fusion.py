"""From a network's logits to the probabilities of its classes: the evidence for the body part joined with the class's.

    log p(class) = (z_class + part_weight * log softmax(z_part)[the class's part]) / temperature

up to a constant, `none_bias` more for "none", over the classes that are possible: a product of two experts (Hinton
2002, "Training products of experts by minimizing contrastive divergence", section 1) whose weight and sharpness are
fitted (Guo et al. 2017, "On calibration of modern neural networks", section 4.2).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmn_live.decisions import Decisions
from mmn_live.taxonomy import NO_PART
from mmn_live.types import BoolArray, FloatArray


def fused(logits: FloatArray, parts: NDArray[np.intp], decisions: Decisions, possible: BoolArray) -> FloatArray:
    """Probabilities (B, C) of the possible classes, 0 for the others.

    `logits` is (B, C) or, with P parts and "none", (B, C + P + 1); `parts` (C,) as of `Taxonomy.parts_of`; `possible`
    (B, C) bool, with a class in every row.
    """
    scores = logits[:, : len(parts)]
    if decisions.part_weight and logits.shape[1] > len(parts):
        scores = scores + decisions.part_weight * _log_softmax(logits[:, len(parts) :])[:, parts]
    scores = scores / decisions.temperature + np.float32(decisions.none_bias) * (parts == NO_PART)
    # Masked before the exponential: a class that is out of the question may have any logit.
    masked = np.where(possible, scores, -np.inf)
    weights = np.exp(masked - masked.max(axis=1, keepdims=True))
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def _log_softmax(logits: FloatArray) -> FloatArray:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
