"""The loop of the sinks: written, then acknowledged; what comes between is begun again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Gate
from types import SimpleNamespace
from typing import Any

import pytest

from agents import SINKS
from streams.core.pipeline import load_pipeline
from streams.core.sink import Claim, Delivered
from streams.errors import CannotStart, ConfigError, Unavailable
from streams.runtime.fencing import LivenessCheck
from streams.runtime.sink_loop import SinkLoop
from streams.runtime.sink_process import open_sink
from streams.settings import load_settings


@dataclass
class Target:
    """A sink that notes what it is told. It fails `failures` times first, and writes while `gate` is open."""

    failures: list[Exception] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    begun: list[tuple[int, int]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    released: int = 0
    claims: list[Claim] = field(default_factory=list)
    records: list[Delivered] = field(default_factory=list)
    gate: Gate = field(default_factory=Gate)
    writing: Gate = field(default_factory=Gate)

    def begin(self, claim: Claim) -> None:
        """Note it."""
        self.claims.append(claim)
        self.begun.append((claim.partition, claim.offset))

    def write(self, batch: Sequence[Delivered]) -> None:
        """Note it, once the gate is open."""
        self.writing.set()
        self.gate.wait(10)
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(len(batch))
        self.records += batch
        self.written += [one.offset for one in batch]

    def release(self) -> None:
        """Note it."""
        self.released += 1

    def close(self) -> None:
        """Nothing is open."""


class SinkHarness:
    """A sink loop on a target, and what it has acknowledged."""

    def __init__(
        self, target: Target, *, batch: int = 500, seconds: float = 30, drain_seconds: float = 30
    ) -> None:
        self.target = target
        self.acknowledged: list[int] = []
        self.log = "log1"
        self.unanswered: list[Exception] = []
        self.ended: asyncio.Queue[str] = asyncio.Queue()
        self.liveness = liveness = LivenessCheck(1000, self.ended.put_nowait)
        limits = {"batch": batch, "batch_bytes": 10**6, "seconds": seconds, "drain_seconds": drain_seconds}
        self.loop = SinkLoop(
            "test",
            target,
            liveness=liveness,
            end=self.ended.put_nowait,
            source="log1",
            look_up=self.look_up,
            **limits,
        )  # type: ignore[arg-type]  # one int is a float

    def look_up(self) -> str:
        """Which log the topic is now."""
        if self.unanswered:
            raise self.unanswered.pop()
        return self.log

    async def take(self, *offsets: int, partition: int = 0) -> None:
        """Hand records to the loop, as the agent does."""
        for offset in offsets:
            await self.loop.submit(self._event(partition, offset))

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what the loop does in its own time."""
        async with asyncio.timeout(10):
            while not happened():  # noqa: ASYNC110 - the target is a thread
                await asyncio.sleep(0.005)

    def _event(self, partition: int, offset: int) -> Any:
        message = SimpleNamespace(
            topic="t.end",
            partition=partition,
            offset=offset,
            timestamp=1.0,
            key=b"k",
            value=b"{}",
            headers=[],
        )
        return SimpleNamespace(message=message, ack=lambda: self.acknowledged.append(offset))


@asynccontextmanager
async def running(target: Target, *, closed: bool = False, **limits: Any) -> AsyncIterator[SinkHarness]:
    """A loop that has been started; the target is open unless it is told otherwise."""
    harness = SinkHarness(target, **limits)
    if not closed:
        target.gate.set()
    harness.loop.start()
    try:
        yield harness
    finally:
        target.gate.set()
        drainer = harness.loop._runner
        assert drainer is not None
        drainer.cancel()
        await asyncio.wait([drainer])


async def test_what_is_written_is_acknowledged_in_the_same_order() -> None:
    async with running(Target()) as harness:
        await harness.take(*range(20))
        await harness.until(lambda: len(harness.acknowledged) == 20)
        assert harness.target.written == harness.acknowledged == list(range(20))


async def test_nothing_is_acknowledged_while_it_is_being_written() -> None:
    async with running(Target(), closed=True) as harness:
        await harness.take(0, 1)
        await harness.until(harness.target.writing.is_set)
        assert harness.acknowledged == []
        harness.target.gate.set()
        await harness.until(lambda: harness.acknowledged == [0, 1])


async def test_a_batch_is_no_larger_than_it_may_be_and_the_next_waits_for_room() -> None:
    async with running(Target(), batch=4) as harness:
        await harness.take(*range(30))
        await harness.until(lambda: len(harness.acknowledged) == 30)
        assert max(harness.target.batches) <= 4


async def test_the_sink_is_told_where_each_partition_begins_before_its_first_record() -> None:
    async with running(Target()) as harness:
        await harness.take(70, 71, partition=0)
        await harness.take(12, 13, partition=1)
        await harness.until(lambda: len(harness.acknowledged) == 4)
        assert harness.target.begun == [(0, 70), (1, 12)]


async def test_while_the_target_is_unavailable_the_same_batch_is_written_again() -> None:
    async with running(Target(failures=[Unavailable("full")])) as harness:
        await harness.take(0)
        await harness.until(lambda: harness.acknowledged == [0])
        assert harness.target.written == [0]


async def test_before_a_batch_is_written_again_it_is_looked_whether_the_process_stood_still() -> None:
    async with running(Target(failures=[Unavailable("full")]), closed=True) as harness:
        await harness.take(0)
        await harness.until(harness.target.writing.is_set)
        harness.liveness._last_tick -= 1000  # it was stopped while it wrote
        harness.target.gate.set()
        assert "stalled for" in await asyncio.wait_for(harness.ended.get(), 10)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unavailable("the disk is full"), "Unavailable: the disk is full"),
        (ValueError("a bug"), "ValueError: a bug"),
    ],
)
async def test_what_the_sink_cannot_do_ends_the_process_unacknowledged(error: Exception, reason: str) -> None:
    async with running(Target(failures=[error]), drain_seconds=5, seconds=0) as harness:
        await harness.take(0)
        assert await asyncio.wait_for(harness.ended.get(), 10) == reason
        assert harness.acknowledged == []


async def test_a_partition_that_cannot_be_begun_ends_the_process_with_the_sentence() -> None:
    class Rejecting(Target):
        def begin(self, claim: Claim) -> None:
            raise CannotStart("a file has lost its index")

    async with running(Rejecting()) as harness:
        with pytest.raises(CannotStart):
            await harness.take(0)
        assert harness.ended.get_nowait() == "a file has lost its index"


async def test_settling_finishes_the_batch_in_flight_and_abandons_what_waits() -> None:
    async with running(Target(), closed=True) as harness:
        await harness.take(0)
        await harness.until(harness.target.writing.is_set)
        await harness.take(1, 2)
        settled = asyncio.create_task(harness.loop.drain())
        await asyncio.sleep(0)
        harness.target.gate.set()
        await settled
        assert harness.target.written == harness.acknowledged == [0]

        await harness.take(1)
        harness.loop.resume(2)
        await harness.take(1, 2)
        await harness.until(lambda: harness.acknowledged == [0, 1, 2])
        assert harness.target.begun == [(0, 0), (0, 1)]


async def test_a_target_that_hangs_does_not_keep_the_sink_from_ending() -> None:
    async with running(Target(), closed=True, drain_seconds=0.05) as harness:
        await harness.take(0)
        await harness.until(harness.target.writing.is_set)
        await harness.loop.drain()
        assert harness.ended.get_nowait() == "the batch in flight could not be written within 0.05 s"
        assert harness.acknowledged == []


async def test_a_partition_that_is_lost_while_its_first_record_waits_is_not_begun() -> None:
    """Its files may belong to another worker by then."""
    async with running(Target(), closed=True) as harness:
        await harness.take(0, partition=0)
        await harness.until(harness.target.writing.is_set)
        first = asyncio.create_task(harness.take(5, partition=1))
        await asyncio.sleep(0)
        settled = asyncio.create_task(harness.loop.drain())
        await asyncio.sleep(0)
        harness.target.gate.set()
        await asyncio.gather(first, settled)
        assert (harness.target.begun, harness.target.written) == ([(0, 0)], [0])


async def test_the_log_and_the_generation_stand_in_the_claim_and_what_was_begun_is_released() -> None:
    async with running(Target()) as harness:
        harness.loop.resume(7)
        await harness.take(3)
        await harness.until(lambda: harness.acknowledged == [3])
        await harness.loop.drain()
        said = [(one.source, one.generation, one.offset) for one in harness.target.claims]
        assert (said, harness.target.released) == ([("log1", 7, 3)], 1)


async def test_nothing_is_written_of_a_topic_that_was_recreated_and_the_process_ends() -> None:
    async with running(Target()) as harness:
        await harness.take(0)
        await harness.until(lambda: harness.acknowledged == [0])
        harness.log = "log2"
        await harness.take(1)
        assert "another log than when this process started" in await asyncio.wait_for(harness.ended.get(), 10)
        assert harness.target.written == harness.acknowledged == [0]


async def test_while_kafka_does_not_say_which_log_it_is_nothing_is_written() -> None:
    async with running(Target()) as harness:
        harness.unanswered = [Unavailable("Kafka is away")]
        await harness.take(0)
        await harness.until(lambda: not harness.unanswered)
        assert harness.target.written == []
        await harness.until(lambda: harness.acknowledged == [0])


async def test_without_an_id_of_its_own_a_record_is_another_event_in_another_log() -> None:
    async with running(Target()) as harness:
        await harness.take(4)
        await harness.until(lambda: harness.acknowledged == [4])
        assert [(one.source, one.event) for one in harness.target.records] == [("log1", "log1/t.end/0/4")]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sqlite", "there is no sink 'sqlite' in the configuration; it has: archive, jsonl, odd"),
        ("odd", f"[sinks.odd]: no kind of sink is called 'tape'; known: {', '.join(SINKS)}"),
        ("jsonl", "[sinks.jsonl] has no setting 'foldr'; it has file_bytes, folder"),
    ],
)
def test_a_sink_that_cannot_be_is_one_sentence(name: str, sentence: str) -> None:
    sinks = {"jsonl": {"foldr": "x"}, "odd": {"kind": "tape"}, "archive": {"kind": "jsonl"}}
    settings = load_settings(sinks=sinks)
    with pytest.raises(ConfigError) as raised:
        open_sink(settings, load_pipeline(settings), name)
    assert str(raised.value) == sentence


def test_a_second_sink_of_a_kind_has_a_name_of_its_own(tmp_path: Path) -> None:
    settings = load_settings(sinks={"archive": {"kind": "jsonl", "folder": str(tmp_path / "archive")}})
    open_sink(settings, load_pipeline(settings), "archive").close()
    assert (tmp_path / "archive").is_dir()
