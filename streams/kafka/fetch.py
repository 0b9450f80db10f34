"""Single records by where they lie."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from kafka import TopicPartition

from streams.core.message import Message
from streams.errors import BrokerError
from streams.kafka.reader import PATIENCE_SECONDS, as_message, extents, place

#: For a reader of single records: Kafka sends the first batch whole, however little is asked for.
LITTLE = {"max_partition_fetch_bytes": 65_536}


def fetch_record(reader: Any, partition: TopicPartition, offset: int) -> Message | None:
    """The record at that place, or None where it is no longer kept or there never was one.

    It takes the reader's assignment. Raises `BrokerError` when Kafka sends nothing.
    """
    return next(fetch_records(reader, [(partition, offset)]), None)


def fetch_records(reader: Any, places: Iterable[tuple[TopicPartition, int]]) -> Iterator[Message]:
    """The records at those places that are kept. Raises `BrokerError`."""
    wanted = list(places)
    spans = extents(reader, sorted({partition.topic for partition, _ in wanted}))
    for partition, offset in wanted:
        span = spans.get(partition)
        if span is not None and span.begin <= offset < span.end:
            found = _at(reader, partition, offset)
            if found is not None:
                yield found


def _at(reader: Any, partition: TopicPartition, offset: int) -> Message | None:
    place(reader, {partition: offset})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (reader.position(partition) or 0) <= offset:
        # The first that comes is the one, or lies behind a hole where it was.
        for record in reader.poll(timeout_ms=500, max_records=1).get(partition, []):
            return as_message(record) if record.offset == offset else None
        if time.monotonic() > deadline:
            where = f"{partition.topic}/{partition.partition}/{offset}"
            raise BrokerError(f"Kafka does not send the record {where}")
    return None
