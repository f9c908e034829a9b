"""What a step of training costs on one core: clips a second of processor time, single precision and bfloat16.

    python benchmarks/training.py [--steps 5] [--batch 64]

The steps are of random clips, so that drawing them does not count; how fast they are drawn is the first line. Each
figure is that of the median step.
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import islice, product

import torch
from torch import nn

from mmn_live.models import MMN, TCN
from mmn_live.training.clips import ClipStream
from mmn_live.training.objective import Objective, part_of_class
from mmn_live.training.optimizers import adamw, muon
from mmn_live.training.settings import LABELS, PARTS, TAXONOMY, Recipe
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH

CHANNELS, SAMPLES = (48, 64), (16, 32)
DRAWN = 2000


def drawn_per_s() -> float:
    """Clips drawn a second."""
    stream = iter(ClipStream(Recipe().kind, seed=0, shuffle=0))
    begun_s = time.process_time()
    drawn = sum(1 for _ in islice(stream, DRAWN))
    return drawn / (time.process_time() - begun_s)


def learnt_per_s(
    network: nn.Module, optimizer: torch.optim.Optimizer, samples: int, batch: int, steps: int, *, bfloat16: bool
) -> float:
    """Clips that the network learns from a second: forward, backward and the optimiser's step."""
    network.train()
    config, outputs = Recipe().config, len(LABELS) + len(PARTS)
    objective = Objective(part_of_class(LABELS, PARTS, TAXONOMY), Recipe().distillation)
    inputs = torch.randn(batch, config.in_channels, samples, config.joints)
    index_t = torch.linspace(-1, 1, samples).repeat(batch, 1)
    targets, taught = torch.randn(batch, len(LABELS)).softmax(dim=1), torch.randn(batch, outputs)
    spent_s = []
    for _ in range(steps + 1):
        begun_s = time.process_time()
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
            loss = objective(network(inputs, index_t), targets, taught)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        spent_s.append(time.process_time() - begun_s)
    return batch / statistics.median(spent_s[1:])  # the first one warms up


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    print(f"drawing {drawn_per_s():.0f}", flush=True)
    config, outputs = Recipe().config, len(LABELS) + len(PARTS)
    for bfloat16 in (False, True):
        precision = "bfloat16" if bfloat16 else "single precision"
        teacher = TCN(config.in_channels * config.joints, outputs, TEACHER_WIDTH, TEACHER_BLOCKS)
        optimizer, steps = muon(teacher, Recipe().teacher_learning_rate), 3 * arguments.steps
        rate = learnt_per_s(teacher, optimizer, config.frames, arguments.batch, steps, bfloat16=bfloat16)
        print(f"teacher, {precision}: {rate:.0f}", flush=True)
        for channels, samples in product(CHANNELS, SAMPLES):
            network = MMN(Recipe(channels=channels).config)
            optimizer = adamw(network, Recipe().learning_rate)
            rate = learnt_per_s(network, optimizer, samples, arguments.batch, arguments.steps, bfloat16=bfloat16)
            print(f"MMN, {channels} channels, {samples} samples, {precision}: {rate:.0f}", flush=True)


if __name__ == "__main__":
    main()
