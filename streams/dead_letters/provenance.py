"""Which headers about a record's origin are trusted, where anybody may have written them.

The headers that a stage writes are trusted. On a topic that no stage writes, a scraper may write any headers,
or copy those of a record that it has read. There a record's version is always computed, and `copydesk_raw`
and `copydesk_received` are trusted only if they name an earlier place in the same partition and a time in the
past, as those of a replayed dead letter do. If not, they are all removed, and the record's own place is its
origin (docs/decisions/0009).
"""

from dataclasses import dataclass, replace

from streams.core import record_headers
from streams.core.message import Headers, Message
from streams.core.pipeline import Pipeline
from streams.core.record_headers import COORDINATES, DIGITS, RAW, RECEIVED, VERSION
from streams.dead_letters.record import ORIGIN, is_ours, record_of, without_ours

#: The version of a dead letter whose headers cannot be true: any takedown of its article is newer.
OLDEST = f"{0:016d}-{0:016d}-{0:06d}-{0:020d}"
#: Another broker, whose clock differs, may have received the dead letter's record.
LEEWAY_MS = 60_000
#: Partition and offset.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Removes headers that are not trusted. `first`: full names of the topics that no stage writes.

    `dead_letters`: full names of the dead-letter topics of the stages that read these. Dead letters keep the
    headers of their records, and earlier releases kept false ones.
    """

    first: frozenset[str]
    dead_letters: frozenset[str]

    def of(self, message: Message) -> Message:
        """`message` without the headers that are not trusted. Headers that are not ours stay."""
        if message.topic in self.first:
            return _checked(message)
        if message.topic in self.dead_letters and any(name in ORIGIN for name, _ in message.headers):
            return self._dead_letter(message)
        return message

    def received(self, message: Message) -> int:
        """When Kafka received the raw record of `message`, in milliseconds."""
        return record_headers.received(self.of(message))

    def _dead_letter(self, dead_letter: Message) -> Message:
        record = record_of(dead_letter)
        topic, partition, offset = record.rsplit("/", 2)
        if topic not in self.first:
            return dead_letter
        if _is_trusted(dead_letter, topic, (int(partition), int(offset) + 1), LEEWAY_MS):
            return replace(dead_letter, headers=_without(dead_letter.headers, VERSION))
        origin = ((RAW, record.encode()), (VERSION, OLDEST.encode()))
        return replace(dead_letter, headers=(*_without(dead_letter.headers, *ORIGIN), *origin))


def provenance(pipeline: Pipeline) -> Provenance:
    first = frozenset(topic.full_name for topic in pipeline.first)
    readers = (stage for stage in pipeline.stages if stage.reads in pipeline.first)
    return Provenance(first=first, dead_letters=frozenset(stage.dead.full_name for stage in readers))


def replayed_from(message: Message) -> Place | None:
    """The earlier place of a record of a first topic, by its trusted headers; None if it is not a replay."""
    raw = message.header(RAW)
    if raw is None:
        return None
    _, partition, offset = raw.rsplit("/", 2)
    return int(partition), int(offset)


def as_its_own(message: Message) -> Message:
    """`message` without headers about an earlier place."""
    return replace(message, headers=_without(message.headers, *ORIGIN))


def _checked(message: Message) -> Message:
    if not any(name in ORIGIN or is_ours(name) for name, _ in message.headers):
        return message
    trusted = _is_trusted(message, message.topic, (message.partition, message.offset))
    return replace(message, headers=_without(without_ours(message), *((VERSION,) if trusted else ORIGIN)))


def _is_trusted(message: Message, topic: str, before: Place, leeway: int = 0) -> bool:
    """Whether the headers name an earlier place in the same partition, and a time in the past."""
    raw, received = message.header(RAW), message.header(RECEIVED)
    if raw is None or not COORDINATES.fullmatch(raw):
        return False
    partition, _, offset = raw.rpartition("/")
    if received is not None and not (
        DIGITS.fullmatch(received) and int(received) <= message.timestamp + leeway
    ):
        return False
    return partition == f"{topic}/{before[0]}" and int(offset) < before[1]


def _without(headers: Headers, *names: str) -> Headers:
    return tuple(header for header in headers if header[0] not in names)
