"""The mirror image of a clip. No class has a side, so that its target stays what it is."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mmn_live.joints import Layout
from mmn_live.models import Preprocessing
from mmn_live.windows import channels, mirrored_channels


class Mirror(nn.Module):
    """Inputs (..., channels, T, V) as if the image had been mirrored: left joints are right ones, x is -x."""

    def __init__(self, layout: Layout, preprocessing: Preprocessing) -> None:
        super().__init__()
        across = dict(layout.mirror_pairs) | {right: left for left, right in layout.mirror_pairs}
        place = {joint: i for i, joint in enumerate(layout.network_order)}
        order = [place[across.get(joint, joint)] for joint in layout.network_order]
        signs = [-1.0 if i in mirrored_channels(preprocessing) else 1.0 for i in range(channels(preprocessing))]
        self.order: Tensor
        self.signs: Tensor
        self.register_buffer("order", torch.tensor(order), persistent=False)
        self.register_buffer("signs", torch.tensor(signs).reshape(-1, 1, 1), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        return (inputs * self.signs.to(inputs.dtype)).index_select(-1, self.order)


class BothSides(nn.Module):
    """A network asked about clips and about their mirror images: the mean of its logits, surer than one of them."""

    def __init__(self, network: nn.Module, mirror: Mirror) -> None:
        super().__init__()
        self.network, self.mirror = network, mirror

    def forward(self, inputs: Tensor, index_t: Tensor) -> Tensor:
        return (self.network(inputs, index_t) + self.network(self.mirror(inputs), index_t)) / 2
