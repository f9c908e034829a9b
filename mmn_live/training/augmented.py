"""A rendered track shown a little otherwise each time, so that what is learnt from it carries over to others.

In one pair of short runs more did; a network learns a few hundred tracks by heart all the same (docs/LINEAGE.md, "More
tracks, shown a little otherwise").
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from mmn_live.training.clips import Rng, Track

_TEMPO, _STRETCH, _ROLL_DEG = 0.1, 0.04, 3.0
"""Standard deviations: of the tempo and of the picture's width, as logarithms, and of the camera's roll."""


def augmented(track: Track, rng: Rng) -> Track:
    """The track in another tempo, its picture a little wider or narrower and turned: what was seen is seen as well."""
    tempo, wider = np.exp(rng.normal(0, (_TEMPO, _STRETCH))).tolist()
    roll = math.radians(rng.normal(0, _ROLL_DEG))
    turned = np.array([[math.cos(roll), math.sin(roll)], [-math.sin(roll), math.cos(roll)]])
    changed = (np.diag([wider, 1.0]) @ turned).astype(np.float32)
    labels = tuple(
        replace(label, onset_s=label.onset_s / tempo, offset_s=label.offset_s / tempo) for label in track.labels
    )
    return Track(track.times_s / tempo, track.joints @ changed, track.visibility, labels)
