"""The training loop's step: warm-up and cosine, averaged weights, held-out metrics, and maybe a teacher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
from torch.optim.swa_utils import AveragedModel

from mmn_live.models import late_fusion
from mmn_live.training.objective import Objective
from mmn_live.training.optimizers import adamw
from mmn_live.training.validation import Validation

_AVERAGE_DECAY = 0.998
_WARM_UP_SHARE = 0.05

Batch = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn. The first `short_steps` of `steps` see every second sample of a clip."""

    steps: int
    short_steps: int
    learning_rate: float
    optimizer: Callable[[nn.Module, float], torch.optim.Optimizer] = adamw


def _moved(average: Tensor, value: Tensor, updates: Tensor | int) -> Tensor:
    """The exponential average after one more value; early on it follows faster, to leave the random start behind."""
    return average + (value - average) * max(1 - _AVERAGE_DECAY, 10 / (10 + int(updates)))


class TrainingModule(lightning.LightningModule):
    """A network, its average over the last steps, and how both are trained. Batches are (inputs, index_t, targets).

    The network takes inputs (N, channels, T, V) and index_t (N, T) and gives logits (N, classes + parts). What it is to
    learn from the teacher, if there is one, the objective says; or, `together`, it learns to be right when fused with
    it, and is judged so.
    """

    def __init__(
        self,
        network: nn.Module,
        objective: Objective,
        plan: Plan,
        teacher: nn.Module | None = None,
        *,
        together: bool = False,
    ) -> None:
        super().__init__()
        self.network = network
        self.average = AveragedModel(network, avg_fn=_moved, use_buffers=True).requires_grad_(False)
        self.objective = objective
        self.validation = Validation(objective)
        self.plan = plan
        self._teacher = () if teacher is None else (teacher,)  # in a tuple, so that it is neither trained nor saved
        self._together = together

    def begin_with(self, state: Mapping[str, Tensor]) -> None:
        """Start from these weights."""
        self.network.load_state_dict(state)
        self.average.module.load_state_dict(state)

    def averaged_state(self) -> dict[str, Tensor]:
        """The averaged weights, to be used and saved."""
        return self.average.module.state_dict()

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:  # noqa: ARG002
        inputs, index_t, targets = batch
        inputs = inputs.float()
        taught = self._asked(inputs, index_t)
        if self.global_step < self.plan.short_steps:
            phase = self.global_step % 2
            inputs, index_t = inputs[:, :, phase::2], index_t[:, phase::2]
        said = self.network(inputs, index_t)
        loss = self.objective(self._fused(said, taught), targets, None if self._together else taught)
        self.log("loss", loss)
        return loss

    def _fused(self, said: Tensor, taught: Tensor | None) -> Tensor:
        """What is to be right: what the network says, or the fusion of that with what its teacher says."""
        if taught is None or not self._together:
            return said
        return late_fusion(said, taught, len(self.objective.part_of_class))

    def _asked(self, inputs: Tensor, index_t: Tensor) -> Tensor | None:
        with torch.no_grad():
            for teacher in self._teacher:
                return teacher.to(inputs.device)(inputs, index_t)
        return None

    def on_before_zero_grad(self, optimizer: torch.optim.Optimizer) -> None:  # noqa: ARG002
        self.average.update_parameters(self.network)

    def validation_step(self, batch: Batch, batch_index: int) -> None:  # noqa: ARG002
        inputs, index_t, targets = batch
        inputs = inputs.float()
        taught = self._asked(inputs, index_t) if self._together else None
        self.validation.add(self._fused(self.average(inputs, index_t), taught), targets)

    def on_validation_epoch_end(self) -> None:
        figures, self.per_class_recall = self.validation.verdict()
        self.log_dict(figures)

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        optimizer = self.plan.optimizer(self.network, self.plan.learning_rate)
        warm_up = max(1, int(self.plan.steps * _WARM_UP_SHARE))
        schedule = SequentialLR(
            optimizer,
            [LinearLR(optimizer, 0.01, 1.0, warm_up), CosineAnnealingLR(optimizer, max(1, self.plan.steps - warm_up))],
            [warm_up],
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
