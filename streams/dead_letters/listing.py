"""List the dead letters in Kafka: each once, with its entry in the ledger, newest last.

Their values are not kept, so that a hundred thousand dead letters fit into memory.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from operator import attrgetter

import msgspec

from streams.core import record_headers
from streams.core.message import Message, size_of
from streams.core.pipeline import Pipeline
from streams.core.record_headers import DIGITS
from streams.core.stage import Stage
from streams.dead_letters.ledger import REPLAYED, LedgerEntry, acknowledged_before, read_ledger, resolution
from streams.dead_letters.provenance import provenance
from streams.dead_letters.record import BY_REFERENCE, CONNECT, REASON, record_of
from streams.kafka.protocols import Reader
from streams.kafka.reader import as_message, extents, scan

UNKNOWN = "unknown"
FEED_HEADER = "ce_feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A dead letter without its value. `at` is its append time in milliseconds; `size` is in bytes.

    `record` and `place` are `topic/partition/offset`, of the record that failed and of the dead letter.
    """

    record: str
    place: str
    offset: int
    stage: str
    reason: str
    error: str
    at: int
    key: bytes | None
    raw: str
    version: str
    """As far as it is known without the stage's own reader."""
    size: int
    feed: str | None = None
    by_reference: bool = False
    acknowledged: bool = False
    """It no longer counts for the limit, but is still open."""
    again: bool = False
    """Its record is a replay, which failed again."""
    entry: LedgerEntry | None = None
    """The entry that closed it; None if it is open."""

    def is_called(self, name: str) -> bool:
        """Whether `name` is its record, its place, or its offset alone."""
        return name in {self.record, self.place, str(self.offset)}


def dead_letters_of(
    reader: Reader,
    pipeline: Pipeline,
    stages: Sequence[Stage],
    wanted: Callable[[Message], bool],
) -> list[DeadLetter]:
    """The dead letters of the stages, open and closed, oldest first; of repeats only the newest."""
    entries = read_ledger(reader, pipeline.ledger.full_name)
    replays = {entry.to for entry in entries.values() if entry.action == REPLAYED}
    names = {stage.dead.full_name: stage.name for stage in stages}
    trusted = provenance(pipeline)
    newest: dict[tuple[str, str], DeadLetter] = {}
    for message in map(as_message, scan(reader, extents(reader, list(names)))):
        if wanted(message):
            dead_letter = read_dead_letter(trusted.of(message), names[message.topic])
            newest[dead_letter.stage, dead_letter.record] = replace(
                dead_letter,
                acknowledged=message.offset < acknowledged_before(entries, message.topic),
                again=dead_letter.record in replays,
                entry=resolution(entries, message.topic, dead_letter.record, message.timestamp),
            )
    return sorted(newest.values(), key=attrgetter("at", "stage", "offset"))


def read_dead_letter(message: Message, stage: str) -> DeadLetter:
    """The dead letter in a record of the stage's dead-letter topic, without what the ledger adds."""
    size = message.header(BY_REFERENCE)
    fields = record_fields(message)
    origin = record_headers.origin(message, fields.fetched_at)
    return DeadLetter(
        record=record_of(message),
        place=message.coordinates,
        offset=message.offset,
        stage=stage,
        reason=message.header(REASON) or UNKNOWN,
        error=error_of(message),
        at=message.timestamp,
        key=message.key,
        raw=origin.raw if origin.raw != message.coordinates else record_of(message),
        version=origin.version,
        size=int(size) if size and DIGITS.fullmatch(size) else size_of(message.value),
        feed=fields.feed,
        by_reference=size is not None,
    )


def error_of(message: Message) -> str:
    """`ValueError: it is empty`, in one line."""
    headers = (message.header(f"{CONNECT}exception.{name}") for name in ("class.name", "message"))
    return " ".join(": ".join(filter(None, headers)).split())


class RecordFields(msgspec.Struct):
    """Fields of a record's JSON value, of whatever type; a CloudEvent has them in its `data`."""

    feed: str | None = None
    fetched_at: str | None = None
    time: str | None = None
    data: "RecordFields | None" = None


def record_fields(message: Message) -> RecordFields:
    """The feed and the fetch time of a record, from its JSON value or its headers."""
    fields = RecordFields()
    if (message.value or b"").lstrip().startswith(b"{"):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            fields = msgspec.json.decode(message.value or b"", type=RecordFields)
    data = fields.data or RecordFields()
    return RecordFields(
        feed=fields.feed or data.feed or message.header(FEED_HEADER),
        fetched_at=fields.fetched_at or data.fetched_at or fields.time or message.header("ce_time"),
    )


def fetch(reader: Reader, dead_letters: Sequence[DeadLetter]) -> Iterator[tuple[DeadLetter, Message]]:
    """The dead letters of one stage with their records, oldest first, without those that are gone."""
    wanted = {dead_letter.offset: dead_letter for dead_letter in dead_letters}
    topic = dead_letters[0].place.split("/")[0] if dead_letters else ""
    spans = {
        partition: replace(span, begin=max(span.begin, min(wanted)), end=min(span.end, max(wanted) + 1))
        for partition, span in extents(reader, [topic] if topic else []).items()
    }
    for record in scan(reader, spans):
        if record.offset in wanted:
            yield wanted[record.offset], as_message(record)
