"""Libraries that only some formats need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mmn_live.errors import UsageError

Library = TypeVar("Library")


def needs_extra(load: Callable[[], Library], name: str) -> Library:
    """What `load` imports. Raises UsageError, naming the extra, when it is not installed."""
    try:
        return load()
    except ModuleNotFoundError as error:
        raise UsageError(
            f'--to {name} needs {error.name}, which is not installed: pip install "mmn-live[export]"'
        ) from None
