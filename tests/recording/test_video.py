"""Written videos: true times, even sizes, nothing overwritten, and what is left when the writing ends badly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import av
import numpy as np
import pytest

from mmn_live.errors import RecordingError, UsageError
from mmn_live.recording import VideoWriter
from mmn_live.types import Image


def _picture(level: int, width: int = 64, height: int = 48) -> Image:
    image = np.full((height, width, 3), level, np.uint8)
    image[: height // 2, : width // 2] = (255, 0, 0)
    return image


def _noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (120, 160, 3), dtype=np.uint8)


def _times_s(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [frame.time for frame in container.decode(video=0) if frame.time is not None]


def _images(path: Path) -> list[Image]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


@pytest.mark.parametrize(("suffix", "resolution_s"), [(".mp4", 1 / 90_000), (".mkv", 1 / 1000), (".MP4", 1 / 90_000)])
def test_every_frame_keeps_its_distance_from_the_first(tmp_path: Path, suffix: str, resolution_s: float) -> None:
    times_s = 12.5 + np.cumsum(np.random.default_rng(1).uniform(0.01, 0.6, 40))
    path = tmp_path / f"varying{suffix}"
    with VideoWriter(path) as writer:
        for i, time_s in enumerate(times_s):
            writer.process(_picture(i), float(time_s))
    np.testing.assert_allclose(_times_s(path), times_s - times_s[0], atol=resolution_s)


def test_a_time_that_does_not_advance_is_nudged(tmp_path: Path) -> None:
    path = tmp_path / "duplicate.mp4"
    with VideoWriter(path) as writer:
        for time_s in (0.0, 0.1, 0.1, 0.05, 0.2):
            writer.process(_picture(0), time_s)
    times_s = _times_s(path)
    assert len(times_s) == 5
    assert np.all(np.diff(times_s) > 0)
    np.testing.assert_allclose(times_s, [0.0, 0.1, 0.1, 0.1, 0.2], atol=1e-4)


def test_colours_survive(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "colours.mp4") as writer:
        for i in range(3):
            writer.process(_picture(180), i / 30)
    image = _images(tmp_path / "colours.mp4")[-1]
    np.testing.assert_allclose(image[36, 48], (180, 180, 180), atol=6)
    np.testing.assert_allclose(image[12, 16], (255, 0, 0), atol=12)


@pytest.mark.parametrize("size", [(1, 1), (65, 49), (64, 49), (2, 2)])
def test_odd_sides_get_one_more_pixel(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    path = tmp_path / "odd.mp4"
    with VideoWriter(path) as writer:
        writer.process(np.full((height, width, 3), 100, np.uint8), 0.0)
    (image,) = _images(path)
    assert image.shape == (height + height % 2, width + width % 2, 3)
    np.testing.assert_allclose(image, 100, atol=4)


def test_a_frame_of_another_size_is_scaled_to_the_first(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "sizes.mp4") as writer:
        writer.process(_picture(50), 0.0)
        writer.process(_picture(50, width=320, height=240), 0.1)
    first, second = _images(tmp_path / "sizes.mp4")
    assert second.shape == first.shape
    np.testing.assert_allclose(second[40, 50], (50, 50, 50), atol=6)


def test_a_key_frame_comes_every_second_whatever_the_rate(tmp_path: Path) -> None:
    path = tmp_path / "keys.mp4"
    with VideoWriter(path) as writer:
        for i in range(40):
            writer.process(_picture(i), i / 7)
    with av.open(str(path)) as container:
        frames = [(frame.time or 0.0, frame.key_frame) for frame in container.decode(video=0)]
    keys_s = [time_s for time_s, is_key in frames if is_key]
    assert np.all(np.diff(keys_s) <= 1.0 + 1 / 7 + 1e-3)
    assert len(keys_s) < 8


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "precious.mp4"
    path.write_bytes(b"precious")
    with pytest.raises(UsageError, match="exists already"):
        VideoWriter(path)
    assert path.read_bytes() == b"precious"


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.mp4 or \.mkv"):
        VideoWriter(tmp_path / "video.avi")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_recording_error(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="missing"):
        VideoWriter(tmp_path / "missing" / "video.mp4")


def test_without_frames_there_is_no_file(tmp_path: Path) -> None:
    VideoWriter(tmp_path / "none.mp4").close()
    assert list(tmp_path.iterdir()) == []


def test_close_is_idempotent_and_final(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / "closed.mp4")
    writer.process(_picture(0), 0.0)
    writer.close()
    writer.close()
    with pytest.raises(RecordingError, match="closed"):
        writer.process(_picture(0), 0.1)
    assert len(_times_s(writer.path)) == 1


def _write_noise(writer: VideoWriter, frames: int) -> None:
    for i in range(frames):
        writer.process(_noise(i), i / 10)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_on_a_full_disk_what_was_written_stays_readable(
    tmp_path: Path, suffix: str, no_file_larger_than: Callable[[int], AbstractContextManager[None]]
) -> None:
    path = tmp_path / f"full{suffix}"
    writer = VideoWriter(path)
    with no_file_larger_than(150_000), pytest.raises(RecordingError, match=rf"full{suffix}.*make room"):
        _write_noise(writer, frames=200)
    writer.close()
    kept_s = _times_s(path)
    assert len(kept_s) >= 10
    np.testing.assert_allclose(kept_s, np.arange(len(kept_s)) / 10, atol=1e-3)


ENDLESS = """
import sys
from pathlib import Path
import numpy as np
from mmn_live.recording import VideoWriter
image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
writer = VideoWriter(Path(sys.argv[1]))
for i in range(1_000_000):
    writer.process(image, i / 20)
    print(i / 20, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_killed_process_loses_a_second_at_most(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"killed{suffix}"
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        written_s = next(float(line) for line in process.stdout if float(line) >= 5.5)
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    times_s = _times_s(path)
    assert times_s[-1] >= written_s - 1.05
    np.testing.assert_allclose(times_s, np.arange(len(times_s)) / 20, atol=1e-3)
