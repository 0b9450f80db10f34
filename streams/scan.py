"""Read topics from an offset to the end they had at the start, by data records alone.

Control records of transactions and holes of compaction take up offsets without being records, so the end is
told by the reader's position, not by the offset of the last record.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition

from streams.errors import BrokerError
from streams.message import Message

#: No progress for so long, although records are there: Kafka has gone.
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """From the first offset kept of a partition to the one behind the last committed record."""

    begin: int
    end: int

    @property
    def records(self) -> int:
        """At most so many records: control records and holes are counted in."""
        return max(0, self.end - self.begin)


def extents(reader: Any, topics: Iterable[str]) -> dict[TopicPartition, Extent]:
    """What lies in each partition of the topics, read-committed. Topics that are not there are left out."""
    partitions = [
        TopicPartition(topic, number)
        for topic in topics
        for number in sorted(reader.partitions_for_topic(topic) or ())
    ]
    if not partitions:
        return {}
    begins, ends = reader.beginning_offsets(partitions), reader.end_offsets(partitions)
    return {one: Extent(begin=begins[one], end=ends[one]) for one in partitions}


def scan(reader: Any, spans: Mapping[TopicPartition, Extent]) -> Iterator[Any]:
    """The records from `begin` up to `end` of each partition, as kafka-python's `ConsumerRecord`.

    Raises `BrokerError` when nothing comes although something is there.
    """
    left = {partition: span.end for partition, span in spans.items() if span.records}
    place(reader, {partition: spans[partition].begin for partition in left})
    since = time.monotonic()
    while left:
        came = reader.poll(timeout_ms=500)
        for partition, records in came.items():
            yield from (record for record in records if record.offset < left.get(partition, 0))
        ended = [partition for partition, end in left.items() if (reader.position(partition) or 0) >= end]
        if came or ended:
            since = time.monotonic()
        elif time.monotonic() - since > PATIENCE_SECONDS:
            raise BrokerError(f"Kafka sends nothing of {next(iter(left)).topic}, although records are there")
        for partition in ended:
            reader.pause(partition)
            del left[partition]


def place(reader: Any, offsets: Mapping[TopicPartition, int]) -> None:
    """Read these partitions and no others, from these offsets on."""
    reader.assign(list(offsets))
    # A partition that was assigned before stays paused (kafka-python 3.0.12), and would never send again.
    reader.resume(*offsets)
    for partition, offset in offsets.items():
        reader.seek(partition, offset)


def as_message(record: Any) -> Message:
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
