"""The producer of the plain member."""

from collections.abc import Awaitable
from typing import Any

from aiokafka import AIOKafkaProducer

from streams.core.message import Outgoing
from streams.kafka.producer import check_before_sending, producer_options
from streams.runtime.group_member import Membership


class PlainProducer:
    """An idempotent producer, started with the member."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._producer: Any = None

    async def start(self) -> None:
        self._producer = AIOKafkaProducer(
            **producer_options(self._membership.settings),
            acks="all",
            enable_idempotence=True,
            request_timeout_ms=int(1000 * min(30.0, self._membership.worker.unavailable_seconds)),
        )
        check_before_sending(self._producer, self._membership.liveness.wait_until_connected)
        await self._producer.start()

    async def stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def renew(self) -> None:
        old = self._producer
        await self.start()
        await old.stop()

    async def hand_over(self, record: Outgoing) -> Awaitable[Any]:
        handed: Awaitable[Any] = await self._producer.send(
            record.topic, key=record.key, value=record.value, headers=list(record.headers)
        )
        return handed
