"""What a sink passes on of a record: its bytes, and what only its headers say."""

import orjson

from streams.core.record_headers import received_at
from streams.core.sink import Delivered


def value(record: Delivered) -> bytes:
    """The record as it is in Kafka; for a takedown, `{"id": ..., "taken_down": true}`."""
    if record.record is None:
        return orjson.dumps({"id": record.key, "taken_down": True})
    return record.record


def received(record: Delivered) -> str | None:
    """When Kafka received the raw page, RFC 3339; None for a version of another form."""
    moment = received_at(record.version)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def with_headers(record: Delivered) -> bytes:
    """An object with what only the headers say. Its field `record` is as in Kafka; null for a takedown."""
    about = {
        "id": record.key,
        "event": record.event,
        "version": record.version,
        "received_at": received(record),
    }
    value = b"null" if record.record is None else record.record
    return orjson.dumps(about)[:-1] + b',"record":' + value + b"}"
