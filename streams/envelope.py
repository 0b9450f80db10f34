"""The headers around a record: CloudEvents 1.0 (Kafka binding, binary mode), W3C trace, and Copydesk's own.

    copydesk_raw        topic/partition/offset of the raw record everything was made from
    copydesk_received   when the broker took that raw record, in milliseconds: latency = now - it
    copydesk_version    which revision of an article is newer: compares as text, greater is newer

They are read once from what comes in, carried on through every stage, and written on all that goes out.
Headers that are not ours travel on unchanged.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from streams.message import Headers, Message
from streams.times import utc

RAW, RECEIVED, VERSION = "copydesk_raw", "copydesk_received", "copydesk_version"
#: Set anew on everything that goes out, so never carried on from what came in.
OURS = frozenset(
    {
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema"),
        *("content-type", "traceparent", RAW, RECEIVED, VERSION),
    }
)
TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
COORDINATES = re.compile(r"[^/\s]+/[0-9]{1,9}/[0-9]{1,19}")
#: Milliseconds up to the year 5138: Python has no time after the year 9999.
DIGITS = re.compile(r"[0-9]{1,14}")
VERSION_FORM = re.compile(r"[0-9]{16}-[0-9]{16}-[0-9]{6}-[0-9]{20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article comes from: what stays the same from the raw record to the last sink."""

    raw: str
    received: int
    version: str
    event: str
    """What tells this event from every other: `ce_source` and `ce_id` where both are there, else `raw`."""
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
    name = f"{source}\n{event}" if source and event else lies
    return Origin(
        raw=lies,
        received=came,
        version=_matching(message, VERSION, VERSION_FORM) or _version(lies, came, fetched_at),
        event=name,
        traceparent=_matching(message, "traceparent", TRACEPARENT) or _traceparent(name),
    )


def raw(message: Message) -> str:
    """Where the raw record of `message` lies: `topic/partition/offset`."""
    return _matching(message, RAW, COORDINATES) or message.coordinates


def received(message: Message) -> int:
    """When Kafka took the raw record of `message`, in milliseconds."""
    return int(_matching(message, RECEIVED, DIGITS) or message.timestamp)


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


def _version(raw: str, received: int, fetched_at: str | None) -> str:
    """(fetched_at or append time, append time, partition, offset), padded so that text compares as numbers.

    A `fetched_at` after the append time is a wrong clock and would outrank every takedown: it counts as
    the append time.
    """
    _, partition, offset = raw.rsplit("/", 2)
    fetched = min(_milliseconds(fetched_at, received), received)
    return f"{fetched:016d}-{received:016d}-{int(partition):06d}-{int(offset):020d}"


def _milliseconds(time: str | None, otherwise: int) -> int:
    """RFC 3339 -> milliseconds since 1970; `otherwise` for a time that cannot be."""
    moment = utc(time)
    return otherwise if moment is None else max(0, round(moment.timestamp() * 1000))


def _rfc3339(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _traceparent(event: str) -> str:
    digits = _hash(f"trace\n{event}", 24)
    return f"00-{digits[:32]}-{digits[32:]}-01"


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()
