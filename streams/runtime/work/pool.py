"""Pool processes that work on articles, each within a time limit.

At the limit pebble kills a pool process, even inside a C call that holds the interpreter, replaces it, and
fails only its own article. What is the article's fault (its time-out, a process that exits on it twice, the
second time alone) is a result. What is not (a process that cannot start, a broken pool) is raised, and the
worker exits.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from pebble import ProcessExpired, ProcessPool

from streams.core.backoff import backoff
from streams.core.message import Message
from streams.core.stage import Failure, Processed, Reason, Retry, Stage
from streams.errors import CannotStart, Unavailable
from streams.kafka.tolerant.installation import install_for_pool
from streams.monitoring.recorder import StageMeter
from streams.runtime.work import pool_process
from streams.runtime.work.pool_context import PoolContext
from streams.settings import WorkerSettings

log = structlog.get_logger("copydesk.pool")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
#: If all articles of a window are retried, each pause would log as many lines.
REPORT_SECONDS = 10.0
#: An answer that is later than this after two time limits never comes.
STUCK_SECONDS = 60.0
#: A pool process that is killed from outside while it holds pebble's lock never releases it (1 of 90 random
#: kills, 5.2.3), and pebble does not notice. After this wait for a result, the lock is tried.
LOOK_SECONDS = LOCK_SECONDS = 5.0


class Pool:
    """The pool processes of one stage."""

    def __init__(
        self,
        stage: Stage,
        settings: WorkerSettings,
        work: dict[str, Any],
        meter: StageMeter | None = None,
    ) -> None:
        install_for_pool()
        self._settings = settings
        self._meter = meter or StageMeter(stage.name)
        self._reported_at = -REPORT_SECONDS
        self._stage = stage
        self._lock = ReadersWriterLock()
        # One more than there are pool processes, so that none waits for its next article. An article that
        # pebble has cannot be taken back cheaply: 14 abandoned articles that hang took 48 s.
        self._free = asyncio.Semaphore(settings.pool_processes + 1)
        self._pool = ProcessPool(
            max_workers=settings.pool_processes,
            max_tasks=settings.recycle_after,
            initializer=pool_process.begin,
            initargs=(stage, work, os.getpid(), settings.article_seconds),
            # A fork would copy the threads' locks, and processes of a fork server outlive a kill -9.
            context=PoolContext(),
        )

    def start(self) -> None:
        """Start the pool processes and wait until one has loaded its work. Raises `CannotStart`."""
        try:
            failure = self._pool.schedule(pool_process.ready).result()
        except (OSError, RuntimeError, MemoryError) as error:
            raise CannotStart(f"stage {self._stage.name}: {self._start_failure(error)}") from error
        if failure:
            raise CannotStart(failure)

    def model(self) -> str | None:
        """The model of the work, from a pool process. Call it after `start`."""
        with suppress(ProcessExpired, BrokenProcessPool):
            name: str | None = self._pool.schedule(pool_process.model).result()
            return name
        return None

    def notices(self) -> tuple[str, ...]:
        """What a user should know of the work, from a pool process. Call it after `start`."""
        with suppress(ProcessExpired, BrokenProcessPool):
            sentences: tuple[str, ...] = self._pool.schedule(pool_process.notices).result()
            return sentences
        return ()

    def stop(self) -> None:
        """Kill the pool processes; what they were working on is not acknowledged."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble annotates all but this one
        self._pool.join()

    def _start_failure(self, error: BaseException) -> str:
        """Why no pool process is ready. If one could not be started, a `BrokenProcessPool` has the cause."""
        cause = error.__cause__ or error
        if isinstance(cause, ProcessExpired | BrokenProcessPool):
            return f"its pool process exited while loading {self._stage.work}: {cause}"
        return f"its pool process could not be started: {cause}"

    async def process(self, message: Message) -> Processed | Failure:
        """The result of one article. Raises what is not the article's fault."""
        if failure := pool_process.size_failure(message, self._settings.article_bytes):
            return failure
        async with self._lock.among_others():
            first = await self._attempt(message)
        if not isinstance(first, PoolProcessExited):
            return first
        async with self._lock.alone():
            second = await self._attempt(message)
        return second.dead() if isinstance(second, PoolProcessExited) else second

    async def _attempt(self, message: Message) -> "Processed | Failure | PoolProcessExited":
        """Try once, and again while the result is `Retry`, for up to `unavailable_seconds`."""
        seconds = self._settings.unavailable_seconds
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=time.monotonic() + seconds)
        while True:
            result = await self._once(message)
            self._meter.answered()
            if isinstance(result, Processed):
                self._meter.counted(result.counts)
            if not isinstance(result, Retry):
                return result
            self._retried(message, result)
            pause = next(pauses, None)
            if pause is None:
                raise Unavailable(f"{result.message} (tried for {seconds:g} s)")
            await asyncio.sleep(pause)

    def _retried(self, message: Message, retry: Retry) -> None:
        self._meter.retried()
        event = {"stage": self._stage.name, "at": message.coordinates, "error": retry.message[:300]}
        if time.monotonic() - self._reported_at < REPORT_SECONDS:
            log.debug("retried", **event)
            return
        self._reported_at = time.monotonic()
        log.warning("retried", **event, more="further retries are logged at level debug")

    async def _once(self, message: Message) -> "Processed | Failure | Retry | PoolProcessExited":
        await self._free.acquire()
        limit, scheduled = self._settings.article_seconds, time.monotonic()
        try:
            result: Processed | Failure | Retry = await self._run(message, limit)
        except ProcessExpired as expired:
            self._meter.pool_process_exited("killed")
            return PoolProcessExited(expired.exitcode)
        except TimeoutError:
            self._meter.pool_process_exited("timed-out")
            # pebble uses the wall clock: if it was set forward, the limit was not reached.
            if time.monotonic() - scheduled < limit:
                return PoolProcessExited(None)
            text = f"not done within {limit:g} seconds"
            return Failure(reason=Reason.TIMED_OUT, error="TimeoutError", message=text)
        except RuntimeError as error:
            # pebble's own, such as BrokenProcessPool: a pool process was killed between two articles.
            raise Unavailable(f"the pool processes of stage {self._stage.name} are lost: {error}") from error
        return result

    async def _run(self, message: Message, limit: float) -> Any:
        """The result of a pool process. A cancelled caller drops it; the process goes on, because a new one
        would have to load its model again."""
        loop = asyncio.get_running_loop()
        future = self._schedule(message, limit)
        future.add_done_callback(lambda _: _call(loop, self._free.release))
        result = asyncio.wrap_future(future)
        result.add_done_callback(lambda done: done.cancelled() or done.exception())
        deadline = time.monotonic() + 2 * limit + STUCK_SECONDS
        while not result.done():
            await asyncio.wait([result], timeout=min(LOOK_SECONDS, 2 * limit + STUCK_SECONDS))
            if not result.done() and (time.monotonic() > deadline or not await asyncio.to_thread(self._open)):
                raise Unavailable(f"the pool processes of stage {self._stage.name} no longer answer")
        return result.result()

    def _schedule(self, message: Message, limit: float) -> Any:
        try:
            return self._pool.schedule(pool_process.handle, args=[message], timeout=limit)
        except RuntimeError:
            self._free.release()
            raise

    def _open(self) -> bool:
        """Whether the lock is free that a pool process takes to fetch an article and to send its result."""
        channel = self._pool._pool_manager.worker_manager.workers_channel
        with channel.lock(timeout=LOCK_SECONDS) as locked:  # type: ignore[union-attr]  # set at the start
            return bool(locked)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    """Call in the loop's thread, unless the loop is closed."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(function)


class PoolProcessExited:
    """The pool process exited in an attempt. `exitcode` is negative for a signal, None if we killed it."""

    def __init__(self, exitcode: int | None) -> None:
        self.exitcode = exitcode

    def dead(self) -> Failure:
        """The result of an article on which a pool process has exited twice."""
        text = f"its pool process exited twice, the second time alone (exit code {self.exitcode})"
        return Failure(reason=Reason.KILLED_WORKER, error="ProcessExpired", message=text)


class ReadersWriterLock:
    """Lets many through together, or one alone."""

    def __init__(self) -> None:
        self._inside = 0
        self._closed = False
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def among_others(self) -> AsyncIterator[None]:
        """Enter together with others, once nobody is alone inside or waits for that."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._inside += 1
        try:
            yield
        finally:
            async with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Enter with nobody else inside. Others wait meanwhile."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._closed)
            self._closed = True
        try:
            async with self._changed:
                await self._changed.wait_for(lambda: self._inside == 0)
            yield
        finally:
            async with self._changed:
                self._closed = False
                self._changed.notify_all()
