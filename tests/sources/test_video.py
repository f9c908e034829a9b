"""Video files: their own time stamps, whatever the container, and one clear message for what is no video."""

from __future__ import annotations

import itertools
import logging
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from mmn_live.errors import SourceError
from mmn_live.sources import VideoSource
from mmn_live.types import Frame, Image

STEADY_S = tuple(i / 25 for i in range(50))


def _picture(i: int, width: int, height: int) -> Image:
    """Grey that says which frame it is, with a red corner at the top left."""
    image = np.full((height, width, 3), 40 + 3 * (i % 60), np.uint8)
    image[: height // 3, : width // 3] = (0, 0, 255)
    return image


def _write(
    path: Path,
    times_s: Sequence[float] = STEADY_S,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (96, 64),
    sound: bool = False,
    options: dict[str, str] | None = None,
) -> Path:
    time_base = Fraction(1, 25 if codec in ("mjpeg", "mpeg4") else 1000)  # the old ones know constant rates only
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.time_base = stream.codec_context.time_base = time_base
        if sound:
            container.add_stream("aac", rate=48_000)
        for i, time_s in enumerate(times_s):
            frame = av.VideoFrame.from_ndarray(_picture(i, *size), format="bgr24").reformat(format=stream.pix_fmt)
            frame.time_base, frame.pts = time_base, round(time_s / time_base)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            _mux_tone(container, container.streams.audio[0])
    return path


def _mux_tone(container: av.container.OutputContainer, stream: av.AudioStream) -> None:
    tone = np.sin(np.arange(1024) / 10).astype(np.float32)[None]
    for i in range(20):
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, 1024 * i
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _frames(path: Path) -> list[Frame]:
    with VideoSource(path) as source:
        return list(source)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        *[("a.mp4", "libx264"), ("a.mov", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx")],
        *[("a.avi", "mjpeg"), ("a.mp4", "mpeg4"), ("a.ts", "libx264")],
    ],
)
def test_any_container_gives_every_frame_at_its_time(tmp_path: Path, name: str, codec: str) -> None:
    frames = _frames(_write(tmp_path / name, codec=codec))
    np.testing.assert_allclose([frame.time_s for frame in frames], STEADY_S, atol=1e-3)
    assert [frame.index for frame in frames] == list(range(50))
    assert frames[7].image.shape == (64, 96, 3)
    assert frames[7].image.dtype == np.uint8
    np.testing.assert_allclose(frames[7].image[50, 80], 40 + 3 * 7, atol=10)


@pytest.mark.parametrize("name", ["vfr.mkv", "vfr.mp4"])
def test_a_varying_rate_is_kept(tmp_path: Path, name: str) -> None:
    times_s = np.round(np.cumsum(np.random.default_rng(3).uniform(0.008, 0.9, 30)), 3)
    read_s = [frame.time_s for frame in _frames(_write(tmp_path / name, list(times_s)))]
    np.testing.assert_allclose(read_s, times_s - times_s[0], atol=1e-3)


def test_frames_come_in_the_order_in_which_they_are_shown(tmp_path: Path) -> None:
    path = _write(tmp_path / "b.mp4", options={"bf": "3", "b_strategy": "0", "x264-params": "scenecut=0"})
    with av.open(str(path)) as container:
        stored = [packet.pts for packet in container.demux(video=0) if packet.pts is not None]
    assert stored != sorted(stored), "the file was to hold frames in another order than shown"
    frames = _frames(path)
    assert np.all(np.diff([frame.time_s for frame in frames]) > 0)
    assert np.all(np.diff([int(frame.image[60, 90, 0]) for frame in frames]) > 0)


def test_what_is_known_is_in_the_info(tmp_path: Path) -> None:
    with VideoSource(_write(tmp_path / "a.mp4")) as source:
        info = source.info
    assert (info.kind, info.width, info.height, info.live, info.frame_count) == ("video", 96, 64, False, 50)
    assert info.announced_fps == pytest.approx(25)
    assert info.duration_s == pytest.approx(2.0, abs=0.05)


def test_sound_is_ignored(tmp_path: Path) -> None:
    assert len(_frames(_write(tmp_path / "sound.mp4", sound=True))) == 50


def _turn(path: Path, clockwise: int) -> None:
    """Put a rotation into the header of an .mp4's track, as telephones do."""
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[clockwise]
    content = bytearray(path.read_bytes())
    matrix_at = content.index(b"tkhd") + 4 + 40
    one = 1 << 16
    struct.pack_into(">9i", content, matrix_at, cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("clockwise", "rotated"),
    [(90, cv2.ROTATE_90_CLOCKWISE), (180, cv2.ROTATE_180), (270, cv2.ROTATE_90_COUNTERCLOCKWISE)],
)
def test_a_rotated_video_is_upright(tmp_path: Path, clockwise: int, rotated: int) -> None:
    path = _write(tmp_path / "telephone.mp4")
    lying = _frames(path)[5].image
    _turn(path, clockwise)
    with VideoSource(path) as source:
        upright = next(itertools.islice(source, 5, None)).image
        assert (source.info.height, source.info.width) == upright.shape[:2]
    np.testing.assert_array_equal(upright, cv2.rotate(lying, rotated))


@pytest.mark.parametrize("size", [(1, 1), (2, 2)])
def test_a_tiny_video_is_read(tmp_path: Path, size: tuple[int, int]) -> None:
    frames = _frames(_write(tmp_path / "tiny.mkv", STEADY_S[:3], codec="ffv1", size=size))
    assert [frame.image.shape for frame in frames] == [(size[1], size[0], 3)] * 3


def test_a_video_of_one_frame_is_read(tmp_path: Path) -> None:
    assert [frame.time_s for frame in _frames(_write(tmp_path / "one.mp4", [0.0]))] == [0.0]


def test_time_advances_where_the_file_has_none(tmp_path: Path) -> None:
    """A raw H.264 stream has no container, and so no time stamps."""
    times_s = [frame.time_s for frame in _frames(_write(tmp_path / "raw.h264"))]
    assert len(times_s) == 50
    np.testing.assert_allclose(np.diff(times_s), 1 / 25, rtol=0.01)


def test_frames_say_when_they_were_decoded(tmp_path: Path) -> None:
    captured_s = [frame.captured_at_s for frame in _frames(_write(tmp_path / "a.mp4"))]
    assert np.all(np.diff(captured_s) >= 0)


def test_a_file_that_was_cut_off_ends_where_it_was_cut(tmp_path: Path) -> None:
    path = _write(tmp_path / "cut.mkv", [i / 25 for i in range(200)], options={"g": "10"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    frames = _frames(path)
    assert 40 < len(frames) < 160
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(len(frames)) / 25, atol=1e-3)


def test_damage_is_skipped_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = _write(tmp_path / "damaged.mp4", [i / 25 for i in range(200)], options={"g": "10"})
    content = bytearray(path.read_bytes())
    middle = content.index(b"mdat") + len(content) // 3
    content[middle : middle + 600] = bytes(600)
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING):
        frames = _frames(path)
    assert "damaged" in caplog.text
    assert 150 < len(frames) <= 200
    times_s = [frame.time_s for frame in frames]
    assert np.all(np.diff(times_s) > 0)
    assert times_s[-1] == pytest.approx(199 / 25, abs=0.01)


def test_an_mp4_without_its_index_is_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "cut.mp4")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(SourceError, match="cut off"):
        VideoSource(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        VideoSource(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no file .*missing\.mp4"):
        VideoSource(tmp_path / "missing.mp4")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.mp4", b"", "empty"),
        ("noise.mp4", bytes(range(256)) * 40, "not a video"),
        ("text.txt", b"Just a line of text.\n" * 20, "not a video"),
    ],
)
def test_what_is_no_video_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        VideoSource(path)


@pytest.mark.parametrize("name", ["picture.png", "picture.jpg"])
def test_a_picture_is_refused(tmp_path: Path, name: str) -> None:
    cv2.imwrite(str(tmp_path / name), _picture(0, 96, 64))
    with pytest.raises(SourceError, match="not a video"):
        VideoSource(tmp_path / name)


@pytest.mark.parametrize("name", ["sound.m4a", "sound.mp4"])
def test_sound_alone_is_refused(tmp_path: Path, name: str) -> None:
    with av.open(str(tmp_path / name), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48_000)
        _mux_tone(container, stream)
    with pytest.raises(SourceError, match="sound only"):
        VideoSource(tmp_path / name)


def test_close_ends_the_iteration_and_is_idempotent(tmp_path: Path) -> None:
    source = VideoSource(_write(tmp_path / "a.mp4"))
    frames = iter(source)
    assert next(frames).index == 0
    source.close()
    assert list(frames) == []
    source.close()


def test_a_source_that_was_closed_yields_nothing(tmp_path: Path) -> None:
    source = VideoSource(_write(tmp_path / "a.mp4"))
    source.close()
    assert list(source) == []


def test_an_iteration_may_be_left(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.mp4")
    with VideoSource(path) as source:
        for frame in source:
            if frame.index == 3:
                break
    path.unlink()
