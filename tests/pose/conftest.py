from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from mmn_live.actor.look import look_from_seed
from mmn_live.actor.perform import perform
from mmn_live.actor.render import Renderer
from mmn_live.actor.script import Cue, Script
from mmn_live.joints import MA52
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.types import Frame, Image


@cache
def _images() -> tuple[Image, ...]:
    script = Script((Cue(0.0, 1.9, "waving"),), duration_s=2.0, seed=2)
    performance = perform(script, np.arange(0.8, 1.2, 0.1))
    renderer = Renderer(performance.camera, look_from_seed(1))
    return tuple(renderer.render(performance.figure, sample) for sample in range(4))


@pytest.fixture
def actor_frames() -> list[Frame]:
    """Four frames of the built-in actor, a tenth of a second apart."""
    return [Frame(index, index / 10, image, 0.0) for index, image in enumerate(_images())]


@pytest.fixture(scope="module")
def estimator(model_files: ModelFiles) -> Iterator[PoseEstimator]:
    """One for all tests, with its threads running; whatever a test needs to be new, it must open itself."""
    with PoseEstimator(MA52, model_files) as estimator:
        estimator.process(Frame(0, 0.0, np.zeros((48, 64, 3), np.uint8), 0.0))
        yield estimator
