"""The loop of the sinks: a record is acknowledged only after it is written, and may be written again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from threading import Event as Gate
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from streams.core.sink import Claim, Delivered
from streams.errors import CannotStart, Unavailable
from streams.monitoring.metrics import REGISTRY
from streams.runtime.fencing import LivenessCheck
from streams.runtime.sink_filter import SinkFilter
from streams.runtime.sink_loop import SinkLoop


@dataclass
class Target:
    """A sink that records its calls. It raises its `failures` first, and writes while `gate` is open."""

    failures: list[Exception] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    starts: list[tuple[int, int]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    released: int = 0
    claims: list[Claim] = field(default_factory=list)
    records: list[Delivered] = field(default_factory=list)
    gate: Gate = field(default_factory=Gate)
    writing: Gate = field(default_factory=Gate)

    def begin(self, claim: Claim) -> None:
        self.claims.append(claim)
        self.starts.append((claim.partition, claim.offset))

    def write(self, batch: Sequence[Delivered]) -> None:
        """Waits for the gate."""
        self.writing.set()
        self.gate.wait(10)
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(len(batch))
        self.records += batch
        self.written += [record.offset for record in batch]

    def release(self) -> None:
        self.released += 1

    def close(self) -> None:
        """Has nothing to close."""


class SinkHarness:
    """A sink loop on a target, and what it has acknowledged."""

    def __init__(self, target: Target, **limits: Any) -> None:
        self.target = target
        self.acknowledged: list[int] = []
        self.log = "log1"
        self.unanswered: list[Exception] = []
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self.liveness = liveness = LivenessCheck(1000, self.ended.put_nowait)
        rest = {"batch": 500, "batch_bytes": 10**6, "seconds": 30, "drain_seconds": 30, **limits}
        self.values: dict[int, bytes | None] = {}
        self.loop = SinkLoop(
            "test",
            target,
            liveness=liveness,
            end=self.ended.put_nowait,
            source="log1",
            look_up=self.look_up,
            **rest,
        )  # type: ignore[arg-type]  # some are int

    def look_up(self) -> str:
        """The id of the log that the topic has now."""
        if self.unanswered:
            raise self.unanswered.pop()
        return self.log

    async def take(self, *offsets: int, partition: int = 0) -> None:
        """Hands records to the loop, as the agent does."""
        for offset in offsets:
            await self.loop.submit(self._event(partition, offset))

    async def until(self, happened: Callable[[], bool]) -> None:
        """Waits for something that the loop does in its own task."""
        async with asyncio.timeout(10):
            while not happened():  # noqa: ASYNC110 - the target is a thread
                await asyncio.sleep(0.005)

    def _event(self, partition: int, offset: int) -> Any:
        place = {"topic": "t.end", "partition": partition, "offset": offset}
        message = SimpleNamespace(**place, timestamp=1.0, key=b"k", headers=[])
        message.value = self.values.get(offset, b"{}")
        return SimpleNamespace(message=message, ack=lambda: self.acknowledged.append(offset))


@asynccontextmanager
async def writing(target: Target, **limits: Any) -> AsyncIterator[SinkHarness]:
    """A loop whose target writes record 0 of partition 0 until the gate is opened."""
    async with running(target, closed=True, **limits) as harness:
        await harness.take(0)
        await harness.until(target.writing.is_set)
        yield harness


@asynccontextmanager
async def running(target: Target, *, closed: bool = False, **limits: Any) -> AsyncIterator[SinkHarness]:
    """A started loop. Its target writes at once, unless it is `closed`."""
    harness = SinkHarness(target, **limits)
    if not closed:
        target.gate.set()
    harness.loop.start()
    try:
        yield harness
    finally:
        target.gate.set()
        runner = harness.loop._runner
        assert runner is not None
        runner.cancel()
        await asyncio.wait([runner])


async def test_no_record_is_acknowledged_before_it_is_written() -> None:
    async with writing(Target()) as harness:
        await harness.take(1)
        assert harness.acknowledged == []
        harness.target.gate.set()
        await harness.until(lambda: harness.acknowledged == [0, 1])


async def test_records_are_written_and_acknowledged_in_order_in_batches_of_a_maximum_size() -> None:
    async with running(Target(), batch=4) as harness:
        await harness.take(*range(30))
        await harness.until(lambda: len(harness.acknowledged) == 30)
        assert harness.target.written == harness.acknowledged == list(range(30))
        assert max(harness.target.batches) <= 4


async def test_a_sink_gets_the_start_of_each_partition_before_its_first_record() -> None:
    async with running(Target()) as harness:
        await harness.take(70, 71, partition=0)
        await harness.take(12, 13, partition=1)
        await harness.until(lambda: len(harness.acknowledged) == 4)
        assert harness.target.starts == [(0, 70), (1, 12)]


async def test_while_the_target_is_unavailable_the_same_batch_is_written_again() -> None:
    async with running(Target(failures=[Unavailable("full")])) as harness:
        await harness.take(0)
        await harness.until(lambda: harness.acknowledged == [0])
        assert harness.target.written == [0]


async def test_a_batch_is_not_written_again_by_a_process_that_was_suspended() -> None:
    async with writing(Target(failures=[Unavailable("full")])) as harness:
        harness.liveness._last_tick -= 1000  # it was suspended while it wrote
        harness.target.gate.set()
        assert "stalled for" in await asyncio.wait_for(harness.ended.get(), 10)


@pytest.mark.parametrize("error", [Unavailable("the disk is full"), ValueError("a bug")])
async def test_a_batch_that_cannot_be_written_ends_the_process_unacknowledged(error: Exception) -> None:
    async with running(Target(failures=[error]), drain_seconds=5, seconds=0) as harness:
        await harness.take(0)
        assert await asyncio.wait_for(harness.ended.get(), 10) == f"{type(error).__name__}: {error}"
        assert harness.acknowledged == []


async def test_a_partition_that_cannot_be_started_ends_the_process_with_the_error() -> None:
    class Rejecting(Target):
        def begin(self, claim: Claim) -> None:
            raise CannotStart("a file has lost its index")

    async with running(Rejecting()) as harness:
        with pytest.raises(CannotStart):
            await harness.take(0)
        assert harness.ended.get_nowait() == "a file has lost its index"


async def test_draining_finishes_the_batch_in_flight_and_drops_the_waiting_records() -> None:
    async with writing(Target()) as harness:
        await harness.take(1, 2)
        drained = asyncio.create_task(harness.loop.drain())
        await asyncio.sleep(0)
        harness.target.gate.set()
        await drained
        assert harness.target.written == harness.acknowledged == [0]

        await harness.take(1)
        harness.loop.resume(2)
        await harness.take(1, 2)
        await harness.until(lambda: harness.acknowledged == [0, 1, 2])
        assert harness.target.starts == [(0, 0), (0, 1)]


async def test_a_target_that_hangs_does_not_keep_a_sink_from_ending() -> None:
    async with writing(Target(), drain_seconds=0.05) as harness:
        await harness.loop.drain()
        assert harness.ended.get_nowait() == "the batch in flight could not be written within 0.05 s"
        assert harness.acknowledged == []


async def test_a_partition_lost_while_its_first_record_waits_is_not_started() -> None:
    """By then, another worker may own its files."""
    async with writing(Target()) as harness:
        first = asyncio.create_task(harness.take(5, partition=1))
        await asyncio.sleep(0)
        drained = asyncio.create_task(harness.loop.drain())
        await asyncio.sleep(0)
        harness.target.gate.set()
        await asyncio.gather(first, drained)
        assert (harness.target.starts, harness.target.written) == ([(0, 0)], [0])


async def test_a_claim_has_the_log_and_the_generation_and_is_released_at_the_end() -> None:
    async with running(Target()) as harness:
        harness.loop.resume(7)
        await harness.take(3)
        await harness.until(lambda: harness.acknowledged == [3])
        await harness.loop.drain()
        claims = [(claim.source, claim.generation, claim.offset) for claim in harness.target.claims]
        assert (claims, harness.target.released) == ([("log1", 7, 3)], 1)


async def test_a_recreated_topic_ends_the_process_before_anything_is_written() -> None:
    async with running(Target()) as harness:
        await harness.take(0)
        await harness.until(lambda: harness.acknowledged == [0])
        harness.log = "log2"
        await harness.take(1)
        assert "another log than when this process started" in await asyncio.wait_for(harness.ended.get(), 10)
        assert harness.target.written == harness.acknowledged == [0]


async def test_nothing_is_written_until_kafka_says_which_log_the_topic_has() -> None:
    async with running(Target()) as harness:
        harness.unanswered = [Unavailable("Kafka is unavailable")]
        await harness.take(0)
        await harness.until(lambda: not harness.unanswered)
        assert harness.target.written == []
        await harness.until(lambda: harness.acknowledged == [0])


async def test_the_event_of_a_record_without_an_id_contains_the_log() -> None:
    async with running(Target()) as harness:
        await harness.take(4)
        await harness.until(lambda: harness.acknowledged == [4])
        [record] = harness.target.records
        assert (record.source, record.event) == ("log1", "log1/t.end/0/4")


def writing_nothing() -> Any:
    """A started loop whose filter lets nothing pass."""
    return running(Target(), filter=SinkFilter(passes=lambda _: False))


EVEN = {n: b"even" if n % 2 == 0 else b"odd" for n in range(6)}


@pytest.mark.parametrize("withdraws", [False, True])
async def test_what_does_not_pass_the_filter_is_acknowledged_in_order_and_delivered_only_as_withdrawn(
    withdraws: bool,
) -> None:
    only_even = SinkFilter(passes=lambda value: value == b"even", withdraws=withdraws)
    async with running(Target(failures=[Unavailable("full")]), filter=only_even) as harness:
        harness.values = {**EVEN, 5: None}
        await harness.take(*range(6))
        await harness.until(lambda: len(harness.acknowledged) == 6)

    delivered = {record.offset: (record.record, record.withdrawn) for record in harness.target.records}
    passing = {0: (b"even", False), 2: (b"even", False), 4: (b"even", False), 5: (None, False)}
    assert harness.acknowledged == list(range(6))
    assert delivered == (passing | {1: (None, True), 3: (None, True)} if withdraws else passing)


async def test_a_batch_of_which_nothing_passes_is_acknowledged_and_counted_without_a_write() -> None:
    before = {name: sample(name) for name in ("copydesk_sink_filtered", "copydesk_sink_records")}
    with capture_logs() as logs:
        async with writing_nothing() as harness:
            await harness.take(*range(3))
            await harness.until(lambda: harness.acknowledged == [0, 1, 2])

    assert harness.target.batches == []
    reported = [event for event in logs if event["event"] == "records do not pass the filter"]
    assert [(event["sink"], event["log_level"]) for event in reported] == [("test", "info")]
    assert sample("copydesk_sink_filtered") - before["copydesk_sink_filtered"] == 3
    assert sample("copydesk_sink_records") == before["copydesk_sink_records"]


def sample(name: str) -> float:
    """The value of a counter of the sink under test."""
    return REGISTRY.get_sample_value(f"{name}_total", {"sink": "test"}) or 0.0
