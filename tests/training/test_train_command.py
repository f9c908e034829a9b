"""`mmn-live train` says what it lacks and what it cannot do."""

from __future__ import annotations

import dataclasses
import inspect
import sys

import pytest
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.cli.train import train
from mmn_live.errors import CheckpointError, UsageError
from mmn_live.training.seeds import KEPT_FOR
from mmn_live.training.settings import Recipe, TrainSettings


@pytest.mark.parametrize("lacking", ["lightning", "pytorch_optimizer"])
def test_without_the_extra_it_names_the_remedy(tmp_path, monkeypatch, lacking):
    for name in [name for name in sys.modules if name.startswith("mmn_live.training.")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [lacking, *(name for name in sys.modules if name.startswith(lacking + "."))]:
        monkeypatch.setitem(sys.modules, name, None)
    result = CliRunner().invoke(app, ["train", str(tmp_path / "a.safetensors")])
    assert isinstance(result.exception, UsageError)
    assert "pip install mmn-live[train]" in str(result.exception)


@pytest.mark.parametrize("wrong", [["--frames", "40"], ["--channels", "40"]])
def test_sizes_that_the_network_cannot_have_are_refused(tmp_path, wrong):
    result = CliRunner().invoke(app, ["train", str(tmp_path / "a.safetensors"), *wrong])
    assert isinstance(result.exception, UsageError)
    assert "multiples" in str(result.exception)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("seed", "kept_for"), list(KEPT_FOR.items()))
def test_a_seed_that_other_performances_begin_with_is_refused(tmp_path, seed, kept_for):
    pytest.importorskip("lightning", reason="needs mmn-live[train]")
    pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")
    result = CliRunner().invoke(app, ["train", str(tmp_path / "a.safetensors"), "--seed", str(seed)])
    assert isinstance(result.exception, UsageError)
    assert f"--seed {seed} is kept for {kept_for}" in str(result.exception)
    assert "use another seed" in str(result.exception)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("untaught", [["--teacher", "other.safetensors"], ["--teacher-clips", "0"]])
def test_a_beginning_for_a_teacher_that_is_not_trained_is_refused(tmp_path, untaught):
    pytest.importorskip("lightning", reason="needs mmn-live[train]")
    pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")
    asked = ["train", str(tmp_path / "a.safetensors"), "--teacher-init", "first.safetensors", *untaught]
    result = CliRunner().invoke(app, asked)
    assert isinstance(result.exception, UsageError)
    assert "--teacher-init first.safetensors: no teacher is trained here" in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_nobody_to_be_right_together_with_is_refused(tmp_path):
    pytest.importorskip("lightning", reason="needs mmn-live[train]")
    pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")
    asked = ["train", str(tmp_path / "a.safetensors"), "--together", "--teacher-clips", "0"]
    result = CliRunner().invoke(app, asked)
    assert isinstance(result.exception, UsageError)
    assert "--together: there is no teacher, so name one with --teacher" in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_a_share_of_no_rendered_tracks_is_refused(tmp_path):
    pytest.importorskip("lightning", reason="needs mmn-live[train]")
    pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")
    result = CliRunner().invoke(app, ["train", str(tmp_path / "a.safetensors"), "--rendered-share", "0.3"])
    assert isinstance(result.exception, UsageError)
    assert "--rendered-share 0.3: there are no such tracks, so give --rendered FOLDER too" in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_a_batch_that_the_processes_cannot_share_is_refused(tmp_path, monkeypatch):
    pytest.importorskip("lightning", reason="needs mmn-live[train]")
    pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")
    for name, value in (("TORCHELASTIC_RUN_ID", "1"), ("RANK", "0"), ("LOCAL_WORLD_SIZE", "3")):
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["train", str(tmp_path / "a.safetensors")])
    assert isinstance(result.exception, UsageError)
    assert "--batch 64: use a multiple of 3" in str(result.exception)
    assert not list(tmp_path.iterdir())


def test_defaults_are_those_of_the_recipe_in_the_code():
    asked = {name: parameter.default for name, parameter in inspect.signature(train).parameters.items()}
    recipe = dataclasses.asdict(Recipe())
    assert {name: value for name, value in asked.items() if name in recipe} == {
        name: value for name, value in recipe.items() if name in asked
    }
    assert {"seed", "teacher_clips", "short_clips", "long_clips", "views", "channels", "batch"} <= set(asked) & set(
        recipe
    )


def test_a_run_that_has_saved_nothing_may_be_told_otherwise(tmp_path):
    output = tmp_path / "a.safetensors"
    TrainSettings(output, teacher=tmp_path / "mistyped.safetensors").claim()
    TrainSettings(output).claim()
    saved = tmp_path / "a.run" / "teacher" / "last.ckpt"
    saved.parent.mkdir()
    saved.write_bytes(b"")
    TrainSettings(output).claim()
    with pytest.raises(CheckpointError, match="another seed"):
        TrainSettings(output, Recipe(seed=1)).claim()


def test_a_run_whose_note_is_damaged_is_refused(tmp_path):
    settings = TrainSettings(tmp_path / "a.safetensors")
    settings.claim()
    (settings.run_folder / "teacher.safetensors").write_bytes(b"")
    (settings.run_folder / "recipe.json").write_text("{")
    with pytest.raises(CheckpointError, match="delete that folder"):
        settings.claim()


def test_a_run_that_cannot_have_its_folder_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CheckpointError, match="cannot keep a run"):
        TrainSettings(tmp_path / "file" / "a.safetensors").claim()
