"""The same stages without Kafka: the same children, limits and bytes, one article after the other.

What a stage writes is what the next one reads, so the finished values are those that Kafka would hold.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from streams.core.message import Message, Outgoing
from streams.core.stage import Dead, Fate, Stage
from streams.runtime.pool import Pool
from streams.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What became of an article, and in which stage. `value` is the finished record, None for a takedown."""

    source: Message
    stage: str
    fate: Fate
    value: bytes | None = None
    reason: str | None = None
    error: str | None = None


async def process(
    settings: Settings, stages: Sequence[Stage], messages: Iterable[Message], *, workers: int
) -> AsyncIterator[Processed]:
    """Lead each message through `stages`; what becomes of them, in the order they came."""
    async with AsyncExitStack() as stack:
        pools = [
            (stage, await stack.enter_async_context(_pool(settings, stage, workers))) for stage in stages
        ]
        under_way = await stack.enter_async_context(_tasks())
        for message in messages:
            under_way.append(asyncio.create_task(_follow(message, message, pools)))
            if len(under_way) >= 4 * workers:
                for one in await under_way.popleft():
                    yield one
        while under_way:
            for one in await under_way.popleft():
                yield one


@asynccontextmanager
async def _tasks() -> AsyncIterator[deque[asyncio.Task[list[Processed]]]]:
    """Articles under way; where one of them ends it all, the others are given up."""
    tasks: deque[asyncio.Task[list[Processed]]] = deque()
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _pool(settings: Settings, stage: Stage, workers: int) -> AsyncIterator[Pool]:
    limits = settings.for_stage(stage.name).model_copy(update={"children": workers})
    pool = Pool(stage, settings.prefix, limits, settings.for_work(stage.name))
    try:
        await asyncio.to_thread(pool.start)
        yield pool
    finally:
        await asyncio.to_thread(pool.stop)


async def _follow(source: Message, message: Message, pools: Sequence[tuple[Stage, Pool]]) -> list[Processed]:
    (stage, pool), rest = pools[0], pools[1:]
    outcome = await pool.outcome(message)
    if isinstance(outcome, Dead):
        return [
            Processed(
                source=source,
                stage=stage.name,
                fate=Fate.DEAD,
                reason=outcome.reason.value,
                error=outcome.message,
            )
        ]
    if outcome.fate is Fate.DISCARDED:
        return [Processed(source=source, stage=stage.name, fate=outcome.fate, reason=outcome.reason)]
    if not rest:
        return [
            Processed(source=source, stage=stage.name, fate=Fate.SENT, value=record.value)
            for record in outcome.records
        ]
    further = [await _follow(source, _as_read(record, message), rest) for record in outcome.records]
    return [one for results in further for one in results]


def _as_read(record: Outgoing, before: Message) -> Message:
    """What one stage wrote, as the next one reads it."""
    return Message(
        topic=record.topic,
        partition=before.partition,
        offset=before.offset,
        timestamp=before.timestamp,
        key=record.key,
        value=record.value,
        headers=record.headers,
    )
