"""The dead letter: an article's original key, bytes and headers, and in further headers why it is dead.

Its headers are those of Kafka Connect (`__connect.errors.*`), which existing tools show, and three of ours.
Its identity is `__connect.errors.topic`, `.partition` and `.offset`: a repeat after a crash has the same.
"""

from streams.core import record_headers
from streams.core.message import Headers, Message, Outgoing, Oversized, size_of
from streams.core.stage import Failure, Stage

CONNECT = "__connect.errors."
REASON, STAGE, BY_REFERENCE = "copydesk_reason", "copydesk_stage", "copydesk_by_reference"
MESSAGE_BYTES, TRACE_BYTES = 1024, 4096
ORIGIN = (record_headers.RAW, record_headers.RECEIVED, record_headers.VERSION)


def dead_letter(message: Message, dead: Failure, stage: Stage, *, prefix: str, group: str) -> Outgoing:
    """The dead letter of `message` for the stage's dead-letter topic."""
    topic = stage.dead.full_name(prefix)
    headers = (*without_ours(message), *origin_of(message), *_why(message, dead, stage, group))
    whole = Outgoing(topic=topic, key=message.key, value=message.value, headers=headers)
    return by_reference(whole) if isinstance(message.value, Oversized) else whole


def by_reference(dead_letter: Outgoing) -> Outgoing:
    """The dead letter without value and foreign headers, for one that the topic rejects: where all of it
    lies."""
    size = str(size_of(dead_letter.value)).encode()
    ours = (header for header in dead_letter.headers if is_ours(header[0]) or header[0] in ORIGIN)
    headers = tuple((name, (value or b"")[:TRACE_BYTES]) for name, value in ours)
    return Outgoing(
        topic=dead_letter.topic,
        key=_short_key(dead_letter.key),
        value=b"",
        headers=(*headers, (BY_REFERENCE, size)),
    )


def record_of(dead_letter: Message) -> str:
    """`topic/partition/offset` of the record that died: a dead letter's identity. A repeat has the same.

    A dead letter that somebody else has put there goes by its own place.
    """
    place = "/".join(dead_letter.header(CONNECT + name) or "" for name in ("topic", "partition", "offset"))
    return place if record_headers.COORDINATES.fullmatch(place) else dead_letter.coordinates


def without_ours(message: Message) -> Headers:
    """The headers as they were before the record died."""
    return tuple(header for header in message.headers if not is_ours(header[0]))


def origin_of(message: Message) -> Headers:
    """Where the article comes from, where its headers do not say so yet, so that a replay is not news."""
    came = record_headers.origin(message)
    said = ((record_headers.RAW, came.raw), (record_headers.RECEIVED, str(came.received)))
    return tuple((name, value.encode()) for name, value in said if message.header(name) != value)


def is_ours(name: str) -> bool:
    """Whether a dead letter added the header of that name."""
    return name.startswith(CONNECT) or name in {REASON, STAGE, BY_REFERENCE}


def _why(message: Message, dead: Failure, stage: Stage, group: str) -> Headers:
    connect = {
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "connector.name": group,
        "task.id": "0",
        "stage": stage.name,
        "class.name": stage.work,
        "exception.class.name": dead.error,
        "exception.message": _cut(dead.message, MESSAGE_BYTES),
        "exception.stacktrace": _cut(dead.trace, TRACE_BYTES),
    }
    ours = ((REASON, dead.reason.value.encode()), (STAGE, stage.name.encode()))
    return (*((CONNECT + name, _encode(value)) for name, value in connect.items()), *ours)


def _cut(text: str, most: int) -> str:
    """The end of a text (a stack trace says most at its end), in at most `most` bytes."""
    encoded = _encode(text)
    return text if len(encoded) <= most else "…" + encoded[-(most - 3) :].decode("utf-8", "ignore")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _short_key(key: bytes | None) -> bytes | None:
    return key if key is None or len(key) <= MESSAGE_BYTES else key[:MESSAGE_BYTES]
