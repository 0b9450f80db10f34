"""Rules that are broken on purpose, to see whether the rows notice (`--mutant NAME`).

Each is something that a developer might write in good faith; its docstring says what is wrong with it.
"""

import os
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete

from agents.sinks.sql import sink
from agents.sinks.sql.sink import Sql
from agents.sinks.sql.tables import ARTICLES, REVISIONS
from streams.core import record_headers
from streams.core.stage import Failure, Processed
from streams.dead_letters.replays import Replays
from streams.errors import Unavailable
from streams.kafka.log_identity import LogIdentity
from streams.runtime.fencing import LivenessCheck
from streams.runtime.sink_loop import SinkLoop
from streams.runtime.stage_loop import StageLoop
from streams.runtime.work import pool_process
from streams.runtime.work.pool import Pool


def ack_before_delivery() -> None:
    """An article is acknowledged when its outcome is known, before the result is delivered."""
    process, submit = Pool.process, StageLoop.submit
    events: dict[Any, Any] = {}

    async def submit_and_note(self: Any, event: Any) -> None:
        message = event.message
        events[message.topic, message.partition, message.offset] = event
        await submit(self, event)

    async def process_and_ack(self: Any, message: Any) -> Any:
        result = await process(self, message)
        events.pop((message.topic, message.partition, message.offset)).ack()
        return result

    StageLoop.submit, Pool.process = submit_and_note, process_and_ack


def ack_on_exception() -> None:
    """An error while publishing is logged, and the articles are acknowledged."""
    publish = StageLoop._publish

    async def publish_or_not(self: Any, articles: list[Any], results: list[Processed | Failure]) -> Any:
        try:
            return await publish(self, articles, results)
        except Unavailable:
            return results

    StageLoop._publish = publish_or_not


def publish_by_gather() -> None:
    """Articles are published in parallel, each when its own work is done, as with `gather`."""
    process, start = Pool.process, StageLoop.start
    loops: dict[Any, Any] = {}

    def start_and_note(self: Any) -> None:
        loops[self._pool] = self
        start(self)

    async def process_and_publish(self: Any, message: Any) -> Any:
        result = await process(self, message)
        for record in loops[self]._records(message, result):
            await (await loops[self]._delivery._hand_over(record))
        return result

    async def already_published(self: Any, articles: list[Any], results: list[Processed | Failure]) -> Any:
        return results

    StageLoop.start, Pool.process = start_and_note, process_and_publish
    StageLoop._publish = already_published


def no_liveness_check() -> None:
    """Nothing checks before a record is published whether others have taken over."""

    async def wait_until_connected(self: LivenessCheck) -> None:
        return None

    LivenessCheck.wait_until_connected = wait_until_connected
    LivenessCheck.check = lambda self: None


def dead_letters_not_awaited() -> None:
    """Dead letters are handed to the producer, and nothing waits for Kafka's confirmation."""
    publish = StageLoop._publish

    async def without_dead_letters(self: Any, articles: list[Any], results: list[Processed | Failure]) -> Any:
        for article, result in zip(articles, results, strict=True):
            if isinstance(result, Failure):
                await self._delivery._hand_over(self._dead_letter(article.message, result))
        pairs = zip(articles, results, strict=True)
        good = [(article, result) for article, result in pairs if isinstance(result, Processed)]
        await publish(self, [article for article, _ in good], [result for _, result in good])
        return results

    StageLoop._publish = without_dead_letters


def commit_without_drain() -> None:
    """At SIGTERM and in a rebalance, everything in flight is acknowledged, finished or not."""

    async def drain(self: Any) -> None:
        self._window.close()
        for article in self._window.clear():
            article.task.cancel()
            article.event.ack()
        self._initialised.clear()

    StageLoop.drain = drain


def sink_acks_first() -> None:
    """A sink acknowledges a batch before its target writes it."""

    async def finish(self: Any, waiting: list[Any]) -> None:
        for item in waiting:
            self._window.remove(item)
            item.event.ack()
        await self._patiently(self._sink.write, [item.record for item in waiting])

    SinkLoop._finish = finish


def sink_without_versions() -> None:
    """The database writes every revision that it gets, older ones over newer ones."""
    replace = Sql._replace

    def replace_all(self: Any, connection: Any, revisions: Any) -> None:
        ids = [revision.id for revision in revisions]
        connection.execute(delete(ARTICLES).where(ARTICLES.c.id.in_(ids)))
        connection.execute(delete(REVISIONS).where(REVISIONS.c.article_id.in_(ids)))
        replace(self, connection, revisions)

    Sql._replace = replace_all
    sink.newest = lambda revisions: list({revision.id: revision for revision in revisions}.values())


def id_from_the_clock() -> None:
    """`ce_id` is made from the current time."""
    with_value = record_headers.with_value

    def stamped(headers: Any, *rest: Any) -> Any:
        now = str(time.time_ns()).encode()
        pairs = with_value(headers, *rest)
        return tuple((name, now if name == "ce_id" else value) for name, value in pairs)

    pool_process.record_headers.with_value = stamped


def raw_headers_believed() -> None:
    """What a raw record says about its origin is believed."""

    async def checked(self: Replays, message: Any) -> Any:
        return message

    Replays.checked = checked


def any_log_believed() -> None:
    """The offsets of a recreated topic are taken for those of the topic before it."""
    LogIdentity.look_up = lambda self: "0" * 12


MUTANTS: dict[str, Callable[[], None]] = {
    "ack-before-delivery": ack_before_delivery,
    "ack-on-exception": ack_on_exception,
    "publish-by-gather": publish_by_gather,
    "no-liveness-check": no_liveness_check,
    "letters-not-awaited": dead_letters_not_awaited,
    "commit-without-drain": commit_without_drain,
    "sink-acks-first": sink_acks_first,
    "sink-without-versions": sink_without_versions,
    "id-from-the-clock": id_from_the_clock,
    "raw-headers-believed": raw_headers_believed,
    "any-log-believed": any_log_believed,
}


def break_it() -> None:
    """Break the rule that `FAULT_MUTANT` names, if any; also in a pool process."""
    name = os.environ.get("FAULT_MUTANT")
    if name:
        MUTANTS[name]()
