"""Files that are new and whole, or not there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mmn_live.errors import RecordingError, UsageError

UNFINISHED = "unfinished_"  # before the name: libraries look at its ending


def refuse_existing(paths: list[Path]) -> None:
    """Raise UsageError when one of the files is there already: nothing is ever overwritten."""
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} exists already and is not overwritten: give another folder with --out")


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A path to write to, in a folder that is there; it becomes `path` when all went well, and goes when it did not.

    Raises UsageError for a file that exists, RecordingError where it cannot be written.
    """
    refuse_existing([path])
    unfinished = path.with_name(UNFINISHED + path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        os.replace(unfinished, path)
    except OSError as error:
        raise RecordingError(
            f"cannot write {path}: {error.strerror or error}; make room or choose another folder with --out"
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> Path:
    """Write one new text file, UTF-8 with line feeds on every system; returns its path."""
    with new_file(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
    return path


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write one new text file line by line; each line brings its own line feed."""
    with new_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)


def relative_path(file: Path, folder: Path) -> str:
    """Where a file is, seen from a folder, with forward slashes: a session that is copied as a whole keeps its links.

    Absolute where there is no way from one to the other.
    """
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of a Windows machine
        return file.resolve().as_posix()
