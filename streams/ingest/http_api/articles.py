"""GET /articles: the outcome of an article. A bounded number of look-ups, each with a time limit."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
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
        self._turns = asyncio.Semaphore(AT_ONCE)
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

    async def _outcome(self, text: str) -> Mapping[str, Any] | None:
        if self._pending >= AT_ONCE + WAITING:
            raise unavailable("too many articles are looked up at once", seconds=1)
        self._pending += 1
        search = asyncio.create_task(self._search(text))
        search.add_done_callback(self._ended)
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.shield(search)
        except (Unavailable, BrokerError) as error:
            raise unavailable(f"it cannot be looked up now: {error}", seconds=1) from error
        except TimeoutError as error:
            raise unavailable("it cannot be looked up now: Kafka is slow", seconds=1) from error

    async def _search(self, text: str) -> Mapping[str, Any] | None:
        async with self._turns:
            return await in_thread(self._lookup, text)

    def _ended(self, search: "asyncio.Future[Any]") -> None:
        """Also where nobody waits any more: its thread was busy until now."""
        self._pending -= 1
        if not search.cancelled():
            search.exception()


async def in_thread(lookup: Lookup, text: str) -> Mapping[str, Any] | None:
    """The result of `lookup`, called in a thread that the end of the process does not wait for.

    It waits for those of `asyncio.to_thread`, and without Kafka a look-up lasts a minute.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Mapping[str, Any] | None] = loop.create_future()

    def call() -> None:
        try:
            result = lookup(text)
        except BaseException as error:  # noqa: BLE001 - raised again where the outcome is awaited
            finish(outcome.set_exception, error)
        else:
            finish(outcome.set_result, result)

    def finish(setter: Callable[[Any], None], value: object) -> None:
        with suppress(RuntimeError):  # the process ends, and its loop is closed
            loop.call_soon_threadsafe(lambda: None if outcome.done() else setter(value))

    threading.Thread(target=call, name="lookup", daemon=True).start()
    return await outcome
