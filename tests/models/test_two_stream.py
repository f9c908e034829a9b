"""Two streams see the same clips, and have the say that the config gives them; without a second one there is MMN."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from mmn_live.models import MMN, TCN, TCN_PREFIX, Ensemble, MMNConfig, TwoStream, network_of

CONFIG = MMNConfig(
    frames=16,
    joints=22,
    classes=5,
    in_channels=7,
    channels=32,
    blocks=1,
    preprocessing="body",
    parts=3,
    tcn_channels=24,
)


@pytest.fixture
def clips() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, 7, 16, 22, generator=generator), torch.linspace(-1, 1, 16).expand(3, 16)


def _network() -> TwoStream:
    torch.manual_seed(1)
    return TwoStream(CONFIG).eval()


def test_it_gives_the_mean_of_both_streams_log_probabilities(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    network = _network()
    alone = MMN(replace(CONFIG, tcn_channels=0)).eval()
    state = {name: value for name, value in network.state_dict().items() if not name.startswith(TCN_PREFIX)}
    alone.load_state_dict(state)
    with torch.no_grad():
        said, one, other = network(*clips), alone(*clips), network.tcn(*clips)
    for part in (slice(0, 5), slice(5, 8)):
        expected = (one[:, part].log_softmax(1) + other[:, part].log_softmax(1)) / 2
        assert torch.allclose(said[:, part], expected, atol=1e-6)
    assert not torch.allclose(one[:, :5].log_softmax(1), other[:, :5].log_softmax(1), atol=0.1)


def test_the_streams_have_the_weights_that_the_config_says(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    state, said = _network().state_dict(), {}
    for weight in (0.0, 0.25, 1.0):
        network = TwoStream(replace(CONFIG, tcn_weight=weight)).eval()
        network.load_state_dict(state)
        with torch.no_grad():
            said[weight] = network(*clips)
    assert torch.allclose(said[0.25], 0.75 * said[0.0] + 0.25 * said[1.0], atol=1e-6)
    assert not torch.allclose(said[0.0], said[1.0], atol=0.1)


def test_a_stream_without_weight_is_not_asked(
    clips: tuple[torch.Tensor, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TCN, "forward", lambda *_: pytest.fail("the second stream was asked"))
    assert TwoStream(replace(CONFIG, tcn_weight=0.0)).eval()(*clips).shape == (3, 8)
    monkeypatch.setattr(MMN, "forward", lambda *_: pytest.fail("MMN was asked"))
    with pytest.raises(pytest.fail.Exception, match="second stream"):
        TwoStream(replace(CONFIG, tcn_weight=1.0)).eval()(*clips)


@pytest.mark.parametrize("weight", [-0.1, 1.5, float("nan"), True])
def test_a_weight_that_is_no_share_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"tcn_weight is .*: use a share from 0 to 1"):
        replace(CONFIG, tcn_weight=weight)


def test_a_network_without_body_parts_has_two_streams_too(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    network = TwoStream(replace(CONFIG, parts=0)).eval()
    with torch.no_grad():
        assert network(*clips).shape == (3, 5)
        assert torch.equal(network(clips[0].unsqueeze(4), clips[1]), network(*clips))


def test_the_config_says_how_many_streams_there_are() -> None:
    assert type(network_of(CONFIG)) is TwoStream
    assert type(network_of(replace(CONFIG, tcn_channels=0))) is MMN
    with pytest.raises(ValueError, match="tcn_channels is -1: use a whole number from 0"):
        replace(CONFIG, tcn_channels=-1)


def test_a_trained_second_stream_grows_by_blocks_that_change_nothing_at_first(
    clips: tuple[torch.Tensor, torch.Tensor],
) -> None:
    torch.manual_seed(2)
    small, grown = TCN(7 * 22, 8, 24, 0).eval(), TCN(7 * 22, 8, 24, 2).eval()
    assert set(small.state_dict()) < set(grown.state_dict())
    grown.load_state_dict(grown.state_dict() | small.state_dict())
    assert torch.equal(grown(*clips), small(*clips))
    grown.train()(*clips).sum().backward()
    assert all(block.through[-1].weight.grad.any() for halving in grown.body[:2] for block in halving.before)


def test_the_config_says_how_many_blocks_the_second_stream_has() -> None:
    names = {name for name, _ in network_of(replace(CONFIG, tcn_blocks=1)).named_parameters()}
    more = names - {name for name, _ in network_of(CONFIG).named_parameters()}
    assert more
    assert all(name.startswith((f"{TCN_PREFIX}body.0.before.0.", f"{TCN_PREFIX}body.1.before.0.")) for name in more)
    with pytest.raises(ValueError, match="tcn_blocks is -1: use a whole number from 0"):
        replace(CONFIG, tcn_blocks=-1)


def test_the_config_says_how_many_members_the_second_stream_has(clips: tuple[torch.Tensor, torch.Tensor]) -> None:
    network = network_of(replace(CONFIG, tcn_members=2, tcn_weight=1.0)).eval()
    assert isinstance(network, TwoStream)
    assert isinstance(network.tcn, Ensemble)
    assert isinstance(_network().tcn, TCN)
    of_one, of_all = (
        {name.removeprefix(TCN_PREFIX) for name in each.state_dict() if name.startswith(TCN_PREFIX)}
        for each in (_network(), network)
    )
    assert of_all == {f"members.{number}.{name}" for number in (0, 1) for name in of_one}
    with torch.no_grad():
        said, by_members = (one(*clips)[:, :5].softmax(1) for one in (network, network.tcn))
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
