"""The headers around a record: CloudEvents 1.0 (Kafka binding, binary mode), W3C trace, and Copydesk's own.

    copydesk_raw        topic/partition/offset of the raw record everything was made from
    copydesk_received   when the broker took that raw record, in milliseconds: latency = now - it
    copydesk_version    which revision of an article is newer: compares as text, greater is newer

They are read once from what comes in, carried on through every stage, and written on all that goes out.
Headers that are not ours travel on unchanged. Nothing is of later than Kafka took the record that says so:
a version or time that is counts as that time. Where anybody may have written the headers,
`streams/dead_letters/provenance.py` says first which of them hold.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from streams.core.message import Headers, Message
from streams.core.timestamps import utc

RAW, RECEIVED, VERSION = "copydesk_raw", "copydesk_received", "copydesk_version"
#: Set anew on everything that goes out, so never carried on from what came in.
OURS = frozenset(
    {
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema"),
        *("content-type", "traceparent", RAW, RECEIVED, VERSION),
    }
)
TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
#: A topic's name as Kafka has it, and numbers in one way only, which fit into a version.
COORDINATES = re.compile(r"[A-Za-z0-9._-]{1,249}/(?:0|[1-9][0-9]{0,5})/(?:0|[1-9][0-9]{0,18})")
DIGITS = re.compile(r"[0-9]{1,15}")
VERSION_FORM = re.compile(r"[0-9]{16}-[0-9]{16}-[0-9]{6}-[0-9]{20}")
#: What any target takes as an identity.
WORD = re.compile(r"[!-~]{1,200}")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The last millisecond that a date can be of: the end of the year 9999.
LAST_MILLISECOND = 253_402_300_799_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article comes from: what stays the same from the raw record to the last sink."""

    raw: str
    received: int
    version: str
    event: str
    """What tells this event from every other: `ce_source` and `ce_id` where both are there, else `raw` and
    `received`: a place alone is taken again when Kafka has new data."""
    traceparent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who writes: the stage, the version, model and settings of its work, and the prefix of its topics."""

    stage: str
    version: str
    model: str | None
    prefix: str
    settings: str = ""
    """A hash of the settings that were given: with others the same input may give other bytes."""


def origin(message: Message, fetched_at: str | None = None) -> Origin:
    """Read where `message` comes from. `fetched_at` is the scraper's own time, on raw records."""
    lies, came = raw(message), received(message)
    source, event = message.header("ce_source"), message.header("ce_id")
    name = f"{source}\n{event}" if source and event else f"{lies}\n{came}"
    return Origin(
        raw=lies,
        received=came,
        version=_said_version(message, lies, came) or _version(lies, came, fetched_at),
        event=name,
        traceparent=_matching(message, "traceparent", TRACEPARENT) or _traceparent(name),
    )


def raw(message: Message) -> str:
    """Where the raw record of `message` lies: `topic/partition/offset`."""
    return _matching(message, RAW, COORDINATES) or message.coordinates


def received(message: Message) -> int:
    """When Kafka took the raw record of `message`, in milliseconds: not after it took `message`."""
    appended = min(max(0, message.timestamp), LAST_MILLISECOND)
    return min(int(_matching(message, RECEIVED, DIGITS) or appended), appended)


def event(message: Message, source: str) -> str:
    """What tells the event of `message` from every other: its `ce_id`, a hash of one that is no word, or its
    place in the log `source`."""
    named = message.header("ce_id")
    if not named:
        return f"{source}/{message.coordinates}"
    return named if WORD.fullmatch(named) else _hash(named, 16)


def received_at(version: str) -> datetime | None:
    """When Kafka took the raw record, by its version; None where that does not say."""
    if not VERSION_FORM.fullmatch(version):
        return None
    try:
        return EPOCH + timedelta(milliseconds=int(version.split("-")[1]))
    except OverflowError:
        return None


def write(origin: Origin, carried: Headers, stamp: Stamp, *, topic: str, key: bytes, nth: int = 0) -> Headers:
    """The headers of the `nth` record that `stamp` makes of `origin` for `topic`; `carried` travel on.

    `ce_id` depends on nothing but the stage, its version, model and settings, and the event: a replay repeats
    it, a correction does not, and the results of a new model are news.
    """
    work = (stamp.stage, stamp.version, stamp.model or "", *([stamp.settings] if stamp.settings else []))
    event = (*work, origin.event, *([str(nth)] if nth else []))
    ours = {
        "ce_specversion": "1.0",
        "ce_id": _hash("\n".join(event), 16),
        "ce_source": f"/copydesk/{stamp.prefix}/{stamp.stage}",
        "ce_type": f"copydesk.{topic}",
        "ce_time": _rfc3339(origin.received),
        "ce_subject": key.decode("utf-8", "replace"),
        "traceparent": origin.traceparent,
        RAW: origin.raw,
        RECEIVED: str(origin.received),
        VERSION: origin.version,
    }
    return (*unknown(carried), *((name, value.encode()) for name, value in ours.items()))


def with_value(headers: Headers, record: type) -> Headers:
    """The headers of a record that has a value (a takedown has none): its media type and schema."""
    return (*headers, ("content-type", b"application/json"), ("ce_dataschema", dataschema(record).encode()))


def dataschema(record: type) -> str:
    """The name of a record's schema: the `$id` that `copydesk schema` gives it."""
    return f"urn:copydesk:{record.__name__}"


def unknown(headers: Headers) -> Headers:
    """The headers that are not ours, in their order, repeats included."""
    return tuple(header for header in headers if header[0] not in OURS)


def _matching(message: Message, name: str, form: re.Pattern[str]) -> str | None:
    value = message.header(name)
    return value if value is not None and form.fullmatch(value) else None


def _said_version(message: Message, raw: str, received: int) -> str | None:
    """The version that `message` names; one of later than `received` counts as of then."""
    said = _matching(message, VERSION, VERSION_FORM)
    if said is None:
        return None
    fetched, took = map(int, said.split("-")[:2])
    return said if max(fetched, took) <= received else _made(raw, received, fetched)


def _version(raw: str, received: int, fetched_at: str | None) -> str:
    return _made(raw, received, _milliseconds(fetched_at, received))


def _made(raw: str, received: int, fetched: int) -> str:
    """(fetched_at or append time, append time, partition, offset), padded so that text compares as numbers.

    A `fetched_at` after the append time is a wrong clock and would outrank every takedown: it counts as
    the append time.
    """
    _, partition, offset = raw.rsplit("/", 2)
    return f"{min(fetched, received):016d}-{received:016d}-{int(partition):06d}-{int(offset):020d}"


def _milliseconds(time: str | None, otherwise: int) -> int:
    """RFC 3339 -> milliseconds since 1970; `otherwise` for a time that cannot be."""
    moment = utc(time)
    return otherwise if moment is None else max(0, round(moment.timestamp() * 1000))


def _rfc3339(milliseconds: int) -> str:
    moment = EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _traceparent(event: str) -> str:
    digits = _hash(f"trace\n{event}", 24)
    return f"00-{digits[:32]}-{digits[32:]}-01"


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()
