"""Metrics of classes and body parts, over validation clips whose truth is clear."""

from __future__ import annotations

import torch
from torch import Tensor
from torchmetrics import MetricCollection
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score

from mmn_live.training.objective import Objective

_CLEAR_TARGET = 0.75


class Validation(torch.nn.Module):
    """Counts over any number of batches. The last class is "none"; "actions" are clips of all other classes."""

    def __init__(self, objective: Objective) -> None:
        super().__init__()
        classes, parts = objective.part_of_class.shape
        self._objective = (objective,)  # in a tuple, so that it is not saved twice
        top5 = min(5, classes)
        self.of_classes = MetricCollection(
            {
                "top1": MulticlassAccuracy(classes, average="micro"),
                "top5": MulticlassAccuracy(classes, average="micro", top_k=top5),
                "f1_macro": MulticlassF1Score(classes, average="macro"),
            },
            compute_groups=False,  # else what counts alike in the first batch is taken for the same ever after
        )
        self.of_actions = MetricCollection(
            {
                "actions_top1": MulticlassAccuracy(classes, average="micro"),
                "actions_top5": MulticlassAccuracy(classes, average="micro", top_k=top5),
            },
            compute_groups=False,
        )
        self.of_parts = MetricCollection({"actions_body_part": MulticlassAccuracy(parts, average="micro")})
        self.per_class = MulticlassAccuracy(classes, average="none")

    def add(self, logits: Tensor, targets: Tensor) -> None:
        """Count a batch: logits (N, classes + parts), targets (N, classes)."""
        clear = targets.amax(dim=1) >= _CLEAR_TARGET
        (classes, parts), truth = self._objective[0].split(logits[clear]), targets[clear].argmax(dim=1)
        self.of_classes.update(classes, truth)
        self.per_class.update(classes, truth)
        action = truth < targets.shape[1] - 1
        part_of_class = self._objective[0].part_of_class.argmax(dim=1)
        self.of_actions.update(classes[action], truth[action])
        self.of_parts.update(parts[action], part_of_class[truth[action]])

    def verdict(self) -> tuple[dict[str, float], list[float]]:
        """The metrics by name and the recall of each class, and begin anew."""
        figures = {**self.of_classes.compute(), **self.of_actions.compute(), **self.of_parts.compute()}
        recall = self.per_class.compute().tolist()
        for metric in (self.of_classes, self.of_actions, self.of_parts, self.per_class):
            metric.reset()
        return {name: float(value) for name, value in figures.items()}, recall
