"""Reads topics from an offset to the end that they have at the start.

Control records of transactions and holes of compaction take up offsets without being records. So the reader's
position shows whether the end is reached, not the offset of the last record.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kafka import TopicPartition
from kafka.errors import LeaderNotAvailableError, UnknownTopicOrPartitionError
from kafka.protocol.consumer.offsets import OffsetSpec

from streams.core.backoff import poll_until
from streams.core.message import Message
from streams.errors import BrokerError
from streams.kafka.protocols import Admin, Reader, Record

T = TypeVar("T")

#: No progress for this long, although there are records: Kafka is unavailable.
PATIENCE_SECONDS = 30.0
#: kafka-python's 500 could be 500 of the largest; 32 cost nothing (100,000 small ones: 3.4 s, 2026-11).
MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """From the first offset kept of a partition to the one behind the last record that can be read.

    `held` is how many records are behind `end`, where an open transaction begins: readers of committed
    records do not see them until it ends. It is counted only on request, and is an upper limit: it includes
    control records and the records of aborted transactions.
    """

    begin: int
    end: int
    held: int = 0

    @property
    def records(self) -> int:
        """An upper limit: it includes control records and holes."""
        return max(0, self.end - self.begin)


Spans = Mapping[TopicPartition, Extent]
Offsets = Mapping[TopicPartition, int]


def extents(
    reader: Reader, topics: Iterable[str], *, admin: Admin | None = None
) -> dict[TopicPartition, Extent]:
    """The extent of each partition of the topics, read-committed. Missing topics are left out.

    With `admin`, the records that open transactions hold back are counted too.
    """
    partitions = _partitions(reader, topics)
    if not partitions:
        return {}
    # Before the ends of what can be read: else records appended in between would count as held back.
    log_ends = {} if admin is None else _log_ends(admin, partitions)
    begins = _offsets(reader.beginning_offsets, partitions)
    ends = _offsets(reader.end_offsets, partitions)
    return {
        at: Extent(begin=begins[at], end=ends[at], held=max(0, log_ends.get(at, 0) - ends[at]))
        for at in partitions
    }


def ends(reader: Reader, topics: Iterable[str]) -> Offsets:
    """The end of each partition of the topics, read-committed. Missing topics are left out."""
    partitions = _partitions(reader, topics)
    return _offsets(reader.end_offsets, partitions) if partitions else {}


def _partitions(reader: Reader, topics: Iterable[str]) -> list[TopicPartition]:
    return [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(reader.partitions_for_topic(topic) or ())
    ]


def _log_ends(admin: Admin, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Where each partition ends, whether its last records can be read or not."""
    ends = poll_until(
        lambda: admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)),
        seconds=PATIENCE_SECONDS,
        # A new topic, which not every broker knows yet.
        not_yet=(LeaderNotAvailableError, UnknownTopicOrPartitionError),
    )
    return {partition: int(end.offset) for partition, end in ends.items()}


def _offsets(
    ask: Callable[[Sequence[TopicPartition]], Offsets], partitions: Sequence[TopicPartition]
) -> Offsets:
    """The answer of `ask`, which is repeated while a partition of a new topic has no leader.

    kafka-python 3.0.12 leaves such a partition out of the answer and then fails with a `KeyError` on it.
    """
    try:
        return poll_until(lambda: ask(partitions), seconds=PATIENCE_SECONDS, not_yet=(KeyError,))
    except KeyError:
        raise BrokerError(f"a partition of {partitions[0].topic} has no leader") from None


def scan(reader: Reader, spans: Spans, deleted: Callable[[int], None] = lambda _: None) -> Iterator[Record]:
    """The records from `begin` up to `end` of each partition, as kafka-python's `ConsumerRecord`.

    At the end `deleted` is called with how many of them, at most, Kafka deleted before they were read.
    Raises `BrokerError` when Kafka sends nothing although there are records.
    """
    left = {partition: span.end for partition, span in spans.items() if span.records}
    gaps = Gaps(reader, {partition: spans[partition].begin for partition in left})
    place(reader, {partition: spans[partition].begin for partition in left})
    ends, since = dict(left), time.monotonic()
    while left:
        polled = gaps.poll(timeout_ms=500)
        for partition, records in polled.items():
            yield from (record for record in records if record.offset < left.get(partition, 0))
        ended = [partition for partition, end in left.items() if (reader.position(partition) or 0) >= end]
        if polled or ended:
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE_SECONDS:
            raise BrokerError(f"Kafka sends nothing of {next(iter(left)).topic}, although it has records")
        left = narrow(reader, left, ended)
    if lost := gaps.deleted(ends):
        deleted(lost)


class Gaps:
    """Polls, and notes where the next record did not have the next offset. `places` is where reading begins.

    Where retention has overtaken the reader, kafka-python silently goes on at the first record kept.
    """

    def __init__(self, reader: Reader, places: Offsets) -> None:
        self._reader = reader
        self._next = dict(places)
        self._gaps: list[tuple[TopicPartition, int, int]] = []

    def poll(self, timeout_ms: int) -> Mapping[TopicPartition, Sequence[Record]]:
        polled = self._reader.poll(timeout_ms=timeout_ms, max_records=MOST_AT_ONCE)
        for partition, records in polled.items():
            self._note(partition, records[0].offset)
            self._next[partition] = records[-1].offset + 1
        return polled

    def deleted(self, ends: Offsets) -> int:
        """How many records, at most, were deleted in the gaps since the last call. All was read up to `ends`.

        Ends of transactions and what compaction has removed leave gaps too, behind the first record kept.
        """
        for partition, end in ends.items():
            self._note(partition, end)
        gaps, self._gaps = self._gaps, []
        if not gaps:
            return 0
        begins = _offsets(self._reader.beginning_offsets, list({partition for partition, _, _ in gaps}))
        return sum(max(0, min(end, begins[partition]) - begin) for partition, begin, end in gaps)

    def _note(self, partition: TopicPartition, offset: int) -> None:
        expected = self._next.get(partition, offset)
        if offset > expected:
            self._gaps.append((partition, expected, offset))


def place(reader: Reader, offsets: Offsets) -> None:
    """Read only these partitions, from these offsets on."""
    reader.assign(list(offsets))
    for partition, offset in offsets.items():
        reader.seek(partition, offset)


def narrow(
    reader: Reader, left: dict[TopicPartition, T], ended: Iterable[TopicPartition]
) -> dict[TopicPartition, T]:
    """Stop reading the `ended` partitions; returns those that are left.

    They are no longer assigned, not paused: of several paused partitions with records at hand, kafka-python
    3.0.12 sends one after `resume` and nothing more of the others, forever.
    """
    removed = set(ended)
    rest = {partition: value for partition, value in left.items() if partition not in removed}
    if removed and rest:
        reader.assign(list(rest))
    return rest


def as_message(record: Record) -> Message:
    """A `ConsumerRecord` as the engine's own record."""
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers or ()),
    )


#: For a reader of single records: Kafka sends the whole first batch, however little is requested.
LITTLE = {"max_partition_fetch_bytes": 65_536}


def fetch_record(reader: Reader, partition: TopicPartition, offset: int) -> Message | None:
    """The record at that place, or None. It changes the reader's assignment. Raises `BrokerError`."""
    return next(fetch_records(reader, [(partition, offset)]), None)


def fetch_records(reader: Reader, places: Iterable[tuple[TopicPartition, int]]) -> Iterator[Message]:
    """The records at those places, without those that are no longer kept. Raises `BrokerError`."""
    wanted = list(places)
    spans = extents(reader, sorted({partition.topic for partition, _ in wanted}))
    for partition, offset in wanted:
        span = spans.get(partition)
        kept = span is not None and span.begin <= offset < span.end
        if kept and (record := _at(reader, partition, offset)):
            yield record


def _at(reader: Reader, partition: TopicPartition, offset: int) -> Message | None:
    place(reader, {partition: offset})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (reader.position(partition) or 0) <= offset:
        # The first record polled is the wanted one, or the next one behind the hole where it was.
        for record in reader.poll(timeout_ms=500, max_records=1).get(partition, []):
            return as_message(record) if record.offset == offset else None
        if time.monotonic() > deadline:
            place_name = f"{partition.topic}/{partition.partition}/{offset}"
            raise BrokerError(f"Kafka does not send the record {place_name}")
    return None
