"""Hands records to Kafka and waits for its confirmation, without blocking other requests.

An idempotent producer that failed once (a batch rejected, or given up in an outage) is out of sequence, and
fails whatever follows. So after any failure it is abandoned, and the next request starts a new one.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.core.message import RecordToPublish
from streams.core.pipeline import Identity
from streams.core.timestamps import rfc3339
from streams.errors import Invalid
from streams.ingest.http_api.problem import Problem, unavailable
from streams.kafka.client import words
from streams.kafka.producer import BATCH_BYTES, SIZE_ERRORS, producer_options
from streams.kafka.record_size import Fit
from streams.settings import Settings

log = structlog.get_logger("copydesk.ingest")

#: How long Kafka may take to answer before /readyz reports it as unavailable.
READY_SECONDS = 2.0
#: How Kafka marks a time that it has set itself.
LOG_APPEND_TIME = 1


@dataclass(frozen=True, slots=True)
class Handed:
    """A record that a producer has, and the id of its article. The future holds where Kafka has put it."""

    producer: Any
    future: Any
    article: str | None


class Sender:
    """Sends to one topic. Everything that it raises is a `Problem`. `identify` is that of the pipeline."""

    def __init__(self, settings: Settings, topic: str, fit: Fit, identify: Callable[[str], Identity]) -> None:
        self.topic = topic
        self._settings, self._fit, self._identify = settings, fit, identify
        self._seconds = settings.ingest.confirm_seconds
        self._producer: AIOKafkaProducer | None = None
        self._beginning = asyncio.Lock()
        self._abandoned: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Reach Kafka. Raises `Problem`."""
        await self._current()

    async def hand_over(self, record: RecordToPublish) -> Handed:
        """Give the record to the producer. Records keep the order in which they are handed over."""
        if reason := await asyncio.to_thread(self._fit.rejection_reason, record):
            raise Problem(413, reason)
        producer = await self._current()
        headers = list(record.headers)
        try:
            async with asyncio.timeout(self._seconds):
                future = await producer.send(self.topic, value=record.value, key=record.key, headers=headers)
        except (KafkaError, OSError) as error:  # TimeoutError is an OSError
            raise self._failed(producer, error) from error
        return Handed(producer, future, self._article(record.key))

    async def confirmed(self, handed: Handed) -> dict[str, Any]:
        """Wait until Kafka has the record; the id of its article, its place, and when Kafka received it."""
        try:
            async with asyncio.timeout(self._seconds + 1):
                placed = await asyncio.shield(handed.future)
        except (KafkaError, OSError) as error:
            raise self._failed(handed.producer, error) from error
        dated = placed.timestamp_type == LOG_APPEND_TIME
        return {
            "id": handed.article,
            "topic": placed.topic,
            "partition": placed.partition,
            "offset": placed.offset,
            "received_at": rfc3339(placed.timestamp) if dated else None,
        }

    def _article(self, key: bytes | None) -> str | None:
        """The id of the article whose URL is the key; None if that cannot be known before the first stage."""
        try:
            return self._identify(key.decode()).key.decode() if key else None
        except (Invalid, UnicodeDecodeError):
            return None

    async def ready(self) -> bool:
        """Whether Kafka answers now."""
        try:
            async with asyncio.timeout(READY_SECONDS):
                producer = await self._current()
                return bool(await producer.client.force_metadata_update())
        except (Problem, KafkaError, OSError):
            return False

    async def stop(self) -> None:
        """Send what is in flight, and close."""
        if self._producer is not None:
            self._abandon(self._producer)
        await asyncio.gather(*self._abandoned)

    async def _current(self) -> AIOKafkaProducer:
        async with self._beginning:
            if self._producer is None:
                self._producer = await self._begin()
            return self._producer

    async def _begin(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(**self._options())
        async with AsyncExitStack() as stack:
            stack.push_async_callback(producer.stop)
            try:
                async with asyncio.timeout(self._seconds):
                    await producer.start()
            except (KafkaError, OSError) as error:
                raise unavailable("Kafka is unavailable; the same may be sent again") from error
            stack.pop_all()
        return producer

    def _failed(self, producer: AIOKafkaProducer, error: Exception) -> Problem:
        if producer is self._producer:
            log.warning("Kafka did not confirm a record", error=words(error) or type(error).__name__)
            self._abandon(producer)
        if isinstance(error, SIZE_ERRORS):
            return Problem(413, "it is too large for the topic")
        return unavailable("Kafka has not confirmed it; it may be sent again under the same ce-id")

    def _abandon(self, producer: AIOKafkaProducer) -> None:
        """Close it in the background: it may have to wait for what is in flight."""
        self._producer = None
        task = asyncio.create_task(self._close(producer))
        self._abandoned.add(task)
        task.add_done_callback(self._abandoned.discard)

    async def _close(self, producer: AIOKafkaProducer) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await producer.stop()
        except (KafkaError, OSError) as error:
            log.warning("a producer did not close in order", error=words(error))

    def _options(self) -> dict[str, Any]:
        return {
            **producer_options(self._settings),
            "client_id": f"copydesk.{self._settings.prefix}.ingest",
            "acks": "all",
            "enable_idempotence": True,
            "max_batch_size": min(BATCH_BYTES, self._fit.limit or BATCH_BYTES),
            # A batch is retried as long: a record that was reported as failed is not sent much later.
            "request_timeout_ms": round(1000 * self._seconds),
        }
