"""The formats by name, and writing several of them so that nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from mmn_live.errors import UsageError
from mmn_live.exports.bids import BidsWriter
from mmn_live.exports.boris import BorisWriter
from mmn_live.exports.content import SessionContent
from mmn_live.exports.elan import ElanWriter
from mmn_live.exports.files import refuse_existing
from mmn_live.exports.nwb import NWBWriter
from mmn_live.exports.praat import PraatWriter
from mmn_live.exports.webvtt import WebVTTWriter

ALL = "all"


class Writer(Protocol):
    """One format's writer: it knows the names of its files before it writes any."""

    files: list[Path]

    def write(self) -> None:
        """Write the files. Raises RecordingError where one cannot be written."""


WRITERS: dict[str, Callable[[SessionContent, Path], Writer]] = {
    "elan": ElanWriter,
    "praat": PraatWriter,
    "boris": BorisWriter,
    "webvtt": WebVTTWriter,
    "nwb": NWBWriter,
    "bids": BidsWriter,
}


def check_formats(names: Sequence[str]) -> list[str]:
    """The formats meant, each once. Raises UsageError for none or an unknown one."""
    unknown = [name for name in names if name not in (*WRITERS, ALL)]
    if unknown or not names:
        problem = f"--to {unknown[0]} is unknown" if unknown else "no format is given"
        raise UsageError(f"{problem}: use --to with one of {', '.join((*WRITERS, ALL))}")
    return list(WRITERS) if ALL in names else list(dict.fromkeys(names))


def export(content: SessionContent, names: Sequence[str], folder: Path, subject: str, task: str) -> list[Path]:
    """Write the session in these formats and return the files; `subject` and `task` are BIDS's.

    Before the first file is written, every one of them is known to be new and every library to be there. Raises
    UsageError where that is not so, RecordingError where a file cannot be written.
    """
    bids = {"bids": lambda content, folder: BidsWriter(content, folder, subject, task)}
    writers = [(WRITERS | bids)[name](content, folder) for name in check_formats(names)]
    files = [path for writer in writers for path in writer.files]
    refuse_existing(files)
    for writer in writers:
        writer.write()
    return files
