"""Hands records to the producer in order, and waits until Kafka has them.

Each record is handed over only when the one before it was (a `gather` of sends lets a small correction
slip past a large original: 18 of 600 keys ended on the older one), then all are awaited together. From the
first that Kafka rejects for its size, everything is sent again one by one: aiokafka puts several records
into one batch and the broker rejects the batch, so which one was too large is only seen alone; and what
stood behind it must not overtake it. Any other failure is an outage: it is raised and the process ends.

The records of one result that has several go in a transaction: Kafka may reject the second when it has the
first, and its limit may be lowered while a worker runs, so that no size known beforehand rules it out.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka.errors import KafkaError

from streams.core.message import Outgoing
from streams.errors import BrokerError, Unavailable
from streams.kafka.producer import SIZE_ERRORS
from streams.kafka.transactions import RecordRejected, Transactions
from streams.runtime.fencing import LivenessCheck
from streams.runtime.group_member import Producer

CLOSE_SECONDS = 5.0


class Delivery:
    """One at a time: nothing is delivered while another call is in flight."""

    def __init__(
        self, producer: Producer, liveness: LivenessCheck, seconds: float, transactions: Transactions
    ) -> None:
        self._producer = producer
        self._transactions = transactions
        self._liveness = liveness
        self._seconds = seconds

    async def deliver(self, records: Sequence[Outgoing]) -> list[int]:
        """Deliver all; the indices of those that Kafka rejected for their size. Raises `Unavailable`."""
        async with self._patiently():
            failed = await self._together(records)
            return [] if failed is None else await self._one_by_one(records, failed)

    async def deliver_all_or_none(self, records: Sequence[Outgoing]) -> bool:
        """Deliver all, or none where Kafka rejects one for its size: False then. Raises `Unavailable`."""
        unplaced = [(record, None) for record in records]
        async with self._patiently():
            if not self._transactions.started:
                await self._transactions.start()
            for one_by_one in (False, True):
                try:
                    await self._transactions.write(unplaced, one_by_one=one_by_one)
                except RecordRejected:
                    continue
                return True
        return False

    async def close(self) -> None:
        """End the connection that transactions have; the next one opens another."""
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._transactions.stop()

    @asynccontextmanager
    async def _patiently(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError as error:
            raise Unavailable(f"Kafka took no records for {self._seconds:g} seconds") from error
        except KafkaError as error:
            raise Unavailable(f"Kafka rejected records: {error!r}") from error
        except BrokerError as error:
            raise Unavailable(str(error)) from error

    async def _together(self, records: Sequence[Outgoing]) -> int | None:
        """The index of the first one rejected for its size, or None."""
        handed: list[Awaitable[Any]] = []
        for index, record in enumerate(records):
            try:
                handed.append(await self._hand_over(record))
            except Exception as error:
                if not _is_size(error):
                    raise
                await asyncio.gather(*handed, return_exceptions=True)
                return index
        results = await asyncio.gather(*handed, return_exceptions=True)
        failures = [(index, one) for index, one in enumerate(results) if isinstance(one, BaseException)]
        if not any(_is_size(failure) for _, failure in failures):
            for _, failure in failures:
                raise failure
        # Behind a rejected batch an idempotent producer is out of sequence: those failures are its doing.
        return failures[0][0] if failures else None

    async def _one_by_one(self, records: Sequence[Outgoing], first: int) -> list[int]:
        rejected = []
        await self._producer.renew()
        for index in range(first, len(records)):
            try:
                await (await self._hand_over(records[index]))
            except Exception as error:
                if not _is_size(error):
                    raise
                rejected.append(index)
                await self._producer.renew()
        return rejected

    async def _hand_over(self, record: Outgoing) -> Awaitable[Any]:
        await self._liveness.wait_until_connected()
        return await self._producer.hand_over(record)


def _is_size(error: BaseException) -> bool:
    """Whether Kafka (or the producer before it) found the record too large."""
    return isinstance(error, SIZE_ERRORS)
