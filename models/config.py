"""Every dimension of the network, in one place that is saved with the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Aggregation = Literal["released", "paper"]
Preprocessing = Literal["official", "body"]

_INPUTS: dict[Preprocessing, int] = {"official": 2, "body": 7}
_COUNTS = ("frames", "joints", "classes", "in_channels", "channels", "scales", "blocks", "heads", "tcn_members")
_MOST, _MOST_RATIO = 1024, 64


@dataclass(frozen=True)
class MMNConfig:
    """Size and kind of a network. The defaults are the published MA-52 setting.

    `aggregation`: what the gates of a block multiply. "released" is what the authors' code does (the features before
    modulation), which their checkpoints need; "paper" is what the paper's figure shows (the modulated ones).
    `preprocessing` names the normaliser that makes the inputs, `in_channels` how many it makes.
    `stochastic_depth` is the highest drop probability, reached at the last block of all scales. `parts` body parts get
    logits of their own after those of the classes; the published network has none. `tcn_channels` is the width of a
    temporal convolutional network beside MMN, 0 for none, `tcn_blocks` its `blocks` (see TCN), `tcn_members` how many
    there are (see Ensemble), `tcn_weight` their share in what is said (see TwoStream). Raises ValueError for numbers
    that make no network.
    """

    frames: int = 64
    joints: int = 44
    classes: int = 52
    in_channels: int = 2
    channels: int = 96
    scales: int = 4
    blocks: int = 3
    heads: int = 4
    mlp_ratio: float = 2.0
    stochastic_depth: float = 0.3
    head_dropout: float = 0.1
    aggregation: Aggregation = "released"
    preprocessing: Preprocessing = "official"
    parts: int = 0
    tcn_channels: int = 0
    tcn_blocks: int = 0
    tcn_members: int = 1
    tcn_weight: float = 0.5

    def __post_init__(self) -> None:
        self._check_numbers()
        coarsest = 2 ** (self.scales - 1)
        if self.frames % coarsest:
            raise ValueError(f"frames is {self.frames}: {self.scales} scales need a multiple of {coarsest}")
        if self.channels % (4 * self.heads):
            raise ValueError(f"channels is {self.channels}: {self.heads} heads need a multiple of {4 * self.heads}")
        if self.aggregation not in ("released", "paper"):
            raise ValueError(f"aggregation is {self.aggregation!r}: use 'released' or 'paper'")
        if self.preprocessing not in ("official", "body"):
            raise ValueError(f"preprocessing is {self.preprocessing!r}: use 'official' or 'body'")
        if self.in_channels != _INPUTS[self.preprocessing]:
            made = f"{self.preprocessing!r} preprocessing makes {_INPUTS[self.preprocessing]}"
            raise ValueError(f"in_channels is {self.in_channels}: {made}")

    def _check_numbers(self) -> None:
        """JSON of unknown origin ends here: it has numbers of any type, sign and size."""
        for name in (*_COUNTS, "parts", "tcn_channels", "tcn_blocks"):
            count, least = getattr(self, name), int(name in _COUNTS)
            if type(count) is not int or not least <= count <= _MOST:
                raise ValueError(f"{name} is {count!r}: use a whole number from {least} to {_MOST}")
        if self.tcn_blocks and not self.tcn_channels:
            raise ValueError(f"tcn_blocks is {self.tcn_blocks}, of a network of no channels: use 0")
        if self.tcn_members > 1 and not self.tcn_channels:
            raise ValueError(f"tcn_members is {self.tcn_members}, of networks of no channels: use 1")
        if self.tcn_members * (1 + self.tcn_blocks) > _MOST:
            raise ValueError(f"tcn_members is {self.tcn_members}, of {self.tcn_blocks} blocks each: use fewer")
        for name in ("stochastic_depth", "head_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}: use a probability below 1")
        if isinstance(self.tcn_weight, bool) or not 0 <= self.tcn_weight <= 1:
            raise ValueError(f"tcn_weight is {self.tcn_weight!r}: use a share from 0 to 1")
        if not 0 < self.mlp_ratio <= _MOST_RATIO:
            raise ValueError(f"mlp_ratio is {self.mlp_ratio!r}: use a number above 0, {_MOST_RATIO} at most")
