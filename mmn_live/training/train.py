"""A training run in stages: a fast teacher, then the network; a checkpoint at the end, resumable on the way."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import lightning
import numpy as np
import torch
from lightning.pytorch.callbacks import Callback

from mmn_live.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN, TCN, TCN_PREFIX
from mmn_live.training.clips import validation_clips
from mmn_live.training.mirror import BothSides, Mirror
from mmn_live.training.module import Plan, TrainingModule
from mmn_live.training.objective import Objective, part_of_class
from mmn_live.training.optimizers import muon
from mmn_live.training.precision import precision
from mmn_live.training.rendered import load_tracks
from mmn_live.training.seeds import VALIDATION_SEED
from mmn_live.training.settings import LABELS, PARTS, TAXONOMY, WINDOW_S, TrainSettings
from mmn_live.training.stage import Material, Stage
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH, Taught, load_teacher


def train(settings: TrainSettings, callbacks: Sequence[Callback] = ()) -> Checkpoint | None:
    """Train, or go on with an interrupted run of the same output, and write the averaged weights.

    Of several processes that train together, the others than the first give None.

    Raises CheckpointError where the output exists already, or `init`, `teacher` or `teacher_init` does not fit.
    """
    settings.claim()
    run = _Run(settings, callbacks)
    return run.student(run.teacher())


class _Run:
    """The stages of one run, and what they share."""

    def __init__(self, settings: TrainSettings, callbacks: Sequence[Callback]) -> None:
        self._settings, self._recipe, self._callbacks = settings, settings.recipe, callbacks
        self._tracks = load_tracks(settings.rendered) if settings.rendered else []
        self._commit = _commit()
        judged = validation_clips(self._recipe.kind, VALIDATION_SEED, settings.held_out_clips)
        self._material = Material(self._tracks, judged)
        self._of_class = part_of_class(LABELS, PARTS, TAXONOMY)

    def teacher(self) -> Taught | None:
        """The teacher that the settings name, or that this run trained before, or trains now."""
        inputs, outputs = self._recipe.config.in_channels * self._recipe.config.joints, len(LABELS) + len(PARTS)
        own = self._settings.run_folder / "teacher.safetensors"
        if self._settings.teacher or own.exists():
            return load_teacher(self._settings.teacher or own, inputs, outputs, LABELS)
        if not self._recipe.teacher_clips:
            return None
        before = self._begun_teacher(inputs, outputs)
        lightning.seed_everything(self._recipe.seed, workers=True, verbose=False)
        blocks = max(TEACHER_BLOCKS, before.members[0].blocks if before else 0)
        network = TCN(inputs, outputs, TEACHER_WIDTH, blocks)
        stage = Stage("teacher", self._recipe.steps(self._recipe.teacher_clips), first=0)
        plan = Plan(stage.steps, 0, self._recipe.teacher_learning_rate, optimizer=muon)
        module = TrainingModule(network, Objective(self._of_class, 0.0), plan)
        if before:
            module.begin_with(network.state_dict() | before.network.state_dict())  # what it has not begins at rest
        figures = stage.fit(module, self._settings, self._material, self._callbacks)
        network.load_state_dict(module.averaged_state())
        facts = self._facts(stage, module, figures) | {"started_from": before.facts if before else None}
        taught = Taught(network.eval().requires_grad_(False), LABELS, facts)
        if not self._settings.rank:
            taught.save(own)
        return taught

    def _begun_teacher(self, inputs: int, outputs: int) -> Taught | None:
        init = self._settings.teacher_init
        if init is None:
            return None
        before = load_teacher(init, inputs, outputs, LABELS)
        if len(before.members) > 1:
            raise CheckpointError(
                f"{init} holds {len(before.members)} teachers: take one of them with mmn_live.training.ensemble --only"
            )
        return before

    def student(self, taught: Taught | None) -> Checkpoint | None:
        """The network, trained to the end and written by the first process."""
        recipe, together = self._recipe, bool(taught and self._recipe.together)
        lightning.seed_everything(recipe.seed, workers=True, verbose=False)
        short_steps, long_steps = recipe.steps(recipe.short_clips), recipe.steps(recipe.long_clips)
        stage = Stage("network", short_steps + long_steps, first=recipe.steps(recipe.teacher_clips))
        module = self._learning(taught, Plan(stage.steps, short_steps, recipe.learning_rate))
        started_from = self._begun_with(module)
        figures = stage.fit(module, self._settings, self._material, self._callbacks)
        facts = self._facts(stage, module, figures) | {
            "clips_short": short_steps * recipe.batch,
            "clips_long": long_steps * recipe.batch,
            "distillation": recipe.distillation if taught and not together else 0.0,
            "together": together,
            "held_out_of": "both streams" if together else "MMN alone",
            "teacher": taught.facts if taught else None,
            "started_from": dict(started_from.training) if started_from else None,
            "started_from_sha256": started_from.sha256 if started_from else None,
        }
        if self._settings.rank:
            return None
        config, state = recipe.config, module.averaged_state()
        if taught:
            members = taught.members
            config = replace(config, tcn_channels=TEACHER_WIDTH, tcn_blocks=members[0].blocks, tcn_members=len(members))
            state |= {TCN_PREFIX + name: tensor for name, tensor in taught.network.state_dict().items()}
        return save_checkpoint(
            self._settings.output,
            config=config,
            labels=LABELS,
            taxonomy=TAXONOMY,
            window_s=WINDOW_S,
            training=facts,
            state=state,
        )

    def _learning(self, taught: Taught | None, plan: Plan) -> TrainingModule:
        """MMN, to learn from the teacher's view of both sides of a clip, or to be right together with the teacher."""
        recipe, network = self._recipe, MMN(self._recipe.config)
        if taught is None:
            return TrainingModule(network, Objective(self._of_class, 0.0), plan)
        if recipe.together:
            return TrainingModule(network, Objective(self._of_class, 0.0), plan, taught.network, together=True)
        asked = BothSides(taught.network, Mirror(recipe.kind.layout, recipe.kind.preprocessing))
        return TrainingModule(network, Objective(self._of_class, recipe.distillation), plan, asked)

    def _begun_with(self, module: TrainingModule) -> Checkpoint | None:
        init = self._settings.init
        if init is None:
            return None
        checkpoint = load_checkpoint(init)
        if checkpoint.labels != LABELS:
            raise CheckpointError(f"{init} names other classes than {', '.join(LABELS)}: begin without --init")
        try:
            module.begin_with(
                {name: value for name, value in checkpoint.state.items() if not name.startswith(TCN_PREFIX)}
            )
        except RuntimeError as error:
            raise CheckpointError(f"{init} does not fit the network asked for: {error}") from error
        return checkpoint

    def _facts(self, stage: Stage, module: TrainingModule, figures: dict[str, float]) -> dict[str, object]:
        recipe = self._recipe
        clips = stage.steps * recipe.batch
        return {
            "data": "performances of the built-in actor, observed through a noise model of MediaPipe",
            "clips": clips,
            "views_of_a_clip": recipe.views,
            "clips_drawn": -(-clips // recipe.views),
            "rendered_tracks": len(self._tracks),
            "rendered_share": recipe.rendered_share if self._tracks else 0.0,
            "seed": recipe.seed,
            "held_out_seed": VALIDATION_SEED,
            "batch": recipe.batch,
            "processes": recipe.processes,
            "optimizer": module.plan.optimizer.__name__,
            "learning_rate": module.plan.learning_rate,
            "precision": precision(),
            "held_out": figures,
            "held_out_recall": dict(zip(LABELS, (round(v, 3) for v in module.per_class_recall), strict=True)),
            "commit": self._commit,
            "versions": {
                "python": platform.python_version(),
                "torch": torch.__version__,
                "lightning": lightning.__version__,
                "pytorch_optimizer": version("pytorch-optimizer"),
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
