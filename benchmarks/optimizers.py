"""What the teacher learns with AdamW and with Muon from the same clips, drawn anew in the same order for each.

    python benchmarks/optimizers.py [--clips 150000]

Both learn at the recipe's rate, warmed up and cooled down; each is judged by the average of its weights on clips that
neither learnt from. The time is that of the processor in this process, as another draws the clips.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import lightning
import torch

from mmn_live.models import TCN
from mmn_live.training.clips import validation_clips
from mmn_live.training.module import Plan, TrainingModule
from mmn_live.training.objective import Objective, part_of_class
from mmn_live.training.optimizers import adamw, muon
from mmn_live.training.seeds import VALIDATION_SEED
from mmn_live.training.settings import LABELS, PARTS, TAXONOMY, Recipe, TrainSettings
from mmn_live.training.stage import Material, Stage
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH


def main() -> None:
    """Print what each came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=150_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    recipe = Recipe(teacher_clips=arguments.clips, batch=128, views=2)
    material = Material([], validation_clips(recipe.kind, VALIDATION_SEED, 2400))
    stage = Stage("teacher", recipe.steps(recipe.teacher_clips), first=0)
    objective = Objective(part_of_class(LABELS, PARTS, TAXONOMY), 0.0)
    inputs, outputs = recipe.config.in_channels * recipe.config.joints, len(LABELS) + len(PARTS)
    for optimizer in (adamw, muon):
        lightning.seed_everything(recipe.seed, workers=True, verbose=False)
        network = TCN(inputs, outputs, TEACHER_WIDTH, TEACHER_BLOCKS)
        plan = Plan(stage.steps, 0, recipe.teacher_learning_rate, optimizer)
        with TemporaryDirectory() as folder:
            settings = TrainSettings(Path(folder) / "run.safetensors", recipe, judgements=1)
            begun_s = time.process_time()
            figures = stage.fit(TrainingModule(network, objective, plan), settings, material, [])
        print(f"{optimizer.__name__}: {figures}, {time.process_time() - begun_s:.0f} s", flush=True)


if __name__ == "__main__":
    main()
