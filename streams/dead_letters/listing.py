"""The dead letters that lie in Kafka: each once, with what the ledger says of it, newest last.

Values are not kept, so that a hundred thousand dead letters fit into memory.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import msgspec

from streams.core import record_headers
from streams.core.message import Message, size_of
from streams.core.record_headers import DIGITS
from streams.core.stage import Stage
from streams.dead_letters.ledger import REPLAYED, LedgerEntry, acknowledged_before, read_ledger, resolution
from streams.dead_letters.provenance import Provenance
from streams.dead_letters.record import BY_REFERENCE, CONNECT, REASON, record_of
from streams.kafka.protocols import Reader
from streams.kafka.reader import as_message, extents, scan

UNKNOWN = "unknown"
FEED_HEADER = "ce_feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A dead letter without its value. `at` is when it was appended, in milliseconds; `size` is in bytes.

    `record` is its name: `topic/partition/offset` of the record that died. `place` is where the dead letter
    lies.
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
    """As far as it can be told without the stage's own reader."""
    size: int
    feed: str | None = None
    by_reference: bool = False
    acknowledged: bool = False
    """A person has accepted it: it counts no more for the limit, and is open still."""
    again: bool = False
    """Its record is a replayed one, which died again."""
    entry: LedgerEntry | None = None
    """What closed it; None: it is open."""

    def is_called(self, name: str) -> bool:
        """Whether `name` means this dead letter: by its record, its place, or its offset alone."""
        return name in {self.record, self.place, str(self.offset)}


def dead_letters_of(
    reader: Reader,
    stages: Sequence[Stage],
    prefix: str,
    ledger: str,
    holds: Provenance,
    wanted: Callable[[Message], bool] = lambda _: True,
) -> list[DeadLetter]:
    """All letters of the stages, open and closed, oldest first. Of repeats the newest stands.

    `wanted` sees each of them whole; `ledger` is the topic's full name.
    """
    entries = read_ledger(reader, ledger)
    spans = extents(reader, [stage.dead.full_name(prefix) for stage in stages])
    names = {stage.dead.full_name(prefix): stage.name for stage in stages}
    found = {
        (one.stage, one.record): one
        for one in (
            read_dead_letter(holds.of(message), names[message.topic])
            for message in map(as_message, scan(reader, spans))
            if wanted(message)
        )
    }
    topics = {stage: topic for topic, stage in names.items()}
    again = {made.to for made in entries.values() if made.action == REPLAYED}
    noted = (_noted(one, topics[one.stage], entries, again) for one in found.values())
    return sorted(noted, key=lambda one: (one.at, one.stage, one.offset))


def read_dead_letter(message: Message, stage: str) -> DeadLetter:
    """The dead letter in a record of the dead-letter topic of `stage`, as far as it says so itself."""
    size = message.header(BY_REFERENCE)
    said = record_fields(message)
    came = record_headers.origin(message, said.fetched_at)
    return DeadLetter(
        record=record_of(message),
        place=message.coordinates,
        offset=message.offset,
        stage=stage,
        reason=message.header(REASON) or UNKNOWN,
        error=error_of(message),
        at=message.timestamp,
        key=message.key,
        raw=came.raw if came.raw != message.coordinates else record_of(message),
        version=came.version,
        size=int(size) if size and DIGITS.fullmatch(size) else size_of(message.value),
        feed=said.feed,
        by_reference=size is not None,
    )


def error_of(message: Message) -> str:
    """`ValueError: it is empty`, in one line."""
    name, said = (message.header(f"{CONNECT}exception.{one}") or "" for one in ("class.name", "message"))
    return " ".join(": ".join(part for part in (name, said) if part).split())


class RecordFields(msgspec.Struct):
    """What a record says of itself in a JSON value, whatever else is there; a CloudEvent in its `data`."""

    feed: str | None = None
    fetched_at: str | None = None
    time: str | None = None
    data: "RecordFields | None" = None


def record_fields(message: Message) -> RecordFields:
    """The feed and the time of fetching that a record names, in its JSON value or in headers."""
    said = RecordFields()
    if (message.value or b"").lstrip().startswith(b"{"):
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            said = msgspec.json.decode(message.value or b"", type=RecordFields)
    inner = said.data or RecordFields()
    return RecordFields(
        feed=said.feed or inner.feed or message.header(FEED_HEADER),
        fetched_at=said.fetched_at or inner.fetched_at or said.time or message.header("ce_time"),
    )


def _noted(
    one: DeadLetter, topic: str, entries: Mapping[bytes, LedgerEntry], again: set[str | None]
) -> DeadLetter:
    return replace(
        one,
        acknowledged=one.offset < acknowledged_before(entries, topic),
        again=one.record in again,
        entry=resolution(entries, topic, one.record, one.at),
    )


def fetch(reader: Reader, dead_letters: Sequence[DeadLetter]) -> Iterator[tuple[DeadLetter, Message]]:
    """The dead letters of one stage with all that they hold, oldest first; those that are gone are left
    out."""
    wanted = {one.offset: one for one in dead_letters}
    topic = dead_letters[0].place.split("/")[0] if dead_letters else ""
    spans = {
        partition: replace(span, begin=max(span.begin, min(wanted)), end=min(span.end, max(wanted) + 1))
        for partition, span in extents(reader, [topic] if topic else []).items()
    }
    for record in scan(reader, spans):
        if record.offset in wanted:
            yield wanted[record.offset], as_message(record)
