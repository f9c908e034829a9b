"""`mmn-live train` says what it lacks and what it cannot do."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from mmn_live.cli import app
from mmn_live.errors import UsageError


def test_without_the_extra_it_names_the_remedy(tmp_path, monkeypatch):
    for name in ("lightning", "lightning.pytorch", "lightning.pytorch.callbacks"):
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
