"""Find every record of one article without reading every topic.

outputs of stages   keyed by the article, in topics whose partitions are never added to: one partition is read
discarded, dead     keyed as the records received: read completely; they are few, or small
the first topics    an acknowledged record has a successor above, whose `copydesk_raw` is its place: only
                    records that are not acknowledged are read, the others are fetched by their place
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import orjson
from kafka import TopicPartition
from kafka.partitioner.default import murmur2

from streams.core.message import Message
from streams.core.pipeline import Identity, Pipeline
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.ledger import LedgerEntry, read_ledger
from streams.dead_letters.provenance import provenance
from streams.dead_letters.replays import as_kafka_has_it
from streams.dead_letters.takedowns import article_of, as_it_was
from streams.errors import ConfigError, Invalid
from streams.inspection.reconciliation import raw_of
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.open_transactions import UNCOMMITTED, OpenTransaction, behind, open_transactions
from streams.kafka.protocols import Admin, Reader, Record
from streams.kafka.reader import LITTLE, Extent, as_message, extents, fetch_record, fetch_records, scan
from streams.settings import Settings

COORDINATES = re.compile(r"([^/\s]+)/(\d{1,9})/(\d{1,19})")
FETCH = {"max_partition_fetch_bytes": 8 * 1_048_576, "fetch_max_bytes": 32 * 1_048_576}

Test = Callable[[Record], bool]
RecordAt = Callable[[TopicPartition, int], Message | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRecords:
    """The records of an article. `raw` holds those of the first topics that are kept, by their place.

    `offsets` is what each group has committed: group → partition → offset. `held` is held back: whether these
    records count is known only when all of `transactions` have ended.
    """

    key: bytes
    raw: Mapping[str, Message]
    written: tuple[Message, ...]
    ledger: Mapping[bytes, LedgerEntry]
    offsets: Mapping[str, Mapping[TopicPartition, int]]
    held: tuple[Message, ...] = ()
    transactions: tuple[OpenTransaction, ...] = ()
    deleted: int = 0
    """Records that Kafka deleted during the search, at most."""


def find(settings: Settings, pipeline: Pipeline, text: str) -> TraceRecords:
    """The records of the article that `text` identifies: by URL, id, or place (`topic/partition/offset`).

    Raises `ConfigError` if it identifies none, and `BrokerError`.
    """
    with (
        client.admin(settings) as admin,
        client.consumer(settings, **FETCH) as reader,
        client.consumer(settings, **LITTLE) as single,
    ):
        identity = _identity(partial(_record_at, settings, admin, single), pipeline, text)
        offsets = committed(admin, groups_of(settings, pipeline))
        tests = _tests(pipeline, identity)
        spans = _spans(admin, reader, settings, pipeline, identity, offsets)
        transactions = open_transactions(settings, admin, spans)
        deleted: list[int] = []
        records = scan(reader, spans, deleted.append)
        trusted = provenance(pipeline)
        messages = [trusted.of(as_message(record)) for record in records if tests[record.topic](record)]
        held = tuple(trusted.of(message) for message in _held(settings, spans, tests))
        records_of_article = gather(
            single,
            pipeline,
            identity.key,
            messages,
            ledger=read_ledger(reader, pipeline.ledger.full_name),
            offsets=offsets,
            held=held,
        )
        return replace(records_of_article, transactions=tuple(transactions), deleted=sum(deleted))


def gather(
    reader: Reader,
    pipeline: Pipeline,
    key: bytes,
    messages: Sequence[Message],
    *,
    ledger: Mapping[bytes, LedgerEntry],
    offsets: Mapping[str, Mapping[TopicPartition, int]],
    held: tuple[Message, ...] = (),
) -> TraceRecords:
    """The records of an article, with the raw records that they name. `reader` reads single records.

    Headers of `messages` and `held` are already those that are trusted.
    """
    first = provenance(pipeline).first
    written = tuple(message for message in messages if message.topic not in first)
    raw = {
        message.coordinates: as_kafka_has_it(reader, message)
        for message in messages
        if message.topic in first
    }
    return TraceRecords(
        key=key,
        raw=raw | _fetched(reader, pipeline, key, (*written, *held), raw),
        written=written,
        ledger=ledger,
        offsets=offsets,
        held=held,
    )


def _held(
    settings: Settings, spans: Mapping[TopicPartition, Extent], tests: Mapping[str, Test]
) -> Iterator[Message]:
    """Records of the article that open transactions hold back, including those of aborted ones."""
    if held := behind(spans):
        with client.consumer(settings, **UNCOMMITTED, **FETCH) as reader:
            yield from (as_message(record) for record in scan(reader, held) if tests[record.topic](record))


def groups_of(settings: Settings, pipeline: Pipeline) -> list[str]:
    stages = [stage.group for stage in pipeline.stages]
    return [*stages, *(pipeline.sink_group(name) for name in settings.sinks)]


def _record_at(
    settings: Settings, admin: Admin, reader: Reader, partition: TopicPartition, offset: int
) -> Message | None:
    """The record there, even if it is held back."""
    span = extents(reader, [partition.topic], admin=admin).get(partition)
    if span is None or not span.end <= offset < span.end + span.held:
        return fetch_record(reader, partition, offset)
    with client.consumer(settings, **UNCOMMITTED, **LITTLE) as uncommitted:
        return fetch_record(uncommitted, partition, offset)


def _identity(record_at: RecordAt, pipeline: Pipeline, text: str) -> Identity:
    names = {topic.full_name for topic in pipeline.all_topics()}
    place = COORDINATES.fullmatch(text.strip())
    if place is not None and place[1] in names:
        text = _key_at(record_at, pipeline, TopicPartition(place[1], int(place[2])), int(place[3]))
    try:
        return pipeline.identify(text)
    except Invalid as error:
        raise ConfigError(f"{text!r} identifies no article: {error}") from error


def _key_at(record_at: RecordAt, pipeline: Pipeline, partition: TopicPartition, offset: int) -> str:
    """The key of the article of the record there. Raises `ConfigError`."""
    record = record_at(partition, offset)
    if record is None:
        raise ConfigError(f"there is no record {partition.topic}/{partition.partition}/{offset}")
    key = _key_of(pipeline, record)
    if key is None:
        raise ConfigError(f"{record.coordinates} does not say which article it belongs to")
    return key.decode("utf-8", "replace")


def _key_of(pipeline: Pipeline, record: Message) -> bytes | None:
    for stage in pipeline.stages:
        if record.topic in {stage.reads.full_name, stage.dead.full_name}:
            return article_of(stage, as_it_was(record))[0]
        if record.topic == stage.discards.full_name:
            return next(keys_in(record.value, key_fields(pipeline, stage.discards)), None)
    return record.key


def _tests(pipeline: Pipeline, identity: Identity) -> dict[str, Test]:
    """Full name of a topic → whether a record of it is of the article."""
    key, first = identity.key, set(pipeline.first)

    def keyed(record: Record) -> bool:
        return bool(record.key == key)

    def named(record: Record) -> bool:
        return bool(record.key == key) or identity.named_by(as_it_was(as_message(record)))

    def discarded(record: Record, names: Collection[str]) -> bool:
        value = record.value or b""
        return bool(record.key == key) or (key in value and key in keys_in(value, names))

    tests: dict[str, Test] = {}
    for stage in pipeline.stages:
        names = key_fields(pipeline, stage.discards)
        tests[stage.discards.full_name] = partial(discarded, names=names)
        tests[stage.dead.full_name] = named if stage.reads in first else keyed
        tests |= {topic.full_name: keyed for topic in stage.outputs}
    return tests | {topic.full_name: named for topic in first}


def key_fields(pipeline: Pipeline, discards: Topic) -> tuple[str, ...]:
    """The fields that may hold the key of a discarded article, of all stages that share the topic."""
    sharing = (stage for stage in pipeline.stages if stage.discards == discards)
    names = dict.fromkeys(topic.key.field for stage in sharing for topic in stage.outputs)
    return tuple(filter(None, names))


def keys_in(value: bytes | None, names: Iterable[str]) -> Iterator[bytes]:
    """The text fields of a JSON value with these names."""
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
    keyed = {topic.full_name: topic for topic in pipeline.outputs}
    others = {topic.full_name for stage in pipeline.stages for topic in (stage.discards, stage.dead)}
    names = sorted({*keyed, *others, *(topic.full_name for topic in pipeline.first)})
    spans = extents(reader, names, admin=admin)
    read = {tp: span for tp, span in spans.items() if tp.topic in others}
    for name, topic in keyed.items():
        own = {tp: span for tp, span in spans.items() if tp.topic == name}
        # If the number is not as configured, partitions may have been added: keys are then in others.
        only = None if topic.grows or len(own) != settings.partitions else _partition(identity.key, len(own))
        read |= {tp: span for tp, span in own.items() if only in {None, tp.partition}}
    for stage in pipeline.stages:
        if stage.reads in pipeline.first:
            read |= dict(_unread(spans, stage, offsets[stage.group], read))
    return read


def _unread(
    spans: Mapping[TopicPartition, Extent],
    stage: Stage,
    offsets: Mapping[TopicPartition, int],
    read: Mapping[TopicPartition, Extent],
) -> Iterator[tuple[TopicPartition, Extent]]:
    """What a stage has not acknowledged of a first topic; of several stages the slowest counts."""
    for tp, span in spans.items():
        if tp.topic == stage.reads.full_name:
            least = min(offsets.get(tp, 0), read[tp].begin if tp in read else span.end)
            yield tp, replace(span, begin=max(span.begin, least))


def _partition(key: bytes, count: int) -> int:
    """The partition that Kafka's default partitioner chooses for a key."""
    return int((murmur2(key) & 0x7FFFFFFF) % count)


def _fetched(
    reader: Reader,
    pipeline: Pipeline,
    key: bytes,
    written: Iterable[Message],
    known: Mapping[str, Message],
) -> dict[str, Message]:
    """The raw records of `written` that are still kept.

    Records of another article are left out: an earlier release trusted false values of `copydesk_raw`.
    """
    trusted = provenance(pipeline)
    places = (place.rsplit("/", 2) for place in sorted(set(map(raw_of, written)) - set(known)))
    wanted = [
        (TopicPartition(topic, int(partition)), int(offset))
        for topic, partition, offset in places
        if topic in trusted.first
    ]
    kept = list(map(trusted.of, fetch_records(reader, wanted)))
    raw = (as_kafka_has_it(reader, message) for message in kept)
    return {record.coordinates: record for record in raw if _key_of(pipeline, record) in {None, key}}
