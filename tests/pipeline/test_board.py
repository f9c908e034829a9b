import threading

import numpy as np

from mmn_live.pipeline.board import RECENT_S, Board
from mmn_live.types import Event, Prediction, State


def prediction(end_s: float) -> Prediction:
    return Prediction(end_s - 2, end_s, State.NONE, np.zeros(2, np.float32), np.ones(2, bool), 1.0)


def event(onset_s: float, offset_s: float) -> Event:
    return Event(onset_s, onset_s, offset_s, "nodding", "B1", 9, "head", 0.8, 0.9)


def test_each_result_is_taken_exactly_once():
    board = Board()
    board.post(1.0, [prediction(1.0)], [event(0, 1)], ())
    board.post(2.0, [prediction(2.0)], [], ())
    first, second = board.take(2.0), board.take(2.0)
    assert [p.end_s for p in first.predictions] == [1.0, 2.0]
    assert len(first.events) == 1
    assert second.predictions == second.events == ()
    assert second.newest[1].end_s == 2.0


def test_ended_events_stay_recent_for_ten_seconds_and_open_ones_come_last():
    board = Board()
    board.post(5.0, [], [event(1, 2)], (event(4, 5),))
    assert [e.onset_s for e in board.take(5.0).recent] == [1, 4]
    assert [e.onset_s for e in board.take(2.1 + RECENT_S).recent] == [4]


def test_nothing_is_handed_out_before_its_time():
    board = Board()
    board.post(1.0, [prediction(1.0)], [], ())
    board.post(2.0, [prediction(2.0)], [event(1, 2)], ())
    assert [p.end_s for p in board.take(1.5).predictions] == [1.0]
    late = board.take(2.0)
    assert [p.end_s for p in late.predictions] == [2.0]
    assert len(late.events) == 1


def test_waiting_ends_when_the_time_is_reached_or_the_board_is_closed():
    board = Board()
    reached = threading.Event()

    def wait():
        board.wait_until(3.0)
        reached.set()
        board.wait_until(99.0)

    waiter = threading.Thread(target=wait)
    waiter.start()
    board.post(2.9, [], [], ())
    assert not reached.is_set()
    board.post(3.0, [], [], ())
    assert reached.wait(5)
    board.close()
    waiter.join()
