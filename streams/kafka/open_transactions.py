"""Open transactions: what they keep from being read, since when, and whose they are.

Whoever reads committed records stands still at the first record of the first open transaction of a
partition (its last stable offset), whoever wrote what lies behind it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kafka import TopicPartition
from kafka.errors import KafkaError

from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.lag import PartitionLag, first_unread
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import LITTLE, Extent, extents
from streams.kafka.transactions import of_command
from streams.settings import Settings

UNCOMMITTED = {"isolation_level": "read_uncommitted"}
#: A killed command of ours holds back for 25 s at most: `OPEN_MS`, and Kafka looks every 10 s.
READABLE_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransaction:
    """What one transaction holds back of a topic: `records` of these partitions, at most.

    `since` is when its first record there was appended, `expires` when Kafka aborts it by itself, both in
    milliseconds. What Kafka does not say, or not to this user, is None.
    """

    topic: str
    partitions: tuple[int, ...]
    records: int
    since: int | None = None
    producer_id: int | None = None
    transactional_id: str | None = None
    expires: int | None = None

    def __str__(self) -> str:
        when = f" since {_moment(self.since)}" if self.since else ""
        ends = f", which Kafka aborts at {_moment(self.expires)}" if self.expires else ""
        return (
            f"{self.topic}: up to {self.records:,} records are held back by an open transaction{when}:"
            f" {self.owner}{ends}"
        )

    @property
    def owner(self) -> str:
        """Whose it is, as far as it is known."""
        if self.transactional_id is not None:
            command = of_command(self.transactional_id)
            return f"{self.transactional_id} ({command or f'producer {self.producer_id}'})"
        if self.producer_id is not None:
            return f"producer {self.producer_id}, whose transactional id Kafka does not say to this user"
        return "Kafka does not say to this user whose it is"


def open_transactions(
    settings: Settings, admin: Admin, spans: Mapping[TopicPartition, Extent]
) -> list[OpenTransaction]:
    """Those that hold something back in `spans`, by topic. Raises `BrokerError`."""
    held = {one: span for one, span in spans.items() if span.held}
    if not held:
        return []
    since = held_since(settings, held)
    owners = _owners(admin, held)
    known = _named(admin, set(owners.values()))
    together: dict[tuple[str, int | None], list[TopicPartition]] = defaultdict(list)
    for one in held:
        together[one.topic, owners.get(one)].append(one)
    return [
        OpenTransaction(
            topic=topic,
            partitions=tuple(one.partition for one in partitions),
            records=sum(held[one].held for one in partitions),
            since=min((since[one] for one in partitions if one in since), default=None),
            producer_id=producer,
            **known.get(producer, {}),
        )
        for (topic, producer), partitions in together.items()
    ]


def until_readable(settings: Settings, reader: Reader, topics: Iterable[str]) -> None:
    """Wait until all that lies in the topics now can be read. Raises `BrokerError`, naming whose it is."""
    names, deadline = list(topics), time.monotonic() + READABLE_SECONDS
    with client.admin(settings) as admin:
        spans = extents(reader, names, admin=admin)
        ends = {one: span.end + span.held for one, span in spans.items()}
        while any(span.end < ends.get(one, 0) for one, span in spans.items()):
            if time.monotonic() > deadline:
                said = "; ".join(map(str, open_transactions(settings, admin, spans)))
                raise BrokerError(f"{said}; nothing is done before that ends")
            time.sleep(0.2)
            spans = extents(reader, names, admin=admin)


def behind(spans: Mapping[TopicPartition, Extent]) -> dict[TopicPartition, Extent]:
    """What is held back of each span, for a reader of uncommitted records."""
    return {one: Extent(begin=span.end, end=span.end + span.held) for one, span in spans.items() if span.held}


def held_since(settings: Settings, spans: Mapping[TopicPartition, Extent]) -> dict[TopicPartition, int]:
    """When the first record that is held back of each span was appended, in milliseconds."""
    held = {one: Extent(begin=span.end, end=span.end + span.held) for one, span in spans.items() if span.held}
    if not held:
        return {}
    with client.consumer(settings, **UNCOMMITTED, **LITTLE) as reader:
        return {one: appended for one, (_, appended) in first_unread(reader, held).items() if appended}


class HeldSince:
    """The same for a worker that asks again and again: each hold is looked at once."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._known: dict[TopicPartition, tuple[int, int]] = {}

    def of(self, lags: Iterable[PartitionLag]) -> dict[int, int]:
        """Partition → when the first record was appended that is held back there."""
        held = {
            TopicPartition(self._topic, one.partition): Extent(begin=0, end=one.end - one.held, held=one.held)
            for one in lags
            if one.held
        }
        self._known = {one: at for one, at in self._known.items() if one in held and at[0] == held[one].end}
        new = {one: span for one, span in held.items() if one not in self._known}
        self._known |= {one: (new[one].end, at) for one, at in held_since(self._settings, new).items()}
        return {one.partition: at for one, (_, at) in self._known.items()}


def _owners(admin: Admin, held: Mapping[TopicPartition, Extent]) -> dict[TopicPartition, int]:
    """Partition → the producer whose transaction begins where reading ends."""
    with suppress(KafkaError):
        return {
            one: producer.producer_id
            for one, state in admin.describe_producers(list(held)).items()
            for producer in state.active_producers
            if producer.current_transaction_start_offset == held[one].end
        }
    return {}


def _named(admin: Admin, producers: Iterable[int]) -> dict[int | None, dict[str, Any]]:
    """Producer → its transactional id, and when Kafka aborts what it has open."""
    found: dict[int | None, dict[str, Any]] = {}
    with suppress(KafkaError):
        for listed in admin.list_transactions(producer_id_filters=list(producers)).values():
            found |= {one.producer_id: {"transactional_id": one.transactional_id} for one in listed}
    for known in found.values():
        with suppress(KafkaError):
            [one] = admin.describe_transactions([known["transactional_id"]]).values()
            known["expires"] = one.transaction_start_time_ms + one.transaction_timeout_ms
    return found


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
