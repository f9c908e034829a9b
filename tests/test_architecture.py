"""The house holds: who may import whom, where threads and libraries live, whether what is there is declared."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "mmn_live"

COMMON = {"types", "errors", "joints", "taxonomy", "checkpoints", "models", "weights"}
ROOMS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
FLOW = ROOMS - {"cli", "training", "pipeline"}

# What each room may import beside the common modules; a room that is not named here imports no other room.
ROOM_IMPORTS = {"pipeline": FLOW, "training": FLOW | {"pipeline"}, "cli": ROOMS}
FILE_IMPORTS = {"sources/demo.py": {"actor"}, "__main__.py": {"cli"}}

THREAD_MODULES = {"threading", "queue", "_thread", "concurrent", "asyncio", "multiprocessing"}
THREAD_PLACES = (
    "pipeline/",
    "sources/camera.py",  # its reader thread
    "sources/clip.py",  # an Event with which another thread ends the iteration
    "sources/demo.py",  # the same
    "pose/estimator.py",  # the two workers
    "cli/bench.py",  # the bare MediaPipe loop that the pipeline is compared with
)

# Where a line that needs an outside library is to be found.
LIBRARY_PLACES = {
    "mediapipe": ("pose/",),
    "flatbuffers": ("pose/",),
    "torch": ("models/", "recognition/", "training/", "checkpoints.py", "cli/"),
    "safetensors": ("checkpoints.py", "training/"),
    "lightning": ("training/", "cli/train.py"),
    "torchmetrics": ("training/",),
    "pytorch_optimizer": ("training/",),
    "av": ("sources/", "recording/"),
    "mne_lsl": ("streams/",),
    "pynwb": ("exports/",),
    "h5py": ("exports/",),
    "ndx_pose": ("exports/",),
    "openpyxl": ("exports/",),
    "typer": ("cli/",),
    "rich": ("cli/",),
}
HEAVY = {
    *("torch", "mediapipe", "cv2", "lightning", "torchmetrics", "pytorch_optimizer", "av", "scipy", "matplotlib"),
    *("mne_lsl", "mne", "pynwb", "pandas"),
}


@dataclass(frozen=True)
class Import:
    """One import statement's target: `module` is absolute, `line` is where it stands."""

    file: str
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"


def _source_files() -> list[Path]:
    return sorted([*PACKAGE.rglob("*.py"), *(ROOT / "models").rglob("*.py")])


def _place(path: Path) -> str:
    """Where a file is in the house, such as "pose/joints.py" or "models/mmn.py"."""
    return path.relative_to(PACKAGE if path.is_relative_to(PACKAGE) else ROOT).as_posix()


def _package(place: str) -> list[str]:
    return ["mmn_live", *place.split("/")[:-1]]


def _imports(path: Path) -> Iterator[Import]:
    place = _place(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(place, node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = _package(place)
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from mmn_live import pose` names the room only in the alias.
            names = [alias.name for alias in node.names] if module == "mmn_live" else [""]
            yield from (Import(place, node.lineno, f"{module}.{name}".rstrip(".")) for name in names)


ALL_IMPORTS = [found for path in _source_files() for found in _imports(path)]


def _room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "mmn_live" and len(parts) > 1 else None


def _breaks_a_wall(found: Import) -> bool:
    room, target = found.file.split("/")[0], _room_of(found.module)
    if target is None or target == room or target in COMMON or target not in ROOMS:
        return False
    return target not in ROOM_IMPORTS.get(room, set()) | FILE_IMPORTS.get(found.file, set())


def test_rooms_do_not_import_sibling_rooms() -> None:
    assert [str(found) for found in ALL_IMPORTS if _breaks_a_wall(found)] == []


def test_the_wall_test_sees_a_broken_wall() -> None:
    assert _breaks_a_wall(Import("windows/windower.py", 1, "mmn_live.pose.joints"))
    assert _breaks_a_wall(Import("types.py", 1, "mmn_live.pose"))
    assert not _breaks_a_wall(Import("pipeline/pipeline.py", 1, "mmn_live.pose"))
    assert any(_room_of(found.module) == "errors" for found in ALL_IMPORTS)


def test_the_network_imports_nothing_of_the_program() -> None:
    of_models = [found for found in ALL_IMPORTS if found.file.startswith("models/")]
    outside = [str(found) for found in of_models if _room_of(found.module) not in (None, "models", "errors")]
    assert outside == []


def test_threads_live_where_they_may() -> None:
    threaded = [found for found in ALL_IMPORTS if found.module.split(".")[0] in THREAD_MODULES]
    assert any(found.file.startswith("pipeline/") for found in threaded)
    assert [str(found) for found in threaded if not found.file.startswith(THREAD_PLACES)] == []


@pytest.mark.parametrize("library", LIBRARY_PLACES)
def test_a_library_is_used_in_its_rooms_only(library: str) -> None:
    used = [found for found in ALL_IMPORTS if found.module.split(".")[0] == library]
    assert [str(found) for found in used if not found.file.startswith(LIBRARY_PLACES[library])] == []


def test_help_answers_without_loading_what_is_heavy() -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "mmn_live", "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_every_package_is_declared() -> None:
    tomllib = pytest.importorskip("tomllib", reason="tomllib is part of Python from 3.11 on")
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert sorted(declared) == sorted({*_packages(PACKAGE), *_packages(ROOT / "models"), *_packages(ROOT / "weights")})


def _packages(folder: Path) -> set[str]:
    """Dotted names of the packages in a top-level folder, as they are once installed."""
    inside = [path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in folder.rglob("__init__.py")]
    return {name if name.startswith("mmn_live") else f"mmn_live.{name}" for name in inside}
