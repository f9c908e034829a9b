"""A small session, written as a run writes it: 20 s, two people, a gap, legs never in view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mmn_live.joints import MA52
from mmn_live.recording import SessionWriter, VideoWriter
from mmn_live.types import Event, Frame, Gap, Landmarks, People, Prediction, Skeleton, State

LABELS = ("nodding", "waving", "scratching or touching face", "shaking legs", "none")
FACTS = {
    "model": {"name": "test", "sha256": "ab" * 32, "taxonomy": "ma52"},
    "settings": {"threshold": 0.5, "window_s": 2.0, "stride_s": 0.5},
    "source": {"kind": "test", "name": "</script><b>"},
}
EVENTS = (
    Event(1.0, 2.0, 3.0, "nodding", "B1", 9, "head", 0.8, 0.9),
    Event(2.5, 3.0, 4.0, "waving", "C5", 19, "upper limb", 0.7, 0.8, person_id=2),
    Event(5.0, 5.5, 6.5, "scratching or touching face", "F2", 41, "head-hand", 0.6, 0.7),
    Event(13.0, 14.0, 15.5, "waving", "C5", 19, "upper limb", 0.9, 0.95),
)
GAP = Gap(8.0, 12.0, "camera 0 delivers nothing")
DURATION_S = 20.0
FPS = 10


def _skeleton(index: int, time_s: float, person_id: int) -> Skeleton:
    landmarks = Landmarks(np.ones((33, 3), np.float32), np.zeros((2, 21, 3), np.float32))
    joints, visibility = np.ones((MA52.size, 2), np.float32), np.ones(MA52.size, np.float32)
    return Skeleton(index, time_s, joints, visibility, landmarks, person_id)


def _prediction(start_s: float, state: State, person_id: int = 1) -> Prediction:
    probabilities = np.array([0.7, 0.1, 0.1, 0.0, 0.1] if state is not State.UNOBSERVED else [0.0] * 5, np.float32)
    return Prediction(start_s, start_s + 2, state, probabilities, probabilities > 0, 5.0, person_id)


class Session:
    """Builds session folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(
        self,
        name: str = "session",
        *,
        events: tuple[Event, ...] = EVENTS,
        video: bool = False,
        people: int = 2,
    ) -> Path:
        """A session that has ended; a video of it, annotated.mp4, begins at its time 0."""
        folder = self.folder / name
        with SessionWriter(folder, FACTS, LABELS, MA52) as writer:
            if video:
                self._film(folder / "annotated.mp4")
                writer.video(folder / "annotated.mp4", "annotated", 0.0)
            for index in range(int(DURATION_S * FPS) + 1):
                time_s = index / FPS
                if GAP.start_s < time_s < GAP.end_s:
                    continue
                ids = [person for person in range(1, people + 1) if person == 1 or 2 <= time_s <= 6]
                skeletons = tuple(_skeleton(index, time_s, person) for person in ids)
                frame = Frame(index, time_s, np.zeros((4, 4, 3), np.uint8), 1000 + time_s)
                writer.frame(frame, People(index, time_s, skeletons), 0, 40.0)
            for start_s in np.arange(0, DURATION_S - 2 + 0.1, 0.5):
                broken = start_s < GAP.end_s and start_s + 2 > GAP.start_s
                writer.prediction(_prediction(float(start_s), State.UNOBSERVED if broken else State.ACTION))
                if people > 1 and 2 <= start_s <= 4:
                    writer.prediction(_prediction(float(start_s), State.ACTION, person_id=2))
            for event in events:
                writer.event(event)
            writer.gap(GAP)
        return folder

    @staticmethod
    def _film(path: Path) -> None:
        with VideoWriter(path) as writer:
            for index in range(int(DURATION_S) * 5):
                writer.process(np.full((48, 64, 3), 2 * index, np.uint8), index / 5)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Builds sessions in a folder of its own."""
    return Session(tmp_path_factory.mktemp("sessions"))
