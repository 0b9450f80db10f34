"""The originals of dead letters, and why one cannot be replayed."""

from collections.abc import Sequence

from kafka import TopicPartition

from streams.core import record_headers
from streams.core.message import Message, Oversized
from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.dead_letters.listing import DeadLetter
from streams.dead_letters.provenance import provenance
from streams.dead_letters.record import record_of
from streams.dead_letters.takedowns import article_of, as_it_was, milliseconds, takedowns
from streams.kafka import client
from streams.kafka.protocols import Reader
from streams.kafka.reader import fetch_record
from streams.settings import Settings


class Originals:
    """The originals of a stage's dead letters. `reader` must be its own, as it changes topics."""

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        stage: Stage,
        dead_letters: Sequence[DeadLetter],
        reader: Reader,
    ) -> None:
        self._stage = stage
        self._trusted = provenance(pipeline)
        self._reader = reader
        self._takedowns: dict[bytes, str] = {}
        if dead_letters:
            since = min(milliseconds(dead_letter.version) for dead_letter in dead_letters)
            with client.admin(settings) as admin:
                self._takedowns = takedowns(admin, reader, pipeline, since)

    def of(self, dead_letter: DeadLetter, message: Message) -> tuple[Message | None, str | None]:
        """The original, None if it is no longer kept; and its blocker, None if it can be replayed."""
        message = self._trusted.of(message)
        record = self._referenced(message) if dead_letter.by_reference else as_it_was(message)
        if record is None:
            return None, "its record is no longer kept, and the dead letter holds no copy"
        if isinstance(record.value, Oversized):
            return record, f"its value is missing: {record.value}"
        key, version = article_of(self._stage, record)
        removed = key is not None and self._takedowns.get(key, "") > version
        return record, "its article has since been removed" if removed else None

    def _referenced(self, dead_letter: Message) -> Message | None:
        """The original of a dead letter without a value, or None if it is no longer kept."""
        if (place := record_of(dead_letter)) == dead_letter.coordinates:
            return None
        topic, partition, offset = place.rsplit("/", 2)
        record = fetch_record(self._reader, TopicPartition(topic, int(partition)), int(offset))
        if record is None:
            return None
        original = self._trusted.of(record)
        # In a recreated topic, another record may be at that offset.
        known = dead_letter.header(record_headers.RAW)
        return original if known in {None, record_headers.raw(original)} else None
