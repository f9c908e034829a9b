"""Weights on disk: reading, checking, writing, and converting the released ones.

A checkpoint is one safetensors file, which cannot execute anything. Its metadata holds, as JSON under one key, all that
is needed to use the weights: the network's config, labels, label set, joint layout, window length, the decisions that
were fitted to them, how they were trained and by which version of this program.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from mmn_live import __version__
from mmn_live.decisions import Decisions
from mmn_live.errors import CheckpointError, UsageError
from mmn_live.models import MMN, MMNConfig, network_of
from mmn_live.taxonomy import Taxonomy, taxonomy_named
from mmn_live.types import NONE_LABEL

DEFAULT_NAME = "actor"
OFFICIAL_WINDOW_S = 2.0
"""The data sets' clips are cut by hand and last about two seconds; a live window must choose one length."""

_HEADER_KEY = "mmn_live"
_SUFFIX = ".safetensors"
_SHOWN = 5
_ANY_MEMORY_HOLDS = 10_000_000  # numbers
_DTYPES = {torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64}


@dataclass(frozen=True)
class Checkpoint:
    """Weights and all that is needed to use them.

    `labels` has one name a class, in the order of the logits, each of `taxonomy` or "none". `window_s` is the span that
    the network was trained on. `training` holds plain JSON facts; `decisions` are neutral where none were fitted.
    `sha256` is that of the file.
    """

    name: str
    path: Path
    sha256: str
    config: MMNConfig
    labels: tuple[str, ...]
    taxonomy: str
    window_s: float
    training: Mapping[str, object]
    version: str
    decisions: Decisions
    state: Mapping[str, Tensor] = field(repr=False, compare=False)

    def network(self) -> MMN:
        """A new network with these weights, in evaluation mode, on the CPU."""
        network = network_of(self.config)
        network.load_state_dict(self.state)
        return network.eval()


def shipped_checkpoints() -> tuple[str, ...]:
    """Names of the checkpoints that come with the program."""
    files = resources.files("mmn_live.weights").iterdir()
    return tuple(sorted(file.name.removesuffix(_SUFFIX) for file in files if file.name.endswith(_SUFFIX)))


def load_checkpoint(name_or_path: str | Path) -> Checkpoint:
    """The checkpoint shipped under that name, or in that file.

    Raises CheckpointError for an unknown name, or a file that is not a whole and consistent checkpoint.
    """
    path = _resolve(name_or_path)
    try:
        content = path.read_bytes()
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        state = {name: _computed_with(tensor) for name, tensor in load_tensors(content).items()}
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}): check the path") from error
    except SafetensorError as error:
        raise CheckpointError(f"{path} is not a safetensors file ({error}): {_remedy(path)}") from error
    if _HEADER_KEY not in metadata:
        raise CheckpointError(f"{path} holds tensors but no description of a network: it was not written by mmn-live")
    return _described(path, hashlib.sha256(content).hexdigest(), metadata[_HEADER_KEY], state)


def save_checkpoint(
    path: Path,
    *,
    config: MMNConfig,
    labels: Sequence[str],
    taxonomy: str,
    window_s: float,
    training: Mapping[str, object],
    state: Mapping[str, Tensor],
    decisions: Decisions | None = None,
) -> Checkpoint:
    """Write a new checkpoint and return it as it reads back.

    Tensors that half precision holds exactly are kept in it, and read in single precision.

    Raises CheckpointError where the parts do not fit each other, the file exists already or cannot be written.
    """
    _check(path, config, labels, taxonomy_named(taxonomy), window_s, state)
    header = {
        "version": __version__,
        "config": dataclasses.asdict(config),
        "labels": list(labels),
        "taxonomy": taxonomy,
        "layout": taxonomy_named(taxonomy).layout.name,
        "window_s": window_s,
        "training": dict(training),
    }
    if decisions is not None:
        header["decisions"] = dataclasses.asdict(decisions)
    # Copies, because safetensors refuses tensors that share memory.
    contiguous = torch.contiguous_format
    tensors = {name: _kept(tensor.detach().cpu()).clone(memory_format=contiguous) for name, tensor in state.items()}
    _write_new(path, save_tensors(tensors, {_HEADER_KEY: json.dumps(header)}))
    return load_checkpoint(path)


def save_as(checkpoint: Checkpoint, output: Path) -> Checkpoint:
    """Write what a checkpoint holds as a new one at `output`, and return it as it reads back.

    Raises CheckpointError where its parts do not fit each other, `output` exists already or cannot be written.
    """
    return save_checkpoint(
        output,
        config=checkpoint.config,
        labels=checkpoint.labels,
        taxonomy=checkpoint.taxonomy,
        window_s=checkpoint.window_s,
        training=checkpoint.training,
        state=checkpoint.state,
        decisions=checkpoint.decisions,
    )


def convert_official(path: Path, output: Path) -> Checkpoint:
    """Write the released checkpoint at `path` (MA-52 or iMiGUE, the joint stream) as a checkpoint at `output`.

    The file is read by torch's restricted loader, which never executes a pickle. Raises CheckpointError for
    anything but the plain state dict of a released network, and where `output` exists already.
    """
    state = _read_official(path)
    config, taxonomy = _official_kind(path, state)
    return save_checkpoint(
        output,
        config=config,
        labels=[label.name for label in taxonomy.labels],
        taxonomy=taxonomy.name,
        window_s=OFFICIAL_WINDOW_S,
        training={"source": "released by the authors of MMN", "file": path.name, "file_sha256": _sha256(path)},
        state=state,
    )


def _resolve(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix or path.is_file() or len(path.parts) > 1:
        return path
    if path.name not in shipped_checkpoints():
        known = ", ".join(shipped_checkpoints()) or "none is installed"
        raise CheckpointError(
            f"no model is named {str(path)!r}: use one of these ({known}) or the path of a checkpoint"
        )
    return Path(str(resources.files("mmn_live.weights") / f"{path.name}{_SUFFIX}"))


def _remedy(path: Path) -> str:
    return f"if it is a released one, run `mmn-live convert {path.name}` first"


def _described(path: Path, sha256: str, header_text: str, state: Mapping[str, Tensor]) -> Checkpoint:
    try:
        header = json.loads(header_text)
        checkpoint = Checkpoint(
            name=path.stem,
            path=path,
            sha256=sha256,
            config=MMNConfig(**header["config"]),
            labels=tuple(map(str, header["labels"])),
            taxonomy=header["taxonomy"],
            window_s=float(header["window_s"]),
            training=dict(header["training"]),
            version=header["version"],
            decisions=Decisions(**header.get("decisions", {})),
            state=state,
        )
        taxonomy = taxonomy_named(checkpoint.taxonomy)
        if header["layout"] != taxonomy.layout.name:
            raise ValueError(f"layout is {header['layout']!r}: {taxonomy.name} has {taxonomy.layout.name!r}")
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError, UsageError) as error:
        remedy = "it is damaged, or was written by a newer mmn-live: update the program"
        raise CheckpointError(f"{path}: its description of the network cannot be used ({error!r}); {remedy}") from error
    _check(path, checkpoint.config, checkpoint.labels, taxonomy, checkpoint.window_s, state)
    return checkpoint


def _check(
    path: Path,
    config: MMNConfig,
    labels: Sequence[str],
    taxonomy: Taxonomy,
    window_s: float,
    state: Mapping[str, Tensor],
) -> None:
    known = {label.name for label in taxonomy.labels} | {NONE_LABEL}
    if unknown := [name for name in labels if name not in known]:
        raise CheckpointError(f"{path}: {_some(unknown)} not in the label set {taxonomy.name}: use another checkpoint")
    if len(labels) != config.classes or len(set(labels)) != len(labels):
        raise CheckpointError(f"{path}: {len(set(labels))} labels for {config.classes} classes: use another checkpoint")
    if config.parts not in (0, parts := len(taxonomy.body_parts) + 1):
        raise CheckpointError(
            f"{path}: {config.parts} body parts, but {taxonomy.name} has {parts} with {NONE_LABEL!r}: "
            "use another checkpoint"
        )
    if config.joints != taxonomy.layout.size:
        layout = f"{taxonomy.layout.name} has {taxonomy.layout.size}"
        raise CheckpointError(f"{path}: made for {config.joints} joints, but {layout}: use another checkpoint")
    if not 0 < window_s < math.inf:
        raise CheckpointError(f"{path}: window of {window_s} s: use another checkpoint")
    _check_tensors(path, config, state)


def _check_tensors(path: Path, config: MMNConfig, state: Mapping[str, Tensor]) -> None:
    # A damaged description may ask for more than there is memory: such a network is not built to be compared.
    needed = 2 * config.scales * config.blocks * config.channels * int(config.channels * config.mlp_ratio)
    needed += 12 * (1 + config.tcn_blocks) * config.tcn_channels**2 * config.tcn_members
    if needed > max(held := sum(tensor.numel() for tensor in state.values()), _ANY_MEMORY_HOLDS):
        raise CheckpointError(
            f"{path} holds {held} numbers, its network has more than {needed}: use another checkpoint"
        )
    expected = network_of(config).state_dict()
    wrong = {
        "missing tensors": [name for name in expected if name not in state],
        "unknown tensors": [name for name in state if name not in expected],
        "tensors of the wrong shape": [
            f"{name} {tuple(state[name].shape)} for {tuple(tensor.shape)}"
            for name, tensor in expected.items()
            if name in state and state[name].shape != tensor.shape
        ],
        "tensors of an unknown kind": [name for name, tensor in state.items() if not _is_plain(tensor)],
        "tensors that are not finite": [
            name for name, tensor in state.items() if _is_plain(tensor) and not tensor.isfinite().all()
        ],
    }
    faults = [f"{fault}: {_some(names)}" for fault, names in wrong.items() if names]
    if faults:
        raise CheckpointError(f"{path} does not fit its network ({'; '.join(faults)}): use another checkpoint")


def _kept(tensor: Tensor) -> Tensor:
    """The tensor in half precision where that loses nothing, as of weights that were rounded to it."""
    if tensor.dtype is not torch.float32:
        return tensor
    half = tensor.half()
    return half if torch.equal(half.float(), tensor) else tensor


def _computed_with(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.dtype is torch.float16 else tensor


def _is_plain(tensor: Tensor) -> bool:
    """Whether it is an array of numbers in memory: not sparse, quantised, complex or without content."""
    return tensor.layout is torch.strided and tensor.dtype in _DTYPES and not tensor.is_meta


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _write_new(path: Path, content: bytes) -> None:
    try:
        file = path.open("xb")
    except FileExistsError:
        raise CheckpointError(f"{path} exists already and is not overwritten: choose another name") from None
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written ({error.strerror}): choose another folder") from error
    try:
        with file:
            file.write(content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CheckpointError(f"{path} cannot be written ({error.strerror}): choose another folder") from error


def _read_official(path: Path) -> Mapping[str, Tensor]:
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read ({error.strerror or error}): check the path") from error
    except Exception as error:  # untrusted bytes make torch's readers raise almost anything
        raise CheckpointError(
            f"{path} is not a checkpoint that can be read without executing what is in it "
            f"({type(error).__name__}: {_reason(error)}): use the .pt file as the authors released it"
        ) from error
    if not isinstance(state, Mapping) or not state:
        raise CheckpointError(f"{path} holds a {type(state).__name__}, not a state dict: use the released .pt file")
    if others := [
        str(name) for name, value in state.items() if not (isinstance(name, str) and isinstance(value, Tensor))
    ]:
        raise CheckpointError(
            f"{path} is not a plain state dict (no tensors: {_some(others)}): use the released .pt file"
        )
    return state


def _reason(error: Exception) -> str:
    """The unpickler's own words or the first sentence: the rest of torch's message advises to load unsafely."""
    _, _, refusal = str(error).partition("WeightsUnpickler error: ")
    return refusal.partition("\n")[0] if refusal else str(error).partition("\n")[0].partition(". ")[0]


def _official_kind(path: Path, state: Mapping[str, Tensor]) -> tuple[MMNConfig, Taxonomy]:
    if missing := [name for name in ("STPE", "head.bias") if name not in state or not state[name].ndim]:
        raise CheckpointError(f"{path} is not a released MMN (missing tensors: {_some(missing)}): use its .pt file")
    joints, classes = state["STPE"].shape[-1], state["head.bias"].shape[0]
    for taxonomy in map(taxonomy_named, ("ma52", "imigue")):
        if (taxonomy.layout.size, len(taxonomy.labels)) == (joints, classes):
            return MMNConfig(joints=joints, classes=classes), taxonomy
    raise CheckpointError(
        f"{path} is for {joints} joints and {classes} classes: only MA-52 (44, 52) and iMiGUE (22, 32) were released"
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
