"""One checkpoint of several: the mean of the weights of runs that went on from the same ones.

Such a mean is often better than each (Wortsman et al. 2022, "Model soups", arXiv 2203.05482); of runs that began apart
it is worthless. Its decisions are to be fitted anew:

    python -m mmn_live.training.average mean.safetensors seed14.safetensors seed15.safetensors
    mmn-live calibrate mean.safetensors actor.safetensors

With `--half-precision` the mean, or one checkpoint alone, takes half the room.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmn_live.checkpoints import Checkpoint, load_checkpoint, save_as
from mmn_live.decisions import Decisions
from mmn_live.errors import CheckpointError
from mmn_live.models import TCN_PREFIX, MMNConfig
from mmn_live.training.rounding import rounded
from mmn_live.training.teacher import facts_of_members

_BEGINNING = "started_from_sha256"


def average(output: Path, checkpoints: Sequence[Checkpoint], *, half: bool = False) -> Checkpoint:
    """Write the mean of the checkpoints' weights as a checkpoint at `output`, and return it as it reads back.

    With `half` it is rounded to half precision, which takes half the room; so one alone may be. Its facts of training
    are those of each, under "mean_of", or of the one. Raises CheckpointError for checkpoints that did not begin with
    the same weights, are not of the same network and labels, have teachers beside them that are neither the same nor
    began alike, however many runs before, are the same or fewer than two (one with `half`), and where `output` exists
    already or cannot be written.
    """
    if len(checkpoints) < (1 if half else 2):
        raise CheckpointError(f"a mean of {len(checkpoints)}: name two checkpoints or more, or one to --half-precision")
    if len({each.sha256 for each in checkpoints}) < len(checkpoints):
        raise CheckpointError(f"some of {len(checkpoints)} checkpoints are the same: name different ones")
    for other in checkpoints[1:]:
        _check_alike(checkpoints[0], other)
    return _written(output, checkpoints, half=half)


def half_way(output: Path, beginning: Checkpoint, run: Checkpoint, *, half: bool = False) -> Checkpoint:
    """Write the mean of a run's weights, of both streams, and of those that it began with, as `average` does.

    What is learnt of new clips and what was known before are kept better so than by either (Wortsman et al., Robust
    fine-tuning of zero-shot models, 2022). `run` may be a mean of runs. Raises CheckpointError where it did not begin
    with the weights of `beginning`, has another ensemble beside it, and as `average` does.
    """
    if _network(run) != _network(beginning):
        raise CheckpointError(f"{run.path} is another network than {beginning.path}: give the one that it began with")
    facts: Any = run.training.get("mean_of", [run.training])
    if {one.get(_BEGINNING) for one in facts} != {beginning.sha256}:
        raise CheckpointError(f"{run.path} did not begin with {beginning.path}: give the weights that it began with")
    if run.config.tcn_members > 1 and not _same_teacher(run, beginning):
        raise CheckpointError(f"{run.path} has another ensemble beside it than {beginning.path}: take it as it is")
    return _written(output, [beginning, run], half=half)


def _written(output: Path, checkpoints: Sequence[Checkpoint], *, half: bool) -> Checkpoint:
    first = checkpoints[0]
    state = {name: _mean([each.state[name] for each in checkpoints]) for name in first.state}
    mean = replace(
        first,
        config=_unweighed(first),
        training=_facts(checkpoints),
        state=rounded(state) if half else state,
        decisions=Decisions(),
    )
    return save_as(mean, output)


def _facts(checkpoints: Sequence[Checkpoint]) -> dict[str, Any]:
    """Those of each under "mean_of", of one alone its own."""
    if len(checkpoints) == 1:
        return {**checkpoints[0].training, "rounded_from_sha256": checkpoints[0].sha256}
    return {"mean_of": [{"sha256": each.sha256, **each.training} for each in checkpoints]}


def _check_alike(first: Checkpoint, other: Checkpoint) -> None:
    """Raises CheckpointError for two of which there is no mean."""
    if _network(other) != _network(first):
        raise CheckpointError(f"{other.path} is another network than {first.path}: average runs of one")
    for each in (first, other):
        if each.training.get(_BEGINNING) is None:
            raise CheckpointError(f"{each.path} began with no other weights: average runs with the same --init")
    if other.training[_BEGINNING] != first.training[_BEGINNING]:
        raise CheckpointError(
            f"{other.path} did not begin with the weights that {first.path} did: average runs with the same --init"
        )
    if not _taught_alike(first, other):
        raise CheckpointError(
            f"{other.path} has another teacher than {first.path}: average runs with the same one, or with teachers "
            "that go back to the same --teacher-init"
        )


def _taught_alike(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether their teachers are the same or began so, each member of them, in the last run or in one before it."""
    mine, its = (facts_of_members(each.training.get("teacher")) for each in (one, other))
    began_alike = (any(each in _beginnings(b) for each in _beginnings(a)) for a, b in zip(mine, its, strict=False))
    return _same_teacher(one, other) or (len(mine) == len(its) and all(began_alike))


def _same_teacher(one: Checkpoint, other: Checkpoint) -> bool:
    taught = [name for name in one.state if name.startswith(TCN_PREFIX)]
    return all(torch.equal(other.state[name], one.state[name]) for name in taught)


def _beginnings(facts: Any) -> list[object]:
    """What a teacher of these facts began with, what that began with, and so on."""
    found: list[object] = []
    while facts := (facts or {}).get("started_from"):
        found.append(facts)
    return found


def _network(checkpoint: Checkpoint) -> tuple[object, ...]:
    return _unweighed(checkpoint), checkpoint.labels, checkpoint.taxonomy, checkpoint.window_s


def _unweighed(checkpoint: Checkpoint) -> MMNConfig:
    """Its config with the streams' weights as they are before they are fitted."""
    return replace(checkpoint.config, tcn_weight=MMNConfig.tcn_weight)


def _mean(several: Sequence[Tensor]) -> Tensor:
    """The mean in double precision, in the type that they have."""
    return torch.stack([each.double() for each in several]).mean(dim=0).to(several[0].dtype)


def main() -> None:
    """Average the checkpoints that are named, or one with what it began with; or round one."""
    parser = argparse.ArgumentParser(description="The mean of weights of runs that began alike, or one run rounded.")
    parser.add_argument("output", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--half-precision", action="store_true", help="round the weights, for half the room")
    parser.add_argument("--half-way-from", help="what the one checkpoint began with: the mean of both, in both streams")
    arguments = parser.parse_args()
    if arguments.half_way_from and len(arguments.checkpoints) > 1:
        parser.error("--half-way-from: name one checkpoint, the run or the mean of runs that began there")
    try:
        several = [load_checkpoint(path) for path in arguments.checkpoints]
        beginning = arguments.half_way_from and load_checkpoint(arguments.half_way_from)
        output, half = arguments.output, arguments.half_precision
        mean = half_way(output, beginning, *several, half=half) if beginning else average(output, several, half=half)
    except CheckpointError as error:
        parser.error(str(error))
    print(f"wrote {mean.path}")


if __name__ == "__main__":
    main()
