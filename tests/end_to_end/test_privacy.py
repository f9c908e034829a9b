"""A real run with real MediaPipe: the truth about where the actor's face is, against what was written."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from mmn_live.actor.script import parse_script
from mmn_live.checkpoints import load_checkpoint
from mmn_live.joints import MA52
from mmn_live.overlay import BLANK
from mmn_live.overlay.privacy import FaceBlur
from mmn_live.pipeline import KeptVideos, Recorder, Settings, assemble
from mmn_live.pose import PoseEstimator
from mmn_live.recording import SessionWriter
from mmn_live.sources import VideoSource
from mmn_live.sources.demo import DemoSource
from mmn_live.types import Image

pytestmark = pytest.mark.slow

SCRIPT = parse_script("view: half\nseed: 9021\nlook: 9021\nduration: 4\n0.5 1.6 shaking head\n2.3 1.5 bowing head\n")
FPS = 8.0
REAL = Path(__file__).parents[3] / "shared" / "real"


def test_the_face_is_in_no_frame_of_a_blurred_run(model_files, tmp_path: Path) -> None:
    folder = record(model_files, tmp_path / "s", "blur", ("raw",))
    with DemoSource(SCRIPT, fps=FPS, pace=False) as source:
        faces = source.performance.pose_px[:, :11]
        sources = [frame.image for frame in source]
    raw = decoded(folder / "raw.mp4")
    assert len(raw) == len(sources)
    for written, image, face in zip(raw, sources, faces, strict=True):
        where = np.zeros(image.shape[:2], np.uint8)
        cv2.fillConvexPoly(where, cv2.convexHull(face.round().astype(np.int32)), (1,))
        assert detail(written, where) < 0.25 * detail(image, where)
    # From the first frame in which he is found on, his hands are as sharp as they were.
    assert np.abs(raw[-1][300:].astype(int) - sources[-1][300:]).mean() < 4


def test_a_skeleton_run_has_a_skeleton_on_nothing(model_files, tmp_path: Path) -> None:
    folder = record(model_files, tmp_path / "s", "skeleton", ("skeleton",))
    for written in decoded(folder / "skeleton.mp4")[3:]:
        empty = (np.abs(written.astype(int) - BLANK) < 12).all(axis=2)
        assert 0.8 < empty.mean() < 0.995


@pytest.mark.skipif(not REAL.is_dir(), reason="the clips of real people may not be passed on; they are not here")
@pytest.mark.parametrize("name", ["still_desk_man.mp4", "turning_head_woman.mp4", "face_then_nobody.mov"])
def test_a_face_detector_of_another_kind_finds_no_face_of_a_real_person(model_files, name: str) -> None:
    """Viola and Jones's detector, as OpenCV brings it: it finds these faces, and none of them once they are blurred."""
    detector = cv2.CascadeClassifier(str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_alt2.xml"))
    guard, found, found_in_kept = FaceBlur(), 0, 0
    with VideoSource(REAL / name) as source, PoseEstimator(MA52, model_files) as estimator:
        for frame in islice(source, 20):
            kept = guard.process(frame.image, estimator.process(frame).skeletons, frame.time_s)
            if frame.index % 5 == 0:
                found += finds_a_face(detector, frame.image)
                found_in_kept += finds_a_face(detector, kept)
    assert found >= 2
    assert found_in_kept == 0


def finds_a_face(detector: cv2.CascadeClassifier, image: Image) -> bool:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    scale = min(1.0, 640 / max(grey.shape))
    return len(detector.detectMultiScale(cv2.resize(grey, None, fx=scale, fy=scale), 1.1, 5, minSize=(30, 30))) > 0


def record(model_files, folder: Path, privacy: str, kinds: tuple[str, ...]) -> Path:
    checkpoint = load_checkpoint("actor")
    session = SessionWriter(folder, {}, checkpoint.labels, MA52)
    recorder = Recorder(session, folder / "annotated.mp4", KeptVideos(session, kinds, MA52), record=True)
    source = DemoSource(SCRIPT, fps=FPS, pace=False)
    settings = Settings(privacy=privacy, mirror=True)
    with assemble(source, model_files, checkpoint, settings, recorder, show=False) as pipeline:
        for _ in pipeline.views():
            pass
    return folder


def decoded(path: Path) -> list[Image]:
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="bgr24") for frame in video.decode(video=0)]


def detail(image: Image, where: Image) -> float:
    """How much the grey levels differ from those around them in a part of an image."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32)
    return float((grey - cv2.GaussianBlur(grey, (0, 0), 6))[where > 0].std())
