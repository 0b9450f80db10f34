"""Which articles are dead letters already: read from Kafka when a worker starts, for the limit.

Dead letters that a person has accepted, replayed or dropped (the ledger says so) count no more. They are read
to the end of the log, uncommitted: a stage writes them without transactions, and a transaction that somebody
else has open there is to make no worker forget that it has stopped.
"""

from collections import defaultdict

from kafka import TopicPartition

from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.dead_letters.ledger import (
    ACKNOWLEDGED,
    acknowledged_before,
    entry,
    outgoing,
    read_ledger,
    resolution,
)
from streams.dead_letters.record import record_of
from streams.kafka.client import consumer, producer
from streams.kafka.open_transactions import UNCOMMITTED
from streams.kafka.reader import Extent, as_message, extents, scan
from streams.settings import Settings


def dead_offsets(settings: Settings, stage: Stage, ledger: Topic, most: int) -> dict[int, list[int]]:
    """Partition → offsets of its dead articles, by the last `most` dead letters that nobody has seen to."""
    dead_letters, source = stage.dead.full_name(settings.prefix), stage.reads.full_name(settings.prefix)
    found: dict[int, list[int]] = defaultdict(list)
    with consumer(settings) as reader:
        entries = read_ledger(reader, ledger.full_name(settings.prefix))
    with consumer(settings, **UNCOMMITTED) as reader:
        first = acknowledged_before(entries, dead_letters)
        spans = {
            one: Extent(begin=max(span.begin, span.end - most, first), end=span.end)
            for one, span in extents(reader, [dead_letters]).items()
        }
        for dead_letter in scan(reader, spans):
            message = as_message(dead_letter)
            resolved = resolution(entries, dead_letters, record_of(message), message.timestamp)
            topic, partition, offset = record_of(message).rsplit("/", 2)
            if resolved is None and topic == source:
                found[int(partition)].append(int(offset))
    return dict(found)


def acknowledge(settings: Settings, stage: Stage, ledger: Topic) -> None:
    """Note in the ledger that the dead letters there are now were accepted: they count no more for the
    limit."""
    dead_letters = TopicPartition(stage.dead.full_name(settings.prefix), 0)
    with consumer(settings, **UNCOMMITTED) as reader:
        end = reader.end_offsets([dead_letters])[dead_letters]
    noted = outgoing(
        ledger.full_name(settings.prefix), dead_letters.topic.encode(), entry(ACKNOWLEDGED, before=int(end))
    )
    with producer(settings) as writer:
        writer.send(noted.topic, key=noted.key, value=noted.value).get(timeout=30)
