"""A record for people to read: a line with time and place, then its main contents."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from streams.core import record_headers
from streams.core.message import Message, Oversized
from streams.core.stage import in_words
from streams.dead_letters.listing import error_of
from streams.dead_letters.record import CONNECT, REASON, STAGE
from streams.inspection.tail import read_value
from streams.printable import visible

Lines = Iterator[tuple[str, str]]
Received = Callable[[Message], int]
Brief = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
LONGEST = 400


def head(message: Message) -> str:
    """`2026-11-25 12:30:01  news.clean/3/17`: its append time (UTC) and its place."""
    return f"{_moment(message.timestamp)}  {message.coordinates}"


def body(
    message: Message, brief: Brief, received: Received = record_headers.received
) -> list[tuple[str, str]]:
    """Label and text of each line that is not empty, with escapes for invisible characters.

    `brief` is that of the pipeline, `received` that of its provenance.
    """
    lines = [*_origin(message, received(message)), *_lines(message, brief)]
    return [(label, _clean(text)) for label, text in lines if text]


def _origin(message: Message, received: int) -> Lines:
    """The key, and when Kafka received the raw record, unless this is it."""
    yield "key", (message.key or b"").decode("utf-8", "replace")
    yield "received", "" if received == message.timestamp else _moment(received)


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def _lines(message: Message, brief: Brief) -> Lines:
    value = read_value(message)
    if message.header(REASON) is not None:
        yield from _dead_letter(message)
    elif value is None:
        yield "removed", "it must be removed everywhere"
    elif isinstance(value, dict):
        yield from _discarded(value) if "reason" in value else brief(value)
    elif isinstance(value, Oversized):
        yield "value", str(value)
    else:
        kind = message.header("content-type") or "something"
        yield "value", f"{len(message.value or b''):,} bytes of {kind}"


def _dead_letter(message: Message) -> Lines:
    yield "dead", f"{message.header(REASON)} in {message.header(STAGE)}"
    yield "error", error_of(message)
    yield "from", "/".join(message.header(CONNECT + name) or "?" for name in ("topic", "partition", "offset"))


def _discarded(value: Mapping[str, Any]) -> Lines:
    kind = value.get("kind")
    reason = in_words(str(value.get("reason") or ""), kind if isinstance(kind, str) else None)
    yield "discarded", " in ".join(str(word) for word in (reason, value.get("stage")) if word)
    url = value.get("url")
    yield "url", url if isinstance(url, str) else ""


def _clean(text: str) -> str:
    """One line, cut if it is very long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
