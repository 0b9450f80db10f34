"""Single records by where they lie."""

import time
from typing import Any

from kafka import TopicPartition

from streams.errors import BrokerError
from streams.message import Message
from streams.scan import PATIENCE_SECONDS, as_message, extents, place


def fetch_record(reader: Any, partition: TopicPartition, offset: int) -> Message | None:
    """The record at that place, or None where it is no longer kept or there never was one.

    It takes the reader's assignment. Raises `BrokerError` when Kafka sends nothing.
    """
    span = extents(reader, [partition.topic]).get(partition)
    if span is None or not span.begin <= offset < span.end:
        return None
    place(reader, {partition: offset})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (reader.position(partition) or 0) <= offset:
        # The first that comes is the one, or lies behind a hole where it was.
        for record in reader.poll(timeout_ms=500, max_records=1).get(partition, []):
            return as_message(record) if record.offset == offset else None
        if time.monotonic() > deadline:
            raise BrokerError(
                f"Kafka does not send the record {partition.topic}/{partition.partition}/{offset}"
            )
    return None
