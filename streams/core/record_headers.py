"""The record headers: CloudEvents 1.0 (Kafka binding, binary mode), W3C trace, and Copydesk's own.

    copydesk_raw        topic/partition/offset of the raw record
    copydesk_received   when the broker received the raw record, in milliseconds: latency = now - this
    copydesk_version    which version of an article is newer: compares as text, greater is newer

Each stage reads them from its input and writes them to its output. Headers that are not ours are passed on
unchanged. A version or time later than the time at which Kafka received the record counts as that time. Where
anybody may have written the headers, `streams/dead_letters/provenance.py` first decides which are trusted.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from streams.core.message import Headers, Message
from streams.core.timestamps import EPOCH, LAST_MILLISECOND, rfc3339, utc

RAW, RECEIVED, VERSION = "copydesk_raw", "copydesk_received", "copydesk_version"
#: Set on every output, so never passed on from the input.
OURS = frozenset(
    {
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "ce_dataschema"),
        *("content-type", "traceparent", RAW, RECEIVED, VERSION),
    }
)
TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
#: A topic name that Kafka accepts, and numbers without leading zeros that fit into a version.
COORDINATES = re.compile(r"[A-Za-z0-9._-]{1,249}/(?:0|[1-9][0-9]{0,5})/(?:0|[1-9][0-9]{0,18})")
DIGITS = re.compile(r"[0-9]{1,15}")
VERSION_FORM = re.compile(r"[0-9]{16}-[0-9]{16}-[0-9]{6}-[0-9]{20}")
#: An identity that any target accepts.
WORD = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article comes from: the same from the raw record to the last sink."""

    raw: str
    received: int
    version: str
    event: str
    """Unique to this event: `ce_source` and `ce_id` if both are present, else `raw` and `received` (a place
    alone is used again after Kafka has lost its data)."""
    traceparent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The writer: the stage, the version, model and settings of its work, and the prefix of its topics."""

    stage: str
    version: str
    model: str | None
    prefix: str
    settings: str = ""
    """A hash of the settings that are set: other settings may give other bytes for the same input."""


def origin(message: Message, fetched_at: str | None = None) -> Origin:
    """The origin of `message`. `fetched_at` is the scraper's own time, on raw records."""
    place, appended = raw(message), received(message)
    source, event = message.header("ce_source"), message.header("ce_id")
    name = f"{source}\n{event}" if source and event else f"{place}\n{appended}"
    return Origin(
        raw=place,
        received=appended,
        version=_declared_version(message, place, appended)
        or _version(place, appended, _milliseconds(fetched_at, appended)),
        event=name,
        traceparent=_matching(message, "traceparent", TRACEPARENT) or _traceparent(name),
    )


def raw(message: Message) -> str:
    """The place of the raw record of `message`: `topic/partition/offset`."""
    return _matching(message, RAW, COORDINATES) or message.coordinates


def received(message: Message) -> int:
    """When Kafka received the raw record of `message`, in milliseconds: not later than `message` itself."""
    appended = min(max(0, message.timestamp), LAST_MILLISECOND)
    return min(int(_matching(message, RECEIVED, DIGITS) or appended), appended)


def event(message: Message, source: str) -> str:
    """The identity of `message`: its `ce_id`, hashed if it is not a `WORD`, else its place in the log."""
    ce_id = message.header("ce_id")
    if not ce_id:
        return f"{source}/{message.coordinates}"
    return ce_id if WORD.fullmatch(ce_id) else _hash(ce_id, 16)


def received_at(version: str) -> datetime | None:
    """When Kafka received the raw record, by its version; None for a version of another form."""
    if not VERSION_FORM.fullmatch(version):
        return None
    try:
        return EPOCH + timedelta(milliseconds=int(version.split("-")[1]))
    except OverflowError:
        return None


def write(origin: Origin, carried: Headers, stamp: Stamp, *, topic: str, key: bytes, nth: int = 0) -> Headers:
    """The headers of the `nth` record that `stamp` writes to `topic`; `carried` are passed on.

    `ce_id` depends only on the event and on the stage with its version, model and settings: a replay has the
    same, while a correction and the results of a new model have others.
    """
    work = (stamp.stage, stamp.version, stamp.model or "", *([stamp.settings] if stamp.settings else []))
    event = (*work, origin.event, *([str(nth)] if nth else []))
    ours = {
        "ce_specversion": "1.0",
        "ce_id": _hash("\n".join(event), 16),
        "ce_source": f"/copydesk/{stamp.prefix}/{stamp.stage}",
        "ce_type": f"copydesk.{topic}",
        "ce_time": rfc3339(origin.received),
        "ce_subject": key.decode("utf-8", "replace"),
        "traceparent": origin.traceparent,
        RAW: origin.raw,
        RECEIVED: str(origin.received),
        VERSION: origin.version,
    }
    return (*unknown(carried), *((name, value.encode()) for name, value in ours.items()))


def with_value(headers: Headers, record: type) -> Headers:
    """`headers` with the media type and schema of a value, which a takedown lacks."""
    return (*headers, ("content-type", b"application/json"), ("ce_dataschema", dataschema(record).encode()))


def dataschema(record: type) -> str:
    """The schema's `$id`, as `copydesk schema` prints it."""
    return f"urn:copydesk:{record.__name__}"


def unknown(headers: Headers) -> Headers:
    """The headers that are not ours, in their order, repeats included."""
    return tuple(header for header in headers if header[0] not in OURS)


def _matching(message: Message, name: str, form: re.Pattern[str]) -> str | None:
    value = message.header(name)
    return value if value is not None and form.fullmatch(value) else None


def _declared_version(message: Message, raw: str, received: int) -> str | None:
    """The version in the headers of `message`; one that is later than `received` counts as of `received`."""
    version = _matching(message, VERSION, VERSION_FORM)
    if version is None:
        return None
    fetched, appended = map(int, version.split("-")[:2])
    return version if max(fetched, appended) <= received else _version(raw, received, fetched)


def _version(raw: str, received: int, fetched: int) -> str:
    """(fetched_at or append time, append time, partition, offset), padded so that text compares as numbers.

    A `fetched_at` after the append time comes from a wrong clock and would outrank every takedown, so the
    append time replaces it.
    """
    _, partition, offset = raw.rsplit("/", 2)
    return f"{min(fetched, received):016d}-{received:016d}-{int(partition):06d}-{int(offset):020d}"


def _milliseconds(time: str | None, otherwise: int) -> int:
    """RFC 3339 -> milliseconds since 1970; `otherwise` if it is not a time."""
    moment = utc(time)
    return otherwise if moment is None else max(0, round(moment.timestamp() * 1000))


def _traceparent(event: str) -> str:
    digits = _hash(f"trace\n{event}", 24)
    return f"00-{digits[:32]}-{digits[32:]}-01"


def _hash(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()
