"""What every test gets: one thread a library, an empty place to work in, and a check that nothing is left behind."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Read by the libraries when they are first imported, so before any test module is.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("GLOG_minloglevel", "2")
os.environ["LSLAPICFG"] = str(Path(__file__).parent / "data" / "lsl_api.cfg")  # no test talks to the network

if TYPE_CHECKING:
    from mmn_live.pose.assets import ModelFiles

THREAD_GRACE_S = 2.0
THIRD_PARTY_FOLDERS = ("torchinductor_",)
"""PyTorch makes one, empty, when an optimiser first runs."""
THIRD_PARTY_THREADS = ("tqdm", "TMonitor", "QueueFeederThread", "execnet")


@pytest.fixture(scope="session")
def model_files() -> ModelFiles:
    """MediaPipe's model files, fetched once into the user's cache: the only thing a test may fetch."""
    from mmn_live.pose.assets import ensure_model_files

    return ensure_model_files()


@pytest.fixture(autouse=True)
def _empty_places(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in an empty working folder with an empty temporary folder; both must be empty again at the end."""
    working, temporary = tmp_path_factory.mktemp("cwd"), tmp_path_factory.mktemp("temporary")
    monkeypatch.chdir(working)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    yield
    places = (path.name for folder in (working, temporary) for path in folder.iterdir())
    left = [name for name in places if not name.startswith(THIRD_PARTY_FOLDERS)]
    assert not left, f"the test left files behind: {left}"


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    """Every thread that a test starts must end with it, daemon or not."""
    before = set(threading.enumerate())
    yield
    deadline_s = time.monotonic() + THREAD_GRACE_S
    for thread in _started_since(before):
        thread.join(max(0.0, deadline_s - time.monotonic()))
    left = [thread.name for thread in _started_since(before)]
    assert not left, f"the test left threads running: {left}"


def _started_since(before: set[threading.Thread]) -> list[threading.Thread]:
    started = (thread for thread in threading.enumerate() if thread not in before)
    return [thread for thread in started if not thread.name.startswith(THIRD_PARTY_THREADS)]


@pytest.fixture(autouse=True)
def _no_unannounced_error(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A logged ERROR fails the test unless it is marked `logs_errors`."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    logged = [record.getMessage() for record in records if record.levelno >= logging.ERROR]
    assert not logged or request.node.get_closest_marker("logs_errors"), f"unannounced errors in the log: {logged}"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the source tree."""
    return Path(__file__).parents[1]
