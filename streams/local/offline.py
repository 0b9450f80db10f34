"""The same stages without Kafka, in pool processes: the same limits and bytes."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from streams.core.message import Message
from streams.core.stage import Stage
from streams.local.walk import OfflineResult, walk
from streams.runtime.work.pool import Pool
from streams.settings import Settings


async def process(
    settings: Settings, stages: Sequence[Stage], messages: Iterable[Message], *, workers: int
) -> AsyncIterator[OfflineResult]:
    """Process each message in `stages`, on every branch; the results, in the order of the messages."""
    async with open_pools(settings, stages, workers) as pools, _tasks() as in_flight:
        for message in messages:
            in_flight.append(asyncio.create_task(pools.results(message)))
            if len(in_flight) >= 4 * workers:
                for result in await in_flight.popleft():
                    yield result
        while in_flight:
            for result in await in_flight.popleft():
                yield result


class Pools:
    """The pool of each stage, all started."""

    def __init__(self, stages: Sequence[Stage], pools: Sequence[Pool]) -> None:
        self._stages = stages
        self._pools = {stage.name: pool for stage, pool in zip(stages, pools, strict=True)}

    async def results(self, message: Message) -> list[OfflineResult]:
        """The results of one article, one for each place where its way ends."""
        steps = walk(self._stages, message)
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._pools[step.stage.name].process(step.message))
        except StopIteration as end:
            results: list[OfflineResult] = end.value
            return results


@asynccontextmanager
async def open_pools(settings: Settings, stages: Sequence[Stage], workers: int) -> AsyncIterator[Pools]:
    """Start `workers` pool processes for each stage; they end with the context. Raises `CannotStart`."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        yield Pools(stages, [await enter(_pool(settings, stage, workers)) for stage in stages])


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
