"""What every source of frames is, whether it is a camera, a file or the built-in actor."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol

from mmn_live.types import Frame, Gap, SourceInfo


class Source(Protocol):
    """Yields frames, and gaps where a live source delivers nothing; is iterated once.

    It is open once constructed, and a context manager. Raises SourceError while it is constructed.
    """

    @property
    def info(self) -> SourceInfo:
        """What is known about the source."""
        ...

    def __enter__(self) -> Source: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def __iter__(self) -> Iterator[Frame | Gap]: ...

    def close(self) -> None:
        """End the iteration, soon; idempotent, and to be called from any thread."""
        ...
