"""The command line: one file per command, each importing what is heavy only when it runs."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Annotated

import typer

from mmn_live import __version__
from mmn_live.cli import actor, bench, calibrate, convert, doctor, evaluate, export, models, replay, report, train
from mmn_live.cli.options import parse_baseline, parse_keep, parse_size
from mmn_live.errors import MMNLiveError, UsageError

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(doctor.doctor)
app.add_typer(models.app, name="models")
app.add_typer(actor.app, name="actor")
app.command()(convert.convert)
app.command()(train.train)
app.command()(evaluate.evaluate)
app.command()(calibrate.calibrate)
app.command()(export.export)
app.command()(bench.bench)
app.command()(replay.replay)
app.command()(report.report)


@app.callback(invoke_without_command=True)
def live(
    context: typer.Context,
    camera: Annotated[
        str | None, typer.Option(help="Camera index, or the rtsp:// or http:// URL of a network camera.")
    ] = None,
    video: Annotated[Path | None, typer.Option(help="Video file; every frame of it is looked at.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="The built-in actor: no camera needed.")] = False,
    script: Annotated[Path | None, typer.Option(help="What the actor of --demo is to do (docs/ACTOR.md).")] = None,
    seed: Annotated[int | None, typer.Option(help="Another actor, moving otherwise, for --demo.")] = None,
    model: Annotated[str, typer.Option(help="A shipped checkpoint's name, or a .safetensors file.")] = "actor",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    window: Annotated[float | None, typer.Option(help="Length of the window in seconds (the model's own).")] = None,
    stride: Annotated[float, typer.Option(help="Seconds from one window to the next.")] = 0.2,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Probability that an action needs to be named (the model's own); a stricter one holds for body parts."
        ),
    ] = None,
    caution: Annotated[
        float | None,
        typer.Option(
            help='How much more "none" weighs in decisions, from 0 on (the model\'s own): with less, more is named.'
        ),
    ] = None,
    people: Annotated[
        int, typer.Option(help="Follow up to so many persons, each with an id that stays theirs.", min=1, max=4)
    ] = 1,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="SECONDS|PATH",
            help="Measure each person at rest for so long before their events count; or a session's folder, whose "
            "baseline of the same participant holds here.",
        ),
    ] = None,
    duration: Annotated[float | None, typer.Option(help="Stop after so many seconds.")] = None,
    mirror: Annotated[bool, typer.Option("--mirror/--no-mirror", help="Show and record as in a mirror.")] = False,
    size: Annotated[str | None, typer.Option(help="Width x height to ask of the camera or actor: 1280x720.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frame rate to ask of the camera or actor.")] = None,
    record: Annotated[Path | None, typer.Option(help="Record annotated video to this .mp4 or .mkv file.")] = None,
    session: Annotated[Path | None, typer.Option(help="Keep everything of the run in this new folder.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Also keep raw or skeleton video in the session; may be given twice.")
    ] = None,
    privacy: Annotated[
        str,
        typer.Option(
            help="blur: hide the faces of those who are followed; skeleton: keep no pixel of the picture; or none."
        ),
    ] = "none",
    lsl: Annotated[
        bool, typer.Option("--lsl", help="Send events, probabilities and frame times on Lab Streaming Layer.")
    ] = False,
    no_display: Annotated[bool, typer.Option("--no-display", help="Run without a window.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,  # noqa: ARG001
    show_version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Recognise micro-actions live, from a camera, a video or the built-in actor.

    Without an option it opens camera 0. Keys in the window: q or Esc quit, space pause, r record, s snapshot, m mirror,
    h help.
    """
    if show_version:
        typer.echo(f"mmn-live {__version__}")
        return
    if context.invoked_subcommand is not None:
        return
    if sum((camera is not None, video is not None, demo)) > 1:
        raise UsageError("--camera, --video and --demo exclude each other: give one of them")
    if not demo and (script is not None or seed is not None):
        raise UsageError("--script and --seed are the actor's: give --demo with them")
    if video is not None and (size is not None or fps is not None):
        raise UsageError("--size and --fps are asked of a camera or the actor: a video has its own")
    for name, value in (("window", window), ("stride", stride), ("duration", duration), ("fps", fps)):
        if value is not None and not 0 < value < math.inf:
            raise UsageError(f"--{name} is {value:g}: give a finite number above 0")

    from mmn_live.cli.live import LiveOptions, run_live
    from mmn_live.pipeline import Settings

    baseline_s, baseline_file = parse_baseline(baseline) if baseline is not None else (None, None)
    run_live(
        LiveOptions(
            camera=camera,
            video=video,
            demo=demo,
            script=script,
            seed=seed,
            size=parse_size(size) if size else None,
            fps=fps,
            model=model,
            settings=Settings(
                device, window, stride, threshold, duration, mirror, privacy, baseline_s, baseline_file, people, caution
            ),
            record=record,
            session=session,
            keep=parse_keep(keep or (), session, privacy),
            display=not no_display,
            lsl=lsl,
        )
    )


def main() -> None:
    """Run the command line; a deliberate error becomes one message and its exit status."""
    try:
        app()
    except MMNLiveError as error:
        if "--debug" in sys.argv:
            raise
        typer.echo(f"mmn-live: {error}", err=True)
        raise SystemExit(error.exit_status) from None
