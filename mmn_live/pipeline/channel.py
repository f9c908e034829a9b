"""The bounded queue between two stages."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class ChannelClosed(Exception):  # noqa: N818  (a sign, not an error)
    """Put into a channel that takes nothing any more: the sign for a producer to end."""


class Channel(Generic[T]):
    """A bounded first-in, first-out queue that can be closed from either side.

    A full channel makes the producer wait, unless `droppable` holds for an item in it: then the oldest such item is
    given up for the new one. Iterating takes items until the channel is closed and empty.
    """

    def __init__(self, capacity: int, *, droppable: Callable[[T], bool] | None = None) -> None:
        self._items: deque[T] = deque()
        self._capacity = capacity
        self._droppable = droppable
        self._closed = False
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        """Add an item. Raises ChannelClosed once the channel is closed, also while it waits for room."""
        with self._changed:
            if self._droppable is not None and len(self._items) >= self._capacity:
                oldest = next((item for item in self._items if self._droppable(item)), None)
                if oldest is not None:
                    self._items.remove(oldest)
            self._changed.wait_for(lambda: self._closed or len(self._items) < self._capacity)
            if self._closed:
                raise ChannelClosed
            self._items.append(item)
            self._changed.notify_all()

    def close(self) -> None:
        """Take nothing more; what is inside can still be taken out. Idempotent."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def abort(self) -> None:
        """Close, and throw away what is inside. Idempotent."""
        with self._changed:
            self._items.clear()
            self._closed = True
            self._changed.notify_all()

    def get(self, timeout_s: float | None = None) -> T | None:
        """The oldest item; None when the channel is closed and empty, or when nothing came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._items), timeout_s)
            if not self._items:
                return None
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def peek(self) -> T | None:
        """What get() will give next, left inside; None when there is nothing yet or any more, or it may be dropped."""
        with self._changed:
            return self._items[0] if self._items and self._droppable is None else None

    @property
    def finished(self) -> bool:
        """Whether nothing will ever come out again."""
        with self._changed:
            return self._closed and not self._items

    def __iter__(self) -> Iterator[T]:
        while (item := self.get()) is not None:
            yield item
