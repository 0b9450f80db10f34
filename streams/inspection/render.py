"""A record as a person reads it: a line of where and when, then what matters of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from streams.core.message import Message, Oversized
from streams.dead_letters.record import CONNECT, REASON, STAGE
from streams.inspection.tail import read_value
from streams.printable import visible

Lines = Iterator[tuple[str, str]]
Brief = Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]]
LONGEST = 400


def head(message: Message) -> str:
    """`12:30:01  news.clean/3/17`: when it was appended (UTC) and where it lies."""
    moment = datetime.fromtimestamp(message.timestamp / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}  {message.coordinates}"


def body(message: Message, brief: Brief) -> list[tuple[str, str]]:
    """Label and text of each line that has something to say, as it can be seen.

    `brief` is the pipeline's: what matters of a record of its own.
    """
    return [(label, _clean(text)) for label, text in _lines(message, brief) if text]


def _lines(message: Message, brief: Brief) -> Lines:
    yield "key", (message.key or b"").decode("utf-8", "replace")
    value = read_value(message)
    if message.header(REASON) is not None:
        yield from _dead_letter(message)
    elif value is None:
        yield "removed", "nothing may be kept of it"
    elif isinstance(value, dict):
        yield from _discarded(value) if "reason" in value else brief(value)
    elif isinstance(value, Oversized):
        yield "value", str(value)
    else:
        yield (
            "value",
            f"{len(message.value or b''):,} bytes of {message.header('content-type') or 'something'}",
        )


def _dead_letter(message: Message) -> Lines:
    yield "dead", f"{message.header(REASON)} in {message.header(STAGE)}"
    name, said = (message.header(f"{CONNECT}exception.{one}") or "" for one in ("class.name", "message"))
    yield "error", ": ".join(part for part in (name, said) if part)
    yield "from", "/".join(message.header(CONNECT + one) or "?" for one in ("topic", "partition", "offset"))


def _discarded(value: Mapping[str, Any]) -> Lines:
    yield "discarded", " in ".join(str(value[name]) for name in ("reason", "stage") if value.get(name))
    yield "url", _text(value.get("url"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """One line, cut where it is very long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
