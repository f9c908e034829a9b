"""The training loop's step: soft-target loss, AdamW with warm-up and cosine, averaged weights, held-out metrics."""

from __future__ import annotations

from collections.abc import Mapping

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
from torch.optim.swa_utils import AveragedModel
from torchmetrics import MetricCollection
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score

from mmn_live.models import MMN, MMNConfig

_AVERAGE_DECAY = 0.998
_LABEL_SMOOTHING = 0.02
_WEIGHT_DECAY = 0.05
_WARM_UP_SHARE = 0.05
_CLEAR_TARGET = 0.75

Batch = tuple[Tensor, Tensor, Tensor]


def _moved(average: Tensor, value: Tensor, updates: Tensor | int) -> Tensor:
    """The exponential average after one more value; early on it follows faster, to leave the random start behind."""
    return average + (value - average) * max(1 - _AVERAGE_DECAY, 10 / (10 + int(updates)))


class TrainingModule(lightning.LightningModule):
    """An MMN, its average over the last steps, and how both are trained. Batches are (inputs, index_t, targets)."""

    def __init__(self, config: MMNConfig, steps: int, learning_rate: float) -> None:
        super().__init__()
        self.network = MMN(config)
        self.average = AveragedModel(self.network, avg_fn=_moved, use_buffers=True).requires_grad_(False)
        self._steps, self._learning_rate = steps, learning_rate
        classes = config.classes
        self.metrics = MetricCollection(
            {
                "top1": MulticlassAccuracy(classes, average="micro"),
                "top5": MulticlassAccuracy(classes, average="micro", top_k=min(5, classes)),
                "f1_macro": MulticlassF1Score(classes, average="macro"),
            }
        )
        self.per_class = MulticlassAccuracy(classes, average="none")

    def begin_with(self, state: Mapping[str, Tensor]) -> None:
        """Start from these weights."""
        self.network.load_state_dict(state)
        self.average.module.load_state_dict(state)

    def averaged_state(self) -> dict[str, Tensor]:
        """The averaged weights, to be used and saved."""
        return self.average.module.state_dict()

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:  # noqa: ARG002
        inputs, index_t, targets = batch
        logits = self.network(inputs, index_t)
        loss = torch.nn.functional.cross_entropy(logits, targets, label_smoothing=_LABEL_SMOOTHING)
        self.log("loss", loss, prog_bar=True)
        return loss

    def on_before_zero_grad(self, optimizer: torch.optim.Optimizer) -> None:  # noqa: ARG002
        self.average.update_parameters(self.network)

    def validation_step(self, batch: Batch, batch_index: int) -> None:  # noqa: ARG002
        inputs, index_t, targets = batch
        clear = targets.amax(dim=1) >= _CLEAR_TARGET
        logits, truth = self.average(inputs, index_t)[clear], targets.argmax(dim=1)[clear]
        self.metrics.update(logits, truth)
        self.per_class.update(logits, truth)

    def on_validation_epoch_end(self) -> None:
        self.log_dict(self.metrics.compute(), prog_bar=True)
        self.metrics.reset()
        self.per_class_recall = self.per_class.compute().tolist()
        self.per_class.reset()

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = torch.optim.AdamW(self.network.parameters(), self._learning_rate, weight_decay=_WEIGHT_DECAY)
        warm_up = max(1, int(self._steps * _WARM_UP_SHARE))
        schedule = SequentialLR(
            optimizer,
            [LinearLR(optimizer, 0.01, 1.0, warm_up), CosineAnnealingLR(optimizer, max(1, self._steps - warm_up))],
            [warm_up],
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
