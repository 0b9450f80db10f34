"""GET /articles: the outcome of an article. A bounded number of look-ups, each with a time limit."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from streams.errors import BrokerError, Invalid, Unavailable
from streams.ingest.http_api.problem import Problem, unavailable

#: Look-ups that read from Kafka at once, and those that may wait for them besides.
AT_ONCE, WAITING = 2, 8
#: No answer takes longer. A look-up takes 12 ms of processor (100,000 records, 2026-11) and about ten
#: requests to Kafka.
SECONDS = 0.5

Lookup = Callable[[str], Mapping[str, Any] | None]
"""URL or id of an article → its outcome; None if nothing is known of it.

It blocks, and is called by `AT_ONCE` threads. Raises `Invalid`, `Unavailable`, `BrokerError`.
"""


class Articles:
    """The look-ups of all requests. Everything that it raises is a `Problem`."""

    def __init__(self, lookup: Lookup, identify: Callable[[str], object], hours: int) -> None:
        self._lookup, self._identify, self._hours = lookup, identify, hours
        self._threads = ThreadPoolExecutor(AT_ONCE, "lookup")
        self._pending = 0

    async def find(self, text: str) -> Mapping[str, Any]:
        """The outcome of the article of a URL or an id."""
        if not self._hours:
            raise Problem(404, "articles are not looked up here: ingest.lookup_hours is 0")
        try:
            self._identify(text)
        except Invalid as error:
            raise Problem(422, str(error)) from error
        outcome = await self._outcome(text)
        if outcome is None:
            raise Problem(404, f"nothing is known of it: it was not received in the last {self._hours} hours")
        return outcome

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    async def _outcome(self, text: str) -> Mapping[str, Any] | None:
        if self._pending >= AT_ONCE + WAITING:
            raise unavailable("too many articles are looked up at once", seconds=1)
        self._pending += 1
        search = asyncio.get_running_loop().run_in_executor(self._threads, self._lookup, text)
        search.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.shield(search)
        except (Unavailable, BrokerError) as error:
            raise unavailable(f"it cannot be looked up now: {error}", seconds=1) from error
        except TimeoutError as error:
            raise unavailable("it cannot be looked up now: Kafka is slow", seconds=1) from error

    def _ended(self, search: "asyncio.Future[Any]") -> None:
        """Also where nobody waits any more: its thread was busy until now."""
        self._pending -= 1
        if not search.cancelled():
            search.exception()
