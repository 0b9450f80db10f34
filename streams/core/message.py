"""One Kafka record as it was read, and one as it will be written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values as on the wire; a value may be null."""


class Oversized(bytes):
    """What is left of a value that is too large to be held: no bytes, and how many they were."""

    whole: int
    """0 where it cannot be unpacked, so that nobody knows."""

    def __str__(self) -> str:
        return f"{self.whole:,} bytes, too large to be read" if self.whole else "it cannot be unpacked"

    @classmethod
    def of(cls, size: int) -> "Oversized":
        left = cls()
        left.whole = size
        return left


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
        """The last header of that name as text, or None where absent, null or not UTF-8."""
        for key, value in reversed(self.headers):
            if key == name:
                return _text(value)
        return None

    @property
    def size(self) -> int:
        """Bytes of key, value and headers, uncompressed: what it costs to hold."""
        return _size(self.key, self.value, self.headers)

    @property
    def coordinates(self) -> str:
        """`topic/partition/offset`: where the record lies."""
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
    """Bytes of a value, of an `Oversized` one those that it had."""
    return value.whole if isinstance(value, Oversized) else len(value or b"")


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    return len(key or b"") + size_of(value) + sum(len(name) + len(said or b"") for name, said in headers)


def _text(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None


class ClientRecord(Protocol):
    """A record as the client of a worker gives it. `timestamp` is in seconds."""

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
    """A record that is to be acknowledged: an event of a Faust stream, or the like."""

    @property
    def message(self) -> ClientRecord: ...

    def ack(self) -> object: ...


def read_event(event: Event) -> Message:
    """An event as a `Message`; `event.message.headers` is the list as it was on the wire."""
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
        """The record as who reads the topic will have it."""
        return Message(
            topic=topic,
            partition=0,
            offset=0,
            timestamp=0,
            key=self.key,
            value=self.value,
            headers=self.headers,
        )
