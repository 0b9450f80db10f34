"""Read a topic as records are appended, for people and for scripts."""

import base64
import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from streams.core import record_headers
from streams.core.message import Message, Oversized
from streams.core.pipeline import Pipeline
from streams.core.timestamps import rfc3339
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.open_transactions import open_transactions
from streams.kafka.protocols import Reader
from streams.kafka.reader import Extent, Gaps, as_message, extents, place, scan
from streams.kafka.topics import reject_hidden
from streams.printable import visible_json
from streams.settings import Settings

POLL_MS = 300
#: How often a followed topic is checked for new partitions and open transactions.
LOOK_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which records are wanted: with a text in key or value (in any case), with a key, and how many."""

    text: str | None = None
    key: str | None = None
    count: int | None = None

    def matches(self, message: Message) -> bool:
        """Whether the record is wanted, apart from the count."""
        if self.key is not None and message.key != self.key.encode():
            return False
        return self.text is None or self.text.casefold() in searchable(message).casefold()


def tail(
    settings: Settings,
    pipeline: Pipeline,
    topic: str,
    sought: Sought,
    *,
    from_start: bool,
    follow: bool,
    aside: Callable[[str], None] = lambda _: None,
) -> Iterator[Message]:
    """The committed records of a topic (its full name): each partition in order, merged by time.

    Without `follow` it ends where the topic ended at the call. `aside` is called with the reason why records
    are not shown: an open transaction holds them back, or they were deleted meanwhile. Raises `BrokerError`.
    """
    waits = Waits(settings, topic, aside)
    with client.consumer(settings) as reader:
        spans = waits.look(reader)
        if not spans:
            with client.admin(settings) as admin:
                reject_hidden(admin, [topic])
            known = ", ".join(topic.name for topic in pipeline.all_topics())
            raise BrokerError(f"there is no topic {topic} on Kafka; this pipeline has: {known}")
        if follow:
            records = _follow(reader, waits, spans, from_start)
        else:
            records = map(as_message, scan(reader, spans, waits.report_deleted))
        yield from islice(filter(sought.matches, records), sought.count)


def searchable(message: Message) -> str:
    """Key and value as text; JSON with its escapes resolved."""
    value = read_value(message)
    body = orjson.dumps(value).decode() if isinstance(value, dict | list) else _as_text(message.value)
    return f"{_as_text(message.key)}\n{body}"


def read_value(message: Message) -> Any:
    """The value as parsed JSON, or else as it is; None for a takedown."""
    try:
        return None if message.value is None else orjson.loads(message.value)
    except orjson.JSONDecodeError:
        return message.value


def as_json(message: Message, received: Callable[[Message], int] = record_headers.received) -> bytes:
    """One line of JSON: coordinates, times, key, headers, value. What is neither JSON nor UTF-8 is in base64.

    Invisible characters are escaped. For a value that is too large to be read, `unread` is its size in bytes;
    0 if it cannot be unpacked.
    """
    value = read_value(message)
    record = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "timestamp": message.timestamp,
        "received_at": rfc3339(received(message)),
        "key": _text_or_base64(message.key),
        "headers": [[name, _text_or_base64(content)] for name, content in message.headers],
        "value": base64.b64encode(value).decode() if isinstance(value, bytes) else value,
    }
    unread = {"unread": value.whole} if isinstance(value, Oversized) else {}
    return visible_json(orjson.dumps(record | unread))


class Waits:
    """Reports why records of a topic are not shown, each open transaction once."""

    def __init__(self, settings: Settings, topic: str, aside: Callable[[str], None]) -> None:
        self._settings = settings
        self._topic = topic
        self._aside = aside
        self._reported: set[tuple[Any, ...]] = set()

    def look(self, reader: Reader) -> dict[Any, Extent]:
        with client.admin(self._settings) as admin:
            spans = extents(reader, [self._topic], admin=admin)
            for transaction in open_transactions(self._settings, admin, spans):
                identity = (transaction.producer_id, transaction.since)
                if identity not in self._reported:
                    self._reported.add(identity)
                    self._aside(f"not shown yet: {transaction}")
            return spans

    def report_deleted(self, records: int) -> None:
        """`records` is an upper bound."""
        if records:
            self._aside(f"not shown: up to {records:,} records of {self._topic} were deleted meanwhile")


def _follow(reader: Reader, waits: Waits, spans: dict[Any, Extent], from_start: bool) -> Iterator[Message]:
    places = {partition: span.begin if from_start else span.end for partition, span in spans.items()}
    place(reader, places)
    looked, gaps = time.monotonic(), Gaps(reader, places)
    while True:
        records = gaps.poll(timeout_ms=POLL_MS).values()
        waits.report_deleted(gaps.deleted({}))
        yield from map(as_message, heapq.merge(*records, key=lambda record: record.timestamp))
        if time.monotonic() - looked > LOOK_SECONDS:
            _add_partitions(reader, waits.look(reader))
            looked = time.monotonic()


def _add_partitions(reader: Reader, now: dict[Any, Extent]) -> None:
    """Read new partitions from their beginning. The others keep their positions; if one of these is unknown,
    nothing changes until the next check."""
    held = reader.assignment()
    new = {partition: span.begin for partition, span in now.items() if partition not in held}
    positions = {partition: reader.position(partition) for partition in held}
    places = {partition: offset for partition, offset in positions.items() if offset is not None}
    if new and len(places) == len(held):
        place(reader, places | new)


def _as_text(content: bytes | None) -> str:
    return (content or b"").decode("utf-8", "replace")


def _text_or_base64(content: bytes | None) -> str | None:
    try:
        return None if content is None else content.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(content or b"").decode()
