"""Who stays who: with numbers, and with two actors through MediaPipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mmn_live.joints import MA52
from mmn_live.pose import ModelFiles, PoseEstimator
from mmn_live.pose.tracking import KEPT_S, Sighting, Tracker
from mmn_live.types import Frame

from .two_actors import picture, sprites

if TYPE_CHECKING:
    from .two_actors import Sprite

FPS = 12
RED, BLUE, GREEN = range(3)


def seen(x: float, look: int = RED, size: float = 100.0) -> Sighting:
    colours = np.full((4, 12, 12), 0.0, np.float32)
    colours.flat[20 * look : 20 * look + 4] = 0.25
    return Sighting(np.array([x, 200.0]), size, colours)


def test_ids_begin_at_one_and_stay_whatever_the_order() -> None:
    tracker = Tracker()
    assert tracker.process(0.0, [seen(100), seen(400, BLUE)]) == [1, 2]
    assert tracker.process(0.1, [seen(405, BLUE), seen(102)]) == [2, 1]
    assert tracker.process(0.2, [seen(410, BLUE)]) == [2]


def test_people_in_the_same_clothes_cross_by_their_movement() -> None:
    tracker, ids = Tracker(), []
    for i in range(31):
        one, other = 100 + 15.0 * i, 550 - 15.0 * i
        hidden = 12 < i < 18
        ids.append(tracker.process(i / 15, [seen(one)] if hidden else [seen(other), seen(one)]))
    assert ids[0] == [1, 2] == ids[-1]


@pytest.mark.parametrize(("away_s", "same"), [(KEPT_S - 0.2, True), (KEPT_S + 0.2, False)])
def test_who_comes_back_in_time_is_the_same_person(away_s: float, same: bool) -> None:
    tracker = Tracker()
    tracker.process(0.0, [seen(100)])
    assert (tracker.process(away_s, [seen(500)]) == [1]) == same


def test_somebody_in_other_clothes_is_somebody_else() -> None:
    tracker = Tracker()
    tracker.process(0.0, [seen(100)])
    assert tracker.process(1.0, [seen(110, BLUE)]) == [2]


def test_an_id_is_never_given_twice() -> None:
    tracker = Tracker()
    given = [tracker.process(10.0 * i, [seen(100), seen(400, BLUE)]) for i in range(3)]
    assert given == [[1, 2], [3, 4], [5, 6]]


def test_a_leap_is_nobodys_movement() -> None:
    tracker = Tracker()
    tracker.process(0.0, [seen(100)])
    assert tracker.process(0.04, [seen(500)]) == [2]


def follow(model_files: ModelFiles, frames: int, at: Callable[[float], dict[int, tuple[tuple[Sprite, ...], float]]]):
    """For each frame the ids found, by the actor they were found at; `at` gives each actor's look and place."""
    found: list[dict[int, int]] = []
    with PoseEstimator(MA52, model_files, people=2) as estimator:
        for index in range(frames):
            there = at(index / FPS)
            image = picture(*there.values(), sample=index)
            people = estimator.process(Frame(index, index / FPS, image, 0.0))
            places = {skeleton.person_id: float(skeleton.joints[[5, 6], 0].mean()) for skeleton in people.skeletons}
            found.append(
                {
                    actor: person_id
                    for actor, (_, x) in there.items()
                    for person_id, place in places.items()
                    if abs(place - x) < 60
                }
            )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("looks", [(3, 8), (1, 5)])
def test_two_actors_who_cross_keep_their_ids(model_files: ModelFiles, looks: tuple[int, int]) -> None:
    one, other = sprites(1, looks[0]), sprites(5, looks[1])

    def at(time_s: float) -> dict[int, tuple[tuple[Sprite, ...], float]]:
        way = 320 * float(np.clip((time_s - 0.7) / 2.0, 0, 1))
        return {0: (one, 160 + way), 1: (other, 480 - way)}

    found = follow(model_files, 42, at)
    before, after = found[6], found[-1]
    assert set(before) == set(after) == {0, 1}
    assert before == after
    assert set(before.values()) == {1, 2}


@pytest.mark.slow
@pytest.mark.parametrize(("away_s", "same"), [(1.5, True), (3.0, False)])
def test_an_actor_who_leaves_and_comes_back(model_files: ModelFiles, away_s: float, same: bool) -> None:
    one, other = sprites(1, 3), sprites(5, 8)

    def at(time_s: float) -> dict[int, tuple[tuple[Sprite, ...], float]]:
        there = {0: (one, 200.0)}
        return there if 0.8 <= time_s < 0.8 + away_s else {**there, 1: (other, 470.0)}

    found = follow(model_files, round(FPS * (1.8 + away_s)), at)
    assert set(found[6]) == set(found[-1]) == {0, 1}
    assert found[-1][0] == found[6][0]
    assert (found[-1][1] == found[6][1]) == same


def test_only_so_many_people_can_be_followed(model_files: ModelFiles) -> None:
    from mmn_live.errors import UsageError

    with pytest.raises(UsageError, match="5 people"):
        PoseEstimator(MA52, model_files, people=5)
