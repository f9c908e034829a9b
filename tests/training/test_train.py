"""A run writes a checkpoint that loads, goes on where it was interrupted, and overwrites nothing."""

from __future__ import annotations

import dataclasses

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")

import torch
from lightning.pytorch.callbacks import Callback

from mmn_live.checkpoints import load_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.training.train import LABELS, TrainSettings, train

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:lightning"),
    pytest.mark.filterwarnings("ignore:.*treespec.*"),
    pytest.mark.filterwarnings("ignore:.*num_workers.*"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*IterableDataset.*"),
]


class Interrupt(Callback):
    """Ends the run as a crash would, once the first part is saved."""

    def on_train_batch_start(self, trainer, *_):
        if trainer.global_step == 3:
            raise RuntimeError("the power is gone")


@pytest.fixture
def settings(tmp_path):
    return TrainSettings(
        tmp_path / "tiny.safetensors", clips=16, frames=16, channels=16, blocks=1, batch=4, learning_rate=1e-3, seed=1,
        workers=0, init=None, held_out_clips=8, validations=2,
    )  # fmt: skip


def test_a_run_that_was_interrupted_goes_on_and_writes_what_loads(settings):
    with pytest.raises(RuntimeError, match="power"):
        train(settings, [Interrupt()])
    assert not settings.output.exists()
    steps = []

    class Count(Callback):
        def on_train_batch_end(self, trainer, *_):
            steps.append(trainer.global_step)

    checkpoint = train(settings, [Count()])
    assert steps == [3, 4]
    assert checkpoint.labels == LABELS
    assert checkpoint.config.preprocessing == "body"
    assert checkpoint.training["clips_total"] == 16
    logits = checkpoint.network()(torch.zeros(1, 7, 16, 44), torch.zeros(1, 16))
    assert logits.shape == (1, len(LABELS))
    with pytest.raises(CheckpointError, match="exists already"):
        train(settings)


def test_a_run_begins_with_the_weights_it_is_given(settings, tmp_path):
    first = train(settings)
    again = dataclasses.replace(
        settings, output=tmp_path / "b.safetensors", init=first.path, clips=4, learning_rate=0.0
    )
    second = train(again)
    assert second.training["started_from_sha256"] == first.sha256
    assert second.training["clips_total"] == 20
    weights = {
        name: value for name, value in first.state.items() if "running" not in name and "num_batches" not in name
    }
    assert all(torch.allclose(second.state[name], value, atol=1e-6) for name, value in weights.items())


def test_weights_of_another_size_are_refused(settings, tmp_path):
    first = train(dataclasses.replace(settings, clips=4))
    larger = dataclasses.replace(settings, output=tmp_path / "c.safetensors", init=first.path, channels=32)
    with pytest.raises(CheckpointError, match="does not fit"):
        train(larger)
    assert load_checkpoint(first.path).labels == LABELS
