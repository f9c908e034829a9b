"""The checks of conftest.py must themselves be able to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ("pytester",)

LEAKING_TESTS = """
import logging, tempfile, threading
from pathlib import Path
import pytest

done = threading.Event()

def test_thread():
    threading.Thread(target=done.wait, args=(3,), name="leak", daemon=True).start()

def test_working_folder():
    Path("left.txt").touch()

def test_temporary_folder():
    tempfile.mkdtemp(prefix="left")

def test_log():
    logging.getLogger("x").error("broken")

@pytest.mark.logs_errors
def test_announced():
    logging.getLogger("x").error("broken as announced")
"""


@pytest.mark.slow
@pytest.mark.logs_errors
def test_every_leak_fails_its_test(pytester: pytest.Pytester, repository: Path) -> None:
    pytester.makeini("[pytest]\nmarkers = logs_errors: announced")
    pytester.makeconftest((repository / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile(LEAKING_TESTS)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=5, errors=4)
    for name in ("thread", "working_folder", "temporary_folder", "log"):
        result.stdout.fnmatch_lines_random([f"ERROR *::test_{name} - *"])
