"""Nothing of what a guard takes out reaches the disk: videos of every kind, snapshots, while recording or by a key."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from mmn_live.errors import RecordingError
from mmn_live.joints import MA52
from mmn_live.overlay import BLANK, Overlay
from mmn_live.pipeline import KeptVideos, Recorder
from mmn_live.pipeline.board import Board
from mmn_live.pipeline.composer import Composer, Posed
from mmn_live.recording import SessionReader, SessionWriter, VideoWriter
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Frame, Image, Landmarks, People, Skeleton, Stats

FRAMES, FPS = 12, 10.0
WIDTH, HEIGHT = 320, 240
UNSEEN = range(5, 8)
"""Frames in which the detector misses the person."""
HEAD = slice(60, 120), slice(130, 190)
LABELS = ("nodding",)


class SteadyMeter:
    """Figures that do not depend on how long anything took."""

    def stats(self) -> Stats:
        return Stats(10.0, 10.0, 10.0, 50.0, 60.0, 20.0, 100, 0, 0)

    def frame(self, frame: Frame, now_s: float) -> tuple[float, int]:
        return 1.0, 0

    def gap(self) -> None: ...

    def recognised(self, latency_ms: float) -> None: ...


@dataclass(frozen=True)
class Kept:
    """What a run left on disk, as images."""

    annotated: list[Image]
    by_key: list[Image]
    raw: list[Image]
    skeleton: list[Image]
    snapshot: Image


def textured(seed: int) -> list[Image]:
    """Pictures unlike each other and unlike anything that is drawn: random blocks, which survive compression."""
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (FRAMES, HEIGHT // 4, WIDTH // 4, 3), np.uint8)
    return list(blocks.repeat(4, axis=1).repeat(4, axis=2))


def person(time_s: float) -> Skeleton:
    pose = np.ones((33, 3), np.float32)
    face = [(0, 12), (-4, 0), (-8, 0), (-11, 0), (4, 0), (8, 0), (11, 0), (-16, 3), (16, 3), (-6, 20), (6, 20)]
    pose[:11, :2] = np.array(face) + np.array([160, 85])
    pose[11:, :2] = [(115 if i % 2 else 205, 170) for i in range(11, 33)]
    joints = np.random.default_rng(3).uniform(60, 200, (44, 2)).astype(np.float32)
    return Skeleton(0, time_s, joints, np.ones(44, np.float32), Landmarks(pose, np.zeros((2, 21, 3), np.float32)))


def play(images: list[Image], folder: Path, privacy: str, *, mirror: bool = False) -> Kept:
    """Compose and record the images, with a second video begun by the r key and a snapshot by the s key."""
    session = SessionWriter(folder, {}, LABELS, MA52)
    recorder = Recorder(session, folder / "annotated.mp4", KeptVideos(session, ("raw", "skeleton"), MA52), record=True)
    overlay = Overlay(MA52, taxonomy_named("ma52"), LABELS)
    composer = Composer(
        overlay,
        Board(),
        recorder,
        SteadyMeter(),
        wait=False,
        show=False,
        mirror=mirror,
        privacy=privacy,
    )
    for i, image in enumerate(images):
        if i == FRAMES // 2:
            composer.snapshot()
            composer.toggle_recording()
            composer.toggle_recording()
        seen = () if i in UNSEEN else (person(i / FPS),)
        composer.process(Posed(Frame(i, i / FPS, image, time.monotonic()), People(i, i / FPS, seen)))
        composer.refresh()
    composer.close("end of source")
    names = ("annotated", "annotated-2", "raw", "skeleton")
    annotated, by_key, raw, skeleton = (decoded(folder / f"{name}.mp4") for name in names)
    return Kept(annotated, by_key, raw, skeleton, cv2.imread(str(folder / "snapshot.png")))


def decoded(path: Path) -> list[Image]:
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="bgr24") for frame in video.decode(video=0)]


def likeness(kept: Image, source: Image, where: tuple[slice, slice]) -> float:
    """Correlation of the grey levels that two images have in a place."""
    one, other = (cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)[where].astype(float).ravel() for image in (kept, source))
    return float(np.corrcoef(one, other)[0, 1]) if one.std() > 0 and other.std() > 0 else 0.0


def blocks() -> list[tuple[slice, slice]]:
    return [(slice(y, y + 48), slice(x, x + 64)) for y in range(0, HEIGHT, 48) for x in range(0, WIDTH, 64)]


def test_without_privacy_the_picture_is_in_everything_that_shows_it(tmp_path: Path) -> None:
    """The measure sees what the tests below must not find."""
    images = textured(1)
    kept = play(images, tmp_path / "s", "none")
    assert min(likeness(one, source, HEAD) for one, source in zip(kept.raw, images, strict=True)) > 0.9
    assert np.median([likeness(kept.annotated[3], images[3], block) for block in blocks()]) > 0.7
    assert likeness(kept.snapshot, images[5], blocks()[0]) > 0.7
    assert {len(videos) for videos in (kept.annotated + kept.by_key, kept.raw, kept.skeleton)} == {FRAMES}


def test_a_skeleton_alone_holds_nothing_of_the_picture(tmp_path: Path) -> None:
    images = textured(1)
    one = play(images, tmp_path / "one", "skeleton")
    other = play(textured(2), tmp_path / "other", "skeleton")
    for name in ("annotated.mp4", "annotated-2.mp4", "raw.mp4", "skeleton.mp4", "snapshot.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name
    np.testing.assert_array_equal(one.snapshot, other.snapshot)
    shown = [*zip(one.annotated + one.by_key, images, strict=True), (one.snapshot, images[5])]
    assert max(abs(likeness(kept, source, block)) for kept, source in shown for block in blocks()) < 0.3
    assert np.median(one.annotated[3]) == pytest.approx(BLANK, abs=3)


def test_the_kept_skeleton_video_holds_nothing_of_the_picture_in_any_mode(tmp_path: Path) -> None:
    for seed, privacy in enumerate(("none", "blur")):
        play(textured(seed), tmp_path / privacy, privacy, mirror=privacy == "none")
    assert (tmp_path / "none" / "skeleton.mp4").read_bytes() == (tmp_path / "blur" / "skeleton.mp4").read_bytes()


@pytest.mark.parametrize("mirror", [False, True])
def test_a_blurred_face_is_in_nothing_that_is_written_also_where_it_was_missed(tmp_path: Path, mirror: bool) -> None:
    images = textured(1)
    kept = play(images, tmp_path / "s", "blur", mirror=mirror)
    drawn = [np.ascontiguousarray(image[:, ::-1]) if mirror else image for image in kept.annotated + kept.by_key]
    snapshot = np.ascontiguousarray(kept.snapshot[:, ::-1]) if mirror else kept.snapshot
    for written, source in [
        *zip(kept.raw, images, strict=True),
        *zip(drawn, images, strict=True),
        (snapshot, images[5]),
    ]:
        assert abs(likeness(written, source, HEAD)) < 0.35
    corner = slice(0, 60), slice(0, 40)
    assert (
        np.median([likeness(written, source, corner) for written, source in zip(kept.raw, images, strict=True)]) > 0.9
    )


def test_the_session_says_which_videos_it_keeps(tmp_path: Path) -> None:
    play(textured(1), tmp_path / "s", "blur")
    videos = SessionReader(tmp_path / "s").videos
    assert sorted((video.kind, video.file.name, video.start_s) for video in videos) == [
        ("annotated", "annotated-2.mp4", 0.6),
        ("annotated", "annotated.mp4", 0.0),
        ("raw", "raw.mp4", 0.0),
        ("skeleton", "skeleton.mp4", 0.0),
    ]
    with av.open(str(tmp_path / "s" / "raw.mp4")) as video:
        assert [frame.time for frame in video.decode(video=0)] == pytest.approx(np.arange(FRAMES) / FPS, abs=1e-3)


def test_a_run_that_never_began_leaves_no_kept_video(tmp_path: Path) -> None:
    session = SessionWriter(tmp_path / "s", {}, LABELS, MA52)
    Recorder(session, tmp_path / "s" / "annotated.mp4", KeptVideos(session, ("raw",), MA52), record=True).discard()
    assert list(tmp_path.iterdir()) == []


def test_a_kept_video_that_fails_leaves_the_others_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = VideoWriter.process

    def process(video: VideoWriter, image: Image, time_s: float) -> None:
        if video.path.name == "skeleton.mp4" and time_s > 0.45:
            raise RecordingError("disk full")
        write(video, image, time_s)

    monkeypatch.setattr(VideoWriter, "process", process)
    session = SessionWriter(tmp_path / "s", {}, LABELS, MA52)
    kept = KeptVideos(session, ("raw", "skeleton"), MA52)
    recorder = Recorder(session, tmp_path / "s" / "annotated.mp4", kept, record=True)
    frames = [Frame(i, i / FPS, image, 0.0) for i, image in enumerate(textured(1))]
    for frame in frames[:5]:
        recorder.frame(frame, People(frame.index, frame.time_s, ()), frame.image, 0, 1.0)
    with pytest.raises(RecordingError, match="disk full"):
        recorder.frame(frames[5], People(5, frames[5].time_s, ()), frames[5].image, 0, 1.0)
    recorder.close("error: disk full")
    counts = {name: len(decoded(tmp_path / "s" / f"{name}.mp4")) for name in ("annotated", "raw", "skeleton")}
    assert counts == {"annotated": 5, "raw": 6, "skeleton": 5}
    assert SessionReader(tmp_path / "s").ended == "error: disk full"
