"""Where Faust's consumer goes on: what was read and not acknowledged is read again."""

import asyncio
import time
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata

from streams.kafka import client
from streams.kafka.lag import when_ready
from streams.runtime.faust_app import App
from streams.runtime.group_member import PREFETCH
from tests.support.commands.dlq import settings_of
from tests.support.kafka.member import IdleLoop, member_app
from tests.support.pipelines.harness import UnderTest

pytestmark = pytest.mark.kafka
RECORDS, SECONDS = 5 * PREFETCH, 30
HOT_RECORDS = 20 * PREFETCH


class Read(IdleLoop):
    """A loop that acknowledges nothing and remembers the offsets that it received."""

    def __init__(self, work_seconds: float = 0) -> None:
        self.offsets: list[int] = []
        self._work_seconds = work_seconds
        self._received = asyncio.Condition()

    async def submit(self, event: Any) -> None:
        async with self._received:
            self.offsets.append(event.message.offset)
            self._received.notify_all()
        await asyncio.sleep(self._work_seconds)

    async def until(self, many: int) -> None:
        """Wait until this many records were received."""
        async with asyncio.timeout(SECONDS), self._received:
            await self._received.wait_for(lambda: len(self.offsets) >= many)


@pytest.fixture(autouse=True)
def no_end_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped app ends its process within a minute, which here would be the process of the tests."""
    monkeypatch.setattr(App, "_end_in_time", lambda self: None)


@pytest.mark.parametrize("committed", [0, 5])
async def test_what_faust_gives_back_in_a_rebalance_is_read_again_from_what_is_committed(
    ready: UnderTest, committed: int
) -> None:
    """aiokafka does not go back to a committed 0, so the first records of a group were lost."""
    settings, topic, group = settings_of(ready), ready.topic("order"), f"{ready.prefix}.reads"
    with client.producer(settings) as producer:
        for number in range(RECORDS):
            producer.send(topic, b"%d" % number, b"k", partition=0)
    with client.admin(settings) as admin:
        when_ready(admin.list_group_offsets, [group])
        admin.alter_group_offsets(group, {TopicPartition(topic, 0): OffsetAndMetadata(committed, "", -1)})
    loop = Read()
    app = member_app(settings, group=group, topic=topic, make_loop=lambda producer: loop)
    async with app:
        await loop.until(2 * PREFETCH)
        before = len(loop.offsets)
        # As Faust does while partitions are handed over: a batch that arrives then is given back.
        app.consumer.stop_flow()
        await app.consumer.perform_seek()
        app.consumer.resume_flow()
        await loop.until(before + RECORDS - committed)
    assert committed in loop.offsets[before:]


def from_the_start(topic: str) -> dict[TopicPartition, OffsetAndMetadata]:
    return {TopicPartition(topic, number): OffsetAndMetadata(0, "", -1) for number in range(4)}


async def seconds_to_read(toy: UnderTest, topic: str) -> float:
    """From the first of these records to the last."""
    loop = Read(work_seconds=0.002)  # slower than records arrive, so that buffers become full
    app = member_app(
        settings_of(toy),
        group=f"{toy.prefix}.{topic}",
        topic=toy.topic(topic),
        make_loop=lambda producer: loop,
    )
    async with app:
        await loop.until(1)
        began = time.monotonic()
        await loop.until(HOT_RECORDS)
        return time.monotonic() - began


async def test_a_backlog_in_one_partition_is_read_as_fast_as_in_all(ready: UnderTest) -> None:
    """Faust looks at a full partition again after a second, unless others have records: 8 a second."""
    settings = settings_of(ready)
    with client.producer(settings) as producer, client.admin(settings) as admin:
        for number in range(HOT_RECORDS):
            producer.send(ready.topic("order"), b"%d" % number, b"k", partition=0)
            producer.send(ready.topic("result"), b"%d" % number, b"k", partition=number % 4)
        for topic in ("order", "result"):
            group = f"{ready.prefix}.{topic}"
            when_ready(admin.list_group_offsets, [group])
            admin.alter_group_offsets(group, from_the_start(ready.topic(topic)))
    in_all = await seconds_to_read(ready, "result")
    in_one = await seconds_to_read(ready, "order")
    assert in_one < 3 * in_all, (in_one, in_all)
