"""The mean of runs that began alike is a checkpoint; of anything else it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from mmn_live.checkpoints import Checkpoint, load_checkpoint, save_as, save_checkpoint
from mmn_live.decisions import Decisions
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN, TCN_PREFIX, TwoStream
from mmn_live.training.average import average, half_way
from mmn_live.training.settings import LABELS, TAXONOMY, WINDOW_S, Recipe


def run_of(
    path: Path,
    seed: int,
    *,
    began_with: str | None = "a1",
    channels: int = 16,
    taught_by: int | None = None,
    facts: object = None,
    members: int = 1,
) -> Checkpoint:
    """An untrained network of that seed; beside it, where it was `taught_by` one, an untrained teacher of that seed,
    with those facts and of so many members.
    """
    torch.manual_seed(seed)
    config = Recipe(channels=channels).config
    state = MMN(config).state_dict()
    if taught_by is not None:
        torch.manual_seed(taught_by)
        config = replace(config, tcn_channels=16, tcn_members=members)
        state |= {name: value for name, value in TwoStream(config).state_dict().items() if name.startswith(TCN_PREFIX)}
    return save_checkpoint(
        path,
        config=config,
        labels=LABELS,
        taxonomy=TAXONOMY,
        window_s=WINDOW_S,
        training={"seed": seed, "started_from_sha256": began_with, "teacher": facts},
        state=state,
    )


def test_the_mean_has_the_mean_of_every_weight_and_the_facts_of_each_run(tmp_path):
    first, second = run_of(tmp_path / "1.safetensors", 1), run_of(tmp_path / "2.safetensors", 2)
    first = save_as(replace(first, decisions=Decisions(threshold=0.9)), tmp_path / "fitted.safetensors")
    mean = average(tmp_path / "mean.safetensors", [first, second])
    assert mean.state.keys() == first.state.keys()
    for name, value in mean.state.items():
        assert value.dtype == first.state[name].dtype
        torch.testing.assert_close(value, ((first.state[name] + second.state[name]) / 2).to(value.dtype))
    assert mean.training["mean_of"] == [{"sha256": each.sha256, **each.training} for each in (first, second)]
    assert load_checkpoint(mean.path).decisions == Decisions()


def test_a_mean_can_be_rounded_for_half_the_room(tmp_path):
    runs = [run_of(tmp_path / f"{seed}.safetensors", seed, channels=64, taught_by=5) for seed in (1, 2)]
    whole = average(tmp_path / "whole.safetensors", runs)
    half = average(tmp_path / "half.safetensors", runs, half=True)
    for name, value in whole.state.items():
        assert torch.equal(half.state[name], value.half().float() if value.ndim > 1 else value)
    assert any(not torch.equal(half.state[name], value) for name, value in whole.state.items())
    numbers = sum(value.numel() for value in whole.state.values() if value.ndim > 1)
    assert whole.path.stat().st_size - half.path.stat().st_size > 1.9 * numbers


def test_one_run_alone_can_be_rounded_whatever_it_began_with(tmp_path):
    run = run_of(tmp_path / "1.safetensors", 1, began_with=None)
    half = average(tmp_path / "half.safetensors", [run], half=True)
    for name, value in run.state.items():
        assert torch.equal(half.state[name], value.half().float() if value.ndim > 1 else value)
    assert half.training == {**run.training, "rounded_from_sha256": run.sha256}
    with pytest.raises(CheckpointError, match="name different ones"):
        average(tmp_path / "twice.safetensors", [run, run], half=True)


def test_a_rounded_mean_still_says_what_it_began_with(tmp_path):
    beginning = run_of(tmp_path / "0.safetensors", 0)
    runs = [run_of(tmp_path / f"{seed}.safetensors", seed, began_with=beginning.sha256) for seed in (1, 2)]
    mean = average(tmp_path / "mean.safetensors", runs)
    rounded = average(tmp_path / "rounded.safetensors", [mean], half=True)
    assert half_way(tmp_path / "half-way.safetensors", beginning, rounded).path.exists()


def test_runs_that_did_not_begin_alike_are_refused(tmp_path):
    first = run_of(tmp_path / "1.safetensors", 1)
    other = run_of(tmp_path / "other.safetensors", 2, began_with="b2")
    with pytest.raises(CheckpointError, match=r"other\.safetensors did not begin with the weights"):
        average(tmp_path / "mean.safetensors", [first, other])
    assert not (tmp_path / "mean.safetensors").exists()


def test_runs_that_began_with_nothing_are_refused(tmp_path):
    runs = [run_of(tmp_path / f"{seed}.safetensors", seed, began_with=None) for seed in (1, 2)]
    with pytest.raises(CheckpointError, match="began with no other weights"):
        average(tmp_path / "mean.safetensors", runs)


def test_a_run_is_not_averaged_with_itself_or_alone(tmp_path):
    first = run_of(tmp_path / "1.safetensors", 1)
    for runs, remedy in (([], "two checkpoints or more"), ([first], "one to --half-precision"), ([first] * 2, "same")):
        with pytest.raises(CheckpointError, match=remedy):
            average(tmp_path / "mean.safetensors", runs)


def test_other_networks_and_labels_are_refused(tmp_path):
    first = run_of(tmp_path / "1.safetensors", 1)
    wider = run_of(tmp_path / "2.safetensors", 2, channels=32)
    relabelled = replace(run_of(tmp_path / "3.safetensors", 3), labels=first.labels[::-1])
    for other in (wider, relabelled):
        with pytest.raises(CheckpointError, match="another network"):
            average(tmp_path / "mean.safetensors", [first, other])


def test_the_teacher_beside_them_stays_what_it_is_and_another_one_is_refused(tmp_path):
    runs = [run_of(tmp_path / f"{seed}.safetensors", seed, taught_by=5) for seed in (1, 2)]
    mean = average(tmp_path / "mean.safetensors", runs)
    beside = [name for name in mean.state if name.startswith(TCN_PREFIX)]
    assert beside
    assert all(torch.equal(mean.state[name], runs[0].state[name]) for name in beside)
    other = run_of(tmp_path / "other.safetensors", 3, taught_by=6)
    with pytest.raises(CheckpointError, match=r"other\.safetensors has another teacher"):
        average(tmp_path / "again.safetensors", [runs[0], other])


def test_teachers_that_began_alike_are_averaged_too_and_others_refused(tmp_path):
    runs = [
        run_of(tmp_path / f"{seed}.safetensors", seed, taught_by=seed, facts={"started_from": {"sha256": began}})
        for seed, began in ((1, "a"), (2, "a"), (3, "b"))
    ]
    mean = average(tmp_path / "mean.safetensors", runs[:2])
    for name, value in mean.state.items():
        torch.testing.assert_close(value, ((runs[0].state[name] + runs[1].state[name]) / 2).to(value.dtype))
    from_nothing = run_of(tmp_path / "4.safetensors", 4, taught_by=4, facts={"started_from": None})
    for one, other in ((runs[0], runs[2]), (runs[0], from_nothing), (from_nothing, runs[0])):
        with pytest.raises(CheckpointError, match="has another teacher"):
            average(tmp_path / "again.safetensors", [one, other])


def test_teachers_that_began_alike_one_run_before_are_averaged_too(tmp_path):
    def further(seed, began):
        facts = {"started_from": {"seed": seed, "started_from": {"sha256": began}}}
        return run_of(tmp_path / f"{seed}.safetensors", seed, taught_by=seed, facts=facts)

    first, second, stranger = further(1, "a"), further(2, "a"), further(3, "b")
    assert average(tmp_path / "mean.safetensors", [first, second]).state.keys() == first.state.keys()
    with pytest.raises(CheckpointError, match="has another teacher"):
        average(tmp_path / "again.safetensors", [first, stranger])


def test_of_ensembles_each_member_must_have_begun_alike(tmp_path):
    def run(seed, *began, **changes):
        facts = {"members": [{"seed": seed, "started_from": {"sha256": each}} for each in began]}
        path = tmp_path / f"{seed}.safetensors"
        return run_of(path, seed, **({"taught_by": seed, "facts": facts, "members": len(began)} | changes))

    first, second, turned, stranger = run(1, "a", "b"), run(2, "a", "b"), run(3, "b", "a"), run(4, "a", "c")
    assert average(tmp_path / "mean.safetensors", [first, second]).config.tcn_members == 2
    for other in (turned, stranger):
        with pytest.raises(CheckpointError, match="has another teacher"):
            average(tmp_path / "again.safetensors", [first, other])
    went_on, with_others = (
        run(number, "a", "b", taught_by=taught, began_with=first.sha256) for number, taught in ((5, 1), (6, 6))
    )
    assert half_way(tmp_path / "half.safetensors", first, went_on).config.tcn_members == 2
    with pytest.raises(CheckpointError, match="has another ensemble beside it"):
        half_way(tmp_path / "worthless.safetensors", first, with_others)


def test_half_way_between_a_run_and_its_beginning_are_both_streams(tmp_path):
    beginning = run_of(tmp_path / "0.safetensors", 0, taught_by=5)
    runs = [run_of(tmp_path / f"{seed}.safetensors", seed, began_with=beginning.sha256, taught_by=6) for seed in (1, 2)]
    mean = average(tmp_path / "mean.safetensors", runs)
    for number, run in enumerate((runs[0], mean)):
        half = half_way(tmp_path / f"half{number}.safetensors", beginning, run)
        for name, value in half.state.items():
            between = (beginning.state[name].double() + run.state[name].double()) / 2
            torch.testing.assert_close(value, between.to(value.dtype))
        assert half.training["mean_of"] == [{"sha256": each.sha256, **each.training} for each in (beginning, run)]


def test_weights_that_were_fitted_to_streams_are_left_behind_like_the_decisions(tmp_path):
    plain = run_of(tmp_path / "0.safetensors", 0, taught_by=5)
    fitted = replace(plain, config=replace(plain.config, tcn_weight=0.8))
    beginning = save_as(fitted, tmp_path / "fitted.safetensors")
    assert beginning.config.tcn_weight == 0.8
    run = run_of(tmp_path / "1.safetensors", 1, began_with=beginning.sha256, taught_by=6)
    assert half_way(tmp_path / "half.safetensors", beginning, run).config == plain.config


def test_half_way_from_what_a_run_did_not_begin_with_is_refused(tmp_path):
    beginning, other = (run_of(tmp_path / f"{seed}.safetensors", seed) for seed in (0, 1))
    run = run_of(tmp_path / "2.safetensors", 2, began_with=beginning.sha256)
    with pytest.raises(CheckpointError, match="did not begin with"):
        half_way(tmp_path / "half.safetensors", other, run)
    wider = run_of(tmp_path / "3.safetensors", 3, channels=32)
    with pytest.raises(CheckpointError, match="another network"):
        half_way(tmp_path / "half.safetensors", wider, run)
