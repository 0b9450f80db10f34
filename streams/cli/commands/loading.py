"""What is shown while a command is being imported: a line on a terminal, which disappears."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from streams.output_guard import can_redraw, unguarded

LINE, CLEARED = "loading ...", "\r\x1b[2K"
_shown: list[str] = []


@contextmanager
def shown_until_loaded(*, always: bool) -> Iterator[None]:
    """Show the line until `loaded` is called. `always`: write it also where it stays."""
    stream = unguarded(sys.stderr)
    redrawn = can_redraw(stream)
    if redrawn or always:
        stream.write(LINE if redrawn else f"{LINE}\n")
        stream.flush()
    if redrawn:
        _shown.append(LINE)
    try:
        yield
    except BaseException:
        loaded()
        raise


def loaded() -> None:
    """Remove the line: from here on the command writes for itself."""
    if _shown:
        _shown.clear()
        stream = unguarded(sys.stderr)
        stream.write(CLEARED)
        stream.flush()
