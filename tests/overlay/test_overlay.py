"""The whole picture: at every size, never on the source's buffer, and fast."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from mmn_live.joints import MA52
from mmn_live.overlay import Overlay, Scene
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import Gap, State


@pytest.fixture
def full_scene(make_skeleton, make_prediction, make_event, stats):
    """Everything at once, for an image of that size."""

    def make(width: int, height: int) -> Scene:
        events = (make_event(2.0, 3.0, "nodding"), make_event(8.5, 9.8, "scratching or touching face"))
        prediction = make_prediction(State.ACTION, {"nodding": 0.6, "none": 0.2, "waving": 0.1})
        return Scene(
            now_s=10.0,
            skeletons=(make_skeleton(width, height),),
            prediction=prediction,
            events=events,
            open_events=events[1:],
            gaps=(Gap(4.0, 5.0, "camera stalled"),),
            stats=stats,
            recording_s=75.0,
            paused=True,
            help=True,
        )

    return make


@pytest.fixture
def overlay(labels) -> Overlay:
    return Overlay(MA52, taxonomy_named("ma52"), labels)


@pytest.mark.parametrize("size", [(1, 1), (64, 48), (160, 120), (320, 240), (540, 960), (1280, 720), (3840, 2160)])
def test_any_size_is_drawn_on_a_copy(overlay: Overlay, full_scene, size: tuple[int, int]) -> None:
    image = np.full((size[1], size[0], 3), 120, np.uint8)
    image.setflags(write=False)
    drawn = overlay.draw(image, full_scene(*size))
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    assert (image == 120).all()
    assert (drawn != image).any()


def test_an_empty_scene_is_the_image(overlay: Overlay) -> None:
    image = np.random.default_rng(1).integers(0, 256, (240, 320, 3), np.uint8)
    np.testing.assert_array_equal(overlay.draw(image, Scene(0.0)), image)


def test_panels_keep_their_share_of_the_image(overlay: Overlay, full_scene) -> None:
    """What is drawn at 4K is what is drawn at 720p, three times as fine."""
    shares = []
    for width, height in ((1280, 720), (3840, 2160)):
        image = np.full((height, width, 3), 250, np.uint8)
        shares.append((overlay.draw(image, full_scene(width, height)) != image).any(axis=2).mean())
    assert shares[0] == pytest.approx(shares[1], rel=0.08)


def test_a_tiny_image_is_not_covered_by_panels(overlay: Overlay, make_prediction) -> None:
    image = np.full((100, 120, 3), 120, np.uint8)
    scene = Scene(10.0, prediction=make_prediction(State.ACTION, {"nodding": 0.6}), help=True)
    np.testing.assert_array_equal(overlay.draw(image, scene), image)


def test_a_frame_costs_a_fraction_of_its_time(overlay: Overlay, full_scene) -> None:
    image, scene = np.full((480, 640, 3), 120, np.uint8), full_scene(640, 480)
    overlay.draw(image, scene)
    times_s = []
    for _ in range(20):
        began = time.thread_time()
        overlay.draw(image, scene)
        times_s.append(time.thread_time() - began)
    assert min(times_s) < 0.010  # 2.5 ms on an idle core; generous, for a busy one


def test_ids_are_drawn_over_the_heads_of_several_people_only(overlay, make_skeleton) -> None:
    image = np.full((480, 640, 3), 120, np.uint8)
    one = make_skeleton(640, 480)
    alone = overlay.draw(image, Scene(0.0, skeletons=(one, one)))
    other = replace(one, person_id=2)
    together = overlay.draw(image, Scene(0.0, skeletons=(one, other)))
    changed = np.argwhere((alone != together).any(axis=2))
    highest_px = one.joints[one.visibility > 0, 1].min()
    assert len(changed) > 50
    assert changed[:, 0].max() < highest_px


def test_an_id_is_drawn_over_the_highest_joint_in_the_picture(overlay, make_skeleton) -> None:
    image = np.full((480, 640, 3), 120, np.uint8)
    one = make_skeleton(640, 480)
    other = replace(one, person_id=2)

    def where_ids_differ(wrist_at: tuple[float, float]) -> np.ndarray:
        joints = one.joints.copy()
        joints[MA52.index("left_wrist")] = wrist_at
        first, second = replace(one, joints=joints), replace(other, joints=joints)
        alone = overlay.draw(image, Scene(0.0, skeletons=(first, first)))
        return np.argwhere((alone != overlay.draw(image, Scene(0.0, skeletons=(first, second)))).any(axis=2))

    highest_x_px = one.joints[one.joints[:, 1].argmin(), 0]
    changed = where_ids_differ((-60, 20))
    assert len(changed) > 50
    assert abs(changed[:, 1].mean() - highest_x_px) < 15
