"""Takedowns that stand against dead letters: a dead letter older than one of its article is not replayed.

A takedown that went through lies on the last topic; one that is in flight lies, at some stage, behind what
the stage has committed. Nothing else need be read.
"""

from collections.abc import Mapping
from dataclasses import replace

from kafka import TopicPartition
from kafka.errors import KafkaTimeoutError

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Pipeline, group_name
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.provenance import provenance
from streams.dead_letters.record import without_ours
from streams.errors import Invalid
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import Extent, as_message, extents, scan

#: How long Kafka may take to tell which record was the first at a time.
TELLING_MS = 10_000


def takedowns(admin: Admin, reader: Reader, pipeline: Pipeline, prefix: str, since: int) -> dict[bytes, str]:
    """Key of an article (on all topics but the first) → the version of its newest takedown.

    Those that Kafka took before `since` (milliseconds) are left out.
    """
    topics = {
        topic.full_name(prefix): topic for stage in pipeline.stages for topic in (stage.reads, *stage.outputs)
    }
    found: dict[bytes, str] = {}
    holds = provenance(pipeline, prefix)
    for record in scan(reader, _spans(admin, reader, pipeline, prefix, since)):
        key = None if record.value is not None else _taken_down(topics[record.topic], as_message(record))
        if key is not None:
            version = record_headers.origin(holds.of(as_message(record))).version
            found[key] = max(found.get(key, ""), version)
    return found


def article_of(stage: Stage, record: Message) -> tuple[bytes | None, str]:
    """The key of a record's article on the topics behind its stage, where that can be told; its version."""
    try:
        if record.value:
            made = stage.reads.decode(record)
            version = record_headers.origin(record, getattr(made, "fetched_at", None)).version
            keys = (getattr(made, topic.key, None) for topic in stage.outputs)
            key = next((key for key in keys if key is not None), None)
            return (_taken_down(stage.reads, record) if key is None else str(key).encode()), version
    except Invalid:
        pass  # it may be why it is dead; its key may tell all the same
    return _taken_down(stage.reads, record), record_headers.origin(record).version


def as_it_was(dead_letter: Message) -> Message:
    """The record that died, without what the dead letter added."""
    return replace(dead_letter, headers=without_ours(dead_letter))


def milliseconds(version: str) -> int:
    """When a version begins to count: a takedown before it is older."""
    return int(version.partition("-")[0])


def _taken_down(topic: Topic, record: Message) -> bytes | None:
    try:
        return topic.forget(record)
    except Invalid:
        return None


def _spans(
    admin: Admin, reader: Reader, pipeline: Pipeline, prefix: str, since: int
) -> Mapping[TopicPartition, Extent]:
    """What must be read: the last topics, and of the others what a stage has not committed."""
    groups = {group_name(prefix, stage.name): stage.reads.full_name(prefix) for stage in pipeline.stages}
    spans = extents(reader, sorted({*groups.values(), *(topic.full_name(prefix) for topic in pipeline.last)}))
    least: dict[TopicPartition, int] = {}
    for group, offsets in committed(admin, list(groups)).items():
        for one in (one for one in spans if one.topic == groups[group]):
            least[one] = min(least.get(one, spans[one].end), offsets.get(one, 0))
    begins = first_since(reader, {one: span for one, span in spans.items() if span.records}, since)
    return {
        one: Extent(begin=max(begin, least.get(one, 0)), end=spans[one].end) for one, begin in begins.items()
    }


def first_since(
    reader: Reader, spans: Mapping[TopicPartition, Extent], since: int
) -> dict[TopicPartition, int]:
    """The first offset of each partition at that time or later; the beginning where Kafka cannot tell.

    To tell it Kafka unpacks records as a whole: of one of 600 MB in a batch of 20 KB it never could, with a
    heap of 256 MB (4.1.0), and then every tool of dead letters would fail.
    """
    try:
        found = reader.offsets_for_times(dict.fromkeys(spans, since), TELLING_MS) if spans else {}
    except KafkaTimeoutError:
        return {one: span.begin for one, span in spans.items()}
    return {one: span.end if (at := found.get(one)) is None else at.offset for one, span in spans.items()}
