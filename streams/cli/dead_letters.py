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
    """One line a dead letter, in so many characters. What is to be copied stands whole; key and error are
    cut."""
    rows: list[tuple[str | Text, ...]] = [
        (one.record, age(one.at), one.stage, one.reason, short_key(one.key), _error(one))
        for one in dead_letters
    ]
    whole = [max(len(name), *(len(row[n]) for row in rows)) for n, name in enumerate(COLUMNS[:WHOLE_COLUMNS])]
    left = width - sum(whole) - 2 * len(COLUMNS)
    made = Table(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name, size in zip(COLUMNS, (*whole, max(9, 2 * left // 5), max(9, 3 * left // 5)), strict=True):
        made.add_column(name, no_wrap=True, overflow="ellipsis", min_width=size, max_width=size)
    for row in rows:
        made.add_row(*row)
    return made


def counts(dead_letters: Iterable[DeadLetter]) -> str:
    """`: failed 2, invalid 1`; nothing of none."""
    counted = Counter(one.reason for one in dead_letters)
    said = ", ".join(f"{reason} {count:,}" for reason, count in sorted(counted.items()))
    return f": {said}" if said else ""


def age(at: int, now: float | None = None) -> str:
    """`3 min`: how long ago, in the largest unit that it fills."""
    seconds = max(0.0, (time.time() if now is None else now) - at / 1000)
    return next(
        (f"{seconds // size:.0f} {unit}" for size, unit in STEPS if seconds >= size), f"{seconds:.0f} s"
    )


def short_key(key: bytes | None) -> str:
    """A key in one line; a long one loses its middle, which says least of a URL."""
    text = "-" if key is None else one_line(key.decode("utf-8", "replace"))
    half = KEY_CHARACTERS // 2
    return text if len(text) <= KEY_CHARACTERS else f"{text[: half - 1]}…{text[-half:]}"


def as_plain(dead_letter: DeadLetter, **more: object) -> bytes:
    """A dead letter as a line of JSON. `at` is in milliseconds; a key that is not UTF-8 is written with
    `\\x`."""
    said = asdict(dead_letter) | {
        "key": None if dead_letter.key is None else dead_letter.key.decode("utf-8", "backslashreplace"),
    }
    return visible_json(orjson.dumps(said | more))


def whole(dead_letter: DeadLetter, message: Message, original: Message | None, blocker: str | None) -> Text:
    """All of a dead letter. `original` is the record that died, where it is still there."""
    shown = Text(dead_letter.record, style="bold cyan")
    for label, said in _lines(dead_letter, message, blocker):
        shown.append(f"\n  {label:<9}", style="dim not bold").append(f" {said}", style="default not bold")
    trace = message.header(f"{CONNECT}exception.stacktrace")
    shown.append_text(_block("stack trace", visible(trace or "")))
    shown.append_text(_block("headers", "\n".join(_headers(message))))
    return shown.append_text(_block("value", _value(original)))


def whole_as_json(dead_letter: DeadLetter, message: Message, blocker: str | None) -> bytes:
    """The same as a line of JSON: the dead letter, the record it lies in, and what hinders a replay."""
    return as_plain(dead_letter, blocker=blocker, message=orjson.Fragment(as_json(message)))


def write_value(value: bytes) -> None:
    """The bytes as they are, for a file or a program; a terminal gets no control characters."""
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
    yield (
        "value",
        f"{dead_letter.size:,} bytes"
        + (", not in the dead letter: too large" if dead_letter.by_reference else ""),
    )
    if dead_letter.again:
        yield "again", "it was replayed once already, and died again"
    if dead_letter.acknowledged:
        yield "acknowledged", "it counts no more for the limit of dead letters"
    yield "state", closed(dead_letter.entry) if dead_letter.entry else "open"
    yield "replay", blocker or "can be replayed"


def _block(title: str, text: str) -> Text:
    lines = "".join(f"\n    {line}" for line in text.splitlines())
    return Text(f"\n  {title}", style="dim").append(lines, style="default not dim") if text else Text()


def _headers(message: Message) -> Iterator[str]:
    for name, value in message.headers:
        if name != f"{CONNECT}exception.stacktrace":
            said = "null" if value is None else value.decode("utf-8", "backslashreplace")
            yield f"{one_line(name)}: {one_line(said)}"


def _value(original: Message | None) -> str:
    if original is None or original.value is None:
        return "" if original is None else "null: a takedown"
    if isinstance(original.value, Oversized):
        return str(original.value)
    start = visible(original.value[:VALUE_BYTES].decode("utf-8", "replace"))
    rest = len(original.value) - VALUE_BYTES
    return start + (f"\n… {rest:,} bytes more: --value writes all" if rest > 0 else "")


def _error(dead_letter: DeadLetter) -> Text:
    marks = [
        word for word, on in (("again", dead_letter.again), ("acknowledged", dead_letter.acknowledged)) if on
    ]
    said = Text(f"({', '.join(marks)}) " if marks else "", style="yellow")
    # The class of the error takes the room of its sentence; `show` has both.
    sentence = dead_letter.error.partition(": ")[2] or dead_letter.error
    return said.append(one_line(sentence), style="default")
