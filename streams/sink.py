"""The one loop all sinks share: batch, write, commit outside, acknowledge.

A sink's outside (a file, a database) takes a batch and makes it durable; only then are its records
acknowledged. A record may come again after a crash: a sink tells by offset or by version.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import structlog

from streams import envelope
from streams.beat import Beat
from streams.errors import CopydeskError, Fenced, Unavailable
from streams.message import Message, read_event
from streams.meter import SinkMeter
from streams.window import Window

log = structlog.get_logger("copydesk.sink")

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A record for a sink. `record` is the value as it stands in Kafka; None is a takedown of `key`.

    `version` compares as text: a sink that keeps one row an article applies only a greater one. `event` is
    the record's own `ce_id` (a hash of one that is no word), or where it lies, `source` included: a repeat
    has the same. Both are of a form that any outside takes, whatever the headers are; `key` is what came.
    `source` is the id of the log that it was read from: the same offset of another log is another record.
    """

    key: str
    record: bytes | None
    version: str
    event: str
    source: str
    topic: str
    partition: int
    offset: int


def _ours() -> None:
    """Nobody else may have taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A partition that is ours from now on, to be written from `offset` on.

    `source` is the id of the log: what was written from another one is not to be touched. `generation` is the
    consumer group's, of this assignment: each later one is greater, so of two processes that both believe a
    partition to be theirs, the one with the greater is right. A group deleted and made anew counts from 1.
    `sink` is its name in the configuration. `still_ours` raises `Unavailable`, or ends the process, where
    others may have taken over: for whoever cannot take back what was sent, to be asked right before.
    """

    topic: str
    partition: int
    offset: int
    source: str
    generation: int
    sink: str = ""
    still_ours: Callable[[], None] = field(default=_ours, compare=False)


class Sink(Protocol):
    """An outside that takes finished records. Opened by `open_sink(settings)`; blocking calls are fine.

    It may have an attribute `batch` (int): the most records it is told at once, where 500 are too many to
    be done within half of what Kafka and the orchestrator wait.
    """

    def begin(self, claim: Claim) -> None:
        """The next record of this partition will be `claim.offset`: nothing from there on was acknowledged.

        Whoever had the partition before may only be stopped, and go on writing when it wakes. Raises
        `Unavailable` when the outside is away: it is told again.
        """
        ...

    def write(self, batch: Sequence[Delivered]) -> None:
        """Make a batch durable.

        Raises `Unavailable` when the outside is away: it comes again; `Fenced` when somebody has taken over.
        """
        ...

    def release(self) -> None:
        """All partitions begun are others' from now on, or are to be begun again."""
        ...

    def close(self) -> None:
        """No more batches come."""
        ...


@dataclass(eq=False, slots=True)
class Waiting:
    """A record that waits for its batch."""

    event: Any
    message: Message
    record: Delivered

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.record.record or b"")

    def finished(self) -> bool:
        """It is ready as soon as it is there."""
        return True


class SinkLoop:
    """The loop of one sink in one process.

    `source` is the id of the log when the process began to read, `look_up` says what it is now.
    """

    def __init__(
        self,
        name: str,
        sink: Sink,
        *,
        batch: int,
        batch_bytes: int,
        seconds: float,
        settle_seconds: float = 30.0,
        beat: Beat,
        end: Callable[[str], None],
        source: str,
        look_up: Callable[[], str],
        meter: SinkMeter | None = None,
    ) -> None:
        self._name = name
        self._sink = sink
        self._source = source
        self._look_up = look_up
        self._generation = 0
        self._seconds = seconds
        self._settle_seconds = settle_seconds
        self._beat = beat
        self._end = end
        self._meter = meter or SinkMeter(name)
        self._window: Window[Waiting] = Window(batch, batch_bytes)
        self._meter.watch(self._window)
        self._writing = asyncio.Lock()
        self._begun: set[int] = set()
        self._drainer: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write. If that ever ends, the process does."""
        self._drainer = asyncio.create_task(self._drain(), name=f"sink {self._name}")
        self._drainer.add_done_callback(self._drain_ended)

    async def take(self, event: Any) -> None:
        """Take one event of the stream; waits while the batch is full."""
        turn, came = self._window.turn, event.message
        if not await self._window.room(len(came.value or b"")):
            return
        if came.partition not in self._begun:
            await self._begin(turn, came)
        if self._window.admits(turn):
            message = read_event(event)
            self._window.add(Waiting(event, message, _delivered(message, self._source)))

    async def _begin(self, turn: int, came: Any) -> None:
        """Tell the sink where the partition begins, unless it went to another worker meanwhile."""
        async with self._writing:
            if not self._window.admits(turn):
                return
            self._begun.add(came.partition)
            claim = Claim(
                topic=came.topic,
                partition=came.partition,
                offset=came.offset,
                source=self._source,
                generation=self._generation,
                sink=self._name,
                still_ours=self._beat.require_heard,
            )
            try:
                await self._patiently(self._sink.begin, claim)
            except CopydeskError as error:
                self._end(str(error))
                raise

    async def settle(self) -> None:
        """Before partitions go or the process stops: finish the batch under way, abandon the rest."""
        self._window.shut()
        try:
            async with asyncio.timeout(self._settle_seconds), self._writing:
                self._window.clear()
                self._begun.clear()
                await asyncio.to_thread(self._sink.release)
        except TimeoutError:
            self._end(f"the batch under way could not be written within {self._settle_seconds:g} s")

    def resume(self, generation: int) -> None:
        """Take events again, of the partitions that are ours now, by this generation of the group."""
        self._generation = generation
        self._window.open()

    async def _drain(self) -> None:
        while True:
            await self._window.head()
            async with self._writing:
                await self._finish(list(self._window.finished()))

    async def _finish(self, waiting: list[Waiting]) -> None:
        if not waiting:
            return
        began = time.monotonic()
        await self._require_same_log()
        await self._patiently(self._sink.write, [one.record for one in waiting])
        for one in waiting:
            self._window.remove(one)
            one.event.ack()
        self._meter.written([one.message for one in waiting], time.monotonic() - began)

    async def _require_same_log(self) -> None:
        """Before anything is written: what was read between two looks that say the same is of that log.

        A topic made anew under a sink that runs would be written as if it went on.
        """
        if await self._patiently(self._look_up) != self._source:
            raise Fenced(
                "the topic is another log than when this process began: it was made anew, or Kafka has other"
                " data; nothing of it is written yet, and a new start begins with it"
            )

    async def _patiently(self, call: Callable[..., T], *arguments: Any) -> T:
        """Call the sink, again and again while the outside is away, up to the limit; then it raises."""
        deadline, pause = time.monotonic() + self._seconds, FIRST_PAUSE
        while True:
            self._beat.check()
            try:
                return await asyncio.to_thread(call, *arguments)
            except Unavailable as error:
                if time.monotonic() + pause > deadline:
                    raise
                self._meter.put_off()
                log.warning("the outside is away", sink=self._name, error=str(error))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _drain_ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            error = task.exception()
            self._end(f"{type(error).__name__}: {error}" if error else "the sink's loop ended")


def _delivered(message: Message, source: str) -> Delivered:
    return Delivered(
        key=(message.key or b"").decode("utf-8", "backslashreplace"),
        record=message.value,
        version=envelope.origin(message).version,
        event=envelope.event(message, source),
        source=source,
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
    )
