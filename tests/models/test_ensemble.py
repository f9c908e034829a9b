"""An ensemble says the mean of its members' log-probabilities."""

from __future__ import annotations

import torch

from mmn_live.models import TCN, Ensemble

CLASSES, PARTS = 5, 3
CLIPS = torch.randn(3, 7, 16, 22, generator=torch.Generator().manual_seed(0)), torch.zeros(3, 16)


def _members(count: int) -> list[TCN]:
    torch.manual_seed(1)
    members = [TCN(7 * 22, CLASSES + PARTS, 24, 0).eval() for _ in range(count)]
    for member in members:
        member.head[1].weight.data *= 20  # untrained networks are unsure of everything
    return members


def test_it_says_the_mean_of_its_members_log_probabilities() -> None:
    members = _members(3)
    with torch.no_grad():
        said, each = Ensemble(members, CLASSES).eval()(*CLIPS), [member(*CLIPS) for member in members]
    for part in (slice(0, CLASSES), slice(CLASSES, None)):
        several = torch.stack([one[:, part].log_softmax(1) for one in each])
        assert torch.allclose(said[:, part], several.mean(dim=0), atol=1e-5)
        assert (several.max(dim=0).values - several.min(dim=0).values).max() > 0.5


def test_what_a_member_adds_to_all_logits_alike_changes_nothing() -> None:
    one, other = _members(2)
    with torch.no_grad():
        said = Ensemble([one, other], CLASSES).eval()(*CLIPS)
        other.head[1].bias += 10.0
        assert torch.allclose(Ensemble([one, other], CLASSES).eval()(*CLIPS), said, atol=1e-4)
