"""Where Faust's consumer goes on: what was read and not acknowledged is read again."""

import asyncio
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


class Read(IdleLoop):
    """A loop that acknowledges nothing and remembers the offsets that it received."""

    def __init__(self) -> None:
        self.offsets: list[int] = []
        self._received = asyncio.Condition()

    async def submit(self, event: Any) -> None:
        async with self._received:
            self.offsets.append(event.message.offset)
            self._received.notify_all()

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
