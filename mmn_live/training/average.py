"""One network from several runs that began with the same weights: the mean of their weights.

Networks fine-tuned from one start lie in one basin, where the mean of their weights does about as well as all of them
together, at the cost of one (Wortsman et al., "Model soups", ICML 2022). What a BatchNorm has seen does not average: it
is measured anew over drawn clips.

    python -m mmn_live.training.average mean.safetensors first.safetensors second.safetensors
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn
from torch.utils.data import DataLoader

from mmn_live.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN
from mmn_live.training.clips import ClipStream
from mmn_live.training.settings import Recipe

_SEED = 1_000_033
"""Of the clips that the statistics are measured over."""

_BATCH = 64


class _Pairs(nn.Module):
    """The network as something that takes the pair (inputs, index_t)."""

    def __init__(self, network: MMN) -> None:
        super().__init__()
        self.network = network

    def forward(self, pair: tuple[Tensor, Tensor]) -> Tensor:
        return self.network(*pair)


def average(checkpoints: Sequence[Checkpoint], output: Path, clips: int = 6400) -> Checkpoint:
    """Write the mean of the weights as a new checkpoint; BatchNorm's statistics are those of `clips` drawn clips.

    Raises CheckpointError where there are fewer than two, they did not begin with the same weights, are of different
    kinds, or `output` exists already.
    """
    first, *others = checkpoints
    if not others:
        raise CheckpointError(f"{first.path} alone has no mean: give two checkpoints or more")
    for other in others:
        if (other.config, other.labels) != (first.config, first.labels):
            raise CheckpointError(f"{other.path} is another network, or of other labels, than {first.path}")
        if other.training.get("started_from_sha256") != first.training.get("started_from_sha256"):
            raise CheckpointError(f"{other.path} did not begin with the same weights as {first.path}: see train --init")
    network = MMN(first.config)
    network.load_state_dict(
        {
            name: torch.stack([each.state[name] for each in checkpoints]).mean(dim=0)
            if tensor.is_floating_point()
            else tensor
            for name, tensor in first.state.items()
        }
    )
    kind = replace(Recipe().kind, labels=first.labels, frames=first.config.frames, window_s=first.window_s)
    drawn = islice(iter(DataLoader(ClipStream(kind, _SEED), _BATCH)), -(-clips // _BATCH))
    update_bn((((inputs, index_t),) for inputs, index_t, _ in drawn), _Pairs(network))  # type: ignore[arg-type]
    return save_checkpoint(
        output,
        config=first.config,
        labels=first.labels,
        taxonomy=first.taxonomy,
        window_s=first.window_s,
        training={"mean_of": [dict(each.training) | {"sha256": each.sha256} for each in checkpoints]},
        state=network.state_dict(),
    )


def main() -> None:
    """Average the checkpoints of the command line."""
    parser = argparse.ArgumentParser(description="Average the weights of runs that began with the same ones.")
    parser.add_argument("output", type=Path, help="the checkpoint to write")
    parser.add_argument("checkpoints", nargs="+", help="two or more, trained with the same --init")
    arguments = parser.parse_args()
    try:
        written = average([load_checkpoint(each) for each in arguments.checkpoints], arguments.output)
    except CheckpointError as error:
        parser.error(str(error))
    print(f"wrote {written.path}")


if __name__ == "__main__":
    main()
