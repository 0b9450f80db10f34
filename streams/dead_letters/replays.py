"""Check in Kafka whether a record that claims to be a replay is one.

Only replayed dead letters have headers that say so, and records meant to mislead. The look-up takes some
milliseconds; records without such headers need none.
"""

import asyncio
from contextlib import ExitStack

from kafka import TopicPartition

from streams.core.message import Message
from streams.dead_letters.provenance import Place, Provenance, as_its_own, replayed_from
from streams.errors import BrokerError
from streams.kafka import client
from streams.kafka.protocols import Reader
from streams.kafka.reader import LITTLE, Extent, extents, fetch_record
from streams.settings import Settings


class Replays:
    """Checks the records that a stage reads. Its reader is opened at the first look-up, in a thread."""

    def __init__(self, settings: Settings, provenance: Provenance) -> None:
        self._settings = settings
        self._provenance = provenance
        self._open = ExitStack()
        self._reader: Reader | None = None

    async def checked(self, message: Message) -> Message:
        """`message` without the headers that are not trusted. Raises `BrokerError`."""
        trusted = self._provenance.of(message)
        if message.topic not in self._provenance.first or replayed_from(trusted) is None:
            return trusted
        return await asyncio.to_thread(self._look_up, trusted)

    def close(self) -> None:
        self._reader = None
        self._open.close()

    def _look_up(self, message: Message) -> Message:
        with client.broker_errors(self._settings):
            if self._reader is not None and extent_of(self._reader, message) is None:
                self.close()  # it was opened before the partition was added
            if self._reader is None:
                self._reader = self._open.enter_context(client.consumer(self._settings, **LITTLE))
            return as_kafka_has_it(self._reader, message)


def as_kafka_has_it(reader: Reader, message: Message) -> Message:
    """A record of a first topic, without the headers of a replay if it cannot be one.

    It can be one if a record with the same key is at its earlier place, or the record there is no longer
    kept. Raises `BrokerError`.
    """
    place = replayed_from(message)
    return message if place is None or _may_be_from(reader, message, place) else as_its_own(message)


def extent_of(reader: Reader, message: Message) -> Extent | None:
    """The records that Kafka keeps of the partition; None if the reader does not know the partition."""
    return extents(reader, [message.topic]).get(TopicPartition(message.topic, message.partition))


def _may_be_from(reader: Reader, message: Message, place: Place) -> bool:
    kept = extent_of(reader, message)
    if kept is None:
        partition = f"{message.topic}/{message.partition}"
        raise BrokerError(f"Kafka did not report which records it keeps of {partition}")
    record = fetch_record(reader, TopicPartition(message.topic, place[0]), place[1])
    return place[1] < kept.begin or (record is not None and record.key == message.key)
