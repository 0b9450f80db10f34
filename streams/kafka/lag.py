"""The lag of the pipeline's groups: committed offsets against the ends of their topics.

A transaction ends in a control record, which takes an offset and is never read, so that the plain difference
stays 1 forever. So the records behind the committed offset are read, and lag counts from the first of them.
It counts to the end of the log: records that an open transaction holds back are unread too.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kafka import TopicPartition
from kafka.errors import RetriableError

from streams.core.backoff import poll_until
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Extent, Offsets, Spans, extents, narrow, place

#: How long the first unread records may take to arrive; then the plain difference counts.
PROBE_SECONDS = 10.0
#: A broker without groups creates its topic for them when first asked: 0.5 s (4.1.0, 2026-11), and over 15 s
#: on a machine with 15 processes for each core.
READY_SECONDS, RETRY_SECONDS = 60.0, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionLag:
    """A partition, to the end of its log. `lag` counts records, and the control records between them.

    `oldest` is when the first unread record was appended, in milliseconds; None where nothing is unread.
    The last `held` records are held back by an open transaction, the first of them was appended at
    `held_since`. Where all unread records are held back, `oldest` is not known before that (`dated`).
    """

    partition: int
    committed: int | None
    end: int
    lag: int
    oldest: int | None = None
    held: int = 0
    held_since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLag:
    """A group on the topic it reads. `state` is Kafka's, in lower case: stable, empty, dead, ..."""

    group: str
    topic: str
    partitions: tuple[PartitionLag, ...]
    members: int
    state: str

    @property
    def lag(self) -> int:
        return sum(partition.lag for partition in self.partitions)

    @property
    def held(self) -> int:
        """The part of the lag that open transactions hold back."""
        return sum(partition.held for partition in self.partitions)

    @property
    def drained(self) -> bool:
        return self.lag == 0

    def age(self, now: float | None = None) -> float | None:
        """Seconds since the oldest unread record was appended. `now` is in seconds."""
        times = [partition.oldest for partition in self.partitions if partition.oldest is not None]
        return max(0.0, (time.time() if now is None else now) - min(times) / 1000) if times else None


def group_lags(admin: Admin, reader: Reader, reads: Mapping[str, str]) -> list[GroupLag]:
    """The lag of each group in `reads` (group → full name of its topic), in that order."""
    if not reads:
        return []
    offsets = committed(admin, list(reads))
    described = when_ready(admin.describe_groups, list(reads))
    spans = extents(reader, sorted(set(reads.values())), admin=admin)
    lags = []
    for group, topic in reads.items():
        own = {at: span for at, span in spans.items() if at.topic == topic}
        partitions = tuple(_partition_lags(reader, own, offsets[group], {}))
        answer = described.get(group, {})
        members, state = len(answer.get("members") or ()), _state(answer)
        lags.append(GroupLag(group=group, topic=topic, partitions=partitions, members=members, state=state))
    return lags


def committed(admin: Admin, groups: list[str]) -> dict[str, dict[TopicPartition, int]]:
    """Group → partition → committed offset; partitions without one (for Kafka None or -1) are left out."""
    listed = when_ready(admin.list_group_offsets, groups) if groups else {}
    return {
        group: {
            partition: int(position.offset)
            for partition, position in listed.get(group, {}).items()
            if position is not None and position.offset >= 0
        }
        for group in groups
    }


def partition_lags(
    admin: Admin,
    reader: Reader,
    group: str,
    topic: str,
    numbers: Collection[int],
    known: Mapping[int, PartitionLag] | None = None,
) -> list[PartitionLag]:
    """The lag of a group on some partitions of its topic; partitions that do not exist are left out.

    Where nothing was committed since `known`, the first unread record is not fetched again.
    """
    spans = extents(reader, [topic], admin=admin)
    spans = {partition: span for partition, span in spans.items() if partition.partition in numbers}
    return _partition_lags(reader, spans, committed(admin, [group])[group], known or {})


def dated(lags: Iterable[PartitionLag], since: Mapping[int, int]) -> list[PartitionLag]:
    """The lags with `held_since`, given partition → when its first held record was appended."""
    return [
        replace(lag, held_since=at, oldest=at if lag.lag == lag.held else lag.oldest)
        if lag.held and (at := since.get(lag.partition))
        else lag
        for lag in lags
    ]


def when_ready(ask: Callable[[list[str]], Any], groups: list[str]) -> Any:
    """Kafka's answer about the groups. A broker new to groups, or taking them over, first raises "not yet".

    Taken as an answer, that would mean that nothing is acknowledged.
    """
    not_yet = (RetriableError,)
    return poll_until(lambda: ask(groups), seconds=READY_SECONDS, pause=RETRY_SECONDS, not_yet=not_yet)


def first_unread(reader: Reader, spans: Spans) -> dict[TopicPartition, tuple[int, int]]:
    """Offset and append time of the first data record in each span; spans without one are left out.

    A span that is not read in time counts from its beginning, with the time 0.
    """
    left: dict[TopicPartition, Extent] = dict(spans)
    first: dict[TopicPartition, tuple[int, int]] = {}
    place(reader, {partition: span.begin for partition, span in left.items()})
    deadline = time.monotonic() + PROBE_SECONDS
    while left and time.monotonic() < deadline:
        for partition, records in reader.poll(timeout_ms=200, max_records=max(1, len(left))).items():
            if partition in left and records[0].offset < left[partition].end:
                first[partition] = (records[0].offset, records[0].timestamp)
        ended = (at for at, span in left.items() if (reader.position(at) or 0) >= span.end)
        left = narrow(reader, left, {*first, *ended})
    return first | {partition: (span.begin, 0) for partition, span in left.items()}


def unread_spans(spans: Spans, offsets: Offsets) -> dict[TopicPartition, Extent]:
    """The spans from the committed offsets on, with control records."""
    return {at: replace(span, begin=max(span.begin, offsets.get(at, 0))) for at, span in spans.items()}


def _partition_lags(
    reader: Reader, spans: Spans, offsets: Offsets, known: Mapping[int, PartitionLag]
) -> list[PartitionLag]:
    unread = unread_spans(spans, offsets)
    first = {
        partition: before
        for partition, span in unread.items()
        if (before := _as_before(known.get(partition.partition), offsets.get(partition), span))
    }
    rest = {at: span for at, span in unread.items() if span.records and at not in first}
    first |= first_unread(reader, rest)
    return [_partition_lag(at, offsets.get(at), span, first.get(at)) for at, span in spans.items()]


def _as_before(known: PartitionLag | None, committed: int | None, span: Extent) -> tuple[int, int] | None:
    """The first unread record of `known`, if nothing was committed or deleted since."""
    if known is None or known.oldest is None or known.committed != committed:
        return None
    first = known.end - known.lag
    return (first, known.oldest) if span.begin <= first < span.end else None


def _partition_lag(
    partition: TopicPartition, committed: int | None, span: Extent, first: tuple[int, int] | None
) -> PartitionLag:
    offset, appended = first or (span.end, 0)
    end = span.end + span.held
    return PartitionLag(
        partition=partition.partition,
        committed=committed,
        end=end,
        lag=end - offset,
        oldest=appended or None,
        held=span.held,
    )


def _state(described: Mapping[str, Any]) -> str:
    if described.get("error") or not described:
        return "dead"
    return str(described.get("group_state", "unknown")).lower()
