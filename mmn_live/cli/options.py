"""Option values that more than one command takes."""

from __future__ import annotations

from mmn_live.errors import UsageError


def parse_size(text: str) -> tuple[int, int]:
    """Width and height in pixels from a text such as 640x480. Raises UsageError for anything else."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) > 0 and int(height) > 0):
        raise UsageError(f"{text!r} is no size: give width x height in pixels, such as 640x480")
    return int(width), int(height)
