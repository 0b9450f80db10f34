"""How much is held at once: what has come in and Kafka has not confirmed yet."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streams.ingest.http_api.problem import away


class Share:
    """What one request holds of the room."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._held = 0

    async def take(self, size: int) -> None:
        """Hold `size` bytes more, waiting until there is room. Raises `Problem` (503) after a while."""
        await self._room.take(size, self._held)
        self._held += size

    def fits(self, size: int) -> bool:
        """Whether `size` bytes more need no waiting."""
        return self._room.fits(size, self._held)

    async def give_back(self, size: int) -> None:
        size = min(size, self._held)
        self._held -= size
        await self._room.give_back(size)

    async def give_all_back(self) -> None:
        await self.give_back(self._held)


class Room:
    """`most` bytes for all requests together; one that holds more passes when it is alone."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._held = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def share(self) -> AsyncIterator[Share]:
        """A share for one request, given back when it ends, however it ends."""
        share = Share(self)
        try:
            yield share
        finally:
            await share.give_all_back()

    def fits(self, size: int, own: int) -> bool:
        """See `Share.fits`; `own` is what the share holds."""
        return self._held == own or self._held + size <= self._most

    async def take(self, size: int, own: int) -> None:
        try:
            async with asyncio.timeout(self._seconds), self._changed:
                await self._changed.wait_for(lambda: self.fits(size, own))
                self._held += size
        except TimeoutError as error:
            raise away("too much is in flight; the same may be sent again", seconds=1) from error

    async def give_back(self, size: int) -> None:
        async with self._changed:
            self._held -= size
            self._changed.notify_all()
