"""A clip of another body is what the network would be given of that body."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from mmn_live.joints import MA52
from mmn_live.training.strangers import Strangers
from mmn_live.types import Window
from mmn_live.windows import normalise

UNSEEN = "left_wrist"


def clip_of(joints: np.ndarray, unseen: str = UNSEEN) -> Tensor:
    """The inputs (1, 7, T, V) of joints (T, V, 2) in pixels, one of which was not observed."""
    observed = np.ones(MA52.size, bool)
    observed[MA52.index(unseen)] = False
    index_t = np.linspace(-1, 1, len(joints), endpoint=False, dtype=np.float32)
    visibility = np.ones(joints.shape[:2], np.float32)
    window = Window(0.0, 2.0, joints.astype(np.float32), visibility, index_t, observed, 100.0, 1.0, 1.0)
    return torch.from_numpy(normalise(window, MA52, "body"))[None]


def moving() -> np.ndarray:
    """Joints (T, V, 2) around shoulders at rest, 100 px wide with their middle at (300, 300)."""
    rng = np.random.default_rng(0)
    joints = rng.uniform((200, 150), (400, 450), (MA52.size, 2))
    joints = joints + rng.uniform(2, 60, joints.shape) * np.sin(np.linspace(0, 4, 32)[:, None, None] + joints)
    for side, x_px in (("left", 350.0), ("right", 250.0)):
        joints[:, MA52.index(f"{side}_shoulder")] = x_px, 300.0
    return joints


def in_turn(monkeypatch: pytest.MonkeyPatch, *drawn: float) -> None:
    """Have these numbers drawn, one after the other."""
    values = iter(drawn)
    monkeypatch.setattr(torch, "randn", lambda *shape, **_: torch.full(shape, next(values)))


@pytest.mark.parametrize("unseen", [UNSEEN, "nose"])
def test_it_is_what_is_made_of_bent_joints(monkeypatch: pytest.MonkeyPatch, unseen: str) -> None:
    joints = moving()
    in_turn(monkeypatch, 1.0, -2.0, 1.5, -1.0, 0.0, 0.0)
    x, y = joints[..., 0] - 300, joints[..., 1] - 300
    tall = np.where(y < 0, np.exp(0.12 * 1.5), np.exp(-0.10))
    bent = np.stack([x * np.exp(0.06) - 0.12 * y, y * tall], axis=-1) + 300
    # The shoulders become wider too, and the network would be given that back: here they are the measure.
    for side in ("left", "right"):
        bent[:, MA52.index(f"{side}_shoulder")] = joints[:, MA52.index(f"{side}_shoulder")]
    expected, made = clip_of(bent, unseen), Strangers(MA52, 1.0)(clip_of(joints, unseen))
    shoulders = [MA52.network_order.index(MA52.index(f"{side}_shoulder")) for side in ("left", "right")]
    others = [i for i in range(MA52.size) if i not in shoulders]
    torch.testing.assert_close(made[..., others], expected[..., others], atol=2e-5, rtol=1e-4)


def test_without_size_nothing_is_changed() -> None:
    inputs = clip_of(moving())
    torch.testing.assert_close(Strangers(MA52, 0.0)(inputs), inputs, atol=1e-6, rtol=0)


def test_each_clip_has_a_body_of_its_own_and_each_joint_keeps_its_place_in_it() -> None:
    torch.manual_seed(0)
    inputs = clip_of(moving()).repeat(2, 1, 1, 1)
    made = Strangers(MA52, 1.0)(inputs)
    assert not torch.allclose(made[0], made[1], atol=0.01)
    still = torch.zeros_like(inputs)
    still[:, 0], still[:, 1], still[:, 2] = 0.3, -0.4, 1.0
    bent = Strangers(MA52, 1.0)(still)
    assert torch.equal(bent[:, :, :1].expand_as(bent), bent)
    assert bent[:, 3:5].abs().max() < 1e-6
    assert bent[0, 0, 0].unique().numel() > MA52.size // 2


def test_what_was_not_observed_stays_unobserved() -> None:
    torch.manual_seed(0)
    made = Strangers(MA52, 2.0)(clip_of(moving()))
    assert not made[..., MA52.network_order.index(MA52.index(UNSEEN))].any()
