"""Open transactions: which records they hold back, since when, and who has opened them.

A reader of committed records stops at the first record of the first open transaction of a partition (its
last stable offset), whoever wrote the records behind it.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
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
from streams.kafka.reader import LITTLE, Extent, Spans, extents
from streams.kafka.transactions import of_command
from streams.settings import Settings

UNCOMMITTED = {"isolation_level": "read_uncommitted"}
#: A killed command of ours holds records back for 25 s at most: `OPEN_MS`, and Kafka checks every 10 s.
READABLE_SECONDS = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTransaction:
    """What a transaction holds back of a topic: at most `records` records of these partitions.

    `since` is when its first record there was appended, `expires` when Kafka will abort it, both in
    milliseconds. What Kafka does not know, or does not show to this user, is None.
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
        held = f"up to {self.records:,} records are held back by an open transaction{when}"
        return f"{self.topic}: {held}: {self.owner}{ends}"

    @property
    def owner(self) -> str:
        """Who has opened it, as far as it is known."""
        if self.transactional_id is not None:
            command = of_command(self.transactional_id)
            return f"{self.transactional_id} ({command or f'producer {self.producer_id}'})"
        if self.producer_id is not None:
            return f"producer {self.producer_id} (this user may not see its transactional id)"
        return "this user may not see who opened it"


def open_transactions(settings: Settings, admin: Admin, spans: Spans) -> list[OpenTransaction]:
    """The transactions that hold records back in `spans`, by topic. Raises `BrokerError`."""
    held = {partition: span for partition, span in spans.items() if span.held}
    if not held:
        return []
    since = held_since(settings, held)
    producers = _producers(admin, held)
    known = _transactions(admin, set(producers.values()))
    together: dict[tuple[str, int | None], list[TopicPartition]] = defaultdict(list)
    for partition in held:
        together[partition.topic, producers.get(partition)].append(partition)
    return [
        OpenTransaction(
            topic=topic,
            partitions=tuple(partition.partition for partition in partitions),
            records=sum(held[partition].held for partition in partitions),
            since=min((since[partition] for partition in partitions if partition in since), default=None),
            producer_id=producer,
            **known.get(producer, {}),
        )
        for (topic, producer), partitions in together.items()
    ]


def until_readable(settings: Settings, reader: Reader, topics: Iterable[str]) -> None:
    """Wait until all records now in the topics can be read. Raises `BrokerError`, naming the transactions."""
    names, deadline = list(topics), time.monotonic() + READABLE_SECONDS
    with client.admin(settings) as admin:
        spans = extents(reader, names, admin=admin)
        ends = {partition: span.end + span.held for partition, span in spans.items()}
        while any(span.end < ends.get(partition, 0) for partition, span in spans.items()):
            if time.monotonic() > deadline:
                sentences = "; ".join(map(str, open_transactions(settings, admin, spans)))
                raise BrokerError(f"{sentences}; nothing is done before that ends")
            time.sleep(0.2)
            spans = extents(reader, names, admin=admin)


def behind(spans: Spans) -> dict[TopicPartition, Extent]:
    """The records held back of each span, for a reader of uncommitted records."""
    return {at: Extent(begin=span.end, end=span.end + span.held) for at, span in spans.items() if span.held}


def held_since(settings: Settings, spans: Spans) -> dict[TopicPartition, int]:
    """When the first record that is held back of each span was appended, in milliseconds."""
    held = behind(spans)
    if not held:
        return {}
    with client.consumer(settings, **UNCOMMITTED, **LITTLE) as reader:
        return {at: appended for at, (_, appended) in first_unread(reader, held).items() if appended}


class HeldSince:
    """`held_since` for a worker that asks again and again: each first held record is read once."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings, self._topic = settings, topic
        self._known: dict[TopicPartition, tuple[int, int]] = {}

    def of(self, lags: Iterable[PartitionLag]) -> dict[int, int]:
        """Partition → when its first record that is held back was appended."""
        held = {
            TopicPartition(self._topic, lag.partition): Extent(begin=0, end=lag.end - lag.held, held=lag.held)
            for lag in lags
            if lag.held
        }
        known = self._known.items()
        self._known = {at: first for at, first in known if at in held and first[0] == held[at].end}
        new = {at: span for at, span in held.items() if at not in self._known}
        self._known |= {at: (new[at].end, since) for at, since in held_since(self._settings, new).items()}
        return {partition.partition: since for partition, (_, since) in self._known.items()}


def _producers(admin: Admin, held: Spans) -> dict[TopicPartition, int]:
    """Partition → the producer whose transaction begins where reading ends."""
    with suppress(KafkaError):
        return {
            partition: producer.producer_id
            for partition, state in admin.describe_producers(list(held)).items()
            for producer in state.active_producers
            if producer.current_transaction_start_offset == held[partition].end
        }
    return {}


def _transactions(admin: Admin, producers: Iterable[int]) -> dict[int | None, dict[str, Any]]:
    """Producer → its transactional id, and when Kafka will abort its open transaction."""
    known: dict[int | None, dict[str, Any]] = {}
    with suppress(KafkaError):
        for listed in admin.list_transactions(producer_id_filters=list(producers)).values():
            known |= {state.producer_id: {"transactional_id": state.transactional_id} for state in listed}
    for transaction in known.values():
        with suppress(KafkaError):
            [state] = admin.describe_transactions([transaction["transactional_id"]]).values()
            transaction["expires"] = state.transaction_start_time_ms + state.transaction_timeout_ms
    return known


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"
