"""A training run: clips generated as they are needed, a checkpoint at the end, resumable on the way."""

from __future__ import annotations

import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from torch.utils.data import DataLoader

from mmn_live.actor.motion import ACTIONS
from mmn_live.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.models import MMNConfig
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clips import Clip, ClipKind, ClipStream, held_out
from mmn_live.training.module import TrainingModule
from mmn_live.types import NONE_LABEL
from mmn_live.windows import channels

LABELS = (*ACTIONS, NONE_LABEL)
TAXONOMY = "ma52"
WINDOW_S = 2.0
HELD_OUT_SEED = 1_000_003
"""Validation clips come from this seed alone."""


_JUDGED_AT_ONCE = 64


@dataclass(frozen=True)
class TrainSettings:
    """What a run can be told. `clips` is how many it sees; `init` a checkpoint to begin with."""

    output: Path
    clips: int
    frames: int
    channels: int
    blocks: int
    batch: int
    learning_rate: float
    seed: int
    workers: int
    init: Path | None
    held_out_clips: int = 1200
    validations: int = 12

    @property
    def config(self) -> MMNConfig:
        """The network to train."""
        return MMNConfig(
            frames=self.frames,
            joints=taxonomy_named(TAXONOMY).layout.size,
            classes=len(LABELS),
            in_channels=channels("body"),
            channels=self.channels,
            blocks=self.blocks,
            stochastic_depth=0.0,
            aggregation="paper",
            preprocessing="body",
        )

    @property
    def kind(self) -> ClipKind:
        """The clips to train on."""
        return ClipKind(taxonomy_named(TAXONOMY).layout, LABELS, WINDOW_S, self.frames, "body")

    @property
    def run_folder(self) -> Path:
        """Where the run keeps what it needs to go on after an interruption."""
        return self.output.with_suffix(".run")


def train(settings: TrainSettings, callbacks: list[Callback] | None = None) -> Checkpoint:
    """Train, or go on with an interrupted run of the same output, and write the averaged weights.

    Raises CheckpointError where the output exists already or `init` does not fit.
    """
    if settings.output.exists():
        raise CheckpointError(f"{settings.output} exists already and is not overwritten: choose another name")
    settings.output.parent.mkdir(parents=True, exist_ok=True)
    lightning.seed_everything(settings.seed, workers=True, verbose=False)
    steps = max(1, settings.clips // settings.batch)
    module = TrainingModule(settings.config, steps, settings.learning_rate)
    started_from, commit = _begin(module, settings), _commit()
    trainer = _trainer(settings, steps, callbacks or [])
    unfinished = settings.run_folder / "last.ckpt"
    judged = held_out(settings.kind, HELD_OUT_SEED, settings.held_out_clips)
    validation = DataLoader(judged, _JUDGED_AT_ONCE)  # type: ignore[arg-type]
    if unfinished.exists():
        trainer.fit(module, _stream(settings, _steps_done(unfinished)), validation, ckpt_path=str(unfinished))
    else:
        trainer.fit(module, _stream(settings, 0), validation)
    trainer.validate(module, validation, verbose=False)
    facts = _facts(settings, module, trainer, started_from) | {"commit": commit}
    return save_checkpoint(
        settings.output,
        config=settings.config,
        labels=LABELS,
        taxonomy=TAXONOMY,
        window_s=WINDOW_S,
        training=facts,
        state=module.averaged_state(),
    )


def _begin(module: TrainingModule, settings: TrainSettings) -> Checkpoint | None:
    if settings.init is None:
        return None
    checkpoint = load_checkpoint(settings.init)
    if checkpoint.labels != LABELS:
        raise CheckpointError(f"{settings.init} names other classes than {', '.join(LABELS)}: begin without --init")
    try:
        module.begin_with(checkpoint.state)
    except RuntimeError as error:
        raise CheckpointError(f"{settings.init} does not fit the network asked for: {error}") from error
    return checkpoint


def _trainer(settings: TrainSettings, steps: int, callbacks: list[Callback]) -> lightning.Trainer:
    every = max(1, steps // settings.validations)
    keeper = ModelCheckpoint(settings.run_folder, save_last=True, save_top_k=0, every_n_train_steps=every)
    return lightning.Trainer(
        accelerator="auto",
        devices=1,
        max_steps=steps,
        val_check_interval=every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        gradient_clip_val=1.0,
        logger=False,
        enable_model_summary=False,
        log_every_n_steps=20,
        callbacks=[keeper, *callbacks],
    )


def _steps_done(unfinished: Path) -> int:
    return int(torch.load(unfinished, map_location="cpu", weights_only=True)["global_step"])


def _stream(settings: TrainSettings, steps_done: int) -> DataLoader[Clip]:
    """Clips in batches; a run that goes on draws others than those it began with."""
    return DataLoader(
        ClipStream(settings.kind, settings.seed, first=steps_done),
        settings.batch,
        num_workers=settings.workers,
        persistent_workers=settings.workers > 0,
        multiprocessing_context="spawn" if settings.workers else None,
    )


def _facts(
    settings: TrainSettings, module: TrainingModule, trainer: lightning.Trainer, started_from: Checkpoint | None
) -> dict[str, object]:
    measured = {name: round(float(value), 4) for name, value in trainer.callback_metrics.items() if name != "loss"}
    clips = trainer.global_step * settings.batch
    recall = dict(zip(LABELS, (round(value, 3) for value in module.per_class_recall), strict=True))
    return {
        "data": "performances of the built-in actor, observed through a noise model of MediaPipe",
        "clips": clips,
        "started_from_sha256": started_from.sha256 if started_from else None,
        "clips_total": clips + (int(str(started_from.training.get("clips_total", 0))) if started_from else 0),
        "seed": settings.seed,
        "held_out_seed": HELD_OUT_SEED,
        "batch": settings.batch,
        "learning_rate": settings.learning_rate,
        "held_out": measured,
        "held_out_recall": recall,
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "lightning": lightning.__version__,
            "numpy": np.__version__,
        },
    }


def _commit() -> str | None:
    """The commit of the checkout that the program runs from, where it runs from one."""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()
