"""A session's events against what a human made of them, with numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mmn_live.errors import UsageError
from mmn_live.report.annotations import Annotation, read_annotations
from mmn_live.report.statistics import Observation
from mmn_live.training.agreement import agree, cohens_kappa
from mmn_live.types import PART_ID, Event


def _event(onset_s, offset_s, label, person_id=1):
    return Event(onset_s, onset_s, offset_s, label, "X", 0, "head", 0.5, 0.5, person_id)


def _watched(*spans, person_id=1):
    return Observation(person_id, tuple(spans), {})


def test_accepted_moved_relabelled_added_and_deleted_each_count_as_what_they_are():
    annotations = [
        Annotation(1, 1.0, 3.0, "nodding", "accepted"),
        Annotation(1, 5.5, 7.0, "waving", "moved"),
        Annotation(1, 10.0, 11.0, "bowing head", "relabelled"),
        Annotation(1, 14.0, 15.0, "shrugging", "added"),
        Annotation(1, 17.0, 18.0, "nodding", "deleted"),
    ]
    events = [
        _event(1, 3, "nodding"),
        _event(5, 7, "waving"),
        _event(10, 11, "nodding"),
        _event(17, 18, "nodding"),
    ]
    agreement = agree(annotations, events, [_watched((0.0, 30.0))])
    score = agreement.score
    assert (score.found.total(), score.actions.total()) == (2, 4)
    assert (score.right.total(), score.events.total()) == (2, 4)
    assert score.onset_errors_s == pytest.approx([0.0, -0.5])
    assert score.false_per_minute == pytest.approx(4)  # two in half a minute
    # Of 300 bins: human 20 nodding, 15 waving, 10 bowing, 10 shrugging; they differ in 5 + 10 + 10 + 10.
    assert agreement.bins == 300
    assert agreement.same == pytest.approx(265 / 300)
    chance = (245 * 240 + 20 * 40 + 15 * 20) / 300**2
    assert agreement.kappa == pytest.approx((265 / 300 - chance) / (1 - chance))


def test_an_event_of_a_body_part_is_right_where_a_human_saw_that_part_act():
    annotations = [
        Annotation(1, 1.0, 3.0, "head-hand", "accepted", body_part="head-hand"),
        Annotation(1, 5.0, 7.0, "touching nose", "relabelled", body_part="head-hand"),
        Annotation(1, 10.0, 11.0, "nodding", "relabelled", body_part="head"),
    ]
    events = [
        Event(start_s, start_s, start_s + 1, "head-hand", "F", PART_ID, "head-hand", 0.5, 0.5) for start_s in (1, 5, 10)
    ]
    score = agree(annotations, events, [_watched((0.0, 30.0))]).score
    assert (score.events.total(), score.right.total()) == (3, 2)
    assert score.found == {"head-hand": 1}


def test_unobserved_and_unreviewed_time_is_left_out():
    annotations = [Annotation(1, 2, 3, "nodding", "accepted"), Annotation(1, 6, 8, "waving", "unreviewed")]
    events = [_event(2, 3, "nodding"), _event(6, 8, "waving"), _event(12, 13, "waving")]
    agreement = agree(annotations, events, [_watched((0.0, 10.0))])
    assert agreement.unreviewed == 1
    assert agreement.score.watched_s == pytest.approx(8)
    assert agreement.score.precision == agreement.score.recall == agreement.kappa == 1
    assert agreement.bins == 80


def test_people_are_not_mixed_up():
    annotations = [Annotation(2, 2, 3, "nodding", "accepted")]
    agreement = agree(annotations, [_event(2, 3, "nodding")], [_watched((0, 10)), _watched((0, 5), person_id=2)])
    assert agreement.score.recall == 0
    assert agreement.score.watched_s == 15


def test_kappa_is_that_of_a_textbook_table():
    # Cohen's example with 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: kappa 0.4.
    one = np.array(["yes"] * 25 + ["no"] * 25)
    other = np.array(["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15)
    assert cohens_kappa(one, other) == pytest.approx(0.4)


def test_kappa_is_not_defined_where_all_is_one_name():
    agreement = agree([], [], [_watched((0, 10))])
    assert (agreement.kappa, agreement.same, agreement.bins) == (None, 1.0, 100)
    assert agree([], [], []).summary(["nodding"])["bins_agreeing"] is None


def test_a_table_made_by_hand_needs_three_columns(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("onset_s,offset_s,label\n1,2,nodding\n")
    assert read_annotations(path) == (Annotation(1, 1.0, 2.0, "nodding", "added"),)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "onset_s,label\n",
        "a,b\n1,2\n",
        "onset_s,offset_s,label\n3,2,nodding\n",
        "onset_s,offset_s,label,source\n1,2,nodding,maybe\n",
    ],
)
def test_what_is_no_table_of_annotations_is_refused(tmp_path, text):
    path = tmp_path / "mine.csv"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=r"mine\.csv"):
        read_annotations(path)
