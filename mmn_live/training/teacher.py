"""The teacher: a temporal convolutional network that learns fast, and shows MMN the way or what it lacks.

It knows nothing of joints as neighbours, and is many times as fast to train as MMN on a processor, so that most of the
clips of a run are seen by it. What is written in the end holds both, as two streams. Several teachers make one
(`training/ensemble.py`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from mmn_live.checkpoints import load_checkpoint, shipped_checkpoints
from mmn_live.errors import CheckpointError
from mmn_live.models import TCN, TCN_PREFIX, Ensemble

TEACHER_WIDTH, TEACHER_BLOCKS = 192, 1
_KEY = "mmn_live_teacher"
_REMEDY = "give teacher.safetensors of a run's folder, or a checkpoint with two streams"


@dataclass(frozen=True)
class Taught:
    """A trained teacher: its labels in the order of its logits, and plain JSON facts of its training."""

    network: TCN | Ensemble
    labels: tuple[str, ...]
    facts: dict[str, object]

    @property
    def members(self) -> tuple[TCN, ...]:
        """The networks that it consists of, mostly one."""
        one_or_more = self.network
        return tuple(cast(Iterable[TCN], one_or_more.members)) if isinstance(one_or_more, Ensemble) else (one_or_more,)

    def save(self, path: Path) -> None:
        """Write it whole or not at all."""
        partial = path.with_suffix(".partial")
        note = json.dumps({"labels": self.labels, "facts": self.facts})
        save_file(
            {name: value.cpu().contiguous() for name, value in self.network.state_dict().items()}, partial, {_KEY: note}
        )
        os.replace(partial, path)


def facts_of_members(facts: Any) -> list[Any]:
    """Of a teacher's facts, plain JSON, those of each network that it consists of: mostly one, whose they are."""
    return (facts or {}).get("members", [facts])


def load_teacher(path: Path, inputs: int, outputs: int, labels: tuple[str, ...]) -> Taught:
    """The teacher in that file, or the second stream of a checkpoint, to be asked and not to be trained.

    A checkpoint is a file too, or the name of a shipped one.

    Raises CheckpointError for a file that holds neither, the teacher of other labels, or another number of members than
    it has facts of.
    """
    note, state = _second_stream(path) if str(path) in shipped_checkpoints() else _read(path)
    if tuple(note["labels"]) != labels:
        raise CheckpointError(f"{path} is a teacher of other labels: train one for these")
    numbers = {name.split(".")[1] for name in state if name.startswith("members.")}
    if len(numbers) == 1 or len(facts_of_members(note["facts"])) != max(len(numbers), 1):
        raise CheckpointError(f"{path} is no whole ensemble ({len(numbers)} members): {_REMEDY}")
    first = "members.0." if numbers else ""
    blocks = {name.removeprefix(first).split(".")[3] for name in state if name.startswith(f"{first}body.0.before.")}
    members = [TCN(inputs, outputs, TEACHER_WIDTH, len(blocks)) for _ in range(max(len(numbers), 1))]
    network = Ensemble(members, len(labels)) if numbers else members[0]
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise CheckpointError(f"{path} does not fit the clips: {error}") from error
    return Taught(network.eval().requires_grad_(False), labels, note["facts"])


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Labels and facts, and the weights."""
    try:
        with safe_open(path, framework="pt") as file:
            note = json.loads((file.metadata() or {}).get(_KEY, "null"))
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a mapping)
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path} is no teacher ({error!r}): {_REMEDY}") from error
    return (note, state) if note else _second_stream(path)


def _second_stream(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What a teacher's file would hold, of a checkpoint's second stream: of each member whose it is, and which."""
    checkpoint = load_checkpoint(path)
    state = {
        name.removeprefix(TCN_PREFIX): tensor
        for name, tensor in checkpoint.state.items()
        if name.startswith(TCN_PREFIX)
    }
    if not state:
        raise CheckpointError(f"{path} has no second stream: {_REMEDY}")
    facts: dict[str, Any] = {"second_stream_of_sha256": checkpoint.sha256}
    if checkpoint.config.tcn_members > 1:
        facts = {"members": [facts | {"member": number + 1} for number in range(checkpoint.config.tcn_members)]}
    return {"labels": checkpoint.labels, "facts": facts}, state
