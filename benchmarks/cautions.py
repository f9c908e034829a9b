"""What more or less caution finds, and what it names falsely, on the evaluation's videos or on clips.

    python benchmarks/cautions.py [--model actor] [--seeds 3] [--cache seen]
    python benchmarks/cautions.py --data FOLDER [--cache seen]

The network is asked once; each caution then decides as the live run would with it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.pipeline import Settings
from mmn_live.pipeline.chain import recogniser_for
from mmn_live.pose import ensure_model_files
from mmn_live.taxonomy import taxonomy_named
from mmn_live.training.heard import Heard, decided, fused_heard, heard
from mmn_live.training.scoring import Score
from mmn_live.training.watching import Video, check_label_set, held_out_videos, videos_in, watched
from mmn_live.types import NONE_LABEL

CAUTIONS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
_VIDEOS, _GROUPS = 13, 3


def answered(checkpoint: Checkpoint, videos: Sequence[Video], cache: Path | None) -> list[Heard]:
    """What the checkpoint's streams together say of each video."""
    seen = watched(videos, taxonomy_named(checkpoint.taxonomy).layout, ensure_model_files, cache)
    weight = checkpoint.config.tcn_weight
    both = bool(checkpoint.config.tcn_channels)
    return [fused_heard(one, weight) if both else one[0] for one in heard(checkpoint, seen, "rendered")]


def scores(checkpoint: Checkpoint, heard: Iterable[Heard]) -> tuple[Score, Score]:
    """Events against actions over all of the videos, and over the quiet ones alone."""
    everywhere, quiet = Score(), Score()
    with recogniser_for(checkpoint, Settings()) as recogniser:
        for one in heard:
            events = decided(checkpoint, recogniser, one)
            for score in (everywhere, quiet) if one.video.kind == "quiet" else (everywhere,):
                score.add(one.video.truths, events, one.video.duration_s)
    return everywhere, quiet


def main() -> None:
    """Print a row for each caution."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="actor")
    parser.add_argument("--seeds", type=int, default=3, help="sets of 60 videos, of the seeds from 0 on")
    parser.add_argument("--data", type=Path, help="a folder of labelled clips instead")
    parser.add_argument("--cache", type=Path, help="as that of `mmn-live evaluate`")
    arguments = parser.parse_args()
    checkpoint = load_checkpoint(arguments.model)
    check_label_set(checkpoint.taxonomy)
    if NONE_LABEL not in checkpoint.labels:
        parser.error(f'{arguments.model} has no "none" to weigh: no caution changes what it names')
    videos = (
        videos_in(arguments.data)
        if arguments.data
        else [video for seed in range(arguments.seeds) for video in held_out_videos(_VIDEOS, _GROUPS, seed)]
    )
    if not videos:
        parser.error(f"{arguments.data} lists no clips" if arguments.data else "give one seed at least")
    said = answered(checkpoint, videos, arguments.cache)
    heads = ("caution", "found by name", "met by part", "events right", "false a minute", "false in quiet")
    table = Table(*heads, title=f"{arguments.model}: of {len(videos)} videos; its own caution with a star")
    own = checkpoint.decisions
    for caution in sorted({*CAUTIONS, own.caution}):
        everywhere, quiet = scores(replace(checkpoint, decisions=replace(own, caution=caution)), said)
        table.add_row(
            f"{caution:g}" + "*" * (caution == own.caution),
            f"{everywhere.found.total()} of {everywhere.actions.total()} ({100 * everywhere.recall:.0f} %)",
            f"{everywhere.found_part.total()} ({100 * everywhere.recall_part:.0f} %)",
            f"{everywhere.right.total()} of {everywhere.events.total()} ({100 * everywhere.precision:.0f} %)",
            f"{everywhere.false_per_minute:.2f}",
            f"{quiet.events.total()} in {quiet.watched_s / 60:.1f} min ({quiet.false_per_minute:.2f} a minute)",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
