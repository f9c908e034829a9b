"""What MediaPipe does to visibilities is taken back: checked against tasks of its own that know nothing of before."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest

from mmn_live.pose import ModelFiles
from mmn_live.pose.landmarker import BodyTask, mediapipe_image, native_log_muted
from mmn_live.types import FloatArray, Frame, Image


def seen(model_files: ModelFiles, images: list[Image], people: int = 1) -> list[list[FloatArray]]:
    """The bodies of each image, a tenth of a second apart."""
    with native_log_muted():
        task = BodyTask(model_files.pose, people)
    with closing(task):
        return [task.process(mediapipe_image(image), 100 * index) for index, image in enumerate(images)]


def without_its_arms(image: Image) -> Image:
    cut = image.copy()
    cut[200:] = 0
    return cut


@pytest.fixture
def whole(actor_frames: list[Frame]) -> Image:
    return actor_frames[0].image


def test_what_is_covered_is_unseen_at_once(model_files: ModelFiles, whole: Image) -> None:
    cut = without_its_arms(whole)
    (alone,) = seen(model_files, [cut])[0]
    before, *after = (body for (body,) in seen(model_files, [whole] * 6 + [cut] * 3)[5:])
    gone = (before[:, 2] > 0.8) & (alone[:, 2] < 0.1)
    assert gone.sum() >= 6
    for body in after:
        np.testing.assert_allclose(body[gone, 2], alone[gone, 2], atol=0.1)


def test_after_nobody_was_there_the_first_frame_stands_for_itself(model_files: ModelFiles, whole: Image) -> None:
    cut, nobody = without_its_arms(whole), np.zeros_like(whole)
    (alone,) = seen(model_files, [cut])[0]
    *before, gap, (body,) = seen(model_files, [whole] * 6 + [nobody] * 8 + [cut])
    assert before[5]
    assert not gap
    np.testing.assert_allclose(body[:, 2], alone[:, 2], atol=0.02)


def test_of_several_people_visibilities_are_left_as_they_are(model_files: ModelFiles, whole: Image) -> None:
    cut = without_its_arms(whole)
    (alone,) = seen(model_files, [cut], people=2)[0]
    *_, (body,) = seen(model_files, [whole] * 6 + [cut], people=2)
    np.testing.assert_allclose(body[:, 2], alone[:, 2], atol=0.1)


def test_no_visibility_leaves_its_range(model_files: ModelFiles, whole: Image) -> None:
    course = seen(model_files, [whole, without_its_arms(whole)] * 4)
    visibility = np.stack([body[:, 2] for (body,) in course])
    assert visibility.min() >= 0
    assert visibility.max() <= 1
