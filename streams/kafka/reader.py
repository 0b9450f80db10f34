"""Read topics from an offset to the end they had at the start, by data records alone.

Control records of transactions and holes of compaction take up offsets without being records, so the end is
told by the reader's position, not by the offset of the last record.
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

#: No progress for so long, although records are there: Kafka has gone.
PATIENCE_SECONDS = 30.0
#: kafka-python's own 500 could be 500 of the largest; 32 cost nothing (100,000 small ones: 3.4 s, 2026-11).
MOST_AT_ONCE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """From the first offset kept of a partition to the one behind the last record that can be read.

    `held` is how many records lie behind `end`, since an open transaction begins there: nobody who reads
    committed records sees them until it ends. Known only where it was asked for; at most so many, for those
    of aborted transactions and control records are counted in.
    """

    begin: int
    end: int
    held: int = 0

    @property
    def records(self) -> int:
        """At most so many records: control records and holes are counted in."""
        return max(0, self.end - self.begin)


def extents(
    reader: Reader, topics: Iterable[str], *, admin: Admin | None = None
) -> dict[TopicPartition, Extent]:
    """What lies in each partition of the topics, read-committed. Topics that are not there are left out.

    With `admin`, what open transactions hold back is counted too.
    """
    partitions = [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(reader.partitions_for_topic(topic) or ())
    ]
    if not partitions:
        return {}
    # Before the ends of what can be read: what is appended in between is then not taken for held back.
    log_ends = {} if admin is None else _log_ends(admin, partitions)
    begins = _offsets(reader.beginning_offsets, partitions)
    ends = _offsets(reader.end_offsets, partitions)
    return {
        one: Extent(begin=begins[one], end=ends[one], held=max(0, log_ends.get(one, 0) - ends[one]))
        for one in partitions
    }


def _log_ends(admin: Admin, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """Where each partition ends, whether its last records can be read or not."""
    ends = poll_until(
        lambda: admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)),
        seconds=PATIENCE_SECONDS,
        # A topic just made, which not every broker knows yet.
        not_yet=(LeaderNotAvailableError, UnknownTopicOrPartitionError),
    )
    return {partition: int(end.offset) for partition, end in ends.items()}


def _offsets(
    ask: Callable[[Sequence[TopicPartition]], Mapping[TopicPartition, int]],
    partitions: Sequence[TopicPartition],
) -> Mapping[TopicPartition, int]:
    """The answer of `ask`; asked again while a partition of a topic just made has no leader.

    kafka-python 3.0.12 leaves such a partition out of the answer and then fails with a `KeyError` on it.
    """
    try:
        return poll_until(lambda: ask(partitions), seconds=PATIENCE_SECONDS, not_yet=(KeyError,))
    except KeyError:
        raise BrokerError(f"a partition of {partitions[0].topic} has no leader") from None


def scan(
    reader: Reader, spans: Mapping[TopicPartition, Extent], deleted: Callable[[int], None] = lambda _: None
) -> Iterator[Record]:
    """The records from `begin` up to `end` of each partition, as kafka-python's `ConsumerRecord`.

    `deleted` hears in the end how many of them, at most, Kafka deleted before they came. Raises `BrokerError`
    when nothing comes although something is there.
    """
    left = {partition: span.end for partition, span in spans.items() if span.records}
    gaps = Gaps(reader, {partition: spans[partition].begin for partition in left})
    place(reader, {partition: spans[partition].begin for partition in left})
    ends, since = dict(left), time.monotonic()
    while left:
        came = gaps.poll(timeout_ms=500)
        for partition, records in came.items():
            yield from (record for record in records if record.offset < left.get(partition, 0))
        ended = [partition for partition, end in left.items() if (reader.position(partition) or 0) >= end]
        if came or ended:
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE_SECONDS:
            raise BrokerError(f"Kafka sends nothing of {next(iter(left)).topic}, although records are there")
        left = narrow(reader, left, ended)
    if lost := gaps.deleted(ends):
        deleted(lost)


class Gaps:
    """Polls, and notes where the next record was not the next offset. `places` is where reading begins.

    Where retention has overtaken the reader, kafka-python goes on at the first record kept, and says nothing.
    """

    def __init__(self, reader: Reader, places: Mapping[TopicPartition, int]) -> None:
        self._reader = reader
        self._next = dict(places)
        self._gaps: list[tuple[TopicPartition, int, int]] = []

    def poll(self, timeout_ms: int) -> Mapping[TopicPartition, Sequence[Record]]:
        came: Mapping[TopicPartition, Sequence[Record]] = self._reader.poll(
            timeout_ms=timeout_ms, max_records=MOST_AT_ONCE
        )
        for one, records in came.items():
            self._note(one, records[0].offset)
            self._next[one] = records[-1].offset + 1
        return came

    def deleted(self, ends: Mapping[TopicPartition, int]) -> int:
        """How many records were deleted in the gaps so far, at most; each gap is told once. `ends` is how far
        was read to the end.

        Ends of transactions and what compaction has removed leave gaps too, behind the first record kept.
        """
        for one, end in ends.items():
            self._note(one, end)
        gaps, self._gaps = self._gaps, []
        if not gaps:
            return 0
        begins = _offsets(self._reader.beginning_offsets, list({one for one, _, _ in gaps}))
        return sum(max(0, min(to, begins[one]) - at) for one, at, to in gaps)

    def _note(self, one: TopicPartition, offset: int) -> None:
        expected = self._next.get(one, offset)
        if offset > expected:
            self._gaps.append((one, expected, offset))


def place(reader: Reader, offsets: Mapping[TopicPartition, int]) -> None:
    """Read these partitions and no others, from these offsets on."""
    reader.assign(list(offsets))
    for partition, offset in offsets.items():
        reader.seek(partition, offset)


def narrow(
    reader: Reader, left: dict[TopicPartition, T], ended: Iterable[TopicPartition]
) -> dict[TopicPartition, T]:
    """Read the `ended` partitions no more; what is left.

    They are given back, not paused: of several paused partitions with records at hand, kafka-python 3.0.12
    sends one after `resume` and nothing more of the others, forever.
    """
    gone = set(ended)
    rest = {one: value for one, value in left.items() if one not in gone}
    if gone and rest:
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


#: For a reader of single records: Kafka sends the first batch whole, however little is asked for.
LITTLE = {"max_partition_fetch_bytes": 65_536}


def fetch_record(reader: Reader, partition: TopicPartition, offset: int) -> Message | None:
    """The record at that place, or None where it is no longer kept or there never was one.

    It takes the reader's assignment. Raises `BrokerError` when Kafka sends nothing.
    """
    return next(fetch_records(reader, [(partition, offset)]), None)


def fetch_records(reader: Reader, places: Iterable[tuple[TopicPartition, int]]) -> Iterator[Message]:
    """The records at those places that are kept. Raises `BrokerError`."""
    wanted = list(places)
    spans = extents(reader, sorted({partition.topic for partition, _ in wanted}))
    for partition, offset in wanted:
        span = spans.get(partition)
        if span is not None and span.begin <= offset < span.end:
            found = _at(reader, partition, offset)
            if found is not None:
                yield found


def _at(reader: Reader, partition: TopicPartition, offset: int) -> Message | None:
    place(reader, {partition: offset})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (reader.position(partition) or 0) <= offset:
        # The first that comes is the one, or lies behind a hole where it was.
        for record in reader.poll(timeout_ms=500, max_records=1).get(partition, []):
            return as_message(record) if record.offset == offset else None
        if time.monotonic() > deadline:
            where = f"{partition.topic}/{partition.partition}/{offset}"
            raise BrokerError(f"Kafka does not send the record {where}")
    return None
