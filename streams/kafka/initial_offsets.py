"""The initial offsets of a group: from there on no record may be skipped (docs/decisions/0007).

A group without offsets may be new, or Kafka may have forgotten it after a week. So records that were deleted
before it began are accepted as lost only for a group that is certainly new, and always reported.
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
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Offsets, extents
from streams.settings import Settings

#: How long it may take until Kafka shows a new topic.
SHOWN_SECONDS = 10.0
REJECTED = (GroupAuthorizationFailedError, TopicAuthorizationFailedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialOffsets:
    """What was done for a group. `before` is how many records Kafka had deleted before its initial offsets.

    `rejected`: why they could not be committed; None: they were, or there was nothing to commit.
    """

    group: str
    topic: str
    partitions: int = 0
    before: int = 0
    rejected: str | None = None

    @property
    def worth_reporting(self) -> bool:
        """Whether to report it: records had been deleted, or nothing could be committed."""
        return bool(self.before or self.rejected)

    def __str__(self) -> str:
        if self.rejected:
            return f"{self.group}: its initial offsets are not committed: {self.rejected}"
        older = f"; {self.before} records before it were deleted" if self.before else ""
        return f"{self.group} begins at the oldest record of {self.topic}{older}"


def begin_groups(settings: Settings, pipeline: Pipeline, created: Collection[str]) -> list[InitialOffsets]:
    """Commit initial offsets for all stages and configured sinks that have none.

    `created` are the topics created just now: a stage whose dead-letter topic is among them is new.
    Raises `BrokerError`.
    """
    stages = [(stage.group, stage.reads, stage.dead.full_name in created) for stage in pipeline.stages]
    sinks = [
        (pipeline.sink_group(name), sink_topic(settings, pipeline, name), True) for name in settings.sinks
    ]
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        return [
            offsets
            for group, topic, new in (*stages, *sinks)
            for offsets in _begin(admin, reader, group, topic.full_name, new=new)
        ]


def begin_sink(settings: Settings, group: str, topic: str) -> list[InitialOffsets]:
    """The same for one sink, at its start. Raises `BrokerError`."""
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        return list(_begin(admin, reader, group, topic, new=True))


def initial_offsets(there: Offsets, begins: Offsets, *, new: bool) -> dict[TopicPartition, int]:
    """What is to be committed, given the offsets `there` and where each log begins.

    From 0 on nothing can be skipped. Elsewhere only a `new` group begins; a group with any offset is not new.
    """
    may_skip = new and not there
    return {at: begin for at, begin in begins.items() if at not in there and (begin == 0 or may_skip)}


def _begin(admin: Admin, reader: Reader, group: str, topic: str, *, new: bool) -> Iterator[InitialOffsets]:
    begins = _begins(reader, topic)
    if not begins:
        yield InitialOffsets(group=group, topic=topic, rejected=f"Kafka does not show {topic}")
        return
    try:
        offsets = committed(admin, [group])[group]
        there = {partition: offset for partition, offset in offsets.items() if partition.topic == topic}
        initial = initial_offsets(there, begins, new=new)
        partitions = _commit(admin, group, initial)
    except REJECTED as error:
        yield InitialOffsets(group=group, topic=topic, rejected=client.words(error))
        return
    if partitions:
        before = sum(initial[partition] for partition in partitions)
        yield InitialOffsets(group=group, topic=topic, partitions=len(partitions), before=before)


def _begins(reader: Reader, topic: str) -> dict[TopicPartition, int]:
    """Where the partitions of a topic begin. Not every broker shows a new topic at once."""
    spans = poll_until(lambda: extents(reader, [topic]), seconds=SHOWN_SECONDS)
    return {partition: span.begin for partition, span in spans.items()}


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
