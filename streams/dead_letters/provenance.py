"""Which headers about where a record comes from hold, where anybody may have written them.

What a stage writes says so truly. On a topic that no stage writes, a scraper may say what it likes, or
repeat the headers of what it has read: there a record's version is recreated, and `copydesk_raw` and
`copydesk_received` hold only where they name an earlier place of the same partition and a time that is over,
as a replayed dead letter does. What does not hold is taken away, all of it, and the record goes by its own
place (docs/decisions/0009).
"""

from dataclasses import dataclass, replace

from streams.core.message import Headers, Message
from streams.core.pipeline import Pipeline
from streams.core.record_headers import COORDINATES, DIGITS, RAW, RECEIVED, VERSION
from streams.dead_letters.record import ORIGIN, is_ours, record_of, without_ours

#: Of a dead letter whose headers cannot be true: any takedown of its article is newer.
OLDEST = f"{0:016d}-{0:016d}-{0:06d}-{0:020d}"
#: A dead letter may be taken some milliseconds after its record, by another broker with a clock of its own.
LEEWAY_MS = 60_000
#: Partition and offset.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What holds on the topics of a pipeline. `first`: full names of those that no stage writes.

    `dead_letters`: full names of the dead-letter topics of the stages that read these. Dead letters keep the
    headers of their records, and earlier releases kept false ones.
    """

    first: frozenset[str]
    dead_letters: frozenset[str]

    def of(self, message: Message) -> Message:
        """`message` with the headers alone that hold. Those that are not ours stay as they are."""
        if message.topic in self.first:
            return _checked(message)
        if message.topic in self.dead_letters and any(name in ORIGIN for name, _ in message.headers):
            return self._dead_letter(message)
        return message

    def _dead_letter(self, dead_letter: Message) -> Message:
        died = record_of(dead_letter)
        topic, partition, offset = died.rsplit("/", 2)
        if topic not in self.first:
            return dead_letter
        if _holds(dead_letter, topic, (int(partition), int(offset) + 1), LEEWAY_MS):
            return replace(dead_letter, headers=_without(dead_letter.headers, VERSION))
        said = ((RAW, died.encode()), (VERSION, OLDEST.encode()))
        return replace(dead_letter, headers=(*_without(dead_letter.headers, *ORIGIN), *said))


def provenance(pipeline: Pipeline, prefix: str) -> Provenance:
    """What holds on the topics of `pipeline`."""
    first = frozenset(topic.full_name(prefix) for topic in pipeline.first)
    dead_letters = (
        stage.dead.full_name(prefix) for stage in pipeline.stages if stage.reads in pipeline.first
    )
    return Provenance(first=first, dead_letters=frozenset(dead_letters))


def replayed_from(message: Message) -> Place | None:
    """Where the record of a first topic lay before, by the headers that hold; None: it is no replay."""
    named = message.header(RAW)
    if named is None:
        return None
    _, partition, offset = named.rsplit("/", 2)
    return int(partition), int(offset)


def as_its_own(message: Message) -> Message:
    """`message` without a word on where it lay before."""
    return replace(message, headers=_without(message.headers, *ORIGIN))


def _checked(message: Message) -> Message:
    if not any(name in ORIGIN or is_ours(name) for name, _ in message.headers):
        return message
    holds = _holds(message, message.topic, (message.partition, message.offset))
    false = (VERSION,) if holds else ORIGIN
    return replace(message, headers=_without(without_ours(message), *false))


def _holds(message: Message, topic: str, before: Place, leeway: int = 0) -> bool:
    """Whether `copydesk_raw` names a place of that partition before that offset, and a time that is over."""
    named, received = message.header(RAW), message.header(RECEIVED)
    if named is None or not COORDINATES.fullmatch(named):
        return False
    place, _, offset = named.rpartition("/")
    over = received is None or (
        DIGITS.fullmatch(received) is not None and int(received) <= message.timestamp + leeway
    )
    return place == f"{topic}/{before[0]}" and int(offset) < before[1] and over


def _without(headers: Headers, *names: str) -> Headers:
    return tuple(header for header in headers if header[0] not in names)
