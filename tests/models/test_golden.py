"""The network against the outputs of the released one (tests/data), to 2e-5."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from mmn_live.models import MMN, MMNConfig

DATA = Path(__file__).parents[1] / "data"
TOLERANCE = 2e-5


@pytest.fixture(scope="module", params=[("ma52", 44, 52, 1_325_186), ("imigue", 22, 32, 1_234_014)], ids=lambda p: p[0])
def released(request: pytest.FixtureRequest) -> tuple[MMN, dict[str, torch.Tensor], int]:
    name, joints, classes, parameters = request.param
    golden = load_file(DATA / f"golden_{name}.safetensors")
    network = MMN(MMNConfig(joints=joints, classes=classes))
    network.load_state_dict({k.removeprefix("state."): v for k, v in golden.items() if k.startswith("state.")})
    return network.eval(), golden, parameters


def test_size_is_the_published_one(released: tuple[MMN, dict[str, torch.Tensor], int]) -> None:
    network, _, parameters = released
    assert sum(parameter.numel() for parameter in network.parameters()) == parameters
    assert len(network.state_dict()) == 655


@pytest.mark.parametrize(("inputs", "logits"), [("inputs", "logits"), ("bones", "bone_logits")])
def test_logits_are_the_released_ones(
    released: tuple[MMN, dict[str, torch.Tensor], int], inputs: str, logits: str
) -> None:
    network, golden, _ = released
    with torch.inference_mode():
        ours = network(golden[inputs].float(), golden["index_t"])
    torch.testing.assert_close(ours, golden[logits], rtol=0, atol=TOLERANCE)


def test_the_papers_aggregation_is_another_network(released: tuple[MMN, dict[str, torch.Tensor], int]) -> None:
    released_network, golden, _ = released
    config = released_network.config
    paper = MMN(MMNConfig(joints=config.joints, classes=config.classes, aggregation="paper")).eval()
    paper.load_state_dict(released_network.state_dict())
    with torch.inference_mode():
        logits = paper(golden["inputs"].float(), golden["index_t"])
    assert (logits - golden["logits"]).abs().max() > 0.01
