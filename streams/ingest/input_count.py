"""How many inputs some files have, where that can be known at once."""

from collections.abc import Iterable
from pathlib import Path

from streams.ingest.files import DOCUMENT, LINES, PAGES, InputSource

#: Lines are counted in files of at most this many bytes together: 0.1 s.
COUNTED_BYTES = 256 * 1_048_576
CHUNK = 1_048_576


def input_count(sources: Iterable[InputSource]) -> int | None:
    """The number of inputs; None for standard input, archives, and compressed or large JSON lines."""
    count, left = 0, COUNTED_BYTES
    for source in sources:
        if source.suffix in {*PAGES, DOCUMENT}:
            count += 1
            continue
        if source.path is None or source.suffix not in LINES or source.path.suffix == ".gz":
            return None
        left -= _size(source.path)
        if left < 0:
            return None
        count += _lines(source.path)
    return count


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _lines(path: Path) -> int:
    """Line feeds, and a last line without one. A file that cannot be read is one input, which is rejected."""
    count, last = 0, b"\n"
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                count += chunk.count(b"\n")
                last = chunk[-1:]
    except OSError:
        return 1
    return count + (last != b"\n")
