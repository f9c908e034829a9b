"""Lab Streaming Layer with a real listener in another process, over loopback."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest

from mmn_live.errors import UsageError
from mmn_live.streams import LslOutlets
from mmn_live.types import Alternative, Event, Frame, Prediction, State

pytestmark = pytest.mark.slow

LABELS = ("none", "nodding", "touching face & <hair>")
IMAGE = np.zeros((2, 2, 3), np.uint8)
NODDING = Event(0.5, 1.0, 1.5, "nodding", "B1", 5, "head", 0.7, 0.9, alternatives=(Alternative("waving", 0.2),))


def outlets_open() -> LslOutlets:
    pytest.importorskip("mne_lsl")
    return LslOutlets(LABELS, model="actor", session="pilot 7", source="camera 0")


def ids(outlets: LslOutlets) -> list[str]:
    return [stream["source_id"] for stream in outlets.facts()["streams"].values()]


def wait_for_listener(outlets: LslOutlets) -> None:
    for outlet in outlets._outlets.values():
        assert outlet.wait_for_consumers(20)


def frame(index: int, began_s: float) -> Frame:
    return Frame(index, index / 10, IMAGE, began_s + index / 10)


def test_a_listener_gets_all_three_streams_with_the_times_of_what_they_are_about(listen) -> None:
    with outlets_open() as outlets:
        listener = listen(ids(outlets))
        wait_for_listener(outlets)
        began_s = time.monotonic() - 2.0
        for index in range(20):
            outlets.frame(frame(index, began_s))
        probabilities = np.array([0.1, 0.7, 0.2], np.float32)
        prediction = Prediction(0.0, 1.25, State.ACTION, probabilities, np.ones(3, bool), 5.0, person_id=2)
        outlets.results([prediction], [], [NODDING])
        outlets.results([], [replace(NODDING, onset_s=0.4)], [])
    listener.close()
    offset_s = outlets.facts()["offset_s"]
    session_zero_lsl_s = began_s + offset_s

    frames = listener.of("frames")
    assert [[float(value) for value in heard.sample] for heard in frames] == [
        [index, index / 10, began_s + index / 10] for index in range(20)
    ]
    expected_s = [session_zero_lsl_s + index / 10 for index in range(20)]
    assert [heard.stamp for heard in frames] == pytest.approx(expected_s, abs=1e-6)
    (heard,) = listener.of("probabilities")
    assert [float(value) for value in heard.sample] == pytest.approx([2, 0, 0.1, 0.7, 0.2])
    assert heard.stamp == pytest.approx(session_zero_lsl_s + 1.25, abs=1e-6)
    onset, offset = listener.of("markers")
    assert (onset.stamp, offset.stamp) == pytest.approx((session_zero_lsl_s + 0.5, session_zero_lsl_s + 1.5), abs=1e-6)
    said_at_onset, said_at_offset = (json.loads(marker.sample[0]) for marker in (onset, offset))
    shared = {
        "event": 1,
        "person": 1,
        "label": "nodding",
        "code": "B1",
        "body_part": "head",
        "alternatives": {"waving": 0.2},
    }
    assert said_at_onset.items() >= {**shared, "marker": "onset", "onset_s": 0.5}.items()
    assert said_at_offset.items() >= {**shared, "marker": "offset", "onset_s": 0.4, "offset_s": 1.5}.items()
    assert said_at_offset["onset_lsl_s"] == pytest.approx(session_zero_lsl_s + 0.4, abs=1e-5)
    assert_the_streams_describe_themselves(listener.descriptions, outlets)


def assert_the_streams_describe_themselves(texts: dict[str, str], outlets: LslOutlets) -> None:
    described = {name: ElementTree.fromstring(text) for name, text in texts.items()}
    labels = [channel.text for channel in described["probabilities"].iterfind("desc/channels/channel/label")]
    assert labels == ["person_id", "state", *LABELS]
    assert described["probabilities"].findtext("desc/encoding/states") == (
        "0 action, 1 none, 2 still, 3 unsure, 4 nobody, 5 unobserved, 6 part"
    )
    for name, stream in described.items():
        count = int(stream.findtext("channel_count") or 0)
        channels = stream.findall("desc/channels/channel")
        assert len(channels) == count
        assert all(channel.findtext(part) for channel in channels for part in ("label", "unit", "type"))
        assert stream.findtext("desc/manufacturer") == "mmn-live"
        assert stream.findtext("desc/session") == "pilot 7"
        assert stream.findtext("desc/acquisition/model") == "actor"
        assert stream.findtext("uid") == outlets.facts()["streams"][name]["uid"]
    assert described["markers"].findtext("type") == "Markers"


def test_listeners_that_come_late_freeze_or_die_hold_nobody_up_and_the_last_sample_arrives(listen) -> None:
    with outlets_open() as outlets:
        doomed = listen(ids(outlets))
        wait_for_listener(outlets)
        began_s = time.monotonic()
        for index in range(100):
            outlets.frame(frame(index, began_s))
        late = listen(ids(outlets))
        next_index, longest_s = 100, 0.0
        while not late.of("frames"):
            outlets.frame(frame(next_index, began_s))
            next_index += 1
            time.sleep(0.01)
        for index in range(next_index, 3000):
            before_s = time.monotonic()
            outlets.frame(frame(index, began_s))
            longest_s = max(longest_s, time.monotonic() - before_s)
            if index == 1000 and sys.platform != "win32":
                doomed.process.send_signal(signal.SIGSTOP)
            elif index == 2000:
                doomed.kill()
        closing_s = time.monotonic()
    assert time.monotonic() - closing_s < 3
    assert longest_s < 1.0  # room for a busy machine's pause; a wait for the frozen would take longer
    assert not outlets.notes
    while not (heard := late.of("frames")) or float(heard[-1].sample[0]) < 2999:
        assert time.monotonic() < closing_s + 20
        time.sleep(0.01)
    indices = [int(float(heard.sample[0])) for heard in late.of("frames")]
    assert indices[0] >= 100  # what was sent before it came is not kept for it
    assert indices == list(range(indices[0], 3000))


def test_trouble_is_told_once_counted_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with outlets_open() as outlets:

        def refuse(*_: object) -> None:
            raise RuntimeError("the library is in trouble")

        for outlet in outlets._outlets.values():
            monkeypatch.setattr(outlet, "push_sample", refuse)
        for index in range(3):
            outlets.frame(frame(index, time.monotonic()))
        outlets.results([], [NODDING], [])
    assert len(outlets.notes) == 1
    assert "in trouble" in outlets.notes[0]
    assert outlets.facts()["failed_samples"] == 5


def test_results_before_the_first_frame_have_no_place_in_time() -> None:
    with outlets_open() as outlets:
        outlets.results([], [NODDING], [])
        assert not outlets.notes


def test_the_facts_are_json_and_hold_both_measurements() -> None:
    with outlets_open() as outlets:
        assert outlets.facts()["at_end"] is None
    outlets.close()
    facts = json.loads(json.dumps(outlets.facts()))
    assert facts["library"].startswith("mne-lsl ")
    assert set(facts["streams"]) == {"markers", "probabilities", "frames"}
    assert abs(facts["at_end"]["offset_s"] - facts["offset_s"]) <= (
        facts["at_end"]["uncertainty_s"] + facts["uncertainty_s"] + 1e-4
    )


@pytest.mark.skipif(sys.platform != "linux", reason="threads of other libraries are counted in /proc")
def test_no_thread_of_the_library_stays() -> None:
    with outlets_open():  # liblsl keeps a few for as long as the process lives
        pass
    before = len(os.listdir("/proc/self/task"))
    for _ in range(3):
        with outlets_open():
            assert len(os.listdir("/proc/self/task")) > before
    assert len(os.listdir("/proc/self/task")) == before


def test_without_the_library_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "mne_lsl"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mne_lsl", None)
    with pytest.raises(UsageError, match=r'pip install "mmn-live\[lsl\]"'):
        LslOutlets(LABELS, model="actor", session="", source="camera 0")
