"""What a user gets from a built wheel, in an environment of its own and far from the source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SOURCES = ("mmn_live", "models", "weights", "pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """An environment with nothing of ours but the wheel."""

    wheel: Path
    scripts: Path

    def run(self, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        program = self.scripts / command[0]
        return subprocess.run(
            [str(program), *command[1:]],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=180,
        )


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def _build_wheel(repository: Path, folder: Path) -> Path:
    # From a copy: setuptools leaves build/ and *.egg-info where it builds.
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        original = repository / name
        (shutil.copytree if original.is_dir() else shutil.copy)(original, source / name)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "dist"), str(source))
    return next((folder / "dist").glob("mmn_live-*.whl"))


@pytest.fixture(scope="module")
def installed(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("packaging")
    wheel = _build_wheel(repository, folder)
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    places = {"base": str(environment), "platbase": str(environment)}
    scripts = Path(sysconfig.get_path("scripts", vars=places))
    site_packages = Path(sysconfig.get_path("purelib", vars=places))
    # A bare path line lends the dependencies without running the .pth file of this tree's editable install.
    (site_packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = scripts / Path(sys.executable).name
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return Installed(wheel, scripts)


def test_the_wheel_holds_our_packages_and_nothing_at_the_top(installed: Installed, repository: Path) -> None:
    names = zipfile.ZipFile(installed.wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"mmn_live", installed.wheel.name.partition("-py3")[0] + ".dist-info"}
    for wanted in (
        "models/__init__.py",
        "weights/MODEL_CARD.md",
        "labels/ma52.tsv",
        "labels/imigue.tsv",
        "training/measured.json",
        "training/systematic.safetensors",
        "py.typed",
    ):
        assert f"mmn_live/{wanted}" in names
    page = {path.name for path in (repository / "mmn_live/report/page").iterdir()}
    assert {name.rpartition("/")[2] for name in names if name.startswith("mmn_live/report/page/")} == page
    assert any(name.startswith("mmn_live/weights/") and name.endswith(".safetensors") for name in names)
    assert [name for name in names if name.endswith(".pyi")] == []


def test_the_wheel_runs_from_another_folder(installed: Installed, tmp_path: Path) -> None:
    python = Path(sys.executable).name
    found = installed.run(python, "-c", "import mmn_live.models as m; print(m.__file__)", folder=tmp_path)
    assert Path(found.stdout.strip()).is_relative_to(installed.scripts.parent), found.stderr
    shown = installed.run("mmn-live", "--version", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert version("mmn-live") in shown.stdout


@pytest.mark.usefixtures("model_files")
def test_the_demo_runs_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    session = tmp_path / "session"
    arguments = ("--demo", "--duration", "5", "--no-display", "--session", str(session))
    result = installed.run("mmn-live", *arguments, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (session / "session.json").is_file()
    assert len((session / "frames.csv").read_text(encoding="utf-8").splitlines()) > 20
