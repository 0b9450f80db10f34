"""What stands before standard output and error: foreign text is written without hidden characters."""

import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

from streams.printable import visible


class Guard:
    """A text stream that writes escapes for hidden characters."""

    def __init__(self, stream: TextIO) -> None:
        # rich looks for this name, and writes its own colours and cursor movements there.
        self.rich_proxied_file = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.rich_proxied_file, name)

    def write(self, text: str) -> int:
        self.rich_proxied_file.write(visible(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)


def guard() -> None:
    """Put guards before standard output and error, for `print`, tracebacks, warnings and libraries."""
    if not isinstance(sys.stdout, Guard):
        sys.stdout = cast(TextIO, Guard(sys.stdout))
    if not isinstance(sys.stderr, Guard):
        sys.stderr = cast(TextIO, Guard(sys.stderr))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind a guard, for code that escapes foreign text itself and writes colours."""
    return getattr(stream, "rich_proxied_file", stream)


def plain_wanted() -> bool:
    """Whether nothing is to be coloured or redrawn: `NO_COLOR`, or a terminal that can do neither."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") in {"dumb", "unknown"}


def can_redraw(stream: TextIO) -> bool:
    """Whether this is a terminal on which a line may be coloured and replaced."""
    return stream.isatty() and not plain_wanted()
