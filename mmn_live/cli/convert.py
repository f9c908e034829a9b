"""`mmn-live convert`: make a checkpoint from one that the authors of MMN released."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def convert(
    official: Annotated[Path, typer.Argument(help="The released .pt file (MA-52 or iMiGUE) of the joint stream.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; by default next to it, as .safetensors."),
    ] = None,
) -> None:
    """Convert a released MMN checkpoint, without executing anything in it; no file is overwritten.

    A checkpoint of the bone stream looks the same inside but would be wrong: live windows hold joints.
    """
    from mmn_live.checkpoints import convert_official

    checkpoint = convert_official(official, output or official.with_suffix(".safetensors"))
    typer.echo(f"Wrote {checkpoint.path}: {checkpoint.taxonomy}, {len(checkpoint.labels)} classes.")
    typer.echo(f"Use it: mmn-live --model {checkpoint.path}")
