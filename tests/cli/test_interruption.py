"""Signals: heard where the run can be left, once, and no more when it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from mmn_live.cli.interruption import Interruption


@pytest.fixture(autouse=True)
def _usual_handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_one_that_comes_early_waits_until_the_run_can_be_left() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), interruption.listening():
            pytest.fail("was not left")


def test_those_after_the_first_leave_the_closing_of_files_alone_up_to_the_fifth() -> None:
    with Interruption() as interruption:
        with pytest.raises(KeyboardInterrupt), interruption.listening():
            signal.raise_signal(signal.SIGTERM)
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_after_an_interrupted_run_one_more_does_not_hit_the_programs_end() -> None:
    with Interruption() as interruption, pytest.raises(KeyboardInterrupt), interruption.listening():
        signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)


def test_a_run_that_was_not_interrupted_gives_the_signals_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interruption():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


SIGNAL_AT_THE_VERY_END = """
import os, signal, sys
from mmn_live.cli.interruption import Interruption

signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where a shell runs the tests in the background

class Late:
    # Modules are taken apart after Python has given up its signal handlers.
    def __del__(self, kill=os.kill, pid=os.getpid(), number=signal.SIGINT):
        kill(pid, number)

late = Late()
try:
    with Interruption() as interruption, interruption.listening():
        if sys.argv[1] == "interrupted":
            signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    pass
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send to one process")
@pytest.mark.parametrize(("how", "status"), [("interrupted", 0), ("not interrupted", -signal.SIGINT)])
def test_not_even_while_the_interpreter_ends(how: str, status: int) -> None:
    assert subprocess.run([sys.executable, "-c", SIGNAL_AT_THE_VERY_END, how], check=False).returncode == status
