"""Pool processes for a caller without an event loop, or with one of its own: ours runs in a thread."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread

from streams.core.message import Message
from streams.core.stage import Stage
from streams.local.offline import Pools, open_pools
from streams.local.walk import OfflineResult
from streams.settings import Settings


class PoolThread:
    """The pool processes of all stages. Articles may be submitted by any thread.

    `ahead` is how many may be in flight, so that each pool process has its next one.
    """

    def __init__(self, settings: Settings, stages: Sequence[Stage], workers: int) -> None:
        """Start them. Raises `CannotStart`."""
        self.ahead = 4 * workers
        self._opened: Future[Pools] = Future()
        self._loop = asyncio.new_event_loop()
        self._serving = self._loop.create_task(self._serve(settings, stages, workers))
        self._thread = Thread(target=self._run, name="copydesk-pools", daemon=True)
        self._thread.start()
        try:
            self._pools = self._opened.result()
        except BaseException:
            self.close()
            raise

    def submit(self, message: Message) -> Future[list[OfflineResult]]:
        """Start an article. The future has its results, or raises what is not the article's fault."""
        return asyncio.run_coroutine_threadsafe(self._pools.results(message), self._loop)

    def close(self) -> None:
        """End the pool processes. Futures that are not done are cancelled. May be called twice."""
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serving)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def _serve(self, settings: Settings, stages: Sequence[Stage], workers: int) -> None:
        """Keep the pools open until this task is cancelled."""
        try:
            async with open_pools(settings, stages, workers) as pools:
                self._opened.set_result(pools)
                try:
                    await asyncio.Event().wait()
                finally:
                    await _cancel_others()
        except Exception as error:
            if self._opened.done():
                raise
            self._opened.set_exception(error)


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
