"""The records that died, as they were before, and what stands against sending one again."""

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
    """The originals of dead letters of one stage. `reader` is its own: it reads from other topics in
    between."""

    def __init__(
        self,
        settings: Settings,
        pipeline: Pipeline,
        stage: Stage,
        dead_letters: Sequence[DeadLetter],
        reader: Reader,
    ) -> None:
        self._stage = stage
        self._holds = provenance(pipeline, settings.prefix)
        self._reader = reader
        since = min((milliseconds(one.version) for one in dead_letters), default=0)
        with client.admin(settings) as admin:
            self._takedowns = (
                takedowns(admin, reader, pipeline, settings.prefix, since) if dead_letters else {}
            )

    def of(self, dead_letter: DeadLetter, message: Message) -> tuple[Message | None, str | None]:
        """The record that died, None where nobody has it any more; and why it is not to be sent again."""
        died = self._holds.of(message)
        record = self._fetched(died) if dead_letter.by_reference else as_it_was(died)
        if record is None:
            return None, "its record is no longer kept, and the dead letter holds no copy"
        if isinstance(record.value, Oversized):
            return record, f"its value is not there: {record.value}"
        key, version = article_of(self._stage, record)
        removed = key is not None and self._takedowns.get(key, "") > version
        return record, "its article was removed since" if removed else None

    def _fetched(self, dead_letter: Message) -> Message | None:
        """The record that a dead letter without a value speaks of, or None where it is no longer kept."""
        if (place := record_of(dead_letter)) == dead_letter.coordinates:
            return None
        topic, partition, offset = place.rsplit("/", 2)
        there = fetch_record(self._reader, TopicPartition(topic, int(partition)), int(offset))
        found = None if there is None else self._holds.of(there)
        # Of a topic that was recreated another record may lie there.
        known = dead_letter.header(record_headers.RAW)
        return found if found is not None and known in {None, record_headers.raw(found)} else None
