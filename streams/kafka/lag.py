"""How far the groups of the pipeline are behind: committed offsets against the ends of their topics.

A transaction ends in a control record, which takes an offset and is never read, so that the plain difference
stays 1 forever: what lies past the commit is looked at, and counts only from the first record on. The end is
that of the log: what an open transaction holds back is unread too.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kafka import TopicPartition
from kafka.errors import RetriableError

from streams.core.backoff import poll_until
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Extent, extents, narrow, place

#: How long the first unread records may take to come; then the plain difference stands.
PROBE_SECONDS = 10.0
#: A broker on which no group has ever been makes its topic for them when first asked: 0.5 s (4.1.0, 2026-11).
READY_SECONDS, RETRY_SECONDS = 15.0, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionLag:
    """One partition, to the end of its log. `lag` counts records, control records between them included.

    `oldest` is when the first unread record was appended, in milliseconds; None where nothing is unread.
    `held` are the last of them, which an open transaction keeps from being read, the first of them appended
    at `held_since`; until that is known (`dated`), `oldest` is not either where they are all that is unread.
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
    """A group on the topic it reads. `state` is Kafka's word in lower case: stable, empty, dead, ..."""

    group: str
    topic: str
    partitions: tuple[PartitionLag, ...]
    members: int
    state: str

    @property
    def lag(self) -> int:
        return sum(one.lag for one in self.partitions)

    @property
    def held(self) -> int:
        """Those of them that open transactions keep from being read."""
        return sum(one.held for one in self.partitions)

    @property
    def drained(self) -> bool:
        return self.lag == 0

    def age(self, now: float | None = None) -> float | None:
        """Seconds since the oldest unread record was appended. `now` is in seconds."""
        oldest = min((one.oldest for one in self.partitions if one.oldest is not None), default=None)
        return None if oldest is None else max(0.0, (time.time() if now is None else now) - oldest / 1000)


def group_lags(admin: Admin, reader: Reader, reads: Mapping[str, str]) -> list[GroupLag]:
    """The lag of each group in `reads` (group → full name of its topic), in that order."""
    if not reads:
        return []
    offsets = committed(admin, list(reads))
    described = when_ready(admin.describe_groups, list(reads))
    spans = extents(reader, sorted(set(reads.values())), admin=admin)
    return [
        _group_lag(reader, group, topic, offsets[group], spans, described.get(group, {}))
        for group, topic in reads.items()
    ]


def committed(admin: Admin, groups: list[str]) -> dict[str, dict[TopicPartition, int]]:
    """Group → partition → the offset it has committed; partitions without one are left out."""
    said = when_ready(admin.list_group_offsets, groups) if groups else {}
    offsets = {group: {one: _offset(at) for one, at in said.get(group, {}).items()} for group in groups}
    return {group: {one: at for one, at in own.items() if at is not None} for group, own in offsets.items()}


def partition_lags(
    admin: Admin,
    reader: Reader,
    group: str,
    topic: str,
    numbers: Collection[int],
    known: Mapping[int, PartitionLag] | None = None,
) -> list[PartitionLag]:
    """The lag of a group on some partitions of its topic; those that are not there are left out.

    Where nothing was committed since `known`, the first unread record is not fetched again.
    """
    spans = extents(reader, [topic], admin=admin)
    spans = {one: span for one, span in spans.items() if one.partition in numbers}
    return _partition_lags(reader, spans, committed(admin, [group])[group], known or {})


def dated(lags: Iterable[PartitionLag], since: Mapping[int, int]) -> list[PartitionLag]:
    """The same, with when the first record was appended that is held back (partition → milliseconds)."""
    return [
        replace(one, held_since=at, oldest=at if one.lag == one.held else one.oldest)
        if one.held and (at := since.get(one.partition))
        else one
        for one in lags
    ]


def when_ready(ask: Callable[[list[str]], Any], groups: list[str]) -> Any:
    """What Kafka says of the groups. A broker new to groups, or taking them over, says "not yet" first.

    That is no answer: taken for one, everything would count as not acknowledged.
    """
    return poll_until(
        lambda: ask(groups), seconds=READY_SECONDS, pause=RETRY_SECONDS, not_yet=(RetriableError,)
    )


def first_unread(
    reader: Reader, spans: Mapping[TopicPartition, Extent]
) -> dict[TopicPartition, tuple[int, int]]:
    """Offset and append time of the first data record in each span; spans without one are left out.

    Of spans that are not looked at in time, the beginning stands with the time 0.
    """
    left: dict[TopicPartition, Extent] = dict(spans)
    found: dict[TopicPartition, tuple[int, int]] = {}
    place(reader, {partition: span.begin for partition, span in left.items()})
    deadline = time.monotonic() + PROBE_SECONDS
    while left and time.monotonic() < deadline:
        for partition, records in reader.poll(timeout_ms=200, max_records=max(1, len(left))).items():
            if partition in left and records[0].offset < left[partition].end:
                found[partition] = (records[0].offset, records[0].timestamp)
        left = narrow(reader, left, _looked_at(reader, left, found))
    return found | {partition: (span.begin, 0) for partition, span in left.items()}


def _looked_at(
    reader: Reader, left: Mapping[TopicPartition, Extent], found: Iterable[TopicPartition]
) -> list[TopicPartition]:
    seen = set(found)
    return [one for one, span in left.items() if one in seen or (reader.position(one) or 0) >= span.end]


def _group_lag(
    reader: Reader,
    group: str,
    topic: str,
    offsets: Mapping[TopicPartition, int],
    spans: Mapping[TopicPartition, Extent],
    described: Mapping[str, Any],
) -> GroupLag:
    own = {partition: span for partition, span in spans.items() if partition.topic == topic}
    return GroupLag(
        group=group,
        topic=topic,
        partitions=tuple(_partition_lags(reader, own, offsets, {})),
        members=len(described.get("members") or ()),
        state=_state(described),
    )


def unread_spans(
    spans: Mapping[TopicPartition, Extent], offsets: Mapping[TopicPartition, int]
) -> dict[TopicPartition, Extent]:
    """What lies behind the committed offsets, control records included."""
    return {one: replace(span, begin=max(span.begin, offsets.get(one, 0))) for one, span in spans.items()}


def _partition_lags(
    reader: Reader,
    spans: Mapping[TopicPartition, Extent],
    offsets: Mapping[TopicPartition, int],
    known: Mapping[int, PartitionLag],
) -> list[PartitionLag]:
    unread = unread_spans(spans, offsets)
    first = {
        one: found
        for one, span in unread.items()
        if (found := _as_before(known.get(one.partition), offsets.get(one), span))
    }
    first |= first_unread(
        reader, {one: span for one, span in unread.items() if span.records and one not in first}
    )
    return [_partition_lag(one, offsets.get(one), spans[one], first.get(one)) for one in spans]


def _as_before(known: PartitionLag | None, committed: int | None, span: Extent) -> tuple[int, int] | None:
    """The first unread record, where nothing was committed or deleted since it was found."""
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


def _offset(committed: Any) -> int | None:
    """What was committed; Kafka says -1 for nothing."""
    return None if committed is None or committed.offset < 0 else int(committed.offset)


def _state(described: Mapping[str, Any]) -> str:
    if described.get("error") or not described:
        return "dead"
    return str(described.get("group_state", "unknown")).lower()
