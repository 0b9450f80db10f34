"""The loop that all sinks share: collect a batch, have the target write it, acknowledge."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from streams.core import record_headers
from streams.core.backoff import backoff
from streams.core.message import ClientRecord, Event, Message, read_event
from streams.core.sink import Claim, Delivered, Sink
from streams.errors import CopydeskError, Fenced, Unavailable
from streams.monitoring.recorder import SinkMeter
from streams.runtime.fencing import LivenessCheck
from streams.runtime.sink_filter import SinkFilter
from streams.runtime.window import Window

log = structlog.get_logger("copydesk.sink")

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


@dataclass(eq=False, slots=True)
class Waiting:
    event: Event
    message: Message
    record: Delivered

    @property
    def size(self) -> int:
        return len(self.record.record or b"")

    def finished(self) -> bool:
        return True


class SinkLoop:
    """The loop of one sink in one process.

    `source` is the id of the log when the process started to read, `look_up` returns the current one.
    """

    def __init__(
        self,
        name: str,
        sink: Sink,
        *,
        batch: int,
        batch_bytes: int,
        seconds: float,
        drain_seconds: float = 30.0,
        liveness: LivenessCheck,
        end: Callable[[str], None],
        source: str,
        look_up: Callable[[], str],
        meter: SinkMeter | None = None,
        filter: SinkFilter | None = None,
    ) -> None:
        self._name = name
        self._filter = filter or SinkFilter()
        self._sink = sink
        self._source = source
        self._look_up = look_up
        self._generation = 0
        self._seconds = seconds
        self._drain_seconds = drain_seconds
        self._liveness = liveness
        self._end = end
        self._meter = meter or SinkMeter(name)
        self._window: Window[Waiting] = Window(batch, batch_bytes)
        self._meter.watch(self._window)
        self._writing = asyncio.Lock()
        self._initialised: set[int] = set()
        self._runner: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start to write. The process exits if this ever ends."""
        self._runner = asyncio.create_task(self._run(), name=f"sink {self._name}")
        self._runner.add_done_callback(self._run_ended)

    async def submit(self, event: Event) -> None:
        """Take one event of the stream; waits while the batch is full."""
        turn, record = self._window.turn, event.message
        if not await self._window.wait_for_room(len(record.value or b"")):
            return
        if record.partition not in self._initialised:
            await self._begin(turn, record)
        if self._window.admits(turn):
            message = read_event(event)
            self._window.add(Waiting(event, message, _delivered(message, self._source)))

    async def _begin(self, turn: int, record: ClientRecord) -> None:
        """Claim the partition for the sink, unless it was revoked meanwhile."""
        async with self._writing:
            if not self._window.admits(turn):
                return
            self._initialised.add(record.partition)
            claim = Claim(
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                source=self._source,
                generation=self._generation,
                sink=self._name,
                still_ours=self._liveness.require_live,
            )
            try:
                await self._patiently(self._sink.begin, claim)
            except CopydeskError as error:
                self._end(str(error))
                raise

    async def drain(self) -> None:
        """Finish the batch in flight, and abandon the rest."""
        self._window.close()
        try:
            async with asyncio.timeout(self._drain_seconds), self._writing:
                self._window.clear()
                self._initialised.clear()
                await asyncio.to_thread(self._sink.release)
        except TimeoutError:
            self._end(f"the batch in flight could not be written within {self._drain_seconds:g} s")

    def resume(self, generation: int) -> None:
        self._generation = generation
        self._window.reopen()

    def begin(self, offsets: Mapping[int, int]) -> None:
        """Nothing: a sink asks where to begin when it gets the first record of a partition."""

    async def _run(self) -> None:
        while True:
            await self._window.head()
            async with self._writing:
                await self._finish(list(self._window.finished()))

    async def _finish(self, waiting: list[Waiting]) -> None:
        if not waiting:
            return
        started = time.monotonic()
        await self._require_same_log()
        # In a thread: a large record takes a while.
        filtered = await asyncio.to_thread(self._filter.filtered, [item.record for item in waiting])
        if records := self._filter.for_sink(filtered):
            await self._patiently(self._sink.write, records)
        for item in waiting:
            self._window.remove(item)
            item.event.ack()
        passed = [not record.withdrawn for record in filtered]
        self._meter.written([item.message for item in waiting], passed, time.monotonic() - started)

    async def _require_same_log(self) -> None:
        """Check the log before each write: records read between two equal ids are of that log.

        Otherwise, if the topic is recreated while a sink runs, its records would be taken for later ones.
        """
        if await self._patiently(self._look_up) != self._source:
            raise Fenced(
                "the topic is another log than when this process started: it was recreated, or Kafka has"
                " other data; nothing of it is written yet, and a restart begins with it"
            )

    async def _patiently(self, call: Callable[..., T], *arguments: Any) -> T:
        """Call, with retries while the target is unavailable, up to the time limit; then raise."""
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=time.monotonic() + self._seconds)
        while True:
            self._liveness.check()
            try:
                return await asyncio.to_thread(call, *arguments)
            except Unavailable as error:
                pause = next(pauses, None)
                if pause is None:
                    raise
                self._meter.retried()
                log.warning("the target is unavailable", sink=self._name, error=str(error))
            await asyncio.sleep(pause)

    def _run_ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            error = task.exception()
            self._end(f"{type(error).__name__}: {error}" if error else "the sink's loop ended")


def _delivered(message: Message, source: str) -> Delivered:
    return Delivered(
        key=(message.key or b"").decode("utf-8", "backslashreplace"),
        record=message.value,
        version=record_headers.origin(message).version,
        event=record_headers.event(message, source),
        source=source,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
    )
