"""An ensemble says the mean of its members' log-probabilities; the config says how many there are."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from mmn_live.models import TCN, TCN_PREFIX, Ensemble, MMNConfig, TwoStream, network_of

CLASSES, PARTS = 5, 3
CONFIG = MMNConfig(
    frames=16,
    joints=22,
    classes=CLASSES,
    in_channels=7,
    channels=32,
    blocks=1,
    preprocessing="body",
    parts=PARTS,
    tcn_channels=24,
    tcn_members=2,
)


@pytest.fixture
def clips() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, 7, 16, 22, generator=generator), torch.linspace(-1, 1, 16).expand(3, 16)


def _members(count: int) -> list[TCN]:
    torch.manual_seed(1)
    members = [TCN(7 * 22, CLASSES + PARTS, 24, 0).eval() for _ in range(count)]
    for member in members:
        member.head[1].weight.data *= 20  # untrained networks are unsure of everything
    return members


def test_it_says_the_mean_of_its_members_log_probabilities(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    members = _members(3)
    with torch.no_grad():
        said, each = Ensemble(members, CLASSES).eval()(*clips), [member(*clips) for member in members]
    for part in (slice(0, CLASSES), slice(CLASSES, None)):
        several = torch.stack([one[:, part].log_softmax(1) for one in each])
        assert torch.allclose(said[:, part], several.mean(dim=0), atol=1e-5)
        assert (several.max(dim=0).values - several.min(dim=0).values).max() > 0.5


def test_what_a_member_adds_to_all_logits_alike_changes_nothing(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    one, other = _members(2)
    with torch.no_grad():
        said = Ensemble([one, other], CLASSES).eval()(*clips)
        other.head[1].bias += 10.0
        assert torch.allclose(Ensemble([one, other], CLASSES).eval()(*clips), said, atol=1e-4)


def test_the_config_says_how_many_members_the_second_stream_has(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    network = network_of(replace(CONFIG, tcn_weight=1.0)).eval()
    assert isinstance(network, TwoStream)
    assert isinstance(network.tcn, Ensemble)
    alone = network_of(replace(CONFIG, tcn_members=1))
    assert isinstance(alone, TwoStream)
    assert isinstance(alone.tcn, TCN)
    of_one = {name.removeprefix(TCN_PREFIX) for name in alone.state_dict() if name.startswith(TCN_PREFIX)}
    of_all = {name.removeprefix(TCN_PREFIX) for name in network.state_dict() if name.startswith(TCN_PREFIX)}
    assert of_all == {f"members.{number}.{name}" for number in (0, 1) for name in of_one}
    with torch.no_grad():
        said, by_members = (one(*clips)[:, :CLASSES].softmax(1) for one in (network, network.tcn))
    assert torch.allclose(said, by_members, atol=1e-6)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"tcn_members": 0}, "tcn_members is 0: use a whole number from 1"),
        ({"tcn_members": 2, "tcn_channels": 0}, "tcn_members is 2, of networks of no channels: use 1"),
        ({"tcn_members": 300, "tcn_blocks": 3}, "tcn_members is 300, of 3 blocks each: use fewer"),
    ],
)
def test_a_number_of_members_that_makes_no_network_is_refused(wrong: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(CONFIG, **wrong)
