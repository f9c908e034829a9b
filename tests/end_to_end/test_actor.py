"""The whole chain on the built-in actor: rendered frames, real MediaPipe, the shipped weights."""

from __future__ import annotations

import pytest

from mmn_live.actor.script import parse_script
from mmn_live.types import State

pytestmark = pytest.mark.slow

ONSET_TOLERANCE_S = 0.7

# Actions of the built-in demo, which these weights name; no measure of how good they are. The figures on videos that no
# training has seen, with the half that is not named, are in weights/MODEL_CARD.md.
UPPER_BODY = """
figure: seated
view: half
seed: 4
look: 2
 2.5 2.4 nodding
 7.5 3.0 waving
13.0 2.2 tilting head
18.0 3.4 crossing arms
24.0 2.4 shaking head
"""
IDLE = "figure: seated\nview: {view}\nseed: {seed}\nlook: {seed}\nduration: 8\n"


def test_the_scripted_actions_are_found_with_their_labels_and_onsets(watch):
    script = parse_script(UPPER_BODY)
    events = watch(script).events
    for cue in script.cues:
        same = [event for event in events if event.label == cue.action]
        assert same, f"{cue.action} at {cue.start_s} s was not found among {[e.label for e in events]}"
        nearest = min(same, key=lambda event: abs(event.onset_s - cue.start_s))
        assert abs(nearest.onset_s - cue.start_s) <= ONSET_TOLERANCE_S, (cue, nearest)


@pytest.mark.parametrize(("view", "seed"), [("half", 9002), ("webcam", 9003), ("half", 9004), ("webcam", 9005)])
def test_somebody_idle_is_seen_and_no_event_is_made_of_it(watch, view: str, seed: int):
    seen = watch(parse_script(IDLE.format(view=view, seed=seed)))
    assert sum(people.person for people in seen.people) > 0.95 * len(seen.people)
    assert seen.events == []


def test_an_empty_room_is_nobody(watch):
    seen = watch(parse_script("figure: none\nduration: 4\n"))
    assert not any(people.person for people in seen.people)
    assert {prediction.state for prediction in seen.predictions} == {State.NOBODY}
    assert seen.events == []
