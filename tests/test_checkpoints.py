from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

from mmn_live.checkpoints import (
    Checkpoint,
    convert_official,
    load_checkpoint,
    save_as,
    save_checkpoint,
    shipped_checkpoints,
)
from mmn_live.decisions import Decisions
from mmn_live.errors import CheckpointError
from mmn_live.models import MMN, MMNConfig, TwoStream

DATA = Path(__file__).parent / "data"
CONFIG = MMNConfig(
    frames=16, classes=3, in_channels=7, channels=32, blocks=1, preprocessing="body", aggregation="paper"
)
LABELS = ("none", "nodding", "waving")


def saved(path: Path, **changes: object) -> Checkpoint:
    parts: dict = {"config": CONFIG, "labels": LABELS, "taxonomy": "ma52", "window_s": 1.6, "training": {"clips": 7}}
    parts |= {"state": MMN(CONFIG).state_dict()} | changes
    return save_checkpoint(path, **parts)


@pytest.fixture(scope="module")
def released() -> dict[str, torch.Tensor]:
    golden = load_file(DATA / "golden_imigue.safetensors")
    return {name.removeprefix("state."): value for name, value in golden.items() if name.startswith("state.")}


def test_a_checkpoint_reads_back_as_written(tmp_path: Path) -> None:
    state = MMN(CONFIG).state_dict()
    checkpoint = saved(tmp_path / "mine.safetensors", state=state)
    again = load_checkpoint(tmp_path / "mine.safetensors")
    assert again == checkpoint
    assert (again.name, again.config, again.labels, again.window_s) == ("mine", CONFIG, LABELS, 1.6)
    assert again.training == {"clips": 7}
    assert again.sha256 == hashlib.sha256(again.path.read_bytes()).hexdigest()
    assert all(torch.equal(again.state[name], tensor) for name, tensor in state.items())


def test_weights_that_were_rounded_to_half_precision_take_half_the_room_and_read_back_as_they_were(
    tmp_path: Path,
) -> None:
    whole = MMN(CONFIG).state_dict()
    rounded = {name: tensor.half().float() if tensor.is_floating_point() else tensor for name, tensor in whole.items()}
    large, small = (
        saved(tmp_path / f"{name}.safetensors", state=state) for name, state in (("whole", whole), ("rounded", rounded))
    )
    numbers = sum(tensor.numel() for tensor in whole.values())
    assert large.path.stat().st_size - small.path.stat().st_size > 1.8 * numbers
    for checkpoint, state in ((large, whole), (small, rounded)):
        assert all(torch.equal(checkpoint.state[name], tensor) for name, tensor in state.items())
        assert all(checkpoint.state[name].dtype == tensor.dtype for name, tensor in state.items())


def test_a_second_stream_reads_back_too_and_belongs_to_a_network_that_has_one(tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, tcn_channels=16)
    network = TwoStream(config).eval()
    again = saved(tmp_path / "two.safetensors", config=config, state=network.state_dict()).network()
    clip = torch.ones(1, 7, 16, 44), torch.zeros(1, 16)
    assert torch.equal(again(*clip), network(*clip))
    with pytest.raises(CheckpointError, match="unknown tensors: tcn"):
        saved(tmp_path / "one.safetensors", state=network.state_dict())
    with pytest.raises(CheckpointError, match="missing tensors: tcn"):
        saved(tmp_path / "none.safetensors", config=config)


def test_decisions_are_neutral_where_none_were_fitted(tmp_path: Path) -> None:
    decisions = saved(tmp_path / "mine.safetensors").decisions
    assert decisions == Decisions(temperature=1, part_weight=0, none_bias=0, threshold=0.5, part_threshold=None)


def test_new_decisions_leave_the_weights_as_they_are(tmp_path: Path) -> None:
    config = dataclasses.replace(CONFIG, parts=8)
    before = saved(tmp_path / "mine.safetensors", config=config, state=MMN(config).state_dict())
    decisions = Decisions(1.5, 0.6, -0.3, 0.42, 0.6, {"false_alarms_per_minute": 0.5})
    after = save_as(dataclasses.replace(before, decisions=decisions), tmp_path / "fitted.safetensors")
    assert after.decisions == load_checkpoint(after.path).decisions == decisions
    assert (
        dataclasses.replace(after, **{n: getattr(before, n) for n in ("name", "path", "sha256", "decisions")}) == before
    )
    assert all(torch.equal(after.state[name], tensor) for name, tensor in before.state.items())
    assert after.sha256 != before.sha256
    with pytest.raises(CheckpointError, match="exists already"):
        save_as(after, before.path)


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"precious")
    with pytest.raises(CheckpointError, match="exists already"):
        saved(path)
    assert path.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": ("none", "nodding", "juggling")}, "juggling not in the label set ma52"),
        ({"labels": ("none", "nodding")}, "2 labels for 3 classes"),
        ({"window_s": 0.0}, "window of 0.0 s"),
        ({"taxonomy": "imigue", "labels": ("none", "none", "none")}, "labels for 3 classes"),
        ({"config": MMNConfig(joints=22, classes=3)}, "22 joints"),
        ({"state": {}}, "missing tensors: STPE.* more"),
    ],
)
def test_parts_that_do_not_fit_are_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(CheckpointError, match=message):
        saved(tmp_path / "mine.safetensors", **changes)
    assert not list(tmp_path.iterdir())


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(CheckpointError, match="no model is named 'nobody'") as caught:
        load_checkpoint("nobody")
    assert all(name in str(caught.value) for name in shipped_checkpoints())


@pytest.mark.parametrize("content", [b"", b"not tensors at all", b"\xff" * 64])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"broken\.safetensors is not a safetensors file"):
        load_checkpoint(path)


def test_a_truncated_checkpoint_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "mine.safetensors").path
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        load_checkpoint(path)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.safetensors"):
        with pytest.raises(CheckpointError, match="cannot be read"):
            load_checkpoint(path)


@pytest.mark.parametrize("header", [None, "{", "[]", json.dumps({"config": {"frames": 12}})])
def test_tensors_without_a_usable_description_are_refused(tmp_path: Path, header: str | None) -> None:
    path = tmp_path / "bare.safetensors"
    save_file({"x": torch.zeros(1)}, path, {} if header is None else {"mmn_live": header})
    with pytest.raises(CheckpointError, match="description"):
        load_checkpoint(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"config": dataclasses.asdict(CONFIG) | {"in_channels": 2}},
        {"config": dataclasses.asdict(CONFIG) | {"preprocessing": "official"}},
        {"config": dataclasses.asdict(CONFIG) | {"heads": 0}},
        {"config": dataclasses.asdict(CONFIG) | {"channels": 32.0}},
        {"config": dataclasses.asdict(CONFIG) | {"frames": 64_000_000_000}},
        {"config": dataclasses.asdict(CONFIG) | {"channels": 1024, "mlp_ratio": 64, "blocks": 100}},
        {"config": dataclasses.asdict(CONFIG) | {"blocks": 1_000_000}},
        {"config": dataclasses.asdict(CONFIG) | {"tcn_channels": 1024, "tcn_blocks": 1024}},
        {"config": dataclasses.asdict(CONFIG) | {"tcn_blocks": 1}},
        {"config": dataclasses.asdict(CONFIG) | {"mlp_ratio": 1e308}},
        {"labels": [1, 2, 3]},
        {"labels": [["none"], "nodding", "waving"]},
        {"layout": "imigue"},
        {"window_s": float("inf")},
        {"window_s": 10**400},
        {"training": 3},
        {"decisions": None},
        {"decisions": {"temperature": 0}},
        {"decisions": {"temperature": float("nan")}},
        {"decisions": {"part_weight": -1}},
        {"decisions": {"none_bias": float("inf")}},
        {"decisions": {"threshold": 1.01}},
        {"decisions": {"threshold": "0.5"}},
        {"decisions": {"part_threshold": True}},
        {"decisions": {"fitted": 3}},
        {"decisions": {"unheard_of": 1}},
    ],
    ids=str,
)
def test_a_description_that_contradicts_itself_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    path = saved(tmp_path / "mine.safetensors").path
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["mmn_live"])
    save_file(load_file(path), path, {"mmn_live": json.dumps(header | changes)})
    with pytest.raises(CheckpointError, match=r"mine\.safetensors"):
        load_checkpoint(path)


def test_a_folder_does_not_hide_the_model_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "absent").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckpointError, match="no model is named 'absent'"):
        load_checkpoint("absent")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_leaves_no_half_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, open_file = tmp_path / "mine.safetensors", Path.open

    def open_full(self: Path, mode: str) -> object:
        open_file(self, mode).close()
        return open_file(Path("/dev/full"), "wb")

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(CheckpointError, match="cannot be written"):
        saved(path)
    assert not path.exists()


def test_a_released_checkpoint_converts(tmp_path: Path, released: dict[str, torch.Tensor]) -> None:
    torch.save(released, tmp_path / "official.pt")
    result = CliRunner().invoke(_convert_app(), [str(tmp_path / "official.pt")])
    assert result.exit_code == 0, result.output
    checkpoint = load_checkpoint(tmp_path / "official.safetensors")
    assert (checkpoint.taxonomy, len(checkpoint.labels), checkpoint.config.aggregation) == ("imigue", 32, "released")
    assert checkpoint.training["file_sha256"] == hashlib.sha256((tmp_path / "official.pt").read_bytes()).hexdigest()
    golden = load_file(DATA / "golden_imigue.safetensors")
    with torch.inference_mode():
        logits = checkpoint.network()(golden["inputs"].float(), golden["index_t"])
    torch.testing.assert_close(logits, golden["logits"], rtol=0, atol=2e-5)


def _convert_app() -> object:
    import typer

    from mmn_live.cli.convert import convert

    app = typer.Typer()
    app.command()(convert)
    return app


def refused(tmp_path: Path, content: object, message: str) -> None:
    torch.save(content, tmp_path / "official.pt")
    with pytest.raises(CheckpointError, match=message):
        convert_official(tmp_path / "official.pt", tmp_path / "out.safetensors")
    assert not (tmp_path / "out.safetensors").exists()


def test_conversion_names_the_tensors_that_do_not_fit(tmp_path: Path, released: dict[str, torch.Tensor]) -> None:
    refused(tmp_path, {k: v for k, v in released.items() if k != "head.weight"}, r"missing tensors: head\.weight")
    refused(tmp_path, released | {"extra.weight": torch.zeros(2)}, r"unknown tensors: extra\.weight")
    refused(tmp_path, released | {"head.weight": torch.zeros(32, 95)}, r"wrong shape: head\.weight \(32, 95\)")
    refused(tmp_path, released | {"head.bias": torch.full((32,), torch.nan)}, r"not finite: head\.bias")
    refused(tmp_path, released | {"head.bias": torch.zeros(60)}, "22 joints and 60 classes")


def test_conversion_names_tensors_of_other_kinds(tmp_path: Path, released: dict[str, torch.Tensor]) -> None:
    weight = released["head.weight"]
    for odd in (weight.to_sparse(), weight.to(torch.complex64), weight.to("meta")):
        refused(tmp_path, released | {"head.weight": odd}, r"unknown kind: head\.weight")
    refused(tmp_path, released | {5: weight}, r"not a plain state dict .*5")


def test_conversion_takes_tensors_that_share_memory(tmp_path: Path, released: dict[str, torch.Tensor]) -> None:
    torch.save(released | {"head.bias": released["head.weight"].flatten()[:32]}, tmp_path / "official.pt")
    checkpoint = convert_official(tmp_path / "official.pt", tmp_path / "out.safetensors")
    assert torch.equal(checkpoint.state["head.bias"], released["head.weight"].flatten()[:32])


def test_conversion_refuses_what_is_no_state_dict(tmp_path: Path, released: dict[str, torch.Tensor]) -> None:
    refused(tmp_path, [1, 2], "holds a list")
    refused(tmp_path, {"state_dict": released, "epoch": 3}, r"not a plain state dict .*state_dict, epoch")
    refused(tmp_path, {"weight": torch.zeros(3)}, "not a released MMN")


class Bomb:
    """Creates a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_conversion_never_executes_a_pickle(tmp_path: Path) -> None:
    refused(tmp_path, {"STPE": Bomb(tmp_path / "executed")}, "without executing")
    (tmp_path / "official.pt").write_bytes(pickle.dumps(Bomb(tmp_path / "executed")))
    with pytest.raises(CheckpointError, match="without executing") as caught:
        convert_official(tmp_path / "official.pt", tmp_path / "out.safetensors")
    assert "weights_only" not in str(caught.value)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("content", [b"", b"\x00" * 40, b"PK\x03\x04 cut short"])
def test_conversion_refuses_bytes_that_are_no_checkpoint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "official.pt").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"official\.pt"):
        convert_official(tmp_path / "official.pt", tmp_path / "out.safetensors")
