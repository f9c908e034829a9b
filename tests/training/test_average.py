"""The mean of several runs' weights."""

from __future__ import annotations

import pytest
import torch

from mmn_live.checkpoints import load_checkpoint, save_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN
from mmn_live.training.average import average
from mmn_live.training.settings import LABELS, TAXONOMY, WINDOW_S, Recipe

RECIPE = Recipe(channels=16)


def a_run(path, seed, started_from="abc", labels=LABELS):
    torch.manual_seed(seed)
    return save_checkpoint(
        path,
        config=RECIPE.config,
        labels=labels,
        taxonomy=TAXONOMY,
        window_s=WINDOW_S,
        training={"seed": seed, "started_from_sha256": started_from},
        state=MMN(RECIPE.config).state_dict(),
    )


def test_the_mean_lies_half_way_and_its_statistics_are_measured(tmp_path):
    one, two = a_run(tmp_path / "one.safetensors", 1), a_run(tmp_path / "two.safetensors", 2)
    mean = average([one, two], tmp_path / "mean.safetensors", clips=128)
    assert mean.labels == LABELS
    assert [each["seed"] for each in mean.training["mean_of"]] == [1, 2]
    for name, tensor in mean.state.items():
        if name.endswith("running_var"):
            assert not torch.equal(tensor, one.state[name])  # ones, in a network that has seen nothing
        elif "running" not in name and tensor.is_floating_point():
            torch.testing.assert_close(tensor, (one.state[name] + two.state[name]) / 2)
    again = average([one, two], tmp_path / "again.safetensors", clips=128)
    assert all(torch.equal(tensor, again.state[name]) for name, tensor in mean.state.items())


def test_what_has_no_mean_is_refused(tmp_path):
    one = a_run(tmp_path / "one.safetensors", 1)
    with pytest.raises(CheckpointError, match="two checkpoints or more"):
        average([one], tmp_path / "mean.safetensors")
    with pytest.raises(CheckpointError, match="did not begin with the same weights"):
        average([one, a_run(tmp_path / "other.safetensors", 2, "def")], tmp_path / "mean.safetensors")
    with pytest.raises(CheckpointError, match="another network, or of other labels"):
        average([one, load_checkpoint("actor")], tmp_path / "mean.safetensors")
