"""The first offsets of a group: from then on Kafka knows what it was promised (docs/decisions/0007).

A group without offsets looks the same to Kafka whether it never was or was forgotten after a week. So what
lies before the oldest record is left out only for a group that is certainly new, and never silently.
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
from streams.core.pipeline import Pipeline, group_name, sink_group_name, sink_topic
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import extents
from streams.settings import Settings

#: How long a topic may take until it is shown.
SHOWN_SECONDS = 10.0
REJECTED = (GroupAuthorizationFailedError, TopicAuthorizationFailedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialOffsets:
    """What was done for a group. `before` is how many records Kafka had deleted before its first offsets.

    `rejected`: why they could not be written; None: they were, or there was nothing to write.
    """

    group: str
    topic: str
    partitions: int = 0
    before: int = 0
    rejected: str | None = None

    @property
    def worth_reporting(self) -> bool:
        """Whether a person is to hear of it: records were left out, or nothing could be written."""
        return bool(self.before or self.rejected)

    def __str__(self) -> str:
        if self.rejected:
            return f"{self.group}: its first offsets are not written: {self.rejected}"
        older = f"; {self.before} records before it were deleted" if self.before else ""
        return f"{self.group} begins at the oldest record of {self.topic}{older}"


def begin_groups(settings: Settings, pipeline: Pipeline, made: Collection[str]) -> list[InitialOffsets]:
    """Write the first offsets of all stages and configured sinks, where there are none.

    `made` are the topics made just now: a stage whose dead-letter topic is among them is new.
    Raises `BrokerError`.
    """
    stages = [
        (group_name(settings.prefix, one.name), one.reads, one.dead.full_name(settings.prefix) in made)
        for one in pipeline.stages
    ]
    sinks = [
        (sink_group_name(settings.prefix, name), sink_topic(settings, pipeline, name), True)
        for name in settings.sinks
    ]
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        return [
            begun
            for group, topic, new in (*stages, *sinks)
            for begun in _begin(admin, reader, group, topic.full_name(settings.prefix), new=new)
        ]


def begin_sink(settings: Settings, group: str, topic: str) -> list[InitialOffsets]:
    """The same for one sink, at its start. Raises `BrokerError`."""
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        return list(_begin(admin, reader, group, topic, new=True))


def first_offsets(
    there: Mapping[TopicPartition, int], begins: Mapping[TopicPartition, int], *, new: bool
) -> dict[TopicPartition, int]:
    """What is to be written, given what is there and where each log begins.

    From 0 on nothing can be left out. Elsewhere only a `new` group begins, and one with any offset is not.
    """
    return {
        one: begin
        for one, begin in begins.items()
        if one not in there and (begin == 0 or (new and not there))
    }


def _begin(admin: Admin, reader: Reader, group: str, topic: str, *, new: bool) -> Iterator[InitialOffsets]:
    begins = _begins(reader, topic)
    if not begins:
        yield InitialOffsets(group=group, topic=topic, rejected=f"Kafka does not show {topic}")
        return
    try:
        there = {one: at for one, at in committed(admin, [group])[group].items() if one.topic == topic}
        wanted = first_offsets(there, begins, new=new)
        written = _write(admin, group, wanted)
    except REJECTED as error:
        yield InitialOffsets(group=group, topic=topic, rejected=client.words(error))
        return
    if written:
        before = sum(wanted[one] for one in written)
        yield InitialOffsets(group=group, topic=topic, partitions=len(written), before=before)


def _begins(reader: Reader, topic: str) -> dict[TopicPartition, int]:
    """Where the partitions of a topic begin. One just made is not shown at once by every broker."""
    spans = poll_until(lambda: extents(reader, [topic]), seconds=SHOWN_SECONDS)
    return {one: span.begin for one, span in spans.items()}


def _write(admin: Admin, group: str, offsets: Mapping[TopicPartition, int]) -> list[TopicPartition]:
    """Which of them were written. A group with members is rejected them, and finds its way alone."""
    if not offsets:
        return []
    answers: Mapping[TopicPartition, type[KafkaError]] = admin.alter_group_offsets(
        group, {one: OffsetAndMetadata(at, "", -1) for one, at in offsets.items()}
    )
    for error in answers.values():
        if error in REJECTED:
            raise error(f"no right to commit for {group}")
        if error not in {NoError, UnknownMemberIdError}:
            raise BrokerError(f"Kafka does not take the first offsets of {group}: {error.__name__}")
    return [one for one, error in answers.items() if error is NoError]
