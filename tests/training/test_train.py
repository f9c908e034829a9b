"""A run writes a checkpoint that loads, goes on where it was interrupted in either stage, and overwrites nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")
pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")

import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from safetensors.torch import load_file

from mmn_live.checkpoints import load_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.joints import MA52
from mmn_live.models import TCN, TCN_PREFIX, late_fusion
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.average import average
from mmn_live.training.clips import observed_track, validation_clips
from mmn_live.training.ensemble import joined
from mmn_live.training.mirror import BothSides
from mmn_live.training.rendered import RenderedTrack, save_track
from mmn_live.training.seeds import VALIDATION_SEED
from mmn_live.training.settings import LABELS, PARTS, Recipe, TrainSettings
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH, Taught
from mmn_live.training.train import train
from mmn_live.training.validation import Validation

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:lightning"),
    pytest.mark.filterwarnings("ignore:.*treespec.*"),
    pytest.mark.filterwarnings("ignore:.*num_workers.*"),
    pytest.mark.filterwarnings("ignore:.*does not have many workers.*"),
    pytest.mark.filterwarnings("ignore:.*IterableDataset.*"),
]

TINY = Recipe(
    seed=1, teacher_clips=16, short_clips=8, long_clips=8, frames=32, channels=16, batch=4, learning_rate=1e-3, kept=8
)


class Interrupt(Callback):
    """Ends the run as a crash would, after three steps of the `number`th stage, two of which are saved."""

    def __init__(self, number):
        self.number = number

    def on_train_start(self, *_):
        self.number -= 1

    def on_train_batch_start(self, trainer, *_):
        if self.number == 0 and trainer.global_step == 2:
            trainer.save_checkpoint(trainer.checkpoint_callback.dirpath + "/last.ckpt")
        if self.number == 0 and trainer.global_step == 3:
            raise RuntimeError("the power is gone")


class Count(Callback):
    """Notes the steps that were done."""

    def __init__(self):
        self.steps = []

    def on_train_batch_end(self, trainer, *_):
        self.steps.append(trainer.global_step)


@pytest.fixture
def settings(tmp_path):
    return TrainSettings(tmp_path / "tiny.safetensors", TINY, workers=0, held_out_clips=24, judgements=2)


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("stage", "steps"), [(1, [3, 4, 1, 2, 3, 4]), (2, [3, 4])])
def test_a_run_that_was_interrupted_goes_on_and_writes_what_loads(settings, stage, steps, together):
    settings = replace(settings, recipe=replace(TINY, together=together))
    with pytest.raises(RuntimeError, match="power"):
        train(settings, [Interrupt(stage)])
    assert not settings.output.exists()
    count = Count()
    checkpoint = train(settings, [count])
    assert count.steps == steps
    assert checkpoint.labels == LABELS
    assert checkpoint.config.preprocessing == "body"
    assert (checkpoint.training["clips_short"], checkpoint.training["clips_long"]) == (8, 8)
    assert checkpoint.training["teacher"]["clips"] == 16
    convolutions, others = _groups(settings, "teacher")
    assert (convolutions["use_muon"], others["use_muon"]) == (True, False)
    assert convolutions["step"] == others["step"] == 4
    assert convolutions["lr"] == others["lr"] < TINY.teacher_learning_rate
    assert len(_groups(settings, "network")) == 1
    by_stage = [
        (facts["optimizer"], facts["learning_rate"]) for facts in (checkpoint.training["teacher"], checkpoint.training)
    ]
    assert by_stage == [("muon", TINY.teacher_learning_rate), ("adamw", TINY.learning_rate)]
    teacher = load_file(settings.run_folder / "teacher.safetensors")
    assert all(torch.equal(checkpoint.state[TCN_PREFIX + name], value) for name, value in teacher.items())
    logits = checkpoint.network()(torch.zeros(1, 7, 32, 44), torch.zeros(1, 32))
    assert logits.shape == (1, len(LABELS) + len(PARTS))
    with pytest.raises(CheckpointError, match="exists already"):
        train(settings)


def _groups(settings, stage):
    """What the optimizer of a stage moves, and how, as it stands in the last save."""
    saved = torch.load(settings.run_folder / stage / "last.ckpt", weights_only=True)
    return saved["optimizer_states"][0]["param_groups"]


def test_the_teacher_is_asked_about_both_sides_of_a_clip(settings, monkeypatch):
    asked = []
    monkeypatch.setattr(BothSides, "forward", lambda self, x, t: asked.append(len(x)) or self.network(x, t))
    train(settings)
    assert asked == [TINY.batch] * 4


def test_trained_together_it_is_judged_as_the_two_streams_that_are_written(settings, monkeypatch):
    judged = []
    monkeypatch.setattr(Validation, "add", lambda _, logits, targets: judged.append((logits.cpu(), targets.cpu())))
    monkeypatch.setattr(Validation, "verdict", lambda _: ({}, [0.0] * len(LABELS)))
    recipe = replace(TINY, together=True)
    checkpoint = train(replace(settings, recipe=recipe))
    clips = validation_clips(recipe.kind, VALIDATION_SEED, settings.held_out_clips)
    inputs, index_t = (torch.stack([clip[i] for clip in clips]) for i in (0, 1))
    assert torch.equal(judged[-1][1], torch.stack([clip[2] for clip in clips]))
    network = checkpoint.network()
    assert torch.allclose(judged[-1][0], network(inputs, index_t), atol=0.03)  # some machines judge in mixed precision
    assert not torch.allclose(judged[-1][0], late_fusion(*[network.tcn(inputs, index_t)] * 2, len(LABELS)), atol=0.3)
    facts = checkpoint.training
    assert (facts["together"], facts["held_out_of"], facts["distillation"]) == (True, "both streams", 0.0)
    teacher = load_file(settings.run_folder / "teacher.safetensors")
    assert all(torch.equal(checkpoint.state[TCN_PREFIX + name], value) for name, value in teacher.items())


def test_labels_are_in_the_order_of_their_ids():
    ids = [taxonomy_named("ma52").label(name).id for name in LABELS[:-1]]
    assert ids == sorted(ids)
    assert (LABELS[-1], PARTS[-1]) == ("none", "none")


def test_an_unfinished_run_goes_on_with_its_own_recipe_alone(settings):
    with pytest.raises(RuntimeError, match="power"):
        train(settings, [Interrupt(1)])
    with pytest.raises(CheckpointError, match="another seed"):
        train(replace(settings, recipe=replace(TINY, seed=2)))


def test_an_unfinished_run_of_before_an_option_goes_on_without_it_alone(settings):
    with pytest.raises(RuntimeError, match="power"):
        train(settings, [Interrupt(1)])
    note = settings.run_folder / "recipe.json"
    told = json.loads(note.read_text())
    del told["together"]
    note.write_text(json.dumps(told))
    with pytest.raises(CheckpointError, match="another together"):
        train(replace(settings, recipe=replace(TINY, together=True)))
    settings.claim()


def test_an_unfinished_stage_of_another_network_is_refused(settings, monkeypatch):
    with pytest.raises(RuntimeError, match="power"):
        train(settings, [Interrupt(1)])
    monkeypatch.setattr("mmn_live.training.train.TEACHER_BLOCKS", TEACHER_BLOCKS + 1)
    with pytest.raises(CheckpointError, match=r"last\.ckpt holds another network .* delete it"):
        train(settings)


def test_one_run_makes_the_same_weights_as_another_of_the_same_recipe(settings, tmp_path):
    first = train(settings)
    second = train(replace(settings, output=tmp_path / "again.safetensors"))
    assert all(torch.equal(second.state[name], value) for name, value in first.state.items())


def test_a_teacher_of_another_run_teaches_in_place_of_an_own_one(settings, tmp_path):
    train(settings)
    teacher = settings.run_folder / "teacher.safetensors"
    count = Count()
    again = replace(settings, output=tmp_path / "b.safetensors", teacher=teacher)
    checkpoint = train(again, [count])
    assert count.steps == [1, 2, 3, 4]
    assert checkpoint.training["teacher"]["seed"] == 1


def test_a_finished_run_writes_again_what_was_deleted_and_trains_nothing(settings):
    first, count = train(settings), Count()
    settings.output.unlink()
    again = train(settings, [count])
    assert not count.steps
    assert again.state.keys() == first.state.keys()
    assert all(torch.equal(again.state[name], value) for name, value in first.state.items())


def test_weights_that_one_teacher_stands_beside_go_on_with_another(settings, tmp_path):
    first = train(settings)
    again = replace(settings, output=tmp_path / "b.safetensors", init=first.path, recipe=replace(TINY, seed=2))
    second = train(again)
    teacher = load_file(again.run_folder / "teacher.safetensors")
    assert all(torch.equal(second.state[TCN_PREFIX + name], value) for name, value in teacher.items())
    assert not torch.equal(second.state["tcn.stem.1.weight"], first.state["tcn.stem.1.weight"])


def test_a_teacher_begins_with_the_weights_of_another(settings, tmp_path):
    train(settings)
    first = settings.run_folder / "teacher.safetensors"
    still = replace(TINY, teacher_learning_rate=0.0)
    again = replace(settings, output=tmp_path / "b.safetensors", teacher_init=first, recipe=still)
    checkpoint = train(again)
    assert checkpoint.training["teacher"]["started_from"]["clips"] == 16
    before, after = (load_file(path) for path in (first, again.run_folder / "teacher.safetensors"))
    assert torch.allclose(before["stem.1.weight"], after["stem.1.weight"], atol=1e-6)


@pytest.mark.parametrize("blocks", [0, TEACHER_BLOCKS + 1])
def test_a_teacher_that_begins_with_one_of_other_blocks_has_the_more_of_both(settings, tmp_path, blocks):
    path = tmp_path / "first.safetensors"
    first = TCN(TINY.config.in_channels * TINY.config.joints, len(LABELS) + len(PARTS), TEACHER_WIDTH, blocks)
    Taught(first, LABELS, {}).save(path)
    checkpoint = train(replace(settings, teacher_init=path, recipe=replace(TINY, teacher_learning_rate=0.0)))
    assert checkpoint.config.tcn_blocks == max(blocks, TEACHER_BLOCKS)
    weights = [name for name in load_file(path) if "running" not in name and "num_batches" not in name]
    assert all(torch.allclose(checkpoint.state[TCN_PREFIX + n], first.state_dict()[n], atol=1e-6) for n in weights)


def test_mmn_learns_beside_an_ensemble_which_is_written_small_and_whole(settings, tmp_path):
    inputs, outputs = TINY.config.in_channels * TINY.config.joints, len(LABELS) + len(PARTS)
    path, recipe = tmp_path / "both.safetensors", replace(TINY, together=True)
    teachers = [Taught(TCN(inputs, outputs, TEACHER_WIDTH, 1), LABELS, {"seed": seed}) for seed in (1, 2)]
    joined(teachers).save(path)
    begun = train(replace(settings, recipe=recipe, teacher=path))
    assert (begun.config.tcn_members, begun.config.tcn_blocks) == (2, 1)
    assert [one["seed"] for one in begun.training["teacher"]["members"]] == [1, 2]
    runs = [
        train(
            replace(
                settings,
                output=tmp_path / f"{seed}.safetensors",
                recipe=replace(recipe, seed=seed),
                teacher=path,
                init=begun.path,
            )
        )
        for seed in (2, 3)
    ]
    mean, teacher = average(tmp_path / "mean.safetensors", runs), load_file(path)
    for checkpoint in (begun, *runs, mean):
        assert all(torch.equal(checkpoint.state[TCN_PREFIX + name], value) for name, value in teacher.items())
        assert checkpoint.network()(torch.zeros(1, 7, 32, 44), torch.zeros(1, 32)).shape == (1, outputs)
    numbers = sum(tensor.numel() for tensor in teacher.values())
    assert mean.path.stat().st_size < 2.2 * numbers
    with pytest.raises(CheckpointError, match="holds 2 teachers: take one of them"):
        train(replace(settings, output=tmp_path / "x.safetensors", teacher_init=mean.path))


WORKERS = """
import os, sys
from dataclasses import replace
from pathlib import Path
from mmn_live.training.settings import Recipe, TrainSettings
from mmn_live.training.train import train

recipe = Recipe(seed=1, teacher_clips=16, short_clips=8, long_clips=8, channels=16, batch=4, kept=8, processes=2)
settings = TrainSettings(
    Path(sys.argv[1]), recipe, workers=0, held_out_clips=24, judgements=2, rank=int(os.environ["RANK"])
)
checkpoint = train(settings)
assert (checkpoint is None) == (settings.rank == 1)
"""


def test_two_processes_share_the_work_and_one_writes(tmp_path):
    (tmp_path / "together.py").write_text(WORKERS)
    output = tmp_path / "tiny.safetensors"
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    torchrun += ["--log-dir", str(tmp_path / "logs")]  # else it leaves an empty folder in the temporary place
    subprocess.run([*torchrun, str(tmp_path / "together.py"), str(output)], check=True, timeout=300)
    checkpoint = load_checkpoint(output)
    assert checkpoint.training["processes"] == 2
    assert checkpoint.training["clips_long"] == 8


def test_without_a_teacher_the_targets_alone_are_learnt(settings):
    checkpoint = train(replace(settings, recipe=replace(TINY, teacher_clips=0)))
    assert checkpoint.training["teacher"] is None
    assert checkpoint.training["distillation"] == 0.0
    assert checkpoint.config.tcn_channels == 0


def test_a_run_begins_with_the_weights_it_is_given(settings, tmp_path):
    first = train(settings)
    still = replace(TINY, teacher_clips=0, learning_rate=0.0)
    again = replace(settings, output=tmp_path / "b.safetensors", init=first.path, recipe=still)
    second = train(again)
    assert second.training["started_from_sha256"] == first.sha256
    assert second.training["started_from"] == first.training
    assert (first.config.tcn_channels, second.config.tcn_channels) == (
        TEACHER_WIDTH,
        0,
    )  # what taught the first is no part of the second
    weights = [name for name in second.state if "running" not in name and "num_batches" not in name]
    assert all(torch.allclose(second.state[name], first.state[name], atol=1e-6) for name in weights)


def test_weights_of_another_size_are_refused(settings, tmp_path):
    first = train(settings)
    larger = replace(TINY, teacher_clips=0, channels=32)
    with pytest.raises(CheckpointError, match="does not fit"):
        train(replace(settings, output=tmp_path / "c.safetensors", init=first.path, recipe=larger))
    assert load_checkpoint(first.path).labels == LABELS


def test_rendered_tracks_are_mixed_in_and_counted(settings, tmp_path):
    rng = np.random.default_rng(0)
    track = observed_track(rng, MA52)
    count = len(track.times_s)
    rendered = RenderedTrack(
        **vars(track),
        size=(640, 480),
        view="half",
        pose=np.zeros((count, 33, 3), np.float32),
        hands=np.zeros((count, 2, 21, 3), np.float32),
        true_pose=np.zeros((count, 33, 2)),
        true_hands=np.zeros((count, 2, 21, 2)),
        hidden=np.zeros((count, 2)),
    )
    folder = tmp_path / "tracks"
    folder.mkdir()
    save_track(folder / "000000.npz", rendered)
    plain = train(settings)
    mixed = train(replace(settings, output=tmp_path / "mixed.safetensors", rendered=folder))
    assert (plain.training["rendered_tracks"], plain.training["rendered_share"]) == (0, 0.0)
    assert (mixed.training["rendered_tracks"], mixed.training["rendered_share"]) == (1, 0.12)
    assert any(not torch.equal(mixed.state[name], value) for name, value in plain.state.items())
