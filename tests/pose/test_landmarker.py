"""What MediaPipe does to visibilities is taken back."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.pose.landmarker import Visibilities
from mmn_live.types import FloatArray


def in_a_mean_over_frames(own: FloatArray) -> FloatArray:
    """As MediaPipe gives visibilities (T, 33) of their own."""
    seen = own.copy()
    for index in range(1, len(seen)):
        seen[index] = 0.9 * seen[index - 1] + 0.1 * own[index]
    return seen


def bodies_of(visibilities: FloatArray) -> list[FloatArray]:
    places = np.full((len(visibilities), 33, 2), 7, np.float32)
    return list(np.concatenate([places, visibilities[..., None]], -1))


def test_each_frame_gets_its_own_visibility_back() -> None:
    own = np.random.default_rng(0).random((60, 33)).astype(np.float32)
    taken_back = Visibilities()
    seen = [taken_back.process([body])[0] for body in bodies_of(in_a_mean_over_frames(own))]
    np.testing.assert_allclose(np.stack(seen)[..., 2], own, atol=1e-4)
    assert (np.stack(seen)[..., :2] == 7).all()


def test_after_nobody_the_first_frame_stands_for_itself() -> None:
    taken_back = Visibilities()
    low, high = bodies_of(np.array([[0.2] * 33, [0.9] * 33], np.float32))
    taken_back.process([low])
    assert taken_back.process([]) == []
    assert taken_back.process([high])[0][0, 2] == pytest.approx(0.9)


def test_no_visibility_leaves_its_range_and_the_result_is_not_written_into() -> None:
    taken_back = Visibilities()
    low, high = bodies_of(np.array([[0.2] * 33, [0.9] * 33], np.float32))
    taken_back.process([low])
    assert taken_back.process([high])[0][0, 2] == 1.0
    assert high[0, 2] == pytest.approx(0.9)
    assert taken_back.process([low])[0][0, 2] == 0.0
