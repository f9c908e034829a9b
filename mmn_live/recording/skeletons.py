"""Skeletons on disk: fixed-size records while a session runs, one compact .npz once it has ended."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any
from zipfile import BadZipFile

import numpy as np

from mmn_live.errors import SessionError
from mmn_live.recording.tables import GROWING_SKELETONS_FILE, SKELETONS_FILE, cannot_write
from mmn_live.types import Landmarks, People, Skeleton, nobody


def record_type(joints: int) -> np.dtype[np.void]:
    """One skeleton as it lies on disk, for a layout of that many joints; little-endian on every machine."""
    return np.dtype(
        [
            ("index", "<i8"),
            ("time_s", "<f8"),
            ("person", "?"),
            ("person_id", "<i4"),
            ("joints", "<f4", (joints, 2)),
            ("visibility", "<f4", (joints,)),
            ("pose", "<f4", (33, 3)),
            ("hands", "<f4", (2, 21, 3)),
        ]
    )


class SkeletonWriter:
    """Appends skeletons to `folder`/skeletons.part; the end of the session turns it into skeletons.npz.

    The .npz holds an array a field, N records long, one for everybody in a frame and one for a frame without anybody:
    index, time_s, person (whether there is one), person_id, joints (N, V, 2) px, visibility (N, V), and
    MediaPipe's pose (N, 33, 3) and hands (N, 2, 21, 3) as in `Landmarks`, zero where nobody is in view.

    Raises RecordingError where a file cannot be written; the .part goes only when the .npz is complete.
    """

    def __init__(self, folder: Path, joints: int) -> None:
        self._joints = joints
        self._record_type = record_type(joints)
        self._part = folder / GROWING_SKELETONS_FILE
        self._path = folder / SKELETONS_FILE
        try:
            self._file = self._part.open("xb")
        except OSError as error:
            raise cannot_write(self._part, error) from error

    def __enter__(self) -> SkeletonWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def write(self, people: People) -> None:
        """Append everybody in one frame, in one step."""
        skeletons = people.skeletons or (nobody(people.index, people.time_s, self._joints),)
        try:
            self._file.write(b"".join(self._record(skeleton) for skeleton in skeletons))
            self._file.flush()
        except OSError as error:
            raise cannot_write(self._part, error) from error

    def _record(self, skeleton: Skeleton) -> bytes:
        record = np.zeros((), self._record_type)
        record["index"], record["time_s"], record["person"] = skeleton.index, skeleton.time_s, skeleton.person
        record["person_id"] = skeleton.person_id
        record["joints"], record["visibility"] = skeleton.joints, skeleton.visibility
        if skeleton.landmarks is not None:
            record["pose"], record["hands"] = skeleton.landmarks.pose, skeleton.landmarks.hands
        return record.tobytes()

    def close(self) -> None:
        """End the file and make the .npz of it. Idempotent."""
        if self._file.closed:
            return
        unfinished = self._path.with_suffix(".unfinished")
        try:
            self._file.close()
            _pack(self._part, unfinished, self._record_type)
            unfinished.replace(self._path)
            self._part.unlink()
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise cannot_write(self._path, error) from error


def read_skeletons(folder: Path, joints: int) -> Iterator[Skeleton]:
    """The skeletons of a session that has ended, is running or was killed; a record that was cut off is left out.

    A frame without anybody gives one skeleton without landmarks.
    """
    columns = _columns(folder, record_type(joints))
    for i in range(len(columns["index"])):
        landmarks = Landmarks(columns["pose"][i], columns["hands"][i]) if columns["person"][i] else None
        yield Skeleton(
            int(columns["index"][i]),
            float(columns["time_s"][i]),
            columns["joints"][i],
            columns["visibility"][i],
            landmarks,
            int(columns["person_id"][i]),
        )


def read_people(folder: Path, joints: int) -> Iterator[People]:
    """Everybody in each frame, in order, as they were given to `SkeletonWriter.write`."""
    for index, skeletons in groupby(read_skeletons(folder, joints), key=lambda skeleton: skeleton.index):
        everybody = tuple(skeletons)
        yield People(index, everybody[0].time_s, tuple(skeleton for skeleton in everybody if skeleton.person))


def _columns(folder: Path, record: np.dtype[np.void]) -> dict[str, Any]:
    """Every field of all records. The .part is tried first: a session that ends meanwhile turns it into the .npz."""
    path = folder / SKELETONS_FILE
    try:
        try:
            records = _read_part(folder / GROWING_SKELETONS_FILE, record)
        except FileNotFoundError:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                return {name: file[name] for name in record.names or ()}
        return {name: records[name] for name in record.names or ()}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise SessionError(
            f"{path} is missing or damaged ({type(error).__name__}): without it there are no skeletons to read"
        ) from error


def _pack(part: Path, path: Path, record: np.dtype[np.void]) -> None:
    records = _read_part(part, record)
    arrays: dict[str, Any] = {name: records[name] for name in record.names or ()}
    with path.open("xb") as file:
        np.savez(file, **arrays)


def _read_part(path: Path, record: np.dtype[np.void]) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    whole_records = path.stat().st_size // record.itemsize
    if not whole_records:
        return np.zeros(0, record)  # an empty file cannot be mapped
    return np.memmap(path, record, mode="r", shape=(whole_records,))
