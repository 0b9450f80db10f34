"""A file of lines and its index (`.offsets`: for each record a line with its offset and its end in bytes).

Only the process that made a file appends to it, and holds a lock on it meanwhile. No process changes a file
of another: a torn file, or one that may still be written to, is replaced by a copy of the lines in the index.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from agents.sinks.durable_file import sync_folder, write_all
from agents.sinks.journal.held import Span
from agents.sinks.journal.owner import Owner, is_locked
from streams.errors import CannotStart

#: More than two entries of an index: offset and end have 20 digits each.
ENTRIES_BYTES = 128
COPY_BYTES = 1_048_576

Entry = tuple[int, int, int]
"""Offset, end in the lines, end in the index."""


class LinesFile:
    """A new file of lines and its index, written and synced together. Raises `OSError`, `Fenced`."""

    def __init__(self, owner: Owner, path: Path) -> None:
        self.path = path
        lines, index = owner.path(path.name), owner.path(index_of(path).name)
        self._kept = (0, 0)
        with ExitStack() as files:
            # Unbuffered: bytes that a full disk rejects would stay in a buffer, and go out with a later
            # batch.
            self._lines = files.enter_context(lines.open("wb", buffering=0))
            fcntl.flock(self._lines, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._index = files.enter_context(index.open("wb", buffering=0))
            # The index first: with lines and no index the sink would not start again.
            owner.publish(index, index_of(path))
            owner.publish(lines, path)
            sync_folder(path.parent)
            files.pop_all()

    @property
    def size(self) -> int:
        return self._lines.tell()

    @property
    def kept(self) -> bool:
        """Whether the file has lines that `undo` does not remove."""
        return self._kept[0] > 0

    def append(self, lines: Iterable[tuple[int, bytes]]) -> None:
        entries = []
        for offset, line in lines:
            write_all(self._lines, line)
            entries.append(b"%d %d\n" % (offset, self._lines.tell()))
        write_all(self._index, b"".join(entries))

    def sync(self) -> None:
        """Sync the lines, and then the index that lists them."""
        for file in (self._lines, self._index):
            os.fsync(file.fileno())

    def keep(self) -> None:
        """Make the lines permanent: `undo` removes only later ones."""
        self._kept = (self._lines.tell(), self._index.tell())

    def undo(self) -> None:
        """Remove the lines that were appended since `keep`."""
        for file, end in zip((self._lines, self._index), self._kept, strict=True):
            file.truncate(end)
            file.seek(end)

    def close(self) -> None:
        self._index.close()
        self._lines.close()


def index_of(path: Path) -> Path:
    return path.with_suffix(".offsets")


def recover(owner: Owner, path: Path) -> Span | None:
    """The offsets in a file, which nobody can change afterwards; None: it had none, and is removed.

    Raises `FileNotFoundError` where the file is gone, `CannotStart` where its index is gone, and `Fenced`.
    """
    # The lock is read first: a file that is not locked does not change any more.
    written = is_locked(path)
    if path.stat().st_size and not index_of(path).exists():
        raise CannotStart(
            f"{path} has lost its index {index_of(path).name}: put it back, or move the file elsewhere"
        )
    if not written and (span := _whole(path)):
        return span
    entries = list(_vouched(path))
    if not entries:
        discard(owner, path)
        return None
    _replace(owner, path, entries[-1])
    return entries[0][0], entries[-1][0]


def span_of(path: Path) -> Span | None:
    """The offsets in an index; None where it has none, or does not exist."""
    entries = list(_vouched(path))
    return (entries[0][0], entries[-1][0]) if entries else None


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines in the index; without an index, all complete lines."""
    end = max((entry[1] for entry in _vouched(path)), default=0)
    with path.open("rb") as file:
        for line in file:
            if index_of(path).exists() and file.tell() > end:
                return
            if line.endswith(b"\n"):
                yield line


def discard(owner: Owner, path: Path) -> None:
    """Remove a file, and then its index, so that there are never lines without an index."""
    owner.discard(path)
    owner.discard(index_of(path))


def _whole(path: Path) -> Span | None:
    """The span of a file, by the ends of its index; None where lines or index are torn."""
    with index_of(path).open("rb") as index:
        head = index.read(ENTRIES_BYTES)
        index.seek(max(0, index.seek(0, os.SEEK_END) - ENTRIES_BYTES))
        tail = index.read()
    first, last = _entry(head.partition(b"\n")[0]), _entry(tail.rstrip(b"\n").rpartition(b"\n")[2])
    if not first or not last or not tail.endswith(b"\n") or last[1] != path.stat().st_size:
        return None
    return first[0], last[0]


def _vouched(path: Path) -> Iterator[Entry]:
    """The entries of an index up to the first that is torn, or whose line is missing."""
    index, end = index_of(path), 0
    size = path.stat().st_size
    for line in index.read_bytes().splitlines(keepends=True) if index.exists() else ():
        end += len(line)
        entry = _entry(line[:-1]) if line.endswith(b"\n") else None
        if entry is None or entry[1] > size:
            return
        yield *entry, end


def _entry(line: bytes) -> tuple[int, int] | None:
    offset, _, end = line.partition(b" ")
    return (int(offset), int(end)) if offset.isdigit() and end.isdigit() else None


def _replace(owner: Owner, path: Path, last: Entry) -> None:
    """Replace a file by a copy of the lines in its index: a process that has it open cannot add to the copy.

    The index first: until the lines are replaced too, their lock shows that this must be done again.
    """
    whole = ((index_of(path), last[2]), (path, last[1]))
    for old, size in whole:
        _copy(old, owner.path(old.name), size)
    for old, _ in whole:
        owner.publish(owner.path(old.name), old)
    sync_folder(path.parent)


def _copy(old: Path, new: Path, size: int) -> None:
    with old.open("rb") as source, new.open("wb", buffering=0) as target:
        while size and (data := source.read(min(size, COPY_BYTES))):
            write_all(target, data)
            size -= len(data)
        os.fsync(target.fileno())
    if size:
        raise OSError(f"{old} became shorter while it was copied")
