"""Read a topic as its records come, for people and for scripts."""

import base64
import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from streams.core.message import Message, Oversized
from streams.core.pipeline import Pipeline
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.open_transactions import open_transactions
from streams.kafka.protocols import Reader
from streams.kafka.reader import Extent, Gaps, as_message, extents, place, scan
from streams.kafka.topics import reject_hidden
from streams.printable import visible_json
from streams.settings import Settings

POLL_MS = 300
#: How often a followed topic is looked at for partitions that were added, and for open transactions.
LOOK_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which records are wanted: with a text in key or value (any case), with a key, so many of them."""

    text: str | None = None
    key: str | None = None
    count: int | None = None

    def matches(self, message: Message) -> bool:
        """Whether the record is wanted, but for the count."""
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
    """The records of a topic (its full name), read-committed, each partition in order, by time between them.

    Without `follow` it ends where the topic ended at the call. `aside` hears why records are
    not shown: an open transaction holds them back, or they were deleted meanwhile. Raises `BrokerError`.
    """
    waits = Waits(settings, topic, aside)
    with client.consumer(settings) as reader:
        spans = waits.look(reader)
        if not spans:
            with client.admin(settings) as admin:
                reject_hidden(admin, [topic])
            known = ", ".join(one.name for one in pipeline.all_topics())
            raise BrokerError(f"there is no topic {topic} on Kafka; this pipeline has: {known}")
        records = _follow(reader, waits, spans, from_start) if follow else _until_end(reader, waits, spans)
        left = sought.count
        while left is None or left > 0:
            found = next((one for one in records if sought.matches(one)), None)
            if found is None:
                return
            yield found
            left = None if left is None else left - 1


def searchable(message: Message) -> str:
    """Key and value as text; JSON with its escapes resolved."""
    value = read_value(message)
    body = orjson.dumps(value).decode() if isinstance(value, dict | list) else _as_text(message.value)
    return f"{_as_text(message.key)}\n{body}"


def read_value(message: Message) -> Any:
    """The value as parsed JSON, else as bytes, an `Oversized` as it is; None for a takedown."""
    try:
        return None if message.value is None else orjson.loads(message.value)
    except orjson.JSONDecodeError:
        return message.value


def as_json(message: Message) -> bytes:
    """One line of JSON: coordinates, key, headers, value. What is neither JSON nor UTF-8 is base64.

    What cannot be seen stands in it as an escape, which says the same.

    Of a value that is too large to be read `unread` says how many bytes it has; 0: it cannot be unpacked.
    """
    value = read_value(message)
    record = {
        "topic": message.topic,
        "partition": message.partition,
        "offset": message.offset,
        "timestamp": message.timestamp,
        "key": _text_or_base64(message.key),
        "headers": [[name, _text_or_base64(content)] for name, content in message.headers],
        "value": base64.b64encode(value).decode() if isinstance(value, bytes) else value,
    }
    return visible_json(
        orjson.dumps(record | ({"unread": value.whole} if isinstance(value, Oversized) else {}))
    )


def _until_end(reader: Reader, waits: "Waits", spans: dict[Any, Extent]) -> Iterator[Message]:
    return (as_message(record) for record in scan(reader, spans, waits.report_deleted))


class Waits:
    """Tells why records of a topic are not shown, of each open transaction once."""

    def __init__(self, settings: Settings, topic: str, aside: Callable[[str], None]) -> None:
        self._settings = settings
        self._topic = topic
        self._aside = aside
        self._told: set[tuple[Any, ...]] = set()

    def look(self, reader: Reader) -> dict[Any, Extent]:
        with client.admin(self._settings) as admin:
            spans = extents(reader, [self._topic], admin=admin)
            for one in open_transactions(self._settings, admin, spans):
                which = (one.producer_id, one.since)
                if which not in self._told:
                    self._told.add(which)
                    self._aside(f"not shown yet: {one}")
            return spans

    def report_deleted(self, records: int) -> None:
        """So many were deleted before they came, at most."""
        if records:
            self._aside(f"not shown: up to {records:,} records of {self._topic} were deleted meanwhile")


def _follow(reader: Reader, waits: Waits, spans: dict[Any, Extent], from_start: bool) -> Iterator[Message]:
    places = {one: span.begin if from_start else span.end for one, span in spans.items()}
    place(reader, places)
    looked, gaps = time.monotonic(), Gaps(reader, places)
    while True:
        came = gaps.poll(timeout_ms=POLL_MS).values()
        waits.report_deleted(gaps.deleted({}))
        for record in heapq.merge(*came, key=lambda one: one.timestamp):
            yield as_message(record)
        if time.monotonic() - looked > LOOK_SECONDS:
            _add_partitions(reader, waits.look(reader))
            looked = time.monotonic()


def _add_partitions(reader: Reader, now: dict[Any, Extent]) -> None:
    """Read new partitions from their beginning. The others keep their places; where one of these is not known
    in time, nothing is changed until the next look."""
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
