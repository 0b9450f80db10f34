"""What a sink passes on of a record."""

import orjson

from streams.core.sink import Delivered


def value(record: Delivered) -> bytes:
    """The record as it stands in Kafka; of a takedown, `{"id": ..., "taken_down": true}`."""
    if record.record is None:
        return orjson.dumps({"id": record.key, "taken_down": True})
    return record.record
