"""The bytes of a record that a sink passes on."""

import orjson

from streams.core.sink import Delivered


def value(record: Delivered) -> bytes:
    """The record as it is in Kafka; for a takedown, `{"id": ..., "taken_down": true}`."""
    if record.record is None:
        return orjson.dumps({"id": record.key, "taken_down": True})
    return record.record
