"""What our producers on aiokafka share: Faust's, that of the ingest API, and that of transactions."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError

from streams.kafka.connection import bootstrap_addresses, security_options
from streams.settings import Settings

#: Far above any topic's: aiokafka counts before compression, the broker after it.
MAX_REQUEST_BYTES = 128 * 1_048_576
#: This many bytes are sent together. No batch of several records may be larger than the topic takes.
BATCH_BYTES = 262_144
LINGER_MS = 5
#: A record, or its batch, is larger than its topic takes.
SIZE_ERRORS = (MessageSizeTooLargeError, RecordListTooLargeError)
#: aiokafka's requests that make records readable.
WRITING = ("Produce", "EndTxn")


def producer_options(settings: Settings) -> dict[str, Any]:
    """Arguments of an `AIOKafkaProducer`: how to reach Kafka and how to send. Raises `ConfigError`."""
    return {
        "bootstrap_servers": bootstrap_addresses(settings.bootstrap_servers),
        "compression_type": settings.compression,
        "linger_ms": LINGER_MS,
        "max_batch_size": BATCH_BYTES,
        "max_request_size": MAX_REQUEST_BYTES,
        **security_options(settings.security),
    }


def check_before_sending(producer: Any, check: Callable[[], Awaitable[None]]) -> None:
    """Have the producer await `check` before each request that writes records or commits them."""
    send = producer.client.send

    async def checked(node: int, request: Any, **options: Any) -> Any:
        if type(request).__name__.startswith(WRITING):
            await check()
        return await send(node, request, **options)

    producer.client.send = checked
