"""What the teacher and MMN learn by AdamW and by Muon from the same clips, drawn in the same order for each.

    python benchmarks/optimizers.py [--teacher-clips 60000] [--mmn-clips 10000]

All rates are warmed up and cooled down; each is judged by the average of its weights on clips that none learnt from.
The time is that of the processor in this process; another draws the clips.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import lightning
import torch

from mmn_live.models import MMN, TCN
from mmn_live.training.clips import validation_clips
from mmn_live.training.module import Plan, TrainingModule
from mmn_live.training.objective import Objective, part_of_class
from mmn_live.training.optimizers import adamw, muon
from mmn_live.training.seeds import VALIDATION_SEED
from mmn_live.training.settings import LABELS, PARTS, TAXONOMY, Recipe, TrainSettings
from mmn_live.training.stage import Material, Stage
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH

RECIPE = Recipe(batch=128, views=2)
CONFIG = RECIPE.config
NETWORKS = {
    "teacher": lambda: TCN(
        CONFIG.in_channels * CONFIG.joints, CONFIG.classes + CONFIG.parts, TEACHER_WIDTH, TEACHER_BLOCKS
    ),
    "mmn": lambda: MMN(CONFIG),
}
TRIED = [
    ("teacher", adamw, 1e-3),
    ("teacher", adamw, 2e-3),
    ("teacher", adamw, 4e-3),
    ("teacher", muon, 3e-3),
    ("mmn", adamw, 3e-3),
    ("mmn", muon, 3e-3),
]


def main() -> None:
    """Print what each came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher-clips", type=int, default=60_000)
    parser.add_argument("--mmn-clips", type=int, default=10_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    material = Material([], validation_clips(RECIPE.kind, VALIDATION_SEED, 2400))
    objective = Objective(part_of_class(LABELS, PARTS, TAXONOMY), 0.0)
    for name, optimizer, rate in TRIED:
        stage = Stage(name, RECIPE.steps(getattr(arguments, f"{name}_clips")), first=0)
        lightning.seed_everything(0, workers=True, verbose=False)
        module = TrainingModule(NETWORKS[name](), objective, Plan(stage.steps, 0, rate, optimizer))
        with TemporaryDirectory() as folder:
            begun_s = time.process_time()
            figures = stage.fit(module, TrainSettings(Path(folder) / "run", RECIPE, judgements=1), material, [])
            spent_s = time.process_time() - begun_s
        print(f"{name}, {optimizer.__name__} at {rate:g}: {figures}, {spent_s:.0f} s", flush=True)


if __name__ == "__main__":
    main()
