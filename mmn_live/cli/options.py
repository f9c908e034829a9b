"""Option values that more than one command takes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mmn_live.errors import UsageError


def parse_size(text: str) -> tuple[int, int]:
    """Width and height in pixels from a text such as 640x480. Raises UsageError for anything else."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) > 0 and int(height) > 0):
        raise UsageError(f"{text!r} is no size: give width x height in pixels, such as 640x480")
    return int(width), int(height)


def parse_keep(kinds: Sequence[str], session: Path | None, privacy: str) -> tuple[str, ...]:
    """Which videos a session keeps besides the annotated one. Raises UsageError for what cannot or must not be kept."""
    unknown = [kind for kind in kinds if kind not in ("raw", "skeleton")]
    if unknown:
        raise UsageError(f"--keep {unknown[0]} is no kind of video: give raw or skeleton")
    if kinds and session is None:
        raise UsageError("--keep needs a session to keep the video in: give --session with it")
    if "raw" in kinds and privacy == "skeleton":
        raise UsageError("--keep raw and --privacy skeleton exclude each other: keep skeleton, or use --privacy blur")
    return tuple(dict.fromkeys(kinds))


def parse_baseline(text: str) -> tuple[float | None, Path | None]:
    """Seconds to measure for, or the path where a baseline is kept; neither for "none".

    Raises UsageError for a path that is not there.
    """
    if text == "none":
        return None, None
    with suppress(ValueError):
        return float(text), None
    if not Path(text).exists():
        raise UsageError(f"no baseline {text!r}: give seconds, such as 60, or an earlier session's folder")
    return None, Path(text)
