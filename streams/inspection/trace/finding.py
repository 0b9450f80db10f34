"""Every record of one article, found without reading every topic.

what stages write     keyed by the article, and their partitions never grow: one partition of each is read
discarded, dead       keyed as they came: read whole; they are few, or small
the first topics      what is acknowledged there lies on one of the above, with its coordinates in
                      `copydesk_raw`: only what is not acknowledged yet is read, the rest is fetched by place
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import orjson
from kafka import TopicPartition
from kafka.partitioner.default import murmur2

from streams.core import record_headers
from streams.core.message import Message
from streams.core.pipeline import Identity, Pipeline, group_name, sink_group_name
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.ledger import LedgerEntry, read_ledger
from streams.dead_letters.provenance import provenance
from streams.dead_letters.record import record_of
from streams.dead_letters.replays import as_kafka_has_it
from streams.dead_letters.takedowns import article_of, as_it_was
from streams.errors import ConfigError, Invalid
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.open_transactions import UNCOMMITTED, OpenTransaction, behind, open_transactions
from streams.kafka.protocols import Admin, Reader, Record
from streams.kafka.reader import LITTLE, Extent, as_message, extents, fetch_record, fetch_records, scan
from streams.settings import Settings

COORDINATES = re.compile(r"([^/\s]+)/(\d{1,9})/(\d{1,19})")
FETCH = {"max_partition_fetch_bytes": 8 * 1_048_576, "fetch_max_bytes": 32 * 1_048_576}

Test = Callable[[Record], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRecords:
    """What was found of an article, by where it lay. `raw` holds those of the first topics that are kept.

    `offsets` is what each group has committed: group → partition → offset. `held` cannot be read yet, and of
    none of it is known whether it was committed, before all of `transactions` have ended.
    """

    key: bytes
    raw: Mapping[str, Message]
    made: tuple[Message, ...]
    ledger: Mapping[bytes, LedgerEntry]
    offsets: Mapping[str, Mapping[TopicPartition, int]]
    held: tuple[Message, ...] = ()
    transactions: tuple[OpenTransaction, ...] = ()
    deleted: int = 0
    """Records that Kafka deleted while they were looked through, at most."""


def find(settings: Settings, pipeline: Pipeline, text: str) -> TraceRecords:
    """Everything of the article that `text` means: a URL, an id, or `topic/partition/offset` of a record.

    Raises `ConfigError` where it means none, and `BrokerError`.
    """
    with (
        client.admin(settings) as admin,
        client.consumer(settings, **FETCH) as reader,
        client.consumer(settings, **LITTLE) as single,
    ):
        identity = _identity(_Places(settings, admin, single), pipeline, settings.prefix, text)
        offsets = committed(admin, _groups(settings, pipeline))
        tests = _tests(pipeline, settings.prefix, identity)
        spans = _spans(admin, reader, settings, pipeline, identity, offsets)
        transactions = open_transactions(settings, admin, spans)
        deleted: list[int] = []
        records = scan(reader, spans, deleted.append)
        holds = provenance(pipeline, settings.prefix)
        found = [holds.of(as_message(one)) for one in records if tests[one.topic](one)]
        held = tuple(holds.of(one) for one in _held(settings, spans, tests))
        made = tuple(one for one in found if one.topic not in holds.first)
        came = (as_kafka_has_it(single, one) for one in found if one.topic in holds.first)
        raw = {one.coordinates: one for one in came}
        return TraceRecords(
            key=identity.key,
            raw=raw | _fetched(single, pipeline, settings.prefix, identity.key, (*made, *held), raw),
            made=made,
            ledger=read_ledger(reader, pipeline.ledger.full_name(settings.prefix)),
            offsets=offsets,
            held=held,
            transactions=tuple(transactions),
            deleted=sum(deleted),
        )


def _held(
    settings: Settings, spans: Mapping[TopicPartition, Extent], tests: Mapping[str, Test]
) -> Iterator[Message]:
    """Records of the article that open transactions hold back; those of aborted ones among them."""
    held = behind(spans)
    if held:
        with client.consumer(settings, **UNCOMMITTED, **FETCH) as reader:
            yield from (as_message(one) for one in scan(reader, held) if tests[one.topic](one))


def raw_of(message: Message) -> str:
    """Where the raw record lies that a record was made of, or that it is."""
    said = record_headers.raw(message)
    return record_of(message) if said == message.coordinates else said


def _groups(settings: Settings, pipeline: Pipeline) -> list[str]:
    stages = [group_name(settings.prefix, stage.name) for stage in pipeline.stages]
    return [*stages, *(sink_group_name(settings.prefix, name) for name in settings.sinks)]


class _Places:
    """Records by where they lie, whether they can be read yet or not."""

    def __init__(self, settings: Settings, admin: Admin, reader: Reader) -> None:
        self._settings = settings
        self._admin = admin
        self._reader = reader

    def at(self, partition: TopicPartition, offset: int) -> Message | None:
        """The record there, or None."""
        span = extents(self._reader, [partition.topic], admin=self._admin).get(partition)
        if span is None or not span.end <= offset < span.end + span.held:
            return fetch_record(self._reader, partition, offset)
        with client.consumer(self._settings, **UNCOMMITTED, **LITTLE) as reader:
            return fetch_record(reader, partition, offset)


def _identity(places: _Places, pipeline: Pipeline, prefix: str, text: str) -> Identity:
    names = {topic.full_name(prefix) for topic in pipeline.all_topics()}
    place = COORDINATES.fullmatch(text.strip())
    if place is not None and place[1] in names:
        text = _key_at(places, pipeline, prefix, TopicPartition(place[1], int(place[2])), int(place[3]))
    try:
        return pipeline.identify(text)
    except Invalid as error:
        raise ConfigError(f"{text!r} means no article: {error}") from error


def _key_at(places: _Places, pipeline: Pipeline, prefix: str, partition: TopicPartition, offset: int) -> str:
    """The key of the article whose record lies there. Raises `ConfigError`."""
    record = places.at(partition, offset)
    if record is None:
        raise ConfigError(f"there is no record {partition.topic}/{partition.partition}/{offset}")
    key = _key_of(pipeline, prefix, record)
    if key is None:
        raise ConfigError(f"{record.coordinates} does not say which article it is of")
    return key.decode("utf-8", "replace")


def _key_of(pipeline: Pipeline, prefix: str, record: Message) -> bytes | None:
    for stage in pipeline.stages:
        if record.topic in {stage.reads.full_name(prefix), stage.dead.full_name(prefix)}:
            return article_of(stage, as_it_was(record))[0]
        if record.topic == stage.discards.full_name(prefix):
            return next(_keys_of(record.value, _key_fields(pipeline, stage.discards)), None)
    return record.key


def _tests(pipeline: Pipeline, prefix: str, identity: Identity) -> dict[str, Test]:
    """Full name of a topic → whether a record of it is of the article."""
    key, first = identity.key, set(pipeline.first)

    def keyed(record: Record) -> bool:
        return bool(record.key == key)

    def named(record: Record) -> bool:
        return bool(record.key == key) or identity.named_by(as_it_was(as_message(record)))

    def discarded(record: Record, names: Collection[str]) -> bool:
        value = record.value or b""
        return bool(record.key == key) or (key in value and key in _keys_of(value, names))

    tests: dict[str, Test] = {}
    for stage in pipeline.stages:
        names = _key_fields(pipeline, stage.discards)
        tests[stage.discards.full_name(prefix)] = partial(discarded, names=names)
        tests[stage.dead.full_name(prefix)] = named if stage.reads in first else keyed
        tests |= {topic.full_name(prefix): keyed for topic in stage.outputs}
    return tests | {topic.full_name(prefix): named for topic in first}


def _key_fields(pipeline: Pipeline, discards: Topic) -> tuple[str, ...]:
    """The fields that hold the key of an article, of all stages that share a topic of the discarded."""
    sharing = (stage for stage in pipeline.stages if stage.discards == discards)
    return tuple(dict.fromkeys(topic.key for stage in sharing for topic in stage.outputs))


def _keys_of(value: bytes | None, names: Iterable[str]) -> Iterator[bytes]:
    """What the fields of a JSON value hold, those that are text."""
    try:
        fields = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return
    texts = (fields.get(name) for name in names) if isinstance(fields, dict) else ()
    yield from (text.encode() for text in texts if isinstance(text, str))


def _spans(
    admin: Admin,
    reader: Reader,
    settings: Settings,
    pipeline: Pipeline,
    identity: Identity,
    offsets: Mapping[str, Mapping[TopicPartition, int]],
) -> dict[TopicPartition, Extent]:
    prefix = settings.prefix
    keyed = {topic.full_name(prefix): topic for topic in pipeline.outputs}
    others = {one.full_name(prefix) for stage in pipeline.stages for one in (stage.discards, stage.dead)}
    names = sorted({*keyed, *others, *(topic.full_name(prefix) for topic in pipeline.first)})
    spans = extents(reader, names, admin=admin)
    read = {one: span for one, span in spans.items() if one.topic in others}
    for name, topic in keyed.items():
        own = {one: span for one, span in spans.items() if one.topic == name}
        # With another number than was asked for, somebody may have added partitions: then keys have moved.
        only = None if topic.grows or len(own) != settings.partitions else _partition(identity.key, len(own))
        read |= {one: span for one, span in own.items() if only in {None, one.partition}}
    for stage in pipeline.stages:
        if stage.reads in pipeline.first:
            read |= dict(_unread(spans, stage, prefix, offsets[group_name(prefix, stage.name)], read))
    return read


def _unread(
    spans: Mapping[TopicPartition, Extent],
    stage: Stage,
    prefix: str,
    offsets: Mapping[TopicPartition, int],
    read: Mapping[TopicPartition, Extent],
) -> Iterator[tuple[TopicPartition, Extent]]:
    """What of a first topic a stage has not acknowledged; of several, the one furthest behind counts."""
    for one, span in spans.items():
        if one.topic == stage.reads.full_name(prefix):
            least = min(offsets.get(one, 0), read[one].begin if one in read else span.end)
            yield one, replace(span, begin=max(span.begin, least))


def _partition(key: bytes, count: int) -> int:
    """Where every producer that follows Kafka's own puts a key."""
    return int((murmur2(key) & 0x7FFFFFFF) % count)


def _fetched(
    reader: Reader,
    pipeline: Pipeline,
    prefix: str,
    key: bytes,
    made: Iterable[Message],
    known: Mapping[str, Message],
) -> dict[str, Message]:
    """The raw records that `made` came from and that are kept still.

    An earlier release believed a false `copydesk_raw`: where it names a record of another article, that is
    left out.
    """
    holds = provenance(pipeline, prefix)
    places = sorted({raw_of(one) for one in made} - set(known))
    split = (place.rsplit("/", 2) for place in places)
    wanted = [
        (TopicPartition(topic, int(partition)), int(offset))
        for topic, partition, offset in split
        if topic in holds.first
    ]
    kept = [holds.of(one) for one in fetch_records(reader, wanted)]
    found = [as_kafka_has_it(reader, one) for one in kept]
    return {one.coordinates: one for one in found if _key_of(pipeline, prefix, one) in {None, key}}
