"""Teachers that were trained apart become one that says what they say together, and come out of it again."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("lightning", reason="needs mmn-live[train]")
pytest.importorskip("pytorch_optimizer", reason="needs mmn-live[train]")

import torch
from safetensors.torch import load_file

from mmn_live.errors import CheckpointError
from mmn_live.models import TCN, Ensemble
from mmn_live.training import ensemble
from mmn_live.training.ensemble import joined, only
from mmn_live.training.settings import LABELS, PARTS, Recipe
from mmn_live.training.teacher import TEACHER_WIDTH, Taught, load_teacher

CONFIG = Recipe().config
INPUTS, OUTPUTS = CONFIG.in_channels * CONFIG.joints, len(LABELS) + len(PARTS)


def _taught(seed, blocks=1):
    torch.manual_seed(seed)
    return Taught(TCN(INPUTS, OUTPUTS, TEACHER_WIDTH, blocks).eval(), LABELS, {"seed": seed})


@pytest.fixture
def clips():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(4, CONFIG.in_channels, 32, CONFIG.joints, generator=generator), torch.zeros(4, 32)


def test_several_say_together_what_each_says_rounded_by_little(clips):
    one, other = _taught(1), _taught(2)
    with torch.no_grad():
        apart = [each.network(*clips)[:, : len(LABELS)].log_softmax(1) for each in (one, other)]
        said = joined([one, other]).network(*clips)[:, : len(LABELS)]
    assert torch.allclose(said, (apart[0] + apart[1]) / 2, atol=0.01)
    assert (apart[0] - apart[1]).abs().max() > 0.1


def test_matrices_are_rounded_to_half_precision_and_nothing_else_is_nor_are_those_that_were_given():
    given = _taught(1)
    before = {name: value.clone() for name, value in given.network.state_dict().items()}
    first = joined([given, _taught(2)]).members[0].state_dict()
    for name, value in before.items():
        assert torch.equal(given.network.state_dict()[name], value)
        assert torch.equal(first[name], value.half().float() if value.ndim > 1 else value)
    assert any(not torch.equal(first[name], value) for name, value in before.items())
    with torch.no_grad():
        given.network.stem[1].weight[0] = 1e6
    with pytest.raises(CheckpointError, match="beyond what half precision holds"):
        joined([given, _taught(2)])


def test_they_read_back_with_what_is_known_of_each_and_come_out_again(tmp_path, clips):
    both = joined([_taught(1), _taught(2)])
    assert both.facts == {"members": [{"seed": 1}, {"seed": 2}]}
    both.save(tmp_path / "both.safetensors")
    again = load_teacher(tmp_path / "both.safetensors", INPUTS, OUTPUTS, LABELS)
    assert isinstance(again.network, Ensemble)
    assert again.facts == both.facts
    assert torch.equal(again.network(*clips), both.network(*clips))
    second = only(again, 2)
    assert second.facts == {"seed": 2}
    second.save(tmp_path / "second.safetensors")
    alone = load_teacher(tmp_path / "second.safetensors", INPUTS, OUTPUTS, LABELS)
    assert torch.allclose(alone.network(*clips), _taught(2).network(*clips), atol=0.01)
    assert len(joined([both, _taught(3)]).members) == 3
    with pytest.raises(CheckpointError, match="some of them the same"):
        joined([both, _taught(2)])


def test_an_ensemble_of_one_and_one_of_unknown_members_are_refused(tmp_path):
    both = joined([_taught(1), _taught(2)])
    Taught(Ensemble(both.members[:1], len(LABELS)), LABELS, both.facts).save(tmp_path / "one.safetensors")
    Taught(both.network, LABELS, {"members": [{"seed": 1}]}).save(tmp_path / "unknown.safetensors")
    for name in ("one", "unknown"):
        with pytest.raises(CheckpointError, match="no whole ensemble"):
            load_teacher(tmp_path / f"{name}.safetensors", INPUTS, OUTPUTS, LABELS)


@pytest.mark.parametrize("number", [0, 3])
def test_a_member_that_there_is_not_does_not_come_out(number):
    with pytest.raises(CheckpointError, match=f"no teacher {number} of 2"):
        only(joined([_taught(1), _taught(2)]), number)


@pytest.mark.parametrize(
    ("several", "message"),
    [
        ([_taught(1)], "one teacher is no ensemble"),
        ([_taught(1), _taught(2), _taught(1)], "some of them the same"),
        ([_taught(1), _taught(2, blocks=0)], r"\[0, 1\] blocks"),
    ],
)
def test_what_makes_no_ensemble_is_refused(several, message):
    with pytest.raises(CheckpointError, match=message):
        joined(several)


def test_the_command_joins_files_and_takes_one_out_but_overwrites_nothing(tmp_path, monkeypatch, capsys):
    for seed in (1, 2):
        _taught(seed).save(tmp_path / f"{seed}.safetensors")
    paths = {name: str(tmp_path / f"{name}.safetensors") for name in ("1", "2", "both", "second")}

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["ensemble", *arguments])
        ensemble.main()

    run(paths["both"], paths["1"], paths["2"])
    run(paths["second"], paths["both"], "--only", "2")
    both, second = load_file(paths["both"]), load_file(paths["second"])
    assert all(torch.equal(both[f"members.1.{name}"], tensor) for name, tensor in second.items())
    for wrong in ([paths["both"], paths["1"], paths["2"]], ["new.safetensors", paths["1"], paths["2"], "--only", "1"]):
        with pytest.raises(SystemExit):
            run(*wrong)
    assert "exists already" in capsys.readouterr().err
    for wrong in ([paths["1"] + "x", paths["1"], paths["1"]], [paths["1"] + "x", "absent.safetensors"]):
        with pytest.raises(SystemExit):
            run(*wrong)
    said = capsys.readouterr().err
    assert "some of them the same" in said
    assert "absent.safetensors" in said
