"""Pipelines that need no MediaPipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.pipeline import Pipeline, Settings

from .acting import ActedCamera, acted_pipeline


@pytest.fixture(scope="session")
def checkpoint() -> Checkpoint:
    return load_checkpoint("actor")


@pytest.fixture
def acted(checkpoint: Checkpoint) -> Callable[..., Pipeline]:
    """Makes a live pipeline of the actor's skeletons that records a session in `folder`."""

    def make(folder: Path, source: ActedCamera, settings: Settings | None = None) -> Pipeline:
        return acted_pipeline(checkpoint, folder, source, settings or Settings(device="cpu"))

    return make
