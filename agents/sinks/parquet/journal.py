"""Where records stand, synced, until their Parquet file is finished: a file of JSON lines a process.

Who writes a journal holds a lock on it, which goes when the process does, however it ends: so any process
sees which journals nobody writes any more, and finishes them.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agents.sinks.disk import sync_folder, write_all


class Journal:
    """A new journal. Closing it lets go of the lock."""

    def __init__(self, path: Path) -> None:
        # It has its name once it is locked: else another process might find it, and finish it, in between.
        unnamed = path.with_suffix(".new")
        self._file = unnamed.open("xb", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        unnamed.rename(path)
        self.size = 0
        sync_folder(path.parent)

    def append(self, lines: Sequence[bytes]) -> None:
        """Append lines, on the disk when this returns: all of them or, if the disk refuses, none."""
        try:
            write_all(self._file, b"".join(lines))
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(self.size)
            self._file.seek(self.size)
            raise
        self.size = self._file.tell()

    def close(self) -> None:
        """No more lines come."""
        self._file.close()


@contextmanager
def abandoned(path: Path) -> Iterator[bool]:
    """Whether nobody writes a journal any more; then nobody else finishes it meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            # Somebody may have finished it between our opening and locking it.
            yield os.fstat(file.fileno()).st_nlink > 0


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a journal; what a crash has torn at its end is none. Raises `FileNotFoundError`."""
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield line
