"""Takedowns that block replays: a dead letter is not replayed if a newer takedown of its article exists.

A finished takedown is in the last topic. One in flight is, at some stage, after the committed offset. Nothing
else needs to be read.
"""

from collections.abc import Mapping
from dataclasses import replace

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.provenance import provenance
from streams.dead_letters.record import without_ours
from streams.errors import Invalid
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Extent, as_message, extents, scan

#: How long Kafka may take to find the first record of a time.
LOOKUP_MS = 10_000


def takedowns(admin: Admin, reader: Reader, pipeline: Pipeline, since: int) -> dict[bytes, str]:
    """Key of an article (on all topics but the first) → the version of its newest takedown.

    Takedowns that Kafka received before `since` (milliseconds) are left out.
    """
    topics = {topic.full_name: topic for topic in pipeline.topics}
    versions: dict[bytes, str] = {}
    trusted = provenance(pipeline)
    for record in map(as_message, scan(reader, _spans(admin, reader, pipeline, since))):
        key = None if record.value is not None else _removed(topics[record.topic], record)
        if key is not None:
            version = record_headers.origin(trusted.of(record)).version
            versions[key] = max(versions.get(key, ""), version)
    return versions


def article_of(stage: Stage, record: Message) -> tuple[bytes | None, str]:
    """The key of a record's article on the topics downstream of its stage, if it is known; its version."""
    try:
        if record.value:
            article = stage.reads.decode(record)
            version = record_headers.origin(record, getattr(article, "fetched_at", None)).version
            keys = (topic.key.value_in(article) for topic in stage.outputs)
            key = next((key for key in keys if key is not None), None)
            return (_removed(stage.reads, record) if key is None else str(key).encode()), version
    except Invalid:
        pass  # this may be why it is dead; its key may still identify the article
    return _removed(stage.reads, record), record_headers.origin(record).version


def as_it_was(dead_letter: Message) -> Message:
    """The original, without the headers that the dead letter added."""
    return replace(dead_letter, headers=without_ours(dead_letter))


def milliseconds(version: str) -> int:
    """The time from which takedowns may be newer than `version`."""
    return int(version.partition("-")[0])


def _removed(topic: Topic, record: Message) -> bytes | None:
    try:
        return topic.forget(record)
    except Invalid:
        return None


def _spans(admin: Admin, reader: Reader, pipeline: Pipeline, since: int) -> Mapping[TopicPartition, Extent]:
    """The last topics, and the records of the others that a stage has not committed."""
    groups = {stage.group: stage.reads.full_name for stage in pipeline.stages}
    spans = extents(reader, sorted({*groups.values(), *(topic.full_name for topic in pipeline.last)}))
    least: dict[TopicPartition, int] = {}
    for group, offsets in committed(admin, list(groups)).items():
        for partition, span in spans.items():
            if partition.topic == groups[group]:
                least[partition] = min(least.get(partition, span.end), offsets.get(partition, 0))
    begins = first_since(reader, {tp: span for tp, span in spans.items() if span.records}, since)
    return {
        partition: Extent(begin=max(begin, least.get(partition, 0)), end=spans[partition].end)
        for partition, begin in begins.items()
    }


def first_since(
    reader: Reader, spans: Mapping[TopicPartition, Extent], since: int
) -> dict[TopicPartition, int]:
    """The first offset of each partition at that time or later; its beginning if Kafka cannot find it.

    To find it, Kafka unpacks whole records. With a heap of 256 MB (4.1.0) it failed on a record of 600 MB in
    a batch of 20 KB; without the time-out, every tool for dead letters would then fail.
    """
    try:
        offsets = reader.offsets_for_times(dict.fromkeys(spans, since), LOOKUP_MS) if spans else {}
    except KafkaTimeoutError:
        return {partition: span.begin for partition, span in spans.items()}
    return {
        partition: span.end if (at := offsets.get(partition)) is None else at.offset
        for partition, span in spans.items()
    }
