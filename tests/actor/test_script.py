"""Scripts read, refuse what they cannot do, and perform the same way every time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from mmn_live.actor.motion import ACTIONS
from mmn_live.actor.perform import perform
from mmn_live.actor.script import DEMO, Cue, Script, parse_script, read_script
from mmn_live.errors import UsageError

TEXT = """
# a short one
figure: standing
view: full
seed: 3
look: 5
duration: 12
2.0 2.5 nodding            # begin, duration, what
6 3 scratching or touching face
"""


def test_a_script_reads():
    script = parse_script(TEXT)
    assert (script.figure, script.view, script.seed, script.look, script.duration_s) == ("standing", "full", 3, 5, 12)
    assert script.cues == (Cue(2.0, 2.5, "nodding"), Cue(6.0, 3.0, "scratching or touching face"))


def test_a_script_without_a_duration_lasts_two_seconds_longer_than_its_last_cue():
    assert parse_script("1 2 waving").duration_s == 5


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("view: attic", "view 'attic'"),
        ("figure: cat", "figure 'cat'"),
        ("1 2 juggling", "'juggling'"),
        ("one two nodding", "line 1"),
        ("nodding", "line 1"),
        ("seed: x", "no number"),
        ("colour: red", "'colour'"),
        ("duration: 3\n2 2 nodding", "does not fit"),
        ("2 0 nodding", "does not fit"),
        ("-1 2 nodding", "does not fit"),
        ("duration: 9\nnan 1 nodding", "does not fit"),
        ("duration: 9\n1 nan nodding", "does not fit"),
        ("duration: nan", "lasts nan s"),
        ("duration: inf", "lasts inf s"),
        ("duration: 0", "lasts 0 s"),
        ("seed: -1", "seed is -1"),
        ("look: -2", "look is -2"),
        ("seed: 1\nseed: 2", "'seed' twice"),
    ],
)
def test_a_script_that_cannot_be_done_is_refused_with_the_reason(text, complaint):
    with pytest.raises(UsageError, match=complaint):
        parse_script(text)


def test_a_script_file_that_is_missing_or_binary_is_refused(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"\xff\xfe\x00\x81")
    for name in ("missing.txt", "b.txt"):
        with pytest.raises(UsageError, match=name):
            read_script(tmp_path / name)


def test_the_demo_shows_at_least_eight_actions_with_idle_between_them():
    labelled = [cue for cue in DEMO.cues if cue.labelled]
    assert len({cue.action for cue in labelled}) >= 8
    assert all(after.start_s - before.end_s > 1 for before, after in pairwise(labelled))


def test_labels_are_the_cues_that_have_a_name():
    performance = perform(DEMO, np.arange(0, 4, 0.2))
    cues = [cue for cue in DEMO.cues if cue.action in ACTIONS]
    assert [(label.onset_s, label.offset_s, label.name) for label in performance.labels] == [
        (cue.start_s, cue.end_s, cue.action) for cue in cues
    ]
    assert all(label.acting for label in performance.labels)


def test_a_performance_does_not_depend_on_when_it_is_looked_at():
    every = perform(DEMO, np.arange(0, 20, 0.1))
    few = perform(DEMO, np.arange(0, 20, 0.4))
    np.testing.assert_allclose(every.pose[::4], few.pose, atol=1e-9)
    np.testing.assert_allclose(every.hands[::4], few.hands, atol=1e-9)


def test_taking_the_last_cue_away_changes_nothing_before_it():
    shorter = Script(DEMO.cues[:-1], DEMO.duration_s, DEMO.view, DEMO.figure, DEMO.seed, DEMO.look)
    times_s = np.arange(0, DEMO.cues[-1].start_s, 0.3)
    np.testing.assert_allclose(perform(DEMO, times_s).pose, perform(shorter, times_s).pose, atol=1e-9)


def test_an_empty_room_has_nobody_in_it():
    performance = perform(parse_script("figure: none\nduration: 3"), np.arange(0, 3, 0.1))
    assert performance.figure is None
    assert performance.pose.shape == (0, 33, 3)
    assert performance.labels == ()
