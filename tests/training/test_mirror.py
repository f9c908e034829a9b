"""A clip's mirror image is what the network would be given of the mirrored picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from mmn_live.joints import IMIGUE, MA52, Layout
from mmn_live.models import Preprocessing
from mmn_live.training.mirror import BothSides, Mirror
from mmn_live.types import Window
from mmn_live.windows import normalise, sample_window

WIDTH_PX = 640.0
KINDS = pytest.mark.parametrize(
    ("layout", "preprocessing"),
    [(MA52, "body"), (MA52, "official"), (IMIGUE, "official")],
    ids=["ma52-body", "ma52-official", "imigue-official"],
)


def _window(layout: Layout) -> Window:
    """Somebody in motion, without a left wrist."""
    rng = np.random.default_rng(0)
    times_s = np.arange(0, 3, 0.05)
    joints = rng.uniform((200, 150), (400, 450), (layout.size, 2))
    for side, x_px in (("left", 380.0), ("right", 220.0)):
        joints[layout.index(f"{side}_shoulder")] = x_px, 300.0
    swing = rng.uniform(2, 8, joints.shape) * np.sin(rng.uniform(2, 6, joints.shape) * times_s[:, None, None])
    visibility = np.ones((len(times_s), layout.size), np.float32)
    visibility[:, layout.index("left_wrist")] = 0
    return sample_window(times_s, (joints + swing).astype(np.float32), visibility, 0.5, 2.5, 32, layout)


def _in_a_mirror(window: Window, layout: Layout) -> Window:
    order = np.arange(layout.size)
    for left, right in layout.mirror_pairs:
        order[[left, right]] = right, left
    joints = window.joints[:, order]
    joints[..., 0] = WIDTH_PX - joints[..., 0]
    return replace(window, joints=joints, visibility=window.visibility[:, order], observed=window.observed[order])


@KINDS
def test_a_mirrored_clip_is_the_clip_of_the_mirrored_picture(layout: Layout, preprocessing: Preprocessing) -> None:
    window = _window(layout)
    inputs = torch.from_numpy(normalise(window, layout, preprocessing))
    expected = normalise(_in_a_mirror(window, layout), layout, preprocessing)
    mirrored = Mirror(layout, preprocessing)(inputs)
    np.testing.assert_allclose(mirrored.numpy(), expected, atol=2e-5)
    assert not np.allclose(mirrored.numpy(), inputs.numpy(), atol=0.01)
    assert torch.equal(Mirror(layout, preprocessing)(mirrored), inputs)


class _Weighs(nn.Module):
    """Logits that depend on side and place."""

    def forward(self, x: torch.Tensor, index_t: torch.Tensor) -> torch.Tensor:
        weights = torch.linspace(0, 1, x.shape[1] * x.shape[3]).reshape(x.shape[1], 1, x.shape[3])
        return (x * weights).mean(dim=(2, 3)) * index_t.mean()


def test_both_sides_give_a_clip_and_its_mirror_image_the_same_logits() -> None:
    mirror, index_t = Mirror(MA52, "body"), torch.linspace(0, 1, 16).expand(2, 16)
    inputs = torch.rand(2, 7, 16, 44, generator=torch.Generator().manual_seed(0))
    asked = BothSides(_Weighs(), mirror)
    one_side = _Weighs()(inputs, index_t)
    assert torch.allclose(asked(inputs, index_t), asked(mirror(inputs), index_t))
    assert torch.allclose(asked(inputs, index_t), (one_side + _Weighs()(mirror(inputs), index_t)) / 2)
    assert not torch.allclose(asked(inputs, index_t), one_side)
