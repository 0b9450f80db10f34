"""Publish records with every delivery confirmed, in bounded memory.

A record that Kafka would reject is reported, and the others are published. When Kafka becomes unavailable,
publishing stops and reports how many records were confirmed, so that the rest can be published again.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kafka.errors import KafkaError

from streams.core.message import RecordToPublish
from streams.errors import BrokerError, ConfigError, Interrupted
from streams.ingest.files import Input, LeftOut, Read, RejectedInput
from streams.ingest.forms import COMPRESSIONS
from streams.kafka import client
from streams.kafka.acls import require_rights, writer
from streams.kafka.producer import BATCH_BYTES
from streams.kafka.protocols import Handed, Producer
from streams.kafka.record_size import Fit
from streams.kafka.topics import topic_configs
from streams.settings import Settings

#: After Ctrl-C, what is in flight has so long to be confirmed.
INTERRUPTED_SECONDS = 5.0
#: How much may be in flight.
RECORDS_IN_FLIGHT, BYTES_IN_FLIGHT = 10_000, 32 * 1_048_576
#: Distinct keys are counted up to here: a set of a million hashes is 70 MB.
KEYS_COUNTED = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was published. `bytes` counts keys and values before compression.

    `left_out` counts the records of archives that are no pages, by kind.
    """

    published: int
    failed: int
    keys: int
    bytes: int
    seconds: float
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnconfirmedRecord:
    where: str
    key: bytes | None
    size: int
    future: Handed


@dataclass(slots=True)
class PublishCounts:
    """The counts so far. `last`: where the last confirmed record was read."""

    published: int = 0
    failed: int = 0
    bytes: int = 0
    keys: set[int] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def confirm(self, record: UnconfirmedRecord) -> None:
        self.published += 1
        self.bytes += record.size
        self.last = record.where
        if record.key is not None and len(self.keys) < KEYS_COUNTED:
            self.keys.add(hash(record.key))


Reject = Callable[[RejectedInput], None]


class Publisher:
    """Sends to one topic and waits for what it sent. `reject` is called for each rejected input."""

    def __init__(self, producer: Producer, topic: str, fit: Fit, reject: Reject) -> None:
        self._producer, self._topic, self._fit, self._reject = producer, topic, fit, reject
        self._in_flight: deque[UnconfirmedRecord] = deque()
        self._bytes = 0
        self.counts = PublishCounts()

    def take(self, page: Read) -> None:
        """Send a record, after waiting for older ones if too much is in flight."""
        self._confirm_delivered()
        if isinstance(page, LeftOut):
            self.counts.left_out[page.kind] += 1
            return
        if isinstance(page, Input):
            reason = self._fit.rejection_reason(page.record)
            if reason is None:
                self._send(page.where, page.record)
                return
            page = RejectedInput(where=page.where, reason=reason)
        self.counts.failed += 1
        self._reject(page)

    def drain(self, records: int = 0, size: int = 0) -> None:
        """Wait until at most this many records and bytes are in flight."""
        while self._in_flight and (len(self._in_flight) > records or self._bytes > max(0, size)):
            self._confirm_oldest()

    def confirmations(self) -> Iterator[UnconfirmedRecord]:
        """What is in flight, each record once Kafka has it."""
        while self._in_flight:
            yield self._confirm_oldest()

    def interrupt(self) -> Interrupted:
        """What Kafka has after Ctrl-C. What is in flight is waited for, for a few seconds."""
        deadline = time.monotonic() + INTERRUPTED_SECONDS
        with suppress(BrokerError, KeyboardInterrupt):
            while self._in_flight:
                self._confirm_oldest(max(0.0, deadline - time.monotonic()))
        # Partitions are confirmed each for itself: the oldest record may wait for one that does not answer.
        self.counts.published += sum(record.future.succeeded() for record in self._in_flight)
        if not self.counts.published:
            return Interrupted("interrupted: Kafka has confirmed no record; publish all of them again")
        confirmed = (
            f"interrupted: Kafka has confirmed {self.counts.published:,} records, up to {self.counts.last}"
        )
        return Interrupted(f"{confirmed}; publish the rest again, a repeat does no harm")

    def _confirm_delivered(self) -> None:
        while self._in_flight and self._in_flight[0].future.is_done:
            self._confirm_oldest()

    def _confirm_oldest(self, seconds: float | None = None) -> UnconfirmedRecord:
        record = self._in_flight[0]
        try:
            record.future.get(seconds)
        except KafkaError as error:
            raise self._outage(record.where, error) from error
        self._in_flight.popleft()
        self._bytes -= record.size
        self.counts.confirm(record)
        return record

    def _send(self, where: str, record: RecordToPublish) -> None:
        key, value, headers = record.key, record.value, list(record.headers)
        size = len(key or b"") + len(value or b"")
        self.drain(RECORDS_IN_FLIGHT - 1, BYTES_IN_FLIGHT - size)
        try:
            future = self._producer.send(self._topic, key=key, value=value, headers=headers)
        except KafkaError as error:
            raise self._outage(where, error) from error
        self._in_flight.append(UnconfirmedRecord(where, key, size, future))
        self._bytes += size

    def _outage(self, where: str, error: KafkaError) -> BrokerError:
        confirmed = f"Kafka confirmed {self.counts.published:,} records and none from {where} on"
        return BrokerError(f"{confirmed}: {client.words(error)}")


def publish(
    settings: Settings,
    topic: str,
    inputs: Iterable[Read],
    *,
    reject: Reject,
    progress: Callable[[PublishCounts], None] = lambda _: None,
    compression: str | None = None,
) -> Report:
    """Publish all inputs to `topic`, a full name. `compression` None: that of the settings.

    Raises `BrokerError` without Kafka or the topic, and `ConfigError` for an unknown compression.
    """
    codec = _codec(compression or settings.compression)
    began = time.monotonic()
    fit = Fit.of(topic_config(settings, topic), codec)
    batch = min(BATCH_BYTES, fit.limit or BATCH_BYTES)
    options = {"linger_ms": 20, "batch_size": batch, "compression_type": codec}
    with client.producer(settings, **options) as producer:
        publisher = Publisher(producer, topic, fit, reject)
        try:
            for page in inputs:
                publisher.take(page)
                progress(publisher.counts)
            for _ in publisher.confirmations():
                progress(publisher.counts)
        except KeyboardInterrupt:
            raise publisher.interrupt() from None
    return _report(publisher.counts, time.monotonic() - began)


def topic_config(settings: Settings, topic: str) -> Mapping[str, str]:
    """Kafka's settings of a topic that is written to. Raises `BrokerError` without Kafka, right or topic."""
    require_rights(settings, writer(topic))
    with client.admin(settings) as admin:
        configs = topic_configs(admin, [topic])
    if topic not in configs:
        raise BrokerError(f"{topic} is missing; `copydesk topics create` creates it")
    return configs[topic]


def _codec(name: str) -> str | None:
    if name not in COMPRESSIONS:
        raise ConfigError(f"no compression is called {name!r}; there are: {', '.join(COMPRESSIONS)}")
    return None if name == "none" else name


def _report(counts: PublishCounts, seconds: float) -> Report:
    return Report(
        published=counts.published,
        failed=counts.failed,
        keys=len(counts.keys),
        bytes=counts.bytes,
        seconds=round(seconds, 3),
        left_out=dict(counts.left_out),
    )
