"""Limits the lines of a log. A line that repeats is written a few times per minute, and the rest is counted.

A flood fills disks and hides what matters: with no file handle left, asyncio wrote 230,281 lines in a minute.
"""

import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import TextIO

WINDOW_SECONDS = 60.0
#: In a window: equal lines, and all lines of a library at one level.
MOST_EQUAL, MOST_OF_LIBRARY = 5, 20
#: Kinds of lines that are counted in a window; lines of further kinds are written.
MOST_KINDS = 10_000
#: Parts that differ between equal lines of a library: addresses and numbers.
VARYING = re.compile(r"0x[0-9a-f]+|\d+", re.IGNORECASE)
TEXT_LENGTH = 200
#: Parts of an event that are ignored in comparisons.
NOT_COMPARED = frozenset({"timestamp", "exception", "stack"})

Kind = tuple[str, int, str]


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error, or `stream`, and leaves out lines that repeat too often."""

    def __init__(self, stream: TextIO | None = None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream or sys.stderr)
        self._now = now
        self._began = now()
        self._written: Counter[Kind] = Counter()
        self._left_out: Counter[Kind] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if self._now() - self._began >= WINDOW_SECONDS:
            self._report()
        over = self._over(record)
        if over is None:
            super().emit(record)
            return
        self._left_out[over] += 1
        if self._left_out[over] == 1:
            self._report_suppressed(over, "more of this is left out and counted, for up to a minute")

    def close(self) -> None:
        """Report what was left out since the last report."""
        self.acquire()
        try:
            self._report()
        finally:
            self.release()
        super().close()

    def _over(self, record: logging.LogRecord) -> Kind | None:
        """The kind of the record that has reached its limit, or None: then it is written, and counted."""
        kinds = _kinds(record)
        for kind, most in kinds:
            if self._written[kind] >= most:
                return kind
        if len(self._written) < MOST_KINDS:
            self._written.update(kind for kind, _ in kinds)
        return None

    def _report(self) -> None:
        left_out, self._left_out = self._left_out, Counter()
        self._written.clear()
        self._began = self._now()
        for kind, count in left_out.items():
            self._report_suppressed(kind, f"left out: {count:,} more of this")

    def _report_suppressed(self, kind: Kind, remark: str) -> None:
        name, level, text = kind
        super().emit(logging.LogRecord(name, level, "", 0, f"{remark}: {text}", None, None))


def install() -> None:
    """Write the libraries' warnings to standard error, limited; for processes without events of their own."""
    logging.basicConfig(handlers=[LimitedHandler()], level=logging.WARNING)
    logging.captureWarnings(True)


def _kinds(record: logging.LogRecord) -> list[tuple[Kind, int]]:
    """The kinds that the record counts as, and how many of each are written in a window."""
    if isinstance(record.msg, dict):  # an event of ours: equal only if all its fields are
        fields = {name: value for name, value in record.msg.items() if name not in NOT_COMPARED}
        event = str(fields.pop("event", ""))
        text = " ".join([event, *(f"{name}={value}" for name, value in fields.items() if name != "level")])
        return [((record.name, record.levelno, text), MOST_EQUAL)]
    library = record.name.partition(".")[0]
    text = VARYING.sub("#", record.getMessage()[:TEXT_LENGTH])
    return [
        ((library, record.levelno, f"lines of {library}"), MOST_OF_LIBRARY),
        ((record.name, record.levelno, text), MOST_EQUAL),
    ]
