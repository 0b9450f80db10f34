"""Dead letters as a person reads them, and as JSON."""

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import orjson
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from streams.core.message import Message, Oversized
from streams.dead_letters.ledger import LedgerEntry
from streams.dead_letters.listing import DeadLetter
from streams.dead_letters.record import CONNECT
from streams.inspection.tail import as_json
from streams.printable import one_line, visible, visible_json

COLUMNS = ("record", "age", "stage", "reason", "key", "error")
WHOLE_COLUMNS = 4
KEY_CHARACTERS, VALUE_BYTES = 60, 2048
STEPS = ((86_400.0, "d"), (3600.0, "h"), (60.0, "min"))


def table(dead_letters: Iterable[DeadLetter], width: int) -> Table:
    """One line of `width` characters per dead letter. Only key and error are cut: the rest is for copying."""
    rows = [_cells(dead_letter) for dead_letter in dead_letters]
    whole = [max(len(name), *(len(row[n]) for row in rows)) for n, name in enumerate(COLUMNS[:WHOLE_COLUMNS])]
    left = width - sum(whole) - 2 * len(COLUMNS)
    table = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, size in zip(COLUMNS, (*whole, max(9, 2 * left // 5), max(9, 3 * left // 5)), strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", min_width=size, max_width=size)
    for row in rows:
        table.add_row(*row)
    return table


def _cells(listed: DeadLetter) -> tuple[str | Text, ...]:
    return listed.record, age(listed.at), listed.stage, listed.reason, short_key(listed.key), _error(listed)


def counts(dead_letters: Iterable[DeadLetter]) -> str:
    """`: failed 2, invalid 1`; empty where there are none."""
    counted = Counter(dead_letter.reason for dead_letter in dead_letters)
    listed = ", ".join(f"{reason} {count:,}" for reason, count in sorted(counted.items()))
    return f": {listed}" if listed else ""


def age(at: int, now: float | None = None) -> str:
    """`3 min`: how long ago, in the largest unit that it fills."""
    seconds = max(0.0, (time.time() if now is None else now) - at / 1000)
    return next(
        (f"{seconds // size:.0f} {unit}" for size, unit in STEPS if seconds >= size), f"{seconds:.0f} s"
    )


def short_key(key: bytes | None) -> str:
    """A key in one line; a long one loses its middle, the part of a URL that matters least."""
    text = "-" if key is None else one_line(key.decode("utf-8", "replace"))
    half = KEY_CHARACTERS // 2
    return text if len(text) <= KEY_CHARACTERS else f"{text[: half - 1]}…{text[-half:]}"


def as_plain(dead_letter: DeadLetter, **more: object) -> bytes:
    """A dead letter as a line of JSON. `at` is in milliseconds; a key that is not UTF-8 has `\\x` escapes."""
    key = None if dead_letter.key is None else dead_letter.key.decode("utf-8", "backslashreplace")
    return visible_json(orjson.dumps(asdict(dead_letter) | {"key": key} | more))


def whole(dead_letter: DeadLetter, message: Message, original: Message | None, blocker: str | None) -> Text:
    """All of a dead letter. `original` is None where Kafka no longer has it."""
    shown = Text(dead_letter.record, style="bold cyan")
    for label, text in _lines(dead_letter, message, blocker):
        shown.append(f"\n  {label:<9}", style="dim not bold").append(f" {text}", style="default not bold")
    trace = message.header(f"{CONNECT}exception.stacktrace")
    shown.append_text(_block("stack trace", visible(trace or "")))
    shown.append_text(_block("headers", "\n".join(_headers(message))))
    return shown.append_text(_block("value", _value(original)))


def whole_as_json(dead_letter: DeadLetter, message: Message, blocker: str | None) -> bytes:
    """The same as a line of JSON: the dead letter, its record, and what blocks a replay."""
    return as_plain(dead_letter, blocker=blocker, message=orjson.Fragment(as_json(message)))


def write_value(value: bytes) -> None:
    """Write the bytes as they are, for a file or a program; a terminal gets no control characters."""
    if sys.stdout.isatty():
        value = visible(value.decode("utf-8", "replace")).encode()
    sys.stdout.buffer.write(value)


def closed(entry: LedgerEntry) -> str:
    """`replayed 2026-11-25T08:00:00.000+00:00 by ines as news.raw/3/99`."""
    return f"{entry.action} {entry.at} by {entry.by}" + (f" as {entry.to}" if entry.to else "")


def _lines(dead_letter: DeadLetter, message: Message, blocker: str | None) -> Iterator[tuple[str, str]]:
    yield "reason", f"{dead_letter.reason} in {dead_letter.stage}, {age(dead_letter.at)} ago"
    yield "error", one_line(dead_letter.error)
    yield "key", "-" if dead_letter.key is None else one_line(dead_letter.key.decode("utf-8", "replace"))
    yield "place", dead_letter.place
    yield "raw", dead_letter.raw
    absent = ", not in the dead letter: too large" if dead_letter.by_reference else ""
    yield "value", f"{dead_letter.size:,} bytes{absent}"
    if dead_letter.again:
        yield "again", "it was replayed before, and failed again"
    if dead_letter.acknowledged:
        yield "acknowledged", "it no longer counts towards the dead-letter limit"
    yield "state", closed(dead_letter.entry) if dead_letter.entry else "open"
    yield "replay", blocker or "can be replayed"


def _block(title: str, text: str) -> Text:
    lines = "".join(f"\n    {line}" for line in text.splitlines())
    return Text(f"\n  {title}", style="dim").append(lines, style="default not dim") if text else Text()


def _headers(message: Message) -> Iterator[str]:
    for name, value in message.headers:
        if name != f"{CONNECT}exception.stacktrace":
            text = "null" if value is None else value.decode("utf-8", "backslashreplace")
            yield f"{one_line(name)}: {one_line(text)}"


def _value(original: Message | None) -> str:
    if original is None:
        return ""
    if original.value is None:
        return "null: a takedown"
    if isinstance(original.value, Oversized):
        return str(original.value)
    start = visible(original.value[:VALUE_BYTES].decode("utf-8", "replace"))
    rest = len(original.value) - VALUE_BYTES
    return start + (f"\n… {rest:,} bytes more: --value writes all" if rest > 0 else "")


def _error(dead_letter: DeadLetter) -> Text:
    marks = [mark for mark in ("again", "acknowledged") if getattr(dead_letter, mark)]
    # Without the class of the error there is more room for its sentence; `show` has both.
    sentence = dead_letter.error.partition(": ")[2] or dead_letter.error
    text = Text(f"({', '.join(marks)}) " if marks else "", style="yellow")
    return text.append(one_line(sentence), style="default")
