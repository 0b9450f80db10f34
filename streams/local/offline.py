"""The same stages without Kafka: the same pool processes, limits and bytes.

What a stage writes is what the stages behind it read, so the finished values are those that Kafka would hold.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from streams.core.message import Message, Outgoing
from streams.core.stage import Failure, Outcome, Stage
from streams.runtime.pool import Pool
from streams.settings import Settings

Pools = list[tuple[Stage, Pool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineResult:
    """The outcome of an article, and its stage. `value` is the finished record, None for a takedown."""

    source: Message
    stage: str
    outcome: Outcome
    value: bytes | None = None
    reason: str | None = None
    error: str | None = None


async def process(
    settings: Settings, stages: Sequence[Stage], messages: Iterable[Message], *, workers: int
) -> AsyncIterator[OfflineResult]:
    """Process each message in `stages`, on every branch; the results, in the order of the messages."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        pools = [(stage, await enter(_pool(settings, stage, workers))) for stage in stages]
        in_flight = await enter(_tasks())
        for message in messages:
            in_flight.append(asyncio.create_task(_Followed(message, pools).results()))
            if len(in_flight) >= 4 * workers:
                for result in await in_flight.popleft():
                    yield result
        while in_flight:
            for result in await in_flight.popleft():
                yield result


@asynccontextmanager
async def _tasks() -> AsyncIterator[deque[asyncio.Task[list[OfflineResult]]]]:
    """Articles in flight. If one of them raises, the others are cancelled."""
    tasks: deque[asyncio.Task[list[OfflineResult]]] = deque()
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _pool(settings: Settings, stage: Stage, workers: int) -> AsyncIterator[Pool]:
    limits = settings.for_stage(stage.name).model_copy(update={"pool_processes": workers})
    pool = Pool(stage, limits, settings.for_work(stage.name))
    try:
        await asyncio.to_thread(pool.start)
        yield pool
    finally:
        await asyncio.to_thread(pool.stop)


class _Followed:
    """Takes a message through all stages that are behind its topic."""

    def __init__(self, source: Message, pools: Pools) -> None:
        self._source, self._pools = source, pools

    async def results(self) -> list[OfflineResult]:
        first, _ = self._pools[0]
        return await self._by(self._readers(first.reads.full_name), self._source)

    def _readers(self, topic: str) -> Pools:
        return [(stage, pool) for stage, pool in self._pools if stage.reads.full_name == topic]

    async def _by(self, readers: Pools, message: Message) -> list[OfflineResult]:
        results = [await self._in(stage, pool, message) for stage, pool in readers]
        return [processed for each in results for processed in each]

    async def _in(self, stage: Stage, pool: Pool, message: Message) -> list[OfflineResult]:
        result = await pool.process(message)
        if isinstance(result, Failure):
            return [self._ended(stage, Outcome.DEAD, reason=result.reason.value, error=result.message)]
        if result.outcome is Outcome.DISCARDED:
            return [self._ended(stage, result.outcome, reason=result.reason)]
        results = [await self._sent(stage, record, message) for record in result.records]
        return [processed for each in results for processed in each]

    async def _sent(self, stage: Stage, record: Outgoing, before: Message) -> list[OfflineResult]:
        if readers := self._readers(record.topic):
            key, value, headers = record.key, record.value, record.headers
            read = replace(before, topic=record.topic, key=key, value=value, headers=headers)
            return await self._by(readers, read)
        return [self._ended(stage, Outcome.SENT, value=record.value)]

    def _ended(self, stage: Stage, outcome: Outcome, **result: Any) -> OfflineResult:
        return OfflineResult(source=self._source, stage=stage.name, outcome=outcome, **result)
