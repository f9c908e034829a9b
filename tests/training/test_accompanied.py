"""MMN beside a trained second stream: both are heard, MMN alone learns."""

from __future__ import annotations

from dataclasses import replace

import torch

from mmn_live.models import MMN, TCN_PREFIX, MMNConfig, TwoStream
from mmn_live.training.accompanied import Accompanied

CONFIG = MMNConfig(frames=16, joints=22, classes=5, in_channels=7, channels=32, blocks=1, preprocessing="body", parts=3)


def _two_streams() -> TwoStream:
    torch.manual_seed(0)
    return TwoStream(replace(CONFIG, tcn_channels=24, tcn_blocks=1)).eval()


def test_it_says_what_two_streams_say_and_its_weights_are_those_of_mmn_alone() -> None:
    both, clips = _two_streams(), (torch.randn(3, 7, 16, 22), torch.linspace(-1, 1, 16).expand(3, 16))
    accompanied = Accompanied(CONFIG, both.tcn).eval()
    assert accompanied.state_dict().keys() == MMN(CONFIG).state_dict().keys()
    state = both.state_dict().items()
    accompanied.load_state_dict({name: value for name, value in state if not name.startswith(TCN_PREFIX)})
    with torch.no_grad():
        assert torch.equal(accompanied(*clips), both(*clips))


def test_the_second_stream_stays_as_it_is_while_mmn_learns() -> None:
    both, clips = _two_streams(), (torch.randn(6, 7, 16, 22), torch.linspace(-1, 1, 16).expand(6, 16))
    tcn = both.tcn.requires_grad_(False)
    before = {name: value.clone() for name, value in tcn.state_dict().items()}
    accompanied = Accompanied(CONFIG, tcn).train()
    optimizer = torch.optim.SGD(accompanied.parameters(), 0.1)
    for _ in range(3):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(accompanied(*clips)[:, :5], torch.arange(6) % 5).backward()
        optimizer.step()
    assert all(torch.equal(value, before[name]) for name, value in tcn.state_dict().items())
    assert not tcn.training
    assert accompanied.head.weight.grad is not None
