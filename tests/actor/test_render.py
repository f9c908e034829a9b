"""Pictures of the actor: what the figure says is where it is drawn, the same every time, and MediaPipe sees it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from mmn_live.actor.camera import VIEWS
from mmn_live.actor.depth import DepthBuffer
from mmn_live.actor.look import look_from_seed
from mmn_live.actor.parts import solids_of
from mmn_live.actor.perform import Performance, perform
from mmn_live.actor.render import Renderer
from mmn_live.actor.script import Cue, Script
from mmn_live.cli.actor import app
from mmn_live.errors import UsageError
from mmn_live.sources.demo import DemoSource

if TYPE_CHECKING:
    from mmn_live.pose.assets import ModelFiles

SIZE = (320, 240)


def waving(view: str, figure: str = "seated", seed: int = 1) -> Performance:
    """Three moments of somebody who waves."""
    script = Script((Cue(0.0, 3.0, "waving"),), 3.0, view, figure, seed)
    return perform(script, np.array([0.0, 1.2, 1.5]), SIZE)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("figure", ["seated", "standing"])
def test_landmarks_lie_on_the_drawn_body(view: str, figure: str) -> None:
    shown = waving(view, figure)
    assert shown.figure is not None
    buffer = DepthBuffer(shown.camera)
    for solid in solids_of(shown.figure, 1, look_from_seed(0)):
        buffer.draw(solid)
    points = np.concatenate([shown.pose_px[1], shown.hands_px[1].reshape(-1, 2)])
    columns, rows = np.round(points).astype(int).T
    inside = (columns >= 1) & (columns < SIZE[0] - 1) & (rows >= 1) & (rows < SIZE[1] - 1)
    # Close by, most of the body is out of the picture.
    assert inside.sum() >= {"face": 11, "close": 12}.get(view, 15)
    # A landmark on the outline may be rounded out of it.
    off = cv2.distanceTransform((buffer.owner == 0).astype(np.uint8), cv2.DIST_L2, 3)[rows[inside], columns[inside]]
    assert (off > 1).sum() <= (view in ("face", "close"))
    assert 0.02 < (buffer.owner > 0).mean() < 0.8


def test_same_sample_gives_the_same_pixels_in_any_renderer_and_order() -> None:
    shown = waving("half")
    first, second = (Renderer(shown.camera, look_from_seed(5)) for _ in range(2))
    forwards = [first.render(shown.figure, sample) for sample in (0, 1, 2)]
    backwards = [second.render(shown.figure, sample) for sample in (2, 1, 0)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (forwards[0].astype(int) != forwards[1]).mean() > 0.1


def test_every_seed_has_a_look_of_its_own() -> None:
    assert look_from_seed(7) == look_from_seed(7)
    looks = [look_from_seed(seed) for seed in range(40)]
    assert len({look.shirt for look in looks}) == 40
    assert len({look.sleeve for look in looks}) == 4
    assert {look.glasses for look in looks} == {True, False}


def test_nobody_is_an_empty_room_with_a_living_sensor() -> None:
    shown = waving("half")
    renderer = Renderer(shown.camera, look_from_seed(5))
    empty, again = (renderer.render(None, sample).astype(int) for sample in (0, 1))
    assert empty.shape == (SIZE[1], SIZE[0], 3)
    noise = np.abs(empty - again).mean()
    assert 0.5 < noise < 15
    assert np.abs(renderer.render(shown.figure, 0).astype(int) - empty).mean() > 2 * noise


def test_glasses_that_the_figure_wears_are_drawn() -> None:
    from dataclasses import replace

    shown = waving("webcam")
    assert shown.figure is not None
    renderer = Renderer(shown.camera, replace(look_from_seed(5), glasses=False))
    plain = renderer.render(shown.figure, 0).astype(int)
    worn = renderer.render(replace(shown.figure, glasses=True), 0).astype(int)
    changed = np.abs(worn - plain).max(axis=2) > 20
    rows, columns = np.nonzero(changed)
    eyes = shown.pose_px[0, [2, 5]]
    assert changed.sum() > 20
    off = np.abs(np.array([columns.mean(), rows.mean()]) - eyes.mean(axis=0)).max()
    assert off < 0.44 * np.hypot(*(eyes[0] - eyes[1]))  # the head is turned, and one temple shows


@pytest.mark.slow
def test_command_writes_video_labels_and_joints_once(tmp_path: Path) -> None:
    script, video = tmp_path / "nod.txt", tmp_path / "nod.mp4"
    script.write_text("view: webcam\nduration: 1.2\n0.2 0.8 nodding\n", encoding="utf-8")
    call = ["render", str(script), "-o", str(video), "--size", "160x120", "--fps", "10"]
    assert CliRunner().invoke(app, call).exit_code == 0
    assert video.stat().st_size > 1000
    assert (tmp_path / "nod.labels.csv").read_text(encoding="utf-8").split() == [
        "onset_s,offset_s,label",
        "0.200,1.000,nodding",
    ]
    with np.load(tmp_path / "nod.joints.npz") as joints:
        assert joints["pose_px"].shape == (12, 33, 2)
        assert joints["hands_m"].shape == (12, 2, 21, 3)
    refused = CliRunner().invoke(app, call)
    assert isinstance(refused.exception, UsageError)
    assert CliRunner().invoke(app, [*call, "--force"]).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_mediapipe_finds_the_actor_where_it_is(view: str, model_files: ModelFiles) -> None:
    from mmn_live.joints import MA52
    from mmn_live.pose.estimator import PoseEstimator
    from mmn_live.types import Frame

    script = Script((Cue(0.5, 2.0, "waving"),), 2.5, view, seed=4)
    shown = perform(script, np.arange(10) / 5.0)
    renderer = Renderer(shown.camera, look_from_seed(3))
    errors = []
    with PoseEstimator(MA52, model_files) as estimator:
        for index, time_s in enumerate(shown.times_s):
            image = renderer.render(shown.figure, index)
            found_people = estimator.process(Frame(index, float(time_s), image, 0.0)).skeletons
            landmarks = found_people[0].landmarks if found_people else None
            assert landmarks is not None, f"nobody found in frame {index}"
            truth, found = shown.pose_px[index, [0, 2, 5, 11, 12]], landmarks.pose[[0, 2, 5, 11, 12], :2]
            errors.append(np.linalg.norm(found - truth, axis=1) / np.linalg.norm(truth[3] - truth[4]))
    assert np.median(errors) < 0.08
    assert np.percentile(errors, 95) < 0.2


def test_furniture_that_is_only_just_out_of_the_picture_is_no_error() -> None:
    script = Script((), 0.2, "close", "seated", 1398425235, 145601284)
    with DemoSource(script, size=(640, 480), fps=10, pace=False) as source:
        assert len(list(source)) == 2
