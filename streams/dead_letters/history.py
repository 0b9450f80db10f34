"""The dead letters so far: read from Kafka when a worker starts, for the dead-letter limit.

Dead letters that are acknowledged, replayed or dropped in the ledger do not count. The topic is read to its
end, uncommitted records included: a stage writes dead letters without transactions, and an open transaction
of somebody else must not make a worker forget that it has stopped.
"""

from collections import defaultdict

from kafka import TopicPartition

from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.ledger import ACKNOWLEDGED, acknowledged_before, outgoing, read_ledger, resolution
from streams.dead_letters.record import record_of
from streams.kafka.client import consumer, producer
from streams.kafka.open_transactions import UNCOMMITTED
from streams.kafka.reader import Extent, as_message, extents, scan
from streams.settings import Settings


def dead_offsets(settings: Settings, stage: Stage, ledger: Topic, most: int) -> dict[int, list[int]]:
    """Partition → offsets of its dead articles, from the last `most` dead letters. Only open ones count."""
    dead_letters, source = stage.dead.full_name, stage.reads.full_name
    offsets: dict[int, list[int]] = defaultdict(list)
    with consumer(settings) as reader:
        entries = read_ledger(reader, ledger.full_name)
    with consumer(settings, **UNCOMMITTED) as reader:
        first = acknowledged_before(entries, dead_letters)
        spans = {
            partition: Extent(begin=max(span.begin, span.end - most, first), end=span.end)
            for partition, span in extents(reader, [dead_letters]).items()
        }
        for message in map(as_message, scan(reader, spans)):
            resolved = resolution(entries, dead_letters, record_of(message), message.timestamp)
            topic, number, offset = record_of(message).rsplit("/", 2)
            if resolved is None and topic == source:
                offsets[int(number)].append(int(offset))
    return dict(offsets)


def acknowledge(settings: Settings, stage: Stage, ledger: Topic) -> None:
    """Acknowledge the dead letters that are there now: they no longer count for the limit."""
    dead_letters = TopicPartition(stage.dead.full_name, 0)
    with consumer(settings, **UNCOMMITTED) as reader:
        end = int(reader.end_offsets([dead_letters])[dead_letters])
    key = dead_letters.topic.encode()
    record = outgoing(ledger.full_name, key, ACKNOWLEDGED, before=end)
    with producer(settings) as writer:
        writer.send(record.topic, key=record.key, value=record.value).get(timeout=30)
