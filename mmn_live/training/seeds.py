"""Seeds of streams of performances that training does not draw from, so that nothing is judged by what it has seen.

What follows such a seed in a stream does not tell it apart from training's: a first worker's (seed, 0, 0) gives the
numbers of evaluation's (seed, 0, 0, 0), since NumPy fills seeds up with zeros. So training takes none of them.
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
