"""One stage of a run: a network fitted to the stream, saved on the way, and going on from its last save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from pickle import UnpicklingError

import lightning
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint
from torch.utils.data import DataLoader

from mmn_live.errors import CheckpointError
from mmn_live.training.clips import Clip, Track
from mmn_live.training.module import TrainingModule
from mmn_live.training.precision import precision
from mmn_live.training.settings import TrainSettings
from mmn_live.training.stream import TrainingStream, batches

_SAVED_EVERY = timedelta(seconds=90)
_JUDGED_AT_ONCE = 64


@dataclass(frozen=True)
class Material:
    """What all stages learn from and are judged by: rendered tracks to mix in, and clips that no stage trains on."""

    tracks: Sequence[Track]
    held_out: Sequence[Clip]


@dataclass(frozen=True)
class Stage:
    """A stage of `steps` steps. Its clips come from the place `first` in the stream of the run's seed."""

    name: str
    steps: int
    first: int

    def fit(
        self, module: TrainingModule, settings: TrainSettings, material: Material, callbacks: Sequence[Callback]
    ) -> dict[str, float]:
        """Train to the end, from the last save if there is one; the held-out metrics of the averaged weights."""
        folder = settings.run_folder / self.name
        trainer = self._trainer(folder, settings, callbacks)
        saved = folder / "last.ckpt"
        done = _steps_done(saved, module) if saved.exists() else 0
        validation = DataLoader(material.held_out, _JUDGED_AT_ONCE)  # type: ignore[arg-type]
        if done < self.steps:
            recipe = settings.recipe
            stream = TrainingStream(
                recipe.kind,
                recipe.seed,
                self.first + done,
                recipe.views,
                material.tracks,
                recipe.rendered_share,
                recipe.kept,
                settings.rank,
            )
            training = batches(stream, recipe.batch // recipe.processes, settings.workers)
            trainer.fit(module, training, validation, ckpt_path=str(saved) if done else None)
            trainer.save_checkpoint(saved)
            trainer.validate(module, validation, verbose=False)
        else:
            trainer.validate(module, validation, ckpt_path=str(saved), verbose=False)
        return {name: round(float(v), 4) for name, v in trainer.callback_metrics.items() if name != "loss"}

    def _trainer(self, folder: Path, settings: TrainSettings, callbacks: Sequence[Callback]) -> lightning.Trainer:
        keeper = ModelCheckpoint(
            folder, save_last=True, save_top_k=0, train_time_interval=_SAVED_EVERY, enable_version_counter=False
        )
        return lightning.Trainer(
            accelerator="auto",
            devices=settings.recipe.processes,
            strategy="ddp" if settings.recipe.processes > 1 else "auto",
            precision=precision(),
            max_steps=self.steps,
            val_check_interval=max(1, self.steps // settings.judgements),
            check_val_every_n_epoch=None,
            num_sanity_val_steps=0,
            gradient_clip_val=1.0,
            logger=False,
            enable_model_summary=False,
            enable_progress_bar=False,
            log_every_n_steps=20,
            callbacks=[keeper, *callbacks],
        )


def _steps_done(saved: Path, module: TrainingModule) -> int:
    """How many steps that save of the module has seen.

    Raises CheckpointError for one that is damaged (it is written elsewhere and moved, which may be cut short), or of
    another network or optimizer, as an older version of this program may have trained.
    """
    try:
        content = torch.load(saved, map_location="cpu", weights_only=True)
        done, names = int(content["global_step"]), content["state_dict"].keys()
        moved = [len(group["params"]) for group in content["optimizer_states"][0]["param_groups"]]
    except (OSError, EOFError, RuntimeError, LookupError, UnpicklingError) as error:
        raise CheckpointError(
            f"{saved} is damaged ({type(error).__name__}): delete it, and this stage begins anew"
        ) from error
    if names != module.state_dict().keys():
        raise CheckpointError(f"{saved} holds another network than this: delete it, and this stage begins anew")
    if moved != [len(group["params"]) for group in module.configure_optimizers()["optimizer"].param_groups]:
        raise CheckpointError(f"{saved} learns by another optimizer than this: delete it, and this stage begins anew")
    return done
