"""The dead-letter record: the original key, bytes and headers, and further headers that say why it is dead.

These are the headers of Kafka Connect (`__connect.errors.*`), which existing tools show, and three of ours.
Its identity is `__connect.errors.topic`, `.partition` and `.offset`: a repeat after a crash has the same.
"""

from streams.core import record_headers
from streams.core.message import Headers, Message, Outgoing, Oversized, size_of
from streams.core.stage import Failure, Stage

CONNECT = "__connect.errors."
REASON, STAGE, BY_REFERENCE = "copydesk_reason", "copydesk_stage", "copydesk_by_reference"
MESSAGE_BYTES, TRACE_BYTES = 1024, 4096
ORIGIN = (record_headers.RAW, record_headers.RECEIVED, record_headers.VERSION)


def dead_letter(message: Message, failure: Failure, stage: Stage) -> Outgoing:
    """The dead letter of `message` for the stage's dead-letter topic."""
    topic = stage.dead.full_name
    headers = (*without_ours(message), *origin_of(message), *_failure_headers(message, failure, stage))
    whole = Outgoing(topic=topic, key=message.key, value=message.value, headers=headers)
    return by_reference(whole) if isinstance(message.value, Oversized) else whole


def by_reference(dead_letter: Outgoing) -> Outgoing:
    """The dead letter with our headers only, for one that is too large for the topic."""
    size = str(size_of(dead_letter.value)).encode()
    ours = (header for header in dead_letter.headers if is_ours(header[0]) or header[0] in ORIGIN)
    headers = tuple((name, (value or b"")[:TRACE_BYTES]) for name, value in ours)
    return Outgoing(
        topic=dead_letter.topic,
        key=dead_letter.key and dead_letter.key[:MESSAGE_BYTES],
        value=b"",
        headers=(*headers, (BY_REFERENCE, size)),
    )


def record_of(dead_letter: Message) -> str:
    """`topic/partition/offset` of the record that failed: the identity of a dead letter and its repeats.

    For a record that somebody else has written to the topic, its own place.
    """
    place = "/".join(dead_letter.header(CONNECT + name) or "" for name in ("topic", "partition", "offset"))
    return place if record_headers.COORDINATES.fullmatch(place) else dead_letter.coordinates


def without_ours(message: Message) -> Headers:
    """The headers of the original."""
    return tuple(header for header in message.headers if not is_ours(header[0]))


def origin_of(message: Message) -> Headers:
    """The headers of the origin that `message` lacks: with them a replay is recognised as a repeat."""
    origin = record_headers.origin(message)
    headers = ((record_headers.RAW, origin.raw), (record_headers.RECEIVED, str(origin.received)))
    return tuple((name, value.encode()) for name, value in headers if message.header(name) != value)


def is_ours(name: str) -> bool:
    """Whether only dead letters have the header of that name."""
    return name.startswith(CONNECT) or name in {REASON, STAGE, BY_REFERENCE}


def _failure_headers(message: Message, failure: Failure, stage: Stage) -> Headers:
    connect = {
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "connector.name": stage.group,
        "task.id": "0",
        "stage": stage.name,
        "class.name": stage.work,
        "exception.class.name": failure.error,
        "exception.message": _cut(failure.message, MESSAGE_BYTES),
        "exception.stacktrace": _cut(failure.trace, TRACE_BYTES),
    }
    ours = ((REASON, failure.reason.value.encode()), (STAGE, stage.name.encode()))
    return (*((CONNECT + name, _encode(value)) for name, value in connect.items()), *ours)


def _cut(text: str, most: int) -> str:
    """The end of a text (the most useful part of a stack trace), in at most `most` bytes."""
    encoded = _encode(text)
    return text if len(encoded) <= most else "…" + encoded[-(most - 3) :].decode("utf-8", "ignore")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
