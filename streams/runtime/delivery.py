"""Hands records to the producer in order, and waits until Kafka has confirmed them.

Each record is handed over only after the one before it (with a `gather` of sends, a small correction overtook
a large original: 18 of 600 keys ended with the older one), then all are awaited together. From the first that
Kafka rejects for its size, all are sent again one by one: aiokafka puts several records into one batch and
the broker rejects the batch, so only one by one shows which was too large; and later records must not
overtake it. Any other failure is an outage: it is raised and the process exits.

If a result has several records, they are sent in a transaction: Kafka may reject the second after it has the
first. Its limit may be lowered while a worker runs, so no check of sizes beforehand could rule this out.
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
    """Delivers one list of records at a time: calls must not overlap."""

    def __init__(
        self, producer: Producer, liveness: LivenessCheck, seconds: float, transactions: Transactions
    ) -> None:
        self._producer = producer
        self._transactions = transactions
        self._liveness = liveness
        self._seconds = seconds

    async def deliver(self, records: Sequence[Outgoing]) -> list[int]:
        """Deliver all; return the indices of those rejected for their size. Raises `Unavailable`."""
        async with self._patiently():
            failed = await self._together(records)
            return [] if failed is None else await self._one_by_one(records, failed)

    async def deliver_all_or_none(self, records: Sequence[Outgoing]) -> bool:
        """Deliver all, or none (False) if Kafka rejects one for its size. Raises `Unavailable`."""
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
        """Close the connection of the transactions; the next one opens another."""
        with suppress(KafkaError, OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._transactions.stop()

    @asynccontextmanager
    async def _patiently(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError as error:
            raise Unavailable(f"Kafka accepted no records for {self._seconds:g} seconds") from error
        except KafkaError as error:
            raise Unavailable(f"Kafka rejected records: {error!r}") from error
        except BrokerError as error:
            raise Unavailable(str(error)) from error

    async def _together(self, records: Sequence[Outgoing]) -> int | None:
        """The index of the first record that is rejected for its size, or None."""
        handed: list[Awaitable[Any]] = []
        for index, record in enumerate(records):
            try:
                handed.append(await self._hand_over(record))
            except SIZE_ERRORS:
                await asyncio.gather(*handed, return_exceptions=True)
                return index
        results = await asyncio.gather(*handed, return_exceptions=True)
        errors = {index: result for index, result in enumerate(results) if isinstance(result, BaseException)}
        if not any(isinstance(error, SIZE_ERRORS) for error in errors.values()):
            for failure in errors.values():
                raise failure
        # After a rejected batch an idempotent producer is out of sequence, so all later batches fail too.
        return next(iter(errors), None)

    async def _one_by_one(self, records: Sequence[Outgoing], first: int) -> list[int]:
        rejected = []
        await self._producer.renew()
        for index in range(first, len(records)):
            try:
                await (await self._hand_over(records[index]))
            except SIZE_ERRORS:
                rejected.append(index)
                await self._producer.renew()
        return rejected

    async def _hand_over(self, record: Outgoing) -> Awaitable[Any]:
        await self._liveness.wait_until_connected()
        return await self._producer.hand_over(record)
