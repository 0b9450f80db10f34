"""One Kafka record as it was read, and one as it will be written."""

from dataclasses import dataclass
from typing import Any

Headers = tuple[tuple[str, bytes | None], ...]
"""Names and values as on the wire; a value may be null."""


class Oversized(bytes):
    """What is left of a value that is too large to be held: no bytes, and how many they were."""

    whole: int
    """0 where it cannot be unpacked, so that nobody knows."""

    def __str__(self) -> str:
        """Why there is no value."""
        return f"{self.whole:,} bytes, too large to be read" if self.whole else "it cannot be unpacked"

    @classmethod
    def of(cls, size: int) -> "Oversized":
        """For so many bytes."""
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


def read_event(event: Any) -> Message:
    """A Faust event as a `Message`; `event.message.headers` is the list as it was on the wire."""
    came = event.message
    return Message(
        topic=came.topic,
        partition=came.partition,
        offset=came.offset,
        timestamp=round(came.timestamp * 1000),
        key=came.key,
        value=came.value,
        headers=tuple(came.headers or ()),
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
