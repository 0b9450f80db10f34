"""Rules broken on purpose, one by one: whether the rows notice (`--mutant NAME`).

Each is what somebody might write in good faith; `MUTANTS` says in a sentence what is wrong with it.
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
from streams.runtime import pool_process
from streams.runtime.fencing import LivenessCheck
from streams.runtime.pool import Pool
from streams.runtime.sink_loop import SinkLoop
from streams.runtime.stage_loop import StageLoop


def ack_before_delivery() -> None:
    """An article is acknowledged once its outcome is known, before that is delivered."""
    result, take = Pool.process, StageLoop.submit
    taken: dict[Any, Any] = {}

    async def take_noted(self: Any, event: Any) -> None:
        message = event.message
        taken[message.topic, message.partition, message.offset] = event
        await take(self, event)

    async def outcome_acked(self: Any, message: Any) -> Any:
        known = await result(self, message)
        taken.pop((message.topic, message.partition, message.offset)).ack()
        return known

    StageLoop.submit, Pool.process = take_noted, outcome_acked


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
    """Articles are published side by side, each when its own work is done, as by a `gather` over them."""
    result, begin = Pool.process, StageLoop.start
    loops: dict[Any, Any] = {}

    def start(self: Any) -> None:
        loops[self._pool] = self
        begin(self)

    async def outcome_published(self: Any, message: Any) -> Any:
        known = await result(self, message)
        for record in loops[self]._records(message, known):
            await (await loops[self]._delivery._hand_over(record))
        return known

    async def published(self: Any, articles: list[Any], results: list[Processed | Failure]) -> Any:
        return results

    StageLoop.start, Pool.process, StageLoop._publish = start, outcome_published, published


def no_liveness_check() -> None:
    """Nobody looks whether others may have taken over before a record is published."""

    async def wait_until_connected(self: LivenessCheck) -> None:
        return None

    LivenessCheck.wait_until_connected = wait_until_connected
    LivenessCheck.check = lambda self: None


def dead_letters_not_awaited() -> None:
    """Dead letters are handed to the producer, and nobody waits for Kafka's word."""
    publish = StageLoop._publish

    async def without_dead_letters(self: Any, articles: list[Any], results: list[Processed | Failure]) -> Any:
        for article, result in zip(articles, results, strict=True):
            if isinstance(result, Failure):
                await self._delivery._hand_over(self._dead_letter(article.message, result))
        good = [(one, two) for one, two in zip(articles, results, strict=True) if isinstance(two, Processed)]
        await publish(self, [one for one, _ in good], [two for _, two in good])
        return results

    StageLoop._publish = without_dead_letters


def commit_without_drain() -> None:
    """At SIGTERM and in a rebalance, all that is in flight is acknowledged as it stands."""

    async def drain(self: Any) -> None:
        self._window.close()
        for article in self._window.clear():
            article.task.cancel()
            article.event.ack()
        self._initialised.clear()

    StageLoop.drain = drain


def sink_acks_first() -> None:
    """A sink acknowledges a batch, and then has its target write it."""

    async def finish(self: Any, waiting: list[Any]) -> None:
        for one in waiting:
            self._window.remove(one)
            one.event.ack()
        await self._patiently(self._sink.write, [one.record for one in waiting])

    SinkLoop._finish = finish


def sink_without_versions() -> None:
    """The database takes what comes, older revisions over newer ones."""
    replace = Sql._replace

    def replace_all(self: Any, connection: Any, revisions: Any) -> None:
        ids = [one.id for one in revisions]
        connection.execute(delete(ARTICLES).where(ARTICLES.c.id.in_(ids)))
        connection.execute(delete(REVISIONS).where(REVISIONS.c.article_id.in_(ids)))
        replace(self, connection, revisions)

    Sql._replace = replace_all
    sink.newest = lambda revisions: list({one.id: one for one in revisions}.values())


def id_from_the_clock() -> None:
    """`ce_id` says when a record was made."""
    with_value = record_headers.with_value

    def stamped(headers: Any, *rest: Any) -> Any:
        found = with_value(headers, *rest)
        return tuple((name, str(time.time_ns()).encode() if name == "ce_id" else one) for name, one in found)

    pool_process.record_headers.with_value = stamped


def raw_headers_believed() -> None:
    """What a raw record says of where it comes from is taken for true."""

    async def checked(self: Replays, message: Any) -> Any:
        return message

    Replays.checked = checked


def any_log_believed() -> None:
    """The offsets of a topic that was recreated are taken for those of the topic before it."""
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
    """Break the rule that `FAULT_MUTANT` names, if any; in a pool process too."""
    named = os.environ.get("FAULT_MUTANT")
    if named:
        MUTANTS[named]()
