"""What the body hides from the camera, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.actor.bulk import Bulk
from mmn_live.actor.perform import Performance, perform
from mmn_live.actor.script import Cue, Script, idle_script
from mmn_live.actor.solids import Material

EYE = np.array([0.0, 0.0, 2.0])
TIMES_S = np.arange(0, 6, 0.1)


def a_bulk(turned: bool = False) -> Bulk:
    """A metre to the camera's left of the origin, longer in x than in z; or turned by a quarter."""
    quarter = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    rotation = quarter if turned else np.eye(3)
    radii = np.array([0.4, 0.2, 0.1])
    return Bulk(np.array([[1.0, 0, 0]]), rotation[None], np.zeros(3), radii, Material.SHIRT)


def test_a_bulk_hides_what_is_behind_it_and_not_what_is_before_beside_or_on_it() -> None:
    points = np.array([[1.5, 0, -1], [0.5, 0, 1], [-1.5, 0, -1], [1, 0, 0.1], [1, 0, -0.1]])
    assert a_bulk().hides(points[None], EYE).tolist() == [[True, False, False, False, True]]


@pytest.mark.parametrize(("turned", "hidden"), [(False, True), (True, False)])
def test_a_bulk_hides_along_its_own_axes(turned: bool, hidden: bool) -> None:
    beside = EYE + 1.5 * (np.array([0.7, 0, 0]) - EYE)
    assert a_bulk(turned).hides(beside[None, None], EYE).item() is hidden


def acted(action: str, seed: int) -> Performance:
    return perform(Script((Cue(1.0, 4.0, action),), 6.0, "half", "seated", seed), TIMES_S)


@pytest.mark.parametrize(
    ("action", "least", "most"),
    [
        ("scratching or touching back", 0.5, 1.0),
        ("scratching or touching hindbrain", 0.4, 1.0),
        ("touching nose", 0.0, 0.05),
        ("scratching or touching chest", 0.0, 0.05),
    ],
)
def test_a_hand_behind_the_back_or_the_head_is_hidden(action: str, least: float, most: float) -> None:
    middle = (TIMES_S > 2.2) & (TIMES_S < 3.8)
    hidden = [acted(action, seed).hidden[middle].max(1).mean() for seed in range(8)]
    assert least <= np.mean(hidden) <= most


def test_nobody_hides_nothing() -> None:
    performance = perform(idle_script(6, "half", 0), TIMES_S)
    assert performance.hidden.shape == (60, 2)
    empty = perform(Script((), 6.0, "half", "none", 0), TIMES_S)
    assert not empty.hidden.any()
