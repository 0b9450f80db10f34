"""Kafka records: as read, and as to be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values as on the wire; a value may be null."""


class Oversized(bytes):
    """Stands for a value that is too large to be held: no bytes, and how many they were."""

    whole: int
    """0 if unknown, because the value cannot be unpacked."""

    def __str__(self) -> str:
        return f"{self.whole:,} bytes, too large to be read" if self.whole else "it cannot be unpacked"

    @classmethod
    def of(cls, size: int) -> "Oversized":
        oversized = cls()
        oversized.whole = size
        return oversized


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A record as it was read. `timestamp` is the broker's append time in milliseconds."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """The last header of that name as text, or None if absent, null or not UTF-8."""
        value = next((value for key, value in reversed(self.headers) if key == name), None)
        try:
            return None if value is None else value.decode("utf-8")
        except UnicodeDecodeError:
            return None

    @property
    def size(self) -> int:
        """Bytes of key, value and headers, uncompressed."""
        return _size(self.key, self.value, self.headers)

    @property
    def coordinates(self) -> str:
        """`topic/partition/offset`."""
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A record to be written. `value` None is a takedown."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def size(self) -> int:
        """Bytes of key, value and headers, uncompressed."""
        return _size(self.key, self.value, self.headers)


def size_of(value: bytes | None) -> int:
    """Bytes of a value; of an `Oversized`, the bytes that it had."""
    return value.whole if isinstance(value, Oversized) else len(value or b"")


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    return len(key or b"") + size_of(value) + sum(len(name) + len(text or b"") for name, text in headers)


class ClientRecord(Protocol):
    """A record as read by a worker's Kafka client. `timestamp` is in seconds."""

    @property
    def topic(self) -> str: ...

    @property
    def partition(self) -> int: ...

    @property
    def offset(self) -> int: ...

    @property
    def timestamp(self) -> float: ...

    @property
    def key(self) -> bytes | None: ...

    @property
    def value(self) -> bytes | None: ...

    @property
    def headers(self) -> Iterable[tuple[str, bytes | None]] | None: ...


class Event(Protocol):
    """A record to be acknowledged, such as an event of a Faust stream."""

    @property
    def message(self) -> ClientRecord: ...

    def ack(self) -> object: ...


def read_event(event: Event) -> Message:
    record = event.message
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=round(record.timestamp * 1000),
        key=record.key,
        value=record.value,
        headers=tuple(record.headers or ()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordToPublish:
    """Key, value and headers of one record to be published. `value` None is a takedown."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    def as_message(self, topic: str) -> Message:
        """The record as readers of the topic will see it."""
        return Message(
            topic=topic,
            partition=0,
            offset=0,
            timestamp=0,
            key=self.key,
            value=self.value,
            headers=self.headers,
        )
