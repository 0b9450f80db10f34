"""Whether a record that says it lay somewhere before did: Kafka is asked what lies there.

Only replayed dead letters say so, and whoever wants to mislead. A look-up costs some milliseconds; where no
header says so there is none.
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
        """`message` with the headers alone that hold. Raises `BrokerError`."""
        found = self._provenance.of(message)
        if message.topic not in self._provenance.first or replayed_from(found) is None:
            return found
        return await asyncio.to_thread(self._looked_up, found)

    def close(self) -> None:
        self._reader = None
        self._open.close()

    def _looked_up(self, message: Message) -> Message:
        with client.broker_errors(self._settings):
            if self._reader is not None and extent_of(self._reader, message) is None:
                self.close()  # it was opened before the partition was added
            if self._reader is None:
                self._reader = self._open.enter_context(client.consumer(self._settings, **LITTLE))
            return as_kafka_has_it(self._reader, message)


def as_kafka_has_it(reader: Reader, message: Message) -> Message:
    """A record of a first topic, with headers that hold: as a replay, only if it may be one.

    Where it says it lay, a record with the same key lies, or lay and is no longer kept. Raises `BrokerError`.
    """
    before = replayed_from(message)
    return message if before is None or _lay_there(reader, message, before) else as_its_own(message)


def extent_of(reader: Reader, message: Message) -> Extent | None:
    """What is kept of the partition of `message`; None where the reader does not know the partition."""
    return extents(reader, [message.topic]).get(TopicPartition(message.topic, message.partition))


def _lay_there(reader: Reader, message: Message, place: Place) -> bool:
    kept = extent_of(reader, message)
    if kept is None:
        raise BrokerError(f"Kafka does not tell what is kept of {message.topic}/{message.partition}")
    there = fetch_record(reader, TopicPartition(message.topic, place[0]), place[1])
    return place[1] < kept.begin or (there is not None and there.key == message.key)
