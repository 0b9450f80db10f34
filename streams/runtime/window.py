"""The window: articles in flight, in offset order, bounded in number and in bytes."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class WindowItem(Protocol):
    """What a window holds. `size` is in bytes."""

    @property
    def size(self) -> int: ...

    def finished(self) -> bool: ...


T = TypeVar("T", bound=WindowItem)


class Window(Generic[T]):
    """First in, first out.

    `wait_for_room` waits while it is full; an item larger than the bound passes alone. After `close`
    nothing enters until `reopen`, not even items that were waiting.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: deque[T] = deque()
        self._closed = False
        self._turn = 0
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def bytes(self) -> int:
        return self._bytes

    def has_room(self, size: int) -> bool:
        return not self._held or (len(self._held) < self._most and self._bytes + size <= self._most_bytes)

    async def wait_for_room(self, size: int) -> bool:
        """Wait until `size` more bytes fit. False if the window is closed, or was closed meanwhile."""
        turn = self._turn
        while self.admits(turn) and not self.has_room(size):
            await self._wait()
        return self.admits(turn)

    @property
    def turn(self) -> int:
        """How often the window was closed."""
        return self._turn

    def admits(self, turn: int) -> bool:
        """Whether the window is open, and was not closed since that turn."""
        return not self._closed and turn == self._turn

    async def head(self) -> T:
        """Wait for the oldest article and return it, without removing it."""
        while not self._held:
            await self._wait()
        return self._held[0]

    def add(self, article: T) -> None:
        self._held.append(article)
        self._bytes += article.size
        self._notify()

    def finished(self) -> Iterator[T]:
        """The finished articles up to the first that is not, in order."""
        for article in self._held:
            if not article.finished():
                return
            yield article

    def remove(self, article: T) -> None:
        """Remove the oldest article, which must be `article`."""
        if not self._held or self._held[0] is not article:
            raise ValueError("only the oldest article can leave the window")
        self._held.popleft()
        self._bytes -= article.size
        self._notify()

    def close(self) -> None:
        self._closed = True
        self._turn += 1
        self._notify()

    def reopen(self) -> None:
        self._closed = False

    def clear(self) -> list[T]:
        held, self._held, self._bytes = list(self._held), deque(), 0
        self._notify()
        return held

    async def _wait(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _notify(self) -> None:
        self._changed.set()
