"""A listener to LSL in another process, and what it heard."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Heard:
    """One sample as it arrived: `stamp` and `received` on LSL's clock."""

    stream: str
    sample: list[str]
    stamp: float
    received: float


class Listener:
    """The process of inlet.py, its streams open once this is made, and a thread that reads what it says."""

    def __init__(self, source_ids: list[str]) -> None:
        command = [sys.executable, str(Path(__file__).with_name("inlet.py")), *source_ids]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.heard: list[Heard] = []
        self.descriptions: dict[str, str] = self._next()["ready"]
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the listener ended"
        return json.loads(line)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):  # the last one of a killed listener may be half a line
                self.heard.append(Heard(**json.loads(line)))

    def of(self, stream: str) -> list[Heard]:
        return [heard for heard in self.heard if heard.stream == stream]

    def wait_for(self, stream: str, count: int) -> list[Heard]:
        """Until so many samples of a stream have arrived."""
        deadline_s = time.monotonic() + 60
        while len(self.of(stream)) < count:
            assert time.monotonic() < deadline_s, self.heard
            time.sleep(0.01)
        return self.of(stream)

    def kill(self) -> None:
        """As `kill -9` does."""
        self.process.kill()
        self._end()

    def close(self) -> None:
        """End it, and get what it has heard until now."""
        if self.process.poll() is None and self.process.stdin is not None:
            self.process.stdin.write("end\n")
            self.process.stdin.flush()
        self._end()

    def _end(self) -> None:
        self._reader.join(20)
        self.process.wait(20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()


@pytest.fixture
def listen() -> Iterator[Callable[[list[str]], Listener]]:
    """Makes listeners, which are ended with the test."""
    listeners: list[Listener] = []

    def make(source_ids: list[str]) -> Listener:
        listeners.append(Listener(source_ids))
        return listeners[-1]

    yield make
    for listener in listeners:
        listener.close()
