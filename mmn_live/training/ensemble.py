"""One teacher of several that were trained apart, to stand beside MMN together; or one of them again.

Those that began with weights of their own err in different ways: of runs that began alike take the mean (`average.py`).

    python -m mmn_live.training.ensemble both.safetensors one.run/teacher.safetensors two.run/teacher.safetensors
    mmn-live train mine.safetensors --together --teacher both.safetensors
    python -m mmn_live.training.ensemble second.safetensors mine.safetensors --only 2
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import torch
from torch import nn

from mmn_live.errors import CheckpointError
from mmn_live.models import TCN, Ensemble
from mmn_live.training.rounding import rounded
from mmn_live.training.settings import LABELS, PARTS, Recipe
from mmn_live.training.teacher import Taught, facts_of_members, load_teacher


def joined(several: Sequence[Taught]) -> Taught:
    """The ensemble of all members of these teachers, their matrices rounded to half precision.

    In a checkpoint rounded weights take half the room. Raises CheckpointError for fewer than two members, for the same
    one twice, for members of different sizes, and for weights that half precision does not hold.
    """
    members = [_rounded(member) for each in several for member in each.members]
    if len(members) < 2:
        raise CheckpointError("one teacher is no ensemble: name two or more")
    if any(_same(one, other) for one, other in combinations(members, 2)):
        raise CheckpointError(f"{len(members)} teachers, some of them the same: name different ones")
    if len(blocks := {member.blocks for member in members}) > 1:
        raise CheckpointError(f"teachers of {sorted(blocks)} blocks: name some of the same size")
    network = Ensemble(members, len(several[0].labels))
    return Taught(
        network, several[0].labels, {"members": [facts for each in several for facts in facts_of_members(each.facts)]}
    )


def only(taught: Taught, number: int) -> Taught:
    """The member of that number, from 1 on. Raises CheckpointError where there is none."""
    if not 1 <= number <= len(taught.members):
        raise CheckpointError(f"no teacher {number} of {len(taught.members)}: count from 1")
    return replace(taught, network=taught.members[number - 1], facts=facts_of_members(taught.facts)[number - 1])


def _same(one: TCN, other: TCN) -> bool:
    return torch.equal(
        nn.utils.parameters_to_vector(one.parameters()), nn.utils.parameters_to_vector(other.parameters())
    )


def _rounded(member: TCN) -> TCN:
    copied = deepcopy(member)
    copied.load_state_dict(rounded(member.state_dict()))
    return copied


def main() -> None:
    """Join the teachers that are named, or take one of those that are joined."""
    parser = argparse.ArgumentParser(description="Join teachers that were trained apart into one, or take one out.")
    parser.add_argument("output", type=Path)
    parser.add_argument("teachers", type=Path, nargs="+", help="teacher.safetensors of runs, or checkpoints")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="write this one of the one file's, from 1 on")
    arguments = parser.parse_args()
    if arguments.output.exists() or not arguments.output.absolute().parent.is_dir():
        parser.error(f"{arguments.output} exists already, or its folder does not: choose another name")
    if arguments.only is not None and len(arguments.teachers) > 1:
        parser.error("--only: name the one file that the teacher is to be taken from")
    config = Recipe().config
    inputs, outputs = config.in_channels * config.joints, len(LABELS) + len(PARTS)
    try:
        several = [load_teacher(path, inputs, outputs, LABELS) for path in arguments.teachers]
        taught = joined(several) if arguments.only is None else only(several[0], arguments.only)
    except CheckpointError as error:
        parser.error(str(error))
    taught.save(arguments.output)
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main()
