"""The one loop that all stages share: nothing acknowledged is lost, nothing overtakes.

    take ─▶ window (bounded in number and bytes) ─▶ children work, many at once
                └─▶ drain: the oldest and the finished ones behind it, in offset order
                        └─▶ deliver, await Kafka's word ─▶ acknowledge in the same order

Every rule here was broken in a prototype and the loss was measured (docs/decisions/0002). What cannot be
handled raises out of the drain, and the process ends before it acknowledges.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog

from streams.core.message import Event, Message, Outgoing, read_event
from streams.core.stage import Failure, Processed, Reason, Stage
from streams.dead_letters.limit import Limit
from streams.dead_letters.record import by_reference, dead_letter
from streams.dead_letters.replays import Replays
from streams.errors import BrokerError, Unavailable
from streams.monitoring.recorder import StageMeter
from streams.runtime.delivery import Delivery
from streams.runtime.pool import Pool
from streams.runtime.window import Window
from streams.settings import WorkerSettings

log = structlog.get_logger("copydesk.loop")

STOPPED_LOG_SECONDS = 30


@dataclass(eq=False, slots=True)
class InFlightArticle:
    """An article in the window: its event, what it is, and the task that finds its outcome."""

    event: Event
    message: Message
    task: "asyncio.Task[Processed | Failure]"

    @property
    def size(self) -> int:
        return self.message.size

    def finished(self) -> bool:
        return self.task.done()


class StageLoop:
    def __init__(
        self,
        stage: Stage,
        settings: WorkerSettings,
        *,
        prefix: str,
        group: str,
        pool: Pool,
        delivery: Delivery,
        limit: Limit,
        replays: Replays,
        end: Callable[[str], None],
        meter: StageMeter | None = None,
    ) -> None:
        self._stage = stage
        self._names = {"prefix": prefix, "group": group}
        self._pool = pool
        self._delivery = delivery
        self._limit = limit
        self._replays = replays
        self._end = end
        self._meter = meter or StageMeter(stage.name)
        self._window: Window[InFlightArticle] = Window(settings.window, settings.window_bytes)
        self._meter.watch(self._window)
        self._drain_seconds = min(settings.rebalance_seconds, settings.stop_seconds) / 2
        self._publishing = asyncio.Lock()
        self._initialised: set[int] = set()
        self._runner: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to drain. If the drain ever ends, the process does."""
        self._runner = asyncio.create_task(self._run(), name=f"drain {self._stage.name}")
        self._runner.add_done_callback(self._run_ended)

    async def submit(self, event: Event) -> None:
        """Take one event of the stream; waits while the window is full. Never raises for an article."""
        turn = self._window.turn
        message = await self._checked(read_event(event))
        if not (self._window.admits(turn) and await self._window.room(message.size)):
            # Its partitions are being handed over: whoever has them then reads it again.
            return
        if message.partition not in self._initialised:
            self._initialised.add(message.partition)
            self._limit.begin(message.partition, message.offset)
        if self._limit.exceeded:
            await self._stay_stopped(self._limit.exceeded)
            return
        task = asyncio.create_task(self._pool.process(message))
        task.add_done_callback(self._known)
        self._window.add(InFlightArticle(event, message, task))

    async def _checked(self, message: Message) -> Message:
        """The record with the headers that hold; what it may be a replay of, Kafka is asked."""
        try:
            return await self._replays.checked(message)
        except BrokerError as error:
            self._end(str(error))
            raise

    async def drain(self) -> None:
        """Before partitions go or the process stops: publish what is finished at the head, abandon the rest.

        What is abandoned is not acknowledged: it is read again by whoever has the partition then. Nothing
        more is taken until `resume`. It takes at most half of what Kafka and the orchestrator wait.
        """
        self._window.close()
        try:
            async with asyncio.timeout(self._drain_seconds), self._publishing:
                await self._finish(list(self._window.finished()))
        except TimeoutError:
            self._end(f"what is finished could not be published within {self._drain_seconds:g} s")
        except Exception as error:  # noqa: BLE001 - aiokafka would log it and go on with the rebalance
            self._end(f"{type(error).__name__}: {error}")
        finally:
            for abandoned in self._window.clear():
                abandoned.task.cancel()
            self._initialised.clear()
            await self._delivery.close()

    def resume(self, generation: int) -> None:
        """Take events again, of the partitions that are ours now."""
        self._window.reopen()

    async def _run(self) -> None:
        while not self._limit.exceeded:
            oldest = await self._window.head()
            await asyncio.wait([oldest.task])
            async with self._publishing:
                await self._finish(list(self._window.finished()))
        await self._stay_stopped(self._limit.exceeded)

    async def _finish(self, articles: list[InFlightArticle]) -> None:
        """Publish, then acknowledge, in offset order."""
        if not articles or self._limit.exceeded:
            return
        results = [article.task.result() for article in articles]
        began = time.monotonic()
        results = await self._publish(articles, results)
        self._meter.published(time.monotonic() - began)
        for article, result in zip(articles, results, strict=True):
            self._window.remove(article)
            article.event.ack()
            self._record_outcome(article.message, result)

    async def _publish(
        self, articles: list[InFlightArticle], results: list[Processed | Failure]
    ) -> list[Processed | Failure]:
        """Deliver what the articles became; one that no topic takes is dead (`too-large`) in the end."""
        final = list(results)
        records = [
            self._records(article.message, result) for article, result in zip(articles, results, strict=True)
        ]
        for run in _runs(records):
            for at in await self._rejected(run, records):
                final[at] = await self._send_dead_letter(articles[at].message, results[at])
        return final

    async def _rejected(self, run: Sequence[int], records: Sequence[tuple[Outgoing, ...]]) -> list[int]:
        """Deliver what the articles of a run became; which of them Kafka rejected for their size."""
        if len(records[run[0]]) > 1:
            return [] if await self._delivery.deliver_all_or_none(records[run[0]]) else [run[0]]
        sent = [at for at in run if records[at]]
        rejected = await self._delivery.deliver([records[at][0] for at in sent])
        return [sent[position] for position in rejected]

    async def _send_dead_letter(self, message: Message, result: Processed | Failure) -> Failure:
        """The dead letter of an article whose result or dead letter was rejected for its size."""
        dead = result if isinstance(result, Failure) else _too_large(result)
        whole = self._dead_letter(message, dead)
        rejected = isinstance(result, Failure) or await self._delivery.deliver([whole])
        if rejected and await self._delivery.deliver([by_reference(whole)]):
            raise Unavailable(
                f"{whole.topic} takes not even a dead letter without a value: its limit is too small"
            )
        return dead

    def _records(self, message: Message, result: Processed | Failure) -> tuple[Outgoing, ...]:
        return result.records if isinstance(result, Processed) else (self._dead_letter(message, result),)

    def _dead_letter(self, message: Message, dead: Failure) -> Outgoing:
        return dead_letter(message, dead, self._stage, **self._names)

    def _record_outcome(self, message: Message, result: Processed | Failure) -> None:
        """Count and log one article's outcome, once it is acknowledged."""
        self._limit.count(message.partition, isinstance(result, Failure), message.offset)
        self._meter.acknowledged(message, result)

    async def _stay_stopped(self, why: str) -> None:
        """Stay up, read nothing more, and say so: a fault of ours must not empty a topic into the dead
        letters."""
        self._meter.stopped(why)
        while True:
            log.error(
                "stopped at the dead-letter limit",
                stage=self._stage.name,
                why=why,
                todo=f"fix the cause, then: copydesk worker {self._stage.name} --acknowledge-dead-letters",
            )
            await asyncio.sleep(STOPPED_LOG_SECONDS)

    def _known(self, task: "asyncio.Task[Processed | Failure]") -> None:
        """End the process for what no article is to blame for: the oldest may be waiting for just that."""
        error = None if task.cancelled() else task.exception()
        if error:
            self._end(f"{type(error).__name__}: {error}")

    def _run_ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            error = task.exception()
            self._end(f"{type(error).__name__}: {error}" if error else "the drain ended")


def _runs(records: Sequence[Sequence[Outgoing]]) -> Iterator[list[int]]:
    """Indices of neighbours that are delivered together; one that became several records alone."""
    for several, group in groupby(range(len(records)), key=lambda at: len(records[at]) > 1):
        run = list(group)
        yield from ([at] for at in run) if several else (run,)


def _too_large(result: Processed) -> Failure:
    size = max(record.size for record in result.records)
    of = f"of {len(result.records)} records, the largest with" if len(result.records) > 1 else "has"
    text = f"the result {of} {size} bytes, more than its topic takes"
    return Failure(reason=Reason.TOO_LARGE, error="MessageSizeTooLargeError", message=text)
