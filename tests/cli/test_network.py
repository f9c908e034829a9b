"""While it records, nothing speaks to the network: every call of every thread that names an address is looked at."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mmn_live.pose import ModelFiles
from mmn_live.recording import SessionReader

pytestmark = pytest.mark.slow

# io_uring would pass by the calls that are watched, so it may not be there either.
WATCHED = "%network,io_uring_setup"
NAMING = re.compile(r"\b(connect|bind|sendto|sendmsg|sendmmsg|io_uring_setup)\((.*)")
FAMILY = re.compile(r"sa_family=(\w+)")
OF_THIS_MACHINE = {"AF_UNIX", "AF_NETLINK"}
DEAD_END = 'sin_port=htons(9), sin_addr=inet_addr("127.0.0.1")'
"""Where pose/landmarker.py has MediaPipe's usage reports end: the discard port, at which nobody listens."""

CALLER = """
import socket, subprocess, sys, threading
def call():
    socket.create_connection(("127.0.0.1", int(sys.argv[1]))).close()
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(sys.argv[1])))
if len(sys.argv) > 2:
    subprocess.run([sys.executable, __file__, sys.argv[1]], check=True)
else:
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
"""


@pytest.fixture
def spoken_to(tmp_path: Path) -> Callable[..., list[str]]:
    """Runs a Python program and returns its calls that name an address elsewhere than in this machine's kernel."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    trial = subprocess.run([strace, "-f", "-qq", "-o", "/dev/null", "true"], capture_output=True, text=True)
    if trial.returncode:
        pytest.skip(f"strace may not trace here: {trial.stderr.strip()}")

    def run(*arguments: object) -> list[str]:
        log = tmp_path / "calls.txt"
        watch = [strace, "-f", "--seccomp-bpf", "-qq", "-s", "0", "-e", f"trace={WATCHED}", "-e", "signal=none"]
        command = [*watch, "-o", log, sys.executable, *arguments]
        ran = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=240)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return addressed(log.read_text(encoding="utf-8", errors="replace"))

    return run


def addressed(log: str) -> list[str]:
    """The calls in strace's log that name an address outside the kernel, or that hide theirs."""
    calls = [found for line in log.splitlines() if (found := NAMING.search(line))]
    return [
        call[0] for call in calls if call[1] == "io_uring_setup" or not set(FAMILY.findall(call[2])) <= OF_THIS_MACHINE
    ]


def test_a_recording_run_speaks_to_nobody(
    model_files: ModelFiles, spoken_to, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert model_files
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    what = ("--demo", "--duration", 3, "--no-display", "--session", tmp_path / "out", "--privacy", "blur")
    calls = spoken_to("-m", "mmn_live", *what, "--keep", "raw", "--keep", "skeleton")
    assert [call for call in calls if DEAD_END not in call] == []
    session = SessionReader(tmp_path / "out")
    assert any(row.person_ids for row in session.frames())
    assert {video.kind for video in session.videos} == {"annotated", "raw", "skeleton"}
    assert session.facts["settings"]["privacy"] == "blur"


def test_the_watch_sees_the_call_of_a_thread_of_a_child(spoken_to, tmp_path: Path) -> None:
    program = tmp_path / "caller.py"
    program.write_text(CALLER)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        calls = spoken_to(program, port, "in a child")
    assert sum(f"htons({port})" in call for call in calls) == 2
    assert all(DEAD_END not in call for call in calls)


def test_what_names_no_address_or_one_of_the_kernel_is_no_call() -> None:
    harmless = """
1 connect(3, {sa_family=AF_UNIX, sun_path="/run/nscd"}, 110) = -1 ENOENT (No such file or directory)
1 bind(3, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0
1 sendto(3, ""..., 8, MSG_NOSIGNAL, NULL, 0) = 8
1 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 9
"""
    harmful = """
1 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0)}, 28 <unfinished ...>
1 sendmmsg(3, [{msg_hdr={msg_name={sa_family=AF_INET, sin_port=htons(53)}}}], 1, 0) = 1
1 io_uring_setup(8, {flags=0}) = 4
"""
    assert addressed(harmless) == []
    assert len(addressed(harmful)) == 3
