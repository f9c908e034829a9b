"""`mmn-live doctor`: does everything that the program needs work here, and what to do where it does not.

A check yields findings. What a check raises is a finding too: this is the command for machines on which things fail.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import metadata

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mmn_live.errors import MMNLiveError, UsageError

Check = Callable[[], Iterable["Finding"]]

PACKAGES = ("torch", "mediapipe", "opencv-python", "opencv-contrib-python", "numpy", "av", "safetensors", "rich")
LIBRARIES = ("cv2", "av", "torch", "mediapipe")
SYSTEM_LIBRARIES = ("libgl1", "libglib2.0-0", "libegl1", "libgles2")
FRAME_MS, STRIDE_MS = 40.0, 200.0
"""What a stage may take to keep up: with 25 frames/s, and the network with the default stride."""


class Verdict(Enum):
    """How much a finding matters: a note leaves the program usable, a problem does not."""

    OK = "[green]ok[/]"
    NOTE = "[yellow]note[/]"
    PROBLEM = "[red]problem[/]"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` is what to do about it, empty when nothing is to be done."""

    what: str
    found: str
    verdict: Verdict = Verdict.OK
    remedy: str = ""


def doctor() -> None:
    """Check that everything works here, and say what to do about what does not.

    Ends with status 0 when mmn-live can be used and with 1 when something essential is broken.
    """
    console = Console()
    with console.status("Checking ..."):
        findings = [finding for name, check in CHECKS.items() for finding in examine(name, check)]
    console.print(report(findings))
    for finding in findings:
        if finding.remedy:
            console.print(f"{finding.verdict.value} [bold]{finding.what}[/]: {escape(finding.remedy)}", highlight=False)
    broken = any(finding.verdict is Verdict.PROBLEM for finding in findings)
    console.print("mmn-live cannot be used yet: see above." if broken else "mmn-live can be used here.")
    raise typer.Exit(1 if broken else 0)


def report(findings: Iterable[Finding]) -> Table:
    """The findings as a table."""
    table = Table("", "what", "found", box=None, padding=(0, 2, 0, 0))
    for finding in findings:
        table.add_row(finding.verdict.value, finding.what, finding.found)
    return table


def examine(name: str, check: Check) -> list[Finding]:
    """All that a check finds; an error that ends it is its last finding."""
    findings: list[Finding] = []
    try:
        findings.extend(check())
    except Exception as error:
        findings.append(Finding(name, f"{type(error).__name__}: {error}", Verdict.PROBLEM, remedy_for(error)))
    return findings


def remedy_for(error: Exception) -> str:
    """What to do about an error that ended a check; our own errors say it themselves."""
    if isinstance(error, MMNLiveError):
        return str(error)
    if isinstance(error, (ImportError, OSError)) and re.search(r"\.so\b", str(error)):
        return f"a system library is missing; on Debian or Ubuntu: sudo apt-get install {' '.join(SYSTEM_LIBRARIES)}"
    return "reinstall with python -m pip install --force-reinstall -c constraints.txt -e . and report it if that fails"


def check_versions() -> Iterator[Finding]:
    """Python and the packages, and whether the two that bring OpenCV agree."""
    supported = (3, 10) <= sys.version_info < (3, 14)
    yield Finding(
        "Python",
        f"{platform.python_version()} on {platform.platform(terse=True)}",
        Verdict.OK if supported else Verdict.PROBLEM,
        "" if supported else "install Python 3.10, 3.11, 3.12 or 3.13 and make the environment with it",
    )
    for package in ("mmn-live", *PACKAGES):
        yield Finding(package, metadata.version(package))
    yield from opencv_conflict({name: metadata.version(name) for name in PACKAGES if name.startswith("opencv")})


def opencv_conflict(versions: dict[str, str]) -> Iterator[Finding]:
    """Both packages install the same `cv2`: of two releases, each overwrites a half of the other."""
    if len(set(versions.values())) > 1:
        remedy = "python -m pip install --force-reinstall --no-deps -c constraints.txt " + " ".join(versions)
        yield Finding("OpenCV", f"two releases: {versions}", Verdict.PROBLEM, remedy)


def check_libraries() -> Iterator[Finding]:
    """Whether the compiled libraries load; on Linux they need some that a bare system lacks."""
    for name in LIBRARIES:
        importlib.import_module(name)
    yield Finding("libraries", "load")


def check_lsl() -> Iterator[Finding]:
    """Whether `--lsl` can be used: an extra, so that nothing is wrong without it."""
    from mmn_live.streams import lsl_versions

    try:
        yield Finding("LSL", lsl_versions())
    except UsageError as error:
        yield Finding("LSL", "not usable", Verdict.NOTE, str(error))


def check_device() -> Iterator[Finding]:
    """The device that `--device auto` takes."""
    import torch

    from mmn_live.recognition.backend import choose_device

    device = choose_device("auto")
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{os.cpu_count()} logical cores"
    yield Finding("device", f"{device.type} ({name})")


def check_cameras() -> Iterator[Finding]:
    """The cameras that deliver a frame when asked."""
    from mmn_live.sources import list_cameras

    cameras = list_cameras()
    if cameras:
        yield Finding("cameras", ", ".join(str(camera) for camera in cameras))
        return
    remedy = "plug one in, close other programs that use it, allow camera access in the system's privacy settings"
    yield Finding("cameras", "none answers", Verdict.NOTE, f"{remedy}; --video and --demo work without")


def check_display() -> Iterator[Finding]:
    """Whether there is a screen to open the window on."""
    from mmn_live.cli.window import display_available

    if display_available():
        yield Finding("display", "found")
    else:
        remedy = "runs go on without a window, as with --no-display; over SSH, ssh -X brings one"
        yield Finding("display", "none", Verdict.NOTE, remedy)


def check_stages() -> Iterator[Finding]:
    """The files that the stages need, found or fetched, and one timed pass of each stage."""
    from mmn_live.checkpoints import DEFAULT_NAME, load_checkpoint
    from mmn_live.cli.stages import timed_stages
    from mmn_live.pose.assets import ensure_model_files

    models = ensure_model_files()
    yield Finding("model files", "complete")
    checkpoint = load_checkpoint(DEFAULT_NAME)
    yield Finding("weights", f"{checkpoint.name}, {len(checkpoint.labels)} classes")
    for stage, milliseconds in timed_stages(models, checkpoint):
        yield timing(stage, milliseconds)


def timing(stage: str, milliseconds: float) -> Finding:
    """How long a stage takes; they run side by side, so the slowest sets the pace."""
    limit_ms, remedy = (STRIDE_MS, "give a longer --stride") if stage == "network" else (FRAME_MS, "give a lower --fps")
    if milliseconds <= limit_ms:
        return Finding(stage, f"{milliseconds:.1f} ms")
    rate = f"at most {1000 / milliseconds:.1f} a second here"
    return Finding(stage, f"{milliseconds:.1f} ms", Verdict.NOTE, f"{rate}: close other programs, or {remedy}")


CHECKS: dict[str, Check] = {
    "versions": check_versions,
    "libraries": check_libraries,
    "LSL": check_lsl,
    "device": check_device,
    "cameras": check_cameras,
    "display": check_display,
    "stages": check_stages,
}
