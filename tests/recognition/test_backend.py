from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch

from mmn_live.checkpoints import Checkpoint, save_checkpoint
from mmn_live.errors import DeviceError
from mmn_live.models import MMNConfig, network_of
from mmn_live.recognition.backend import Backend, choose_device

CONFIG = MMNConfig(frames=16, classes=3, in_channels=7, channels=32, blocks=1, preprocessing="body")
HALF_PRECISION = 0.02


@pytest.fixture(scope="module", params=[{}, {"parts": 8, "tcn_channels": 24}], ids=["mmn", "two-streams"])
def checkpoint(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Checkpoint:
    torch.manual_seed(3)
    path = tmp_path_factory.mktemp("weights") / "small.safetensors"
    config = replace(CONFIG, **request.param)
    state = network_of(config).state_dict()
    return save_checkpoint(
        path,
        config=config,
        labels=("none", "nodding", "waving"),
        taxonomy="ma52",
        window_s=1.6,
        training={},
        state=state,
    )


def window(seed: int) -> tuple[np.ndarray, np.ndarray]:
    shape = (CONFIG.in_channels, CONFIG.frames, CONFIG.joints)
    inputs = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    return inputs, np.linspace(-1, 1, CONFIG.frames, endpoint=False, dtype=np.float32)


def reference(checkpoint: Checkpoint, seed: int) -> np.ndarray:
    with torch.inference_mode():
        return checkpoint.network()(*(torch.from_numpy(array)[None] for array in window(seed)))[0].numpy()


def agrees(checkpoint: Checkpoint, device: str, tolerance: float) -> None:
    backend = Backend(checkpoint, choose_device(device))
    for seeds in ((1,), (2,), (1, 2, 3), (1,), (3, 2, 1)):
        inputs, index_t = (np.stack(arrays) for arrays in zip(*map(window, seeds), strict=True))
        logits = backend.logits(inputs, index_t)
        assert logits.shape == (len(seeds), 3 + checkpoint.config.parts)
        assert logits.dtype == np.float32
        for seed, got in zip(seeds, logits, strict=True):
            np.testing.assert_allclose(got, reference(checkpoint, seed), rtol=0, atol=tolerance)


def test_the_cpu_gives_the_networks_logits_of_one_window_or_more(checkpoint: Checkpoint) -> None:
    agrees(checkpoint, "cpu", 1e-5)
    assert torch.get_num_threads() == 1


def test_whichever_thread_asks_computes_without_denormal_numbers(checkpoint: Checkpoint) -> None:
    if not torch.set_flush_denormal(False):  # threads begin in the mode of the one that starts them
        pytest.skip("this processor cannot leave denormal numbers out")
    backend = Backend(checkpoint, choose_device("cpu"))

    def smallest() -> float:
        return (torch.full((1,), 1e-30) * 1e-10).item()

    def asked() -> tuple[float, float]:
        before = smallest()
        backend.logits(*(array[None] for array in window(1)))
        return before, smallest()

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as another:
        for thread in (one, another):
            before, after = thread.submit(asked).result()
            assert before > 0
            assert after == 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_cuda_gives_the_same_logits_in_half_precision(checkpoint: Checkpoint) -> None:
    agrees(checkpoint, "cuda", HALF_PRECISION)


def test_an_absent_device_is_answered_with_those_that_are_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert choose_device("auto") == torch.device("cpu")
    for absent in ("cuda", "mps", "abacus"):
        with pytest.raises(DeviceError, match=f"no device '{absent}' .* cpu"):
            choose_device(absent)


def test_auto_takes_cuda_before_mps_before_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert choose_device("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("auto").type == "cuda"
