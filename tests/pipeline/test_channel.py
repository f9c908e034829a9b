import threading

import pytest

from mmn_live.pipeline.channel import Channel, ChannelClosed


def test_items_come_out_in_order_and_the_end_is_seen():
    channel: Channel[int] = Channel(3)
    for i in range(3):
        channel.put(i)
    channel.close()
    assert list(channel) == [0, 1, 2]
    assert channel.finished


def test_a_full_dropping_channel_gives_up_its_oldest():
    channel: Channel[int] = Channel(2, droppable=lambda _: True)
    for i in range(5):
        channel.put(i)
    channel.close()
    assert list(channel) == [3, 4]


def test_what_may_not_be_dropped_stays():
    channel: Channel[int] = Channel(3, droppable=lambda item: item > 0)
    for item in (-1, 1, 2, 3):
        channel.put(item)
    channel.close()
    assert list(channel) == [-1, 2, 3]


def test_a_full_waiting_channel_loses_nothing():
    channel: Channel[int] = Channel(1)
    producer = threading.Thread(target=lambda: [channel.put(i) for i in range(200)] and channel.close())
    producer.start()
    assert list(channel) == list(range(200))
    producer.join()


def test_a_peek_leaves_the_next_item_inside():
    channel: Channel[int] = Channel(2)
    assert channel.peek() is None
    channel.put(1)
    channel.put(2)
    assert (channel.peek(), channel.get(), channel.peek()) == (1, 1, 2)
    channel.close()
    assert (channel.peek(), channel.get(), channel.peek()) == (2, 2, None)


def test_what_may_still_be_dropped_is_not_shown_by_a_peek():
    channel: Channel[int] = Channel(1, droppable=lambda _: True)
    channel.put(1)
    assert channel.peek() is None


def test_closing_wakes_a_producer_that_waits_for_room():
    channel: Channel[int] = Channel(1)
    channel.put(0)
    outcome: list[type[Exception]] = []

    def produce():
        try:
            channel.put(1)
        except ChannelClosed:
            outcome.append(ChannelClosed)

    producer = threading.Thread(target=produce)
    producer.start()
    channel.close()
    producer.join()
    assert outcome == [ChannelClosed]
    assert list(channel) == [0]


def test_aborting_wakes_a_consumer_and_leaves_nothing():
    channel: Channel[int] = Channel(2)
    taken: list[int] = []
    consumer = threading.Thread(target=lambda: taken.extend(channel))
    consumer.start()
    channel.abort()
    consumer.join()
    assert taken == []
    with pytest.raises(ChannelClosed):
        channel.put(1)


def test_get_gives_up_after_its_timeout():
    channel: Channel[int] = Channel(1)
    assert channel.get(timeout_s=0.01) is None
    assert not channel.finished
