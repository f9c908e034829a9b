"""Windows of which it is clear what they show: by these probabilities are judged and fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torchmetrics.functional.classification import multiclass_calibration_error

from mmn_live.training.overlap import CLEAR_OVERLAP, overlap, shared_s
from mmn_live.training.scoring import Truth
from mmn_live.types import NONE_LABEL, BoolArray, FloatArray


class Spanned(Protocol):
    """A window, or what was said of one; `possible` (C,) are the classes whose joints were observed."""

    @property
    def start_s(self) -> float: ...

    @property
    def end_s(self) -> float: ...

    @property
    def possible(self) -> BoolArray: ...


def clear_targets(truths: Sequence[Truth], windows: Sequence[Spanned], labels: Sequence[str]) -> list[tuple[int, ...]]:
    """For each window the labels, as indices, that are right for it: "none" where it touches no action.

    Empty where that is not clear: the window holds too little of an action, parts of several, or one that the model
    does not have or that was not observed.
    """
    return [_targets(window, truths, labels) for window in windows]


def _targets(window: Spanned, truths: Sequence[Truth], labels: Sequence[str]) -> tuple[int, ...]:
    span_s = window.start_s, window.end_s
    touched = [truth for truth in truths if shared_s(span_s, truth.span_s) > 0]
    if not touched:
        return (labels.index(NONE_LABEL),) if NONE_LABEL in labels else ()
    if len(touched) > 1 or overlap(span_s, touched[0].span_s) < CLEAR_OVERLAP:
        return ()
    known = [labels.index(name) for name in touched[0].names if name in labels]
    return tuple(index for index in known if window.possible[index])


def calibration_error(probabilities: FloatArray, targets: Sequence[tuple[int, ...]], bins: int = 15) -> float:
    """Expected calibration error (Guo et al. 2017, section 2) of (N, C), in bins of equal width; NaN without a target.

    The confidence is the highest probability of a window, right where its label is one of the window's targets."""
    clear = [i for i, right in enumerate(targets) if right]
    if not clear:
        return float("nan")
    given = probabilities[clear]
    tops: NDArray[np.intp] = given.argmax(axis=1)
    target = [top if top in targets[i] else targets[i][0] for i, top in zip(clear, tops.tolist(), strict=True)]
    error = multiclass_calibration_error(
        torch.from_numpy(given), torch.tensor(target), num_classes=given.shape[1], n_bins=bins
    )
    return float(error)
