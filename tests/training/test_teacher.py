"""The teacher learns, is saved whole, and is refused where it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from mmn_live.checkpoints import load_checkpoint, save_checkpoint
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN, TCN, TCN_PREFIX, MMNConfig
from mmn_live.training.settings import LABELS as LABELS_OF_ALL
from mmn_live.training.settings import PARTS
from mmn_live.training.teacher import TEACHER_BLOCKS, TEACHER_WIDTH, Taught, load_teacher

LABELS = ("nodding", "waving", "none")


@pytest.fixture
def taught():
    torch.manual_seed(0)
    return Taught(TCN(7 * 44, 6, TEACHER_WIDTH, TEACHER_BLOCKS), LABELS, {"seed": 3})


@pytest.mark.slow
def test_it_learns_what_tells_clips_apart(taught):
    torch.manual_seed(1)
    inputs, index_t, truth = torch.randn(12, 7, 32, 44), torch.zeros(12, 32), torch.arange(12) % 3
    optimizer = torch.optim.AdamW(taught.network.parameters(), 1e-3)
    losses = []
    for _ in range(15):
        loss = torch.nn.functional.cross_entropy(taught.network(inputs, index_t)[:, :3], truth)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]


def test_clips_of_another_length_give_logits_too(taught):
    assert taught.network.eval()(torch.randn(2, 7, 16, 44), torch.zeros(2, 16)).shape == (2, 6)


def test_it_reads_back_as_it_was_saved_and_is_trained_no_more(taught, tmp_path):
    taught.save(tmp_path / "t.safetensors")
    again = load_teacher(tmp_path / "t.safetensors", 7 * 44, 6, LABELS)
    clip = torch.randn(2, 7, 32, 44), torch.zeros(2, 32)
    assert torch.equal(again.network(*clip), taught.network.eval()(*clip))
    assert not again.network.training
    assert not any(parameter.requires_grad for parameter in again.network.parameters())
    assert (again.labels, again.facts) == (LABELS, {"seed": 3})
    assert [path.name for path in tmp_path.iterdir()] == ["t.safetensors"]


@pytest.mark.parametrize("blocks", [0, 2])
def test_one_of_more_or_fewer_blocks_reads_back_too(tmp_path, blocks):
    Taught(TCN(7 * 44, 6, TEACHER_WIDTH, blocks), LABELS, {}).save(tmp_path / "t.safetensors")
    assert load_teacher(tmp_path / "t.safetensors", 7 * 44, 6, LABELS).network.blocks == blocks


@pytest.mark.parametrize("path", [Path("actor"), load_checkpoint("actor").path])
def test_the_second_stream_of_a_checkpoint_is_a_teacher_too(path):
    shipped = load_checkpoint("actor")
    taught = load_teacher(path, 7 * 44, len(LABELS_OF_ALL) + len(PARTS), LABELS_OF_ALL)
    state = {TCN_PREFIX + name: tensor for name, tensor in taught.network.state_dict().items()}
    assert all(torch.equal(tensor, shipped.state[name]) for name, tensor in state.items())
    numbers = range(1, shipped.config.tcn_members + 1)
    of_each = [{"second_stream_of_sha256": shipped.sha256, "member": number} for number in numbers]
    assert taught.facts == {"members": of_each}


def test_a_checkpoint_of_one_stream_is_no_teacher(tmp_path):
    config = MMNConfig(frames=32, joints=44, classes=3, in_channels=7, channels=16, blocks=1, preprocessing="body")
    path = tmp_path / "mmn.safetensors"
    state = MMN(config).state_dict()
    save_checkpoint(path, config=config, labels=LABELS, taxonomy="ma52", window_s=2.0, training={}, state=state)
    with pytest.raises(CheckpointError, match="no second stream"):
        load_teacher(path, 7 * 44, 6, LABELS)


@pytest.mark.parametrize(
    ("labels", "inputs", "message"), [(("waving", "none"), 308, "other labels"), (LABELS, 88, "does not fit")]
)
def test_a_teacher_of_something_else_is_refused(taught, tmp_path, labels, inputs, message):
    taught.save(tmp_path / "t.safetensors")
    with pytest.raises(CheckpointError, match=message):
        load_teacher(tmp_path / "t.safetensors", inputs, 6, labels)


def test_what_is_no_teacher_is_refused(tmp_path):
    (tmp_path / "t.safetensors").write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="is no teacher"):
        load_teacher(tmp_path / "t.safetensors", 308, 6, LABELS)
