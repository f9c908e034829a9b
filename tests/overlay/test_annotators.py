"""Each annotator alone: nothing to draw leaves the image as it is; what is drawn is where and what it should be."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.joints import IMIGUE, MA52
from mmn_live.overlay.classes import draw_classes, likeliest_part, top_classes
from mmn_live.overlay.hud import clock, draw_help, draw_status, progress
from mmn_live.overlay.palette import STATE_TEXTS, body_part_colour, state_colour
from mmn_live.overlay.scene import Scene
from mmn_live.overlay.skeleton import LEFT, RIGHT, draw_skeleton, mirrored
from mmn_live.overlay.strip import draw_strip, figures
from mmn_live.taxonomy import taxonomy_named
from mmn_live.types import BaselineProgress, Gap, State, Stats, nobody

TAXONOMY = taxonomy_named("ma52")


def grey(width: int = 640, height: int = 480) -> np.ndarray:
    return np.full((height, width, 3), 120, np.uint8)


def columns_of(image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.flatnonzero((image == colour).all(axis=2).any(axis=0))


def rows_of(image: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    return np.flatnonzero((image == colour).all(axis=2).any(axis=1))


def test_nothing_to_draw_leaves_the_image_unchanged(labels, body_parts, make_skeleton) -> None:
    image, scene = grey(), Scene(now_s=3.0)
    draw_skeleton(image, nobody(0, 3.0, MA52.size), MA52)
    draw_skeleton(image, make_skeleton(640, 480, person=False), MA52)
    draw_skeleton(image, make_skeleton(640, 480, visibility=0.3), MA52)
    draw_classes(image, scene, labels, body_parts)
    draw_strip(image, scene)
    draw_status(image, scene)
    draw_help(image, scene)
    np.testing.assert_array_equal(image, grey())


def test_an_unobserved_joint_and_its_bones_are_not_drawn(make_skeleton) -> None:
    skeleton = make_skeleton(640, 480)
    skeleton.joints[:] = (100, 100)
    hidden = MA52.index("left_wrist")
    skeleton.joints[hidden] = (500, 400)
    skeleton.visibility[hidden] = 0.34
    image = draw_skeleton(grey(), skeleton, MA52)
    assert (image[:, 150:] == 120).all()
    skeleton.visibility[hidden] = 0.36
    assert (draw_skeleton(grey(), skeleton, MA52)[395:405, 495:505] != 120).any()


def test_left_and_right_have_their_own_colours(make_skeleton) -> None:
    skeleton = make_skeleton(640, 480, visibility=0.0)
    for name, place in {"left_elbow": (500, 200), "left_wrist": (560, 300)}.items():
        skeleton.joints[MA52.index(name)], skeleton.visibility[MA52.index(name)] = place, 1.0
    image = draw_skeleton(grey(), skeleton, MA52)
    assert columns_of(image, LEFT).size
    assert not columns_of(image, RIGHT).size


def test_both_layouts_can_be_drawn(make_skeleton) -> None:
    skeleton = make_skeleton(640, 480)
    upper = type(skeleton)(0, 0.0, skeleton.joints[:22], skeleton.visibility[:22], skeleton.landmarks)
    assert (draw_skeleton(grey(), upper, IMIGUE) != 120).any()


def test_a_mirrored_skeleton_lies_on_the_mirrored_image(make_skeleton) -> None:
    skeleton = make_skeleton(640, 480, visibility=0.0)
    wrist = MA52.index("left_wrist")
    skeleton.joints[wrist], skeleton.visibility[wrist] = (100, 200), 1.0
    flipped = columns_of(draw_skeleton(grey(), skeleton, MA52)[:, ::-1], LEFT)
    mirror = columns_of(draw_skeleton(grey(), mirrored(skeleton, 640), MA52), LEFT)
    assert mirror.mean() == pytest.approx(flipped.mean(), abs=1)
    np.testing.assert_allclose(mirrored(mirrored(skeleton, 640), 640).joints, skeleton.joints, atol=1e-3)
    assert skeleton.joints[wrist, 0] == 100


def test_the_top_classes_are_the_most_probable_in_order(labels, make_prediction) -> None:
    prediction = make_prediction(State.ACTION, {"waving": 0.2, "nodding": 0.5, "none": 0.25, "bowing head": 0.05})
    assert [label for label, _ in top_classes(prediction, labels)] == ["nodding", "none", "waving"]
    assert top_classes(make_prediction(State.NOBODY), labels) == []


def test_a_bar_is_as_long_as_its_probability(labels, body_parts, make_prediction) -> None:
    lengths = []
    for probability in (0.4, 0.8):
        prediction = make_prediction(State.ACTION, {"nodding": probability})
        image = draw_classes(grey(), Scene(10.0, prediction=prediction), labels, body_parts)
        filled = columns_of(image[40:], body_part_colour("head"))
        lengths.append(filled[-1] - filled[0] + 1)
    assert lengths[1] == pytest.approx(2 * lengths[0], abs=3)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.ACTION, State.PART)])
def test_only_an_action_has_the_colour_of_a_body_part_in_its_bar(labels, body_parts, make_prediction, state) -> None:
    prediction = make_prediction(state, {"nodding": 0.6})
    image = draw_classes(grey(), Scene(10.0, prediction=prediction), labels, body_parts)
    assert not columns_of(image[40:], body_part_colour("head")).size
    assert columns_of(image, state_colour(state)).size


def test_all_classes_of_a_body_part_that_is_named_have_its_colour(labels, body_parts, make_prediction) -> None:
    probabilities = {"touching nose": 0.4, "rubbing eyes": 0.3, "waving": 0.2}
    prediction = make_prediction(State.PART, probabilities)
    assert likeliest_part(prediction, labels, body_parts) == ("head-hand", pytest.approx(0.7))
    image = draw_classes(grey(), Scene(10.0, prediction=prediction), labels, body_parts)
    bars = rows_of(image[40:], body_part_colour("head-hand"))
    assert bars.size
    assert np.count_nonzero(np.diff(bars) > 1) == 1, "two bars, one below the other"
    assert not rows_of(image[40:], body_part_colour("upper limb")).size


@pytest.mark.parametrize("height", [240, 480, 1080])
@pytest.mark.parametrize("part", TAXONOMY.body_parts)
def test_a_body_part_that_is_quite_sure_has_its_name_beside_the_state(
    labels, body_parts, make_prediction, part, height
) -> None:
    members = [name for name in labels if body_parts.get(name) == part]
    prediction = make_prediction(State.PART, dict.fromkeys(members, 1 / len(members)))
    image = draw_classes(grey(height * 4 // 3, height), Scene(10.0, prediction=prediction), labels, body_parts)
    assert columns_of(image[: height // 13], body_part_colour(part)).size


def test_every_state_has_a_text_of_its_own() -> None:
    assert len({STATE_TEXTS[state] for state in State}) == len(State)


def test_a_gap_hides_the_old_prediction(labels, body_parts, make_prediction) -> None:
    prediction = make_prediction(State.ACTION, {"nodding": 0.6})
    away = Scene(10.0, prediction=prediction, gaps=(Gap(8.0, 10.5, "camera stalled"),))
    image = draw_classes(grey(), away, labels, body_parts)
    assert columns_of(image, state_colour(State.UNOBSERVED)).size
    assert not columns_of(image, body_part_colour("head")).size
    over = Scene(10.5, prediction=prediction, gaps=away.gaps)
    assert columns_of(draw_classes(grey(), over, labels, body_parts), body_part_colour("head")).size


def test_events_lie_where_they_happened_in_the_strip(make_event) -> None:
    image = draw_strip(grey(), Scene(20.0, events=(make_event(12.0, 14.0, "nodding"), make_event(3.0, 9.0, "waving"))))
    bar = columns_of(image, body_part_colour("head"))
    lane_left, lane_right = 22, 618
    assert bar[0] == pytest.approx(lane_left + 0.2 * (lane_right - lane_left), abs=4)
    assert bar[-1] == pytest.approx(lane_left + 0.4 * (lane_right - lane_left), abs=4)
    assert not columns_of(image, body_part_colour("upper limb")).size


def test_an_open_event_grows_until_now(make_event) -> None:
    event = make_event(12.0, 14.0, "nodding")
    image = draw_strip(grey(), Scene(20.0, events=(event,), open_events=(event,)))
    assert columns_of(image, body_part_colour("head"))[-1] == pytest.approx(617, abs=3)


def test_a_gap_is_hatched_over_its_span() -> None:
    without = draw_strip(grey(), Scene(20.0, gaps=(Gap(1.0, 2.0, "away"),)))
    hatched = draw_strip(grey(), Scene(20.0, gaps=(Gap(1.0, 2.0, "away"), Gap(15.0, 17.5, "away"))))
    changed = np.flatnonzero((without != hatched).any(axis=(0, 2)))
    assert changed[0] == pytest.approx(22 + 0.5 * 596, abs=6)
    assert changed[-1] == pytest.approx(22 + 0.75 * 596, abs=6)


def test_the_figures_name_a_rate_that_is_not_the_announced_one(stats) -> None:
    assert dict(figures(stats))["source"] == "29.8 fps"
    slow = Stats(14.9, 30.0, 14.8, 62.0, 88.0, 24.0, 100, 0, 2)
    assert dict(figures(slow))["source"] == "14.9 of 30 fps"
    assert dict(figures(slow))["gaps"] == "2"
    assert dict(figures(stats))["latency p50/p95"] == "62 / 88 ms"


def test_recording_and_paused_are_shown_top_right() -> None:
    recording = draw_status(grey(), Scene(1.0, recording_s=5.0))
    both = draw_status(grey(), Scene(1.0, recording_s=5.0, paused=True))
    assert (recording[:50, 560:] != 120).any()
    assert (recording[60:] == 120).all()
    assert (recording[:, :480] == 120).all()
    assert (both != recording).any()


def test_the_privacy_mode_is_shown_beside_the_others() -> None:
    recording = draw_status(grey(), Scene(1.0, recording_s=5.0))
    both = draw_status(grey(), Scene(1.0, recording_s=5.0, privacy="blur"))
    assert (
        np.flatnonzero((both != recording).any(axis=(0, 2)))[-1]
        < np.flatnonzero((recording != 120).any(axis=(0, 2)))[0]
    )


def test_help_is_centred() -> None:
    drawn = (draw_help(grey(), Scene(1.0, help=True)) != 120).any(axis=2)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    assert rows[0] + rows[-1] == pytest.approx(479, abs=2)
    assert columns[0] + columns[-1] == pytest.approx(639, abs=2)


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "00:00"), (75.9, "01:15"), (3725, "1:02:05")])
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def test_how_far_a_baseline_is_is_shown_top_right() -> None:
    scene = Scene(25.0, measuring=BaselineProgress(1, 23.9, 60.0))
    assert progress(BaselineProgress(1, 23.9, 60.0)) == "measuring baseline 23 of 60 s"
    assert columns_of(draw_status(grey(), scene), (120, 120, 120)).size == 640
    changed = np.flatnonzero((draw_status(grey(), scene) != 120).any(axis=(0, 2)))
    assert 320 < changed.min() < changed.max() < 640
    beside = draw_status(grey(), Scene(25.0, measuring=scene.measuring, recording_s=5.0, paused=True))
    assert np.flatnonzero((beside != 120).any(axis=(0, 2))).min() < changed.min() - 60
