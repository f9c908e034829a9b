"""What the second stream costs: one inference of a shipped checkpoint, and of its MMN alone, by turns in one run.

Both with denormal numbers flushed to zero, as they are asked live, and without.

python benchmarks/two_streams.py [--model actor] [--runs 200]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import torch

from mmn_live.checkpoints import Checkpoint, load_checkpoint
from mmn_live.recognition.backend import Backend, choose_device

WARM_UP = 20


def mmn_alone(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint as if its second stream had no weight, which is then not asked."""
    return replace(checkpoint, config=replace(checkpoint.config, tcn_weight=0.0))


@contextmanager
def denormals() -> Iterator[None]:
    """Compute with denormal numbers, as a thread does that nobody told otherwise."""
    torch.set_flush_denormal(False)  # until the next one who asks
    with patch.object(torch, "set_flush_denormal"):
        yield


def main() -> None:
    """Print the medians of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="actor")
    parser.add_argument("--runs", type=int, default=200)
    arguments = parser.parse_args()
    checkpoint = load_checkpoint(arguments.model)
    config = checkpoint.config
    if not config.tcn_channels:
        parser.error(f"{arguments.model} is MMN alone: name a checkpoint of two streams")
    device = choose_device("cpu")
    both, alone = Backend(checkpoint, device), Backend(mmn_alone(checkpoint), device)
    sides = {
        "two streams": (both, nullcontext),
        "MMN alone": (alone, nullcontext),
        "two streams, with denormals": (both, denormals),
        "MMN alone, with denormals": (alone, denormals),
    }
    shape = (1, config.in_channels, config.frames, config.joints)
    inputs = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    index_t = np.linspace(-1, 1, config.frames, endpoint=False, dtype=np.float32)[None]
    took_ms: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(WARM_UP + arguments.runs):
        for name, (backend, mode) in sides.items():
            with mode():
                begun_s = time.perf_counter()
                backend.logits(inputs, index_t)
                took_ms[name].append(1000 * (time.perf_counter() - begun_s))
    for name, several in took_ms.items():
        print(f"{name}: {np.median(several[WARM_UP:]):.1f} ms")


if __name__ == "__main__":
    main()
