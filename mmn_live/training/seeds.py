"""Seeds of streams of performances beside those that a training run draws: three to judge by, one to render.

Rendered tracks are trained on; nothing is that is judged by. What follows such a seed in a stream does not tell it
apart from a run's: a first worker's (seed, 0, 0) gives the numbers of evaluation's (seed, 0, 0, 0), since NumPy fills
seeds up with zeros. So no run begins with one of them.
"""

from __future__ import annotations

VALIDATION_SEED = 1_000_003
EVALUATION_SEED = 2_000_003
RENDERED_SEED = 3_000_017
CALIBRATION_SEED = 4_000_037

KEPT_FOR = {
    VALIDATION_SEED: "validation",
    EVALUATION_SEED: "evaluation",
    RENDERED_SEED: "rendered tracks",
    CALIBRATION_SEED: "calibration",
}
