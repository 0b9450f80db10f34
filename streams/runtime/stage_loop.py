"""The loop that all stages share: nothing acknowledged is lost, nothing overtakes.

    submit ─▶ window (bounded in number and bytes) ─▶ pool processes work, many at once
                 └─▶ run: the finished articles up to the first that is not, in offset order
                        └─▶ deliver, wait until Kafka confirms ─▶ acknowledge in the same order

Every rule here was broken in a prototype and the loss was measured (docs/decisions/0002). What cannot be
handled ends the run, and the process exits before it acknowledges.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from streams.runtime.window import Window
from streams.runtime.work.pool import Pool
from streams.settings import WorkerSettings

log = structlog.get_logger("copydesk.loop")

STOPPED_LOG_SECONDS = 30


@dataclass(eq=False, slots=True)
class InFlightArticle:
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
        pool: Pool,
        delivery: Delivery,
        limit: Limit,
        replays: Replays,
        end: Callable[[str], None],
        meter: StageMeter | None = None,
    ) -> None:
        self._stage = stage
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
        """Start to publish. The process exits if this ever ends."""
        self._runner = asyncio.create_task(self._run(), name=f"stage {self._stage.name}")
        self._runner.add_done_callback(self._run_ended)

    async def submit(self, event: Event) -> None:
        """Take one event of the stream; waits while the window is full. Never raises for an article."""
        turn = self._window.turn
        message = await self._checked(read_event(event))
        if not (self._window.admits(turn) and await self._window.wait_for_room(message.size)):
            # Its partitions are being revoked: the next worker reads it again.
            return
        if message.partition not in self._initialised:
            self.begin({message.partition: message.offset})
        if self._limit.exceeded:
            await self._stay_stopped(self._limit.exceeded)
            return
        task = asyncio.create_task(self._pool.process(message))
        task.add_done_callback(self._processed)
        self._window.add(InFlightArticle(event, message, task))

    async def _checked(self, message: Message) -> Message:
        """The record without the headers that are not trusted."""
        try:
            return await self._replays.checked(message)
        except BrokerError as error:
            self._end(str(error))
            raise

    async def drain(self) -> None:
        """Publish the finished articles up to the first that is not, and abandon the rest unacknowledged.

        Nothing enters until `resume`. It takes at most half the time that Kafka and the orchestrator wait.
        """
        self._window.close()
        try:
            async with asyncio.timeout(self._drain_seconds), self._publishing:
                await self._finish(list(self._window.finished()))
        except TimeoutError:
            self._end(f"finished articles could not be published within {self._drain_seconds:g} s")
        except Exception as error:  # noqa: BLE001 - aiokafka would log it and continue the rebalance
            self._end(f"{type(error).__name__}: {error}")
        finally:
            for abandoned in self._window.clear():
                abandoned.task.cancel()
            self._initialised.clear()
            await self._delivery.close()

    def resume(self, generation: int) -> None:
        self._initialised.clear()
        self._window.reopen()

    def begin(self, offsets: Mapping[int, int]) -> None:
        """Count again what was dead, in all partitions before the first record of any."""
        for partition, offset in offsets.items():
            if partition not in self._initialised:
                self._initialised.add(partition)
                self._limit.begin(partition, offset)

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
        started = time.monotonic()
        results = await self._publish(articles, [article.task.result() for article in articles])
        self._meter.published(time.monotonic() - started)
        for article, result in zip(articles, results, strict=True):
            message = article.message
            self._window.remove(article)
            article.event.ack()
            self._limit.count(message.partition, isinstance(result, Failure), message.offset)
            self._meter.acknowledged(message, result)

    async def _publish(
        self, articles: list[InFlightArticle], results: list[Processed | Failure]
    ) -> list[Processed | Failure]:
        """Deliver the results; one over its topic's size limit becomes a dead letter (`too-large`)."""
        final = list(results)
        records = [
            self._records(article.message, result) for article, result in zip(articles, results, strict=True)
        ]
        for run in _runs(records):
            for index in await self._rejected(run, records):
                final[index] = await self._send_dead_letter(articles[index].message, results[index])
        return final

    async def _rejected(self, run: Sequence[int], records: Sequence[tuple[Outgoing, ...]]) -> list[int]:
        """Deliver the records of a run. Returns the indices of those that Kafka rejected for their size."""
        if len(records[run[0]]) > 1:
            return [] if await self._delivery.deliver_all_or_none(records[run[0]]) else [run[0]]
        sent = [index for index in run if records[index]]
        rejected = await self._delivery.deliver([records[index][0] for index in sent])
        return [sent[position] for position in rejected]

    async def _send_dead_letter(self, message: Message, result: Processed | Failure) -> Failure:
        """Dead-letter an article whose result or dead letter was rejected for its size."""
        failure = result if isinstance(result, Failure) else _too_large(result)
        whole = self._dead_letter(message, failure)
        rejected = isinstance(result, Failure) or await self._delivery.deliver([whole])
        if rejected and await self._delivery.deliver([by_reference(whole)]):
            raise Unavailable(
                f"the size limit of {whole.topic} is too small even for a dead letter without a value"
            )
        return failure

    def _records(self, message: Message, result: Processed | Failure) -> tuple[Outgoing, ...]:
        return result.records if isinstance(result, Processed) else (self._dead_letter(message, result),)

    def _dead_letter(self, message: Message, failure: Failure) -> Outgoing:
        return dead_letter(message, failure, self._stage)

    async def _stay_stopped(self, reason: str) -> None:
        """Stay up, read nothing more, and report it: a fault of ours must not dead-letter a whole topic."""
        self._meter.stopped(reason)
        name = self._stage.name
        todo = f"fix the cause, then: copydesk worker {name} --acknowledge-dead-letters"
        while True:
            log.error("stopped at the dead-letter limit", stage=name, reason=reason, todo=todo)
            await asyncio.sleep(STOPPED_LOG_SECONDS)

    def _processed(self, task: "asyncio.Task[Processed | Failure]") -> None:
        """Exit at an error that is not an article's fault, at once: the run may still wait for the oldest."""
        error = None if task.cancelled() else task.exception()
        if error:
            self._end(f"{type(error).__name__}: {error}")

    def _run_ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            error = task.exception()
            self._end(f"{type(error).__name__}: {error}" if error else "the stage's loop ended")


def _runs(records: Sequence[Sequence[Outgoing]]) -> Iterator[list[int]]:
    """Indices of neighbours that are delivered together; a result of several records is alone."""
    for several, group in groupby(range(len(records)), key=lambda index: len(records[index]) > 1):
        run = list(group)
        yield from ([index] for index in run) if several else (run,)


def _too_large(result: Processed) -> Failure:
    size = max(record.size for record in result.records)
    count = len(result.records)
    largest = f"the largest of the result's {count} records" if count > 1 else "the result"
    text = f"{largest} has {size} bytes, more than its topic takes"
    return Failure(reason=Reason.TOO_LARGE, error="MessageSizeTooLargeError", message=text)
