"""A limit on the bytes that are held at once: received, and not yet confirmed by Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streams.ingest.http_api.problem import unavailable


class Budget:
    """`most` bytes for all requests together. A larger request is taken when it is the only one."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self.held = 0
        self.changed = asyncio.Condition()

    @asynccontextmanager
    async def share(self) -> AsyncIterator["Share"]:
        """A share for one request, given back when it ends, however it ends."""
        share = Share(self)
        try:
            yield share
        finally:
            await share.give_back(share.held)


class Share:
    """The part of the budget that one request holds."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.held = 0

    def fits(self, size: int) -> bool:
        """Whether `size` more bytes can be held without waiting."""
        return self._budget.held == self.held or self._budget.held + size <= self._budget.most

    async def take(self, size: int) -> None:
        """Hold `size` more bytes, waiting until they fit. Raises `Problem` (503) after a while."""
        try:
            async with asyncio.timeout(self._budget.seconds), self._budget.changed:
                await self._budget.changed.wait_for(lambda: self.fits(size))
                self._budget.held += size
        except TimeoutError as error:
            raise unavailable("too much is in flight; the same may be sent again", seconds=1) from error
        self.held += size

    async def give_back(self, size: int) -> None:
        size = min(size, self.held)
        self.held -= size
        async with self._budget.changed:
            self._budget.held -= size
            self._budget.changed.notify_all()
