"""The initial offsets of a group: from there on no record may be skipped (docs/decisions/0007).

A group without offsets may be new, or Kafka may have forgotten it after a week. So records that were deleted
before it began are accepted as lost only for a group that is certainly new, and always reported.

A sink with `from = "now"` begins where its topic ends. These offsets are committed before it reads anything,
and not for partitions that are added later, so each record after its first start is delivered.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kafka import TopicPartition
from kafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    NoError,
    TopicAuthorizationFailedError,
    UnknownMemberIdError,
)
from kafka.structs import OffsetAndMetadata

from streams.core.backoff import poll_until
from streams.core.pipeline import Pipeline, sink_topic
from streams.core.sink_settings import Start, first_start
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Offsets, Spans, extents
from streams.settings import Settings

#: How long it may take until Kafka shows a new topic.
SHOWN_SECONDS = 10.0
REJECTED = (GroupAuthorizationFailedError, TopicAuthorizationFailedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialOffsets:
    """What was done for a group. `before` is how many records Kafka had deleted before its initial offsets;
    `skipped` how many it leaves out, because it begins at the newest.

    `rejected`: why they could not be committed; None: they were, or there was nothing to commit.
    """

    group: str
    topic: str
    partitions: int = 0
    before: int = 0
    skipped: int = 0
    rejected: str | None = None

    @property
    def worth_reporting(self) -> bool:
        """Whether to report it: records are not read, or nothing could be committed."""
        return bool(self.before or self.skipped or self.rejected)

    def __str__(self) -> str:
        if self.rejected:
            return f"{self.group}: its initial offsets are not committed: {self.rejected}"
        if self.skipped:
            return (
                f'{self.group} begins now (from = "now"): up to {self.skipped} records that {self.topic} has'
                " already are not delivered; it has no offsets, so it is new, or Kafka has forgotten it"
            )
        older = f"; {self.before} records before it were deleted" if self.before else ""
        return f"{self.group} begins at the oldest record of {self.topic}{older}"


def begin_groups(settings: Settings, pipeline: Pipeline, created: Collection[str]) -> list[InitialOffsets]:
    """Commit initial offsets for all stages and configured sinks that have none.

    `created` are the topics created just now: a stage whose dead-letter topic is among them is new.
    Raises `BrokerError`.
    """
    earliest = Start.EARLIEST
    stages = [
        (stage.group, stage.reads, stage.dead.full_name in created, earliest) for stage in pipeline.stages
    ]
    sinks = [
        (pipeline.sink_group(name), sink_topic(settings, pipeline, name), True, first_start(settings, name))
        for name in settings.sinks
    ]
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        return [
            offsets
            for group, topic, new, start in (*stages, *sinks)
            for offsets in _begin(admin, reader, group, topic.full_name, new=new, start=start)
        ]


def begin_sink(
    settings: Settings, group: str, topic: str, start: Start = Start.EARLIEST
) -> list[InitialOffsets]:
    """The same for one sink, at its start.

    Raises `BrokerError`; also where a sink that begins now cannot commit that: it would read older records.
    """
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        initialised = list(_begin(admin, reader, group, topic, new=True, start=start))
    if start is Start.NOW and (rejected := [offsets for offsets in initialised if offsets.rejected]):
        raise BrokerError(str(rejected[0]))
    return initialised


def initial_offsets(there: Offsets, begins: Offsets, *, new: bool) -> dict[TopicPartition, int]:
    """What is to be committed, given the offsets `there` and where each log begins.

    From 0 on nothing can be skipped. Elsewhere only a `new` group begins; a group with any offset is not new.
    """
    may_skip = new and not there
    return {at: begin for at, begin in begins.items() if at not in there and (begin == 0 or may_skip)}


def _begin(
    admin: Admin, reader: Reader, group: str, topic: str, *, new: bool, start: Start
) -> Iterator[InitialOffsets]:
    # Before the offsets of the group: if two processes start at once, each has looked at the ends before the
    # other's are committed, so neither leaves out what was published after that.
    spans = _spans(reader, topic)
    if not spans:
        yield InitialOffsets(group=group, topic=topic, rejected=f"Kafka does not show {topic}")
        return
    try:
        there = _committed(admin, group, topic)
        now = start is Start.NOW and new and not there
        starts = {partition: span.end if now else span.begin for partition, span in spans.items()}
        initial = initial_offsets(there, starts, new=new)
        partitions = _commit(admin, group, initial)
        if now and not partitions and not _committed(admin, group, topic):
            yield InitialOffsets(group=group, topic=topic, rejected="the group has members, and no offsets")
            return
    except REJECTED as error:
        yield InitialOffsets(group=group, topic=topic, rejected=client.words(error))
        return
    if partitions:
        before = 0 if now else sum(spans[partition].begin for partition in partitions)
        skipped = sum(spans[partition].records for partition in partitions) if now else 0
        count = len(partitions)
        yield InitialOffsets(group=group, topic=topic, partitions=count, before=before, skipped=skipped)


def _committed(admin: Admin, group: str, topic: str) -> dict[TopicPartition, int]:
    offsets = committed(admin, [group])[group]
    return {partition: offset for partition, offset in offsets.items() if partition.topic == topic}


def _spans(reader: Reader, topic: str) -> Spans:
    """What the topic holds. Not every broker shows a new topic at once."""
    return poll_until(lambda: extents(reader, [topic]), seconds=SHOWN_SECONDS)


def _commit(admin: Admin, group: str, offsets: Offsets) -> list[TopicPartition]:
    """The partitions that were committed. Kafka rejects it for a group with members, which does it itself."""
    if not offsets:
        return []
    positions = {partition: OffsetAndMetadata(offset, "", -1) for partition, offset in offsets.items()}
    answers: Mapping[TopicPartition, type[KafkaError]] = admin.alter_group_offsets(group, positions)
    for error in answers.values():
        if error in REJECTED:
            raise error(f"no right to commit for {group}")
        if error not in {NoError, UnknownMemberIdError}:
            raise BrokerError(f"Kafka does not take the initial offsets of {group}: {error.__name__}")
    return [partition for partition, error in answers.items() if error is NoError]
