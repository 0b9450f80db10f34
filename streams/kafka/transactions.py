"""Records written to Kafka all together or not at all, by one writer of a name at a time.

A new writer aborts what an earlier one of the same name (killed, or still running elsewhere) has not
committed, and fences it. It uses aiokafka: kafka-python 3.0.12 cannot send a header without a value, and
records may have one.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, ProducerFenced

from streams.core.message import Outgoing
from streams.errors import BrokerError
from streams.kafka.producer import SIZE_ERRORS, check_before_sending, producer_options
from streams.settings import Settings

#: The open transaction of a killed writer holds records of its partitions back for this long.
OPEN_MS = 15_000
PATIENCE_SECONDS = 60.0
OURS = re.compile(r"copydesk\..+\.dlq\.([^.]+)")

Placed = Sequence[str]
"""`topic/partition/offset` of each record."""


def transactional_id(prefix: str, stage: str) -> str:
    """The name under which `copydesk dlq` writes for a stage."""
    return f"copydesk.{prefix}.dlq.{stage}"


def of_command(name: str) -> str | None:
    """The command of ours that writes under a transactional id; None: it is not ours."""
    stage = OURS.fullmatch(name)
    return f"`copydesk dlq` of {stage[1]}, running or killed" if stage else None


class RecordRejected(Exception):
    """A record is larger than its topic takes. Nothing of the transaction was written."""


class Transactions:
    """Writes one transaction after the other. `check` is awaited before each request that writes."""

    def __init__(
        self, settings: Settings, name: str, check: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        transactional = {"transactional_id": name, "transaction_timeout_ms": OPEN_MS}
        self._options = producer_options(settings) | transactional
        self._name, self._check = name, check
        self._producer: Any = None

    @property
    def started(self) -> bool:
        return self._producer is not None

    async def start(self) -> None:
        """Fence other writers of this name. Raises `BrokerError`."""
        with self._broker_errors():
            producer = AIOKafkaProducer(**self._options)
            if self._check is not None:
                check_before_sending(producer, self._check)
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await producer.start()
            except BaseException:
                await producer.stop()
                raise
            self._producer = producer

    async def stop(self) -> None:
        """Stop. What is not committed is not written."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def write(
        self,
        records: Sequence[tuple[Outgoing, int | None]],
        then: Callable[[Placed], Sequence[Outgoing]] = lambda placed: (),
        *,
        one_by_one: bool = False,
    ) -> None:
        """Write `records` (each with its partition, or None for that of its key) and what `then` makes of
        their places, in one transaction. Raises `RecordRejected` or `BrokerError`: nothing is written then.

        `one_by_one`: each in a batch of its own, since Kafka rejects a batch that is too large as a whole.
        """
        try:
            with self._broker_errors():
                async with asyncio.timeout(PATIENCE_SECONDS), self._producer.transaction():
                    send = self._send_one_by_one if one_by_one else self._send
                    placed = await send(records)
                    await self._send([(record, None) for record in then(placed)])
        except RecordRejected:
            # After a record that Kafka has rejected the producer is out of sequence.
            await self.stop()
            await self.start()
            raise

    async def _send(self, records: Sequence[tuple[Outgoing, int | None]]) -> Placed:
        handed: list[Any] = []
        failures: list[BaseException] = []
        try:
            for record, partition in records:
                handed.append(await self._hand_over(record, partition))
        except KafkaError as error:
            # The transaction fails with its first record, perhaps before the last one is handed over.
            failures.append(error)
        results: list[Any] = await asyncio.gather(*handed, return_exceptions=True)
        failures += [result for result in results if isinstance(result, BaseException)]
        # Records behind one that is too large fail too, for another reason.
        for failure in sorted(failures, key=lambda failure: not isinstance(failure, SIZE_ERRORS)):
            raise failure
        return [f"{place.topic}/{place.partition}/{place.offset}" for place in results]

    async def _send_one_by_one(self, records: Sequence[tuple[Outgoing, int | None]]) -> Placed:
        return [place for record in records for place in await self._send([record])]

    async def _hand_over(self, record: Outgoing, partition: int | None) -> Any:
        key, value, headers = record.key, record.value, list(record.headers)
        return await self._producer.send(
            record.topic, key=key, value=value, partition=partition, headers=headers
        )

    @contextmanager
    def _broker_errors(self) -> Iterator[None]:
        """Turns errors of aiokafka into ours."""
        try:
            yield
        except ProducerFenced as error:
            sentence = f"another process has started as {self._name}: this one leaves the rest to it"
            raise BrokerError(sentence) from error
        except TimeoutError as error:
            raise BrokerError(f"Kafka took nothing for {PATIENCE_SECONDS:g} seconds") from error
        except SIZE_ERRORS as error:
            raise RecordRejected from error
        except KafkaError as error:
            raise BrokerError(f"Kafka rejects the transaction: {error}") from error


@asynccontextmanager
async def transactions(settings: Settings, name: str) -> AsyncIterator[Transactions]:
    """The only writer of that name. Raises `BrokerError`."""
    _hush()
    # A fenced writer leaves futures that nobody awaits; Python would print each of them.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    writer = Transactions(settings, name)
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()


def _hush() -> None:
    """aiokafka logs what it also raises."""
    logger = logging.getLogger("aiokafka")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
