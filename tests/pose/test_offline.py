"""Nothing leaves the machine: MediaPipe's usage reports are caught."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from mmn_live.pose import landmarker

WATCH = """
import numpy as np
from mmn_live.joints import MA52
from mmn_live.pose import PoseEstimator, ensure_model_files, landmarker
from mmn_live.types import Frame
files = ensure_model_files()
landmarker.NOWHERE = "http://127.0.0.1:{port}"
with PoseEstimator(MA52, files) as estimator:
    for i in range(20):
        estimator.process(Frame(i, i / 30, np.zeros((240, 320, 3), np.uint8), 0.0))
    input()
"""


@pytest.mark.slow
def test_usage_reports_go_to_the_proxy_that_leads_nowhere(model_files):
    environment = {name: value for name, value in os.environ.items() if name.lower() != "https_proxy"}
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(30)
        program = WATCH.format(port=proxy.getsockname()[1])
        with subprocess.Popen([sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE) as process:
            try:
                connection, _ = proxy.accept()
                with connection:
                    asked = connection.recv(1000).decode()
            finally:
                process.communicate(b"\n")
    assert asked.startswith("CONNECT play.googleapis.com:443")


@pytest.mark.parametrize(
    "exceptions", ["*", "googleapis.com", "localhost,.GoogleAPIs.com", "play.googleapis.com 10.0.0.1"]
)
def test_no_exception_from_proxies_lets_the_usage_reports_out(monkeypatch: pytest.MonkeyPatch, exceptions: str):
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, exceptions)
    landmarker.keep_offline()
    assert not urllib.request.proxy_bypass_environment("play.googleapis.com")
    assert urllib.request.getproxies_environment()["https"] == landmarker.NOWHERE


def test_other_exceptions_from_proxies_stay(monkeypatch: pytest.MonkeyPatch):
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("no_proxy", "camera.local,10.0.0.7,mygoogleapis.com")
    landmarker.keep_offline()
    assert os.environ["no_proxy"] == "camera.local,10.0.0.7,mygoogleapis.com"


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="there is no SIGPROF on this system")
def test_a_late_profiling_signal_ends_nothing():
    before = signal.getsignal(signal.SIGPROF)
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        landmarker.outlive_profiling()
        os.kill(os.getpid(), signal.SIGPROF)
    finally:
        signal.signal(signal.SIGPROF, before)
