"""A listener in a process of its own: writes each sample that it gets as a line of JSON.

    python inlet.py SOURCE_ID...

The lines are {"stream", "sample", "stamp", "received"}, stamp and receipt on LSL's clock. First comes a line "ready",
with each stream's description, when all streams are open. It ends when a line comes in.
"""

from __future__ import annotations

import json
import os
import sys
import threading

from mne_lsl.lsl import StreamInlet, local_clock, resolve_streams


def say(fact: object) -> None:
    print(json.dumps(fact), flush=True)


def main(source_ids: list[str]) -> None:
    inlets = {}
    for source_id in source_ids:
        (info,) = resolve_streams(timeout=20, source_id=source_id, minimum=1)
        inlets[source_id.split()[-1]] = StreamInlet(info)
    for inlet in inlets.values():
        inlet.open_stream(timeout=20)
    say({"ready": {name: inlet.get_sinfo(timeout=5).as_xml for name, inlet in inlets.items()}})
    told_to_end = threading.Thread(target=sys.stdin.readline, daemon=True)
    told_to_end.start()
    while told_to_end.is_alive():
        drain(inlets)
        told_to_end.join(0.005)
    drain(inlets)
    os._exit(0)  # at once: liblsl would first look for the outlets that have ended


def drain(inlets: dict[str, StreamInlet]) -> None:
    for name, inlet in inlets.items():
        while (pulled := inlet.pull_sample(timeout=0))[1] is not None:
            sample, stamp = pulled
            say({"stream": name, "sample": list(map(str, sample)), "stamp": stamp, "received": local_clock()})


if __name__ == "__main__":
    main(sys.argv[1:])
