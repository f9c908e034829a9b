"""What a training run can be told: its recipe, which the result depends on, and where it runs, which it does not."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from mmn_live.actor.motion import ACTIONS
from mmn_live.errors import CheckpointError
from mmn_live.models import MMNConfig
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.clips import ClipKind
from mmn_live.types import NONE_LABEL
from mmn_live.windows import channels

TAXONOMY = "ma52"
WINDOW_S = 2.0
LABELS = (*(label.name for label in taxonomy_named(TAXONOMY).labels if label.name in ACTIONS), NONE_LABEL)
PARTS = (*taxonomy_named(TAXONOMY).body_parts, NONE_LABEL)


@dataclass(frozen=True)
class Recipe:
    """What the weights depend on. The defaults make an hour's run; the shipped weights' are in weights/MODEL_CARD.md.

    The teacher sees `teacher_clips` clips; then the network sees `short_clips` of them at every second sample and
    `long_clips` at all samples, and learns from their targets and, by `distillation`, from the teacher's logits; or,
    `together`, to be right when fused with the teacher. No teacher: 0 clips. A clip is drawn once and seen `views`
    times, every other time mirrored. `rendered_share` of the clips come from rendered tracks where there are any.
    `processes` share the `batch` clips of a step. `kept` clips wait in memory, at 20 kB each, so that the views of one
    are far apart.
    """

    data: str = "actor"
    seed: int = 0
    teacher_clips: int = 400_000
    short_clips: int = 360_000
    long_clips: int = 45_000
    frames: int = 32
    channels: int = 48
    blocks: int = 1
    batch: int = 64
    learning_rate: float = 3e-3
    teacher_learning_rate: float = 3e-3
    distillation: float = 0.7
    together: bool = False
    views: int = 1
    rendered_share: float = 0.12
    kept: int = 4096
    processes: int = 1

    @property
    def config(self) -> MMNConfig:
        """The network to train."""
        return MMNConfig(
            frames=self.frames,
            joints=taxonomy_named(TAXONOMY).layout.size,
            classes=len(LABELS),
            in_channels=channels("body"),
            channels=self.channels,
            blocks=self.blocks,
            stochastic_depth=0.0,
            aggregation="paper",
            preprocessing="body",
            parts=len(PARTS),
        )

    @property
    def kind(self) -> ClipKind:
        """The clips to train on."""
        return ClipKind(taxonomy_named(TAXONOMY).layout, LABELS, WINDOW_S, self.frames, "body")

    def steps(self, clips: int) -> int:
        """In how many steps that many clips are seen."""
        return -(-clips // self.batch)


@dataclass(frozen=True)
class TrainSettings:
    """A recipe, and where it is followed.

    `rendered` is a folder of tracks to mix in, `teacher` one trained before (see `load_teacher`), `teacher_init` one
    that this run's own begins with, `init` a checkpoint that the network begins with. `workers` processes draw clips.
    `held_out_clips` clips judge `judgements` times in each stage. `rank` is the number of this process among those that
    train together; number 0 writes.
    """

    output: Path
    recipe: Recipe = Recipe()
    workers: int = 1
    rendered: Path | None = None
    teacher: Path | None = None
    teacher_init: Path | None = None
    init: Path | None = None
    held_out_clips: int = 2400
    judgements: int = 4
    rank: int = 0

    @property
    def run_folder(self) -> Path:
        """Where the run keeps what it needs to go on after an interruption."""
        return self.output.with_suffix(".run")

    def claim(self) -> None:
        """Make the run's folder and note what runs in it; a run that has saved nothing yet may be told otherwise.

        Raises CheckpointError where the output exists already, the folder cannot be made or its note not be read, or an
        unfinished run of that output was told otherwise.
        """
        if self.rank:
            return
        if self.output.exists():
            raise CheckpointError(f"{self.output} exists already and is not overwritten: choose another name")
        told = {
            **asdict(self.recipe),
            **{name: str(getattr(self, name)) for name in ("rendered", "teacher", "teacher_init", "init")},
            "labels": list(LABELS),
        }
        before = told | asdict(Recipe()) | self._noted(told)  # an option that is newer than the note was at its default
        if other := [name for name in told if before[name] != told[name]]:
            raise CheckpointError(
                f"{self.run_folder} is an unfinished run with another {', '.join(other)}: "
                "give the same options again, choose another name, or delete that folder"
            )

    def _noted(self, told: dict[str, object]) -> dict[str, object]:
        """What the run was told that has saved something; `told`, noted now, where none has."""
        note = self.run_folder / "recipe.json"
        try:
            self.run_folder.mkdir(parents=True, exist_ok=True)
            if not any(path.is_file() and path != note for path in self.run_folder.rglob("*")):
                note.write_text(json.dumps(told, indent=1), encoding="utf-8")
            return json.loads(note.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CheckpointError(
                f"{self.run_folder} cannot keep a run ({error!r}): choose another name, or delete that folder"
            ) from error
