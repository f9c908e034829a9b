from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
import torch

from mmn_live.models import MMN, MMNConfig, Preprocessing
from mmn_live.windows import channels

SMALL = MMNConfig(
    frames=32, classes=17, in_channels=7, channels=48, blocks=1, aggregation="paper", preprocessing="body"
)


def clip(config: MMNConfig, clips: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(clips, config.in_channels, config.frames, config.joints, generator=generator)
    return x, torch.linspace(-1, 1, config.frames + 1)[:-1].expand(clips, -1)


@pytest.mark.slow
def test_a_small_config_gives_one_logit_a_class_and_learns() -> None:
    torch.manual_seed(0)
    network = MMN(replace(SMALL, stochastic_depth=0.0, head_dropout=0.0))
    x, index_t = clip(SMALL, clips=4)
    targets = torch.tensor([0, 5, 9, 16])
    parameters = list(network.parameters())
    losses = []
    for _ in range(20):
        loss = torch.nn.functional.cross_entropy(network(x, index_t), targets)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                parameter -= 0.05 * gradient
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


def test_every_parameter_gets_a_gradient() -> None:
    network = MMN(MMNConfig(frames=16, joints=22, classes=5, channels=32, blocks=1, stochastic_depth=0.0))
    network(*clip(network.config)).square().sum().backward()
    assert not [name for name, parameter in network.named_parameters() if parameter.grad is None]


def test_released_layout_with_a_trailing_person_axis_is_the_same_clip() -> None:
    network = MMN(SMALL).eval()
    x, index_t = clip(SMALL)
    with torch.inference_mode():
        torch.testing.assert_close(network(x.unsqueeze(-1), index_t), network(x, index_t))


def test_clips_do_not_see_each_other() -> None:
    network = MMN(SMALL).eval()
    x, index_t = clip(SMALL, clips=3)
    with torch.inference_mode():
        torch.testing.assert_close(network(x, index_t)[1:2], network(x[1:2], index_t[1:2]), rtol=0, atol=1e-5)


@pytest.mark.parametrize("frames", [4, 12, 63])
def test_frames_must_be_a_multiple_of_eight(frames: int) -> None:
    with pytest.raises(ValueError, match=f"frames is {frames}: .* multiple of 8"):
        MMNConfig(frames=frames)


@pytest.mark.parametrize(
    "changes",
    [
        {"heads": 0},
        {"frames": -8},
        {"frames": 16.0},
        {"blocks": -3},
        {"head_dropout": 5},
        {"mlp_ratio": float("nan")},
        {"in_channels": 7},
        {"preprocessing": "body"},
    ],
    ids=str,
)
def test_numbers_that_make_no_network_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r" is "):
        MMNConfig(**changes)


@pytest.mark.parametrize("preprocessing", get_args(Preprocessing))
def test_a_network_takes_as_many_channels_as_its_preprocessing_makes(preprocessing: Preprocessing) -> None:
    config = MMNConfig(in_channels=channels(preprocessing), preprocessing=preprocessing)
    with pytest.raises(ValueError, match="in_channels"):
        replace(config, in_channels=config.in_channels + 1)


def test_channels_must_divide_among_branches_and_heads() -> None:
    with pytest.raises(ValueError, match="channels is 40"):
        MMNConfig(channels=40)
