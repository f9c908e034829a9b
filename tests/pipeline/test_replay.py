"""What was recorded live gives the same again, to the digit: through gaps, drops, pauses and with several people."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from mmn_live.checkpoints import Checkpoint, save_as
from mmn_live.decisions import Decisions
from mmn_live.joints import IMIGUE, MA52
from mmn_live.pipeline import Pipeline, Settings, chain_for
from mmn_live.pipeline.chain import Recognised
from mmn_live.pipeline.replay import replayed, write_replay
from mmn_live.recording import SessionReader, SessionWriter, event_cells
from mmn_live.types import Event, Gap, People, Prediction, State

from .acting import ActedCamera, acted_pipeline

pytestmark = pytest.mark.slow

Acted = Callable[..., Pipeline]


def again(session: SessionReader, checkpoint: Checkpoint, settings: Settings) -> tuple[list[Prediction], list[Event]]:
    with closing(chain_for(checkpoint, settings)) as chain:
        found = [one for _, one in replayed(session, chain, session.layout)]
    return [p for one in found for p in one.predictions], [e for one in found for e in one.events]


def assert_same(session: SessionReader, predictions: list[Prediction], events: list[Event]) -> None:
    assert [event_cells(event) for event in events] == [event_cells(event) for event in session.events()]
    before = list(session.predictions())
    assert [(p.person_id, p.state, round(p.end_s, 6)) for p in predictions] == [
        (p.person_id, p.state, p.end_s) for p in before
    ]
    for one, other in zip(predictions, before, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=1e-5)


@pytest.mark.parametrize("gaps", [(), ((2.0, 3.4), (9.0, 9.9)), ((1.5, 5.0),)], ids=["whole", "two gaps", "long gap"])
def test_a_replay_is_the_live_run_to_the_digit(acted: Acted, checkpoint: Checkpoint, tmp_path: Path, gaps) -> None:
    with acted(tmp_path / "live", ActedCamera(gaps)) as pipeline:
        for _ in pipeline.views():
            pass
    session = SessionReader(tmp_path / "live")
    assert len(session.gaps) >= len(gaps)
    predictions, events = again(session, checkpoint, Settings(device="cpu"))
    assert_same(session, predictions, events)
    assert events
    assert {prediction.person_id for prediction in predictions} == {1, 2}


def test_a_pause_is_replayed_as_it_was(acted: Acted, checkpoint: Checkpoint, tmp_path: Path) -> None:
    with acted(tmp_path / "live", ActedCamera()) as pipeline:
        for count, _ in enumerate(pipeline.views()):
            if count in (40, 60):
                pipeline.toggle_pause()
    session = SessionReader(tmp_path / "live")
    assert "paused" in {gap.reason for gap in session.gaps}
    assert_same(session, *again(session, checkpoint, Settings(device="cpu")))


def test_a_replay_kept_as_a_session_is_one_and_replays_the_same(
    acted: Acted, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    with acted(tmp_path / "live", ActedCamera(((2.0, 3.4),))) as pipeline:
        for _ in pipeline.views():
            pass
    live = SessionReader(tmp_path / "live")
    with (
        closing(chain_for(checkpoint, Settings(device="cpu"))) as chain,
        SessionWriter(tmp_path / "again", live.facts, checkpoint.labels, live.layout, zero_utc=live.zero_utc) as writer,
    ):
        for _ in write_replay(live, replayed(live, chain, live.layout), writer):
            pass
    kept = SessionReader(tmp_path / "again")
    assert (tmp_path / "again" / "events.csv").read_bytes() == (tmp_path / "live" / "events.csv").read_bytes()
    assert kept.gaps == live.gaps
    assert kept.zero_utc == live.zero_utc
    assert [row.utc for row in kept.frames()] == [row.utc for row in live.frames()]
    assert [video.file.name for video in kept.videos] == ["annotated.mp4"]
    assert_same(kept, *again(kept, checkpoint, Settings(device="cpu")))


def test_a_baseline_is_kept_and_replayed_as_it_was(acted: Acted, checkpoint: Checkpoint, tmp_path: Path) -> None:
    """Measured live; then used for another session, whose replay takes it from that session's own folder."""
    measured = Settings(device="cpu", baseline_s=5.0)
    with acted(tmp_path / "live", ActedCamera(interval_s=0.02), measured) as pipeline:
        for _ in pipeline.views():
            pass
    live = SessionReader(tmp_path / "live")
    entries = sorted(live.facts["baseline"], key=lambda entry: entry["person_id"])
    assert [(one["person_id"], one["measured"], round(one["end_s"])) for one in entries] == [(1, True, 5), (2, True, 8)]
    assert min(event.onset_s for event in live.events() if event.person_id == 1) >= entries[0]["end_s"]
    assert [live.withheld(person_id)[0][1] for person_id in (1, 2)] == [one["end_s"] for one in entries]
    assert_same(live, *again(live, checkpoint, measured))

    used = Settings(device="cpu", baseline_file=tmp_path / "live")
    facts = {**live.facts, "settings": asdict(used)}
    with (
        closing(chain_for(checkpoint, used)) as chain,
        SessionWriter(tmp_path / "next", facts, checkpoint.labels, live.layout) as writer,
    ):
        for _ in write_replay(live, replayed(live, chain, live.layout), writer):
            pass
    (tmp_path / "live" / "session.json").unlink()
    following = SessionReader(tmp_path / "next")
    (entry,) = following.facts["baseline"]
    assert (entry["still_below"], entry["classes"]) == (entries[0]["still_below"], entries[0]["classes"])
    assert following.withheld(1) == ()
    assert_same(following, *again(following, checkpoint, Settings(device="cpu", baseline_file=tmp_path / "next")))


def test_events_of_body_parts_are_replayed_too(checkpoint: Checkpoint, tmp_path: Path) -> None:
    """The shipped weights with a threshold that no class has."""
    decisions = Decisions(part_weight=0.5, threshold=1.0, part_threshold=0.4)
    with_parts = save_as(replace(checkpoint, decisions=decisions), tmp_path / "parts.safetensors")
    with acted_pipeline(with_parts, tmp_path / "live", ActedCamera(), Settings(device="cpu")) as pipeline:
        for _ in pipeline.views():
            pass
    session = SessionReader(tmp_path / "live")
    recorded = list(session.events())
    assert recorded
    assert all(event.is_part and event.alternatives for event in recorded)
    assert State.PART in {prediction.state for prediction in session.predictions()}
    predictions, events = again(session, with_parts, Settings(device="cpu"))
    assert_same(session, predictions, events)
    assert [[a.label for a in event.alternatives] for event in events] == [
        [a.label for a in event.alternatives] for event in recorded
    ]


def test_another_threshold_gives_other_events(acted: Acted, checkpoint: Checkpoint, tmp_path: Path) -> None:
    with acted(tmp_path / "live", ActedCamera()) as pipeline:
        for _ in pipeline.views():
            pass
    session = SessionReader(tmp_path / "live")
    _, strict = again(session, checkpoint, Settings(device="cpu", threshold=1.0))
    assert len(strict) < len(list(session.events()))


class Keeping:
    """A chain that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[People | Gap] = []

    def process(self, item: People | Gap) -> Recognised:
        self.items.append(item)
        return Recognised((), ())

    def flush(self) -> Recognised:
        return Recognised((), ())


def test_a_model_of_another_layout_gets_its_joints_from_the_landmarks(acted: Acted, tmp_path: Path) -> None:
    with acted(tmp_path / "live", ActedCamera()) as pipeline:
        for _ in pipeline.views():
            pass
    session, chain = SessionReader(tmp_path / "live"), Keeping()
    for _ in replayed(session, chain, IMIGUE):  # type: ignore[arg-type]
        pass
    assert len(chain.items) == len(list(session.people()))
    for item, before in zip(chain.items, session.people(), strict=True):
        assert isinstance(item, People)
        assert item.ids == before.ids
        for one, was in zip(item.skeletons, before.skeletons, strict=True):
            assert one.joints.shape == (IMIGUE.size, 2)
            for name in ("nose", "left_wrist"):
                np.testing.assert_array_equal(one.joints[IMIGUE.index(name)], was.joints[MA52.index(name)])
