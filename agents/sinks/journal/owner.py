"""The right to write to a folder, which a successor can take away without waiting.

Each process has its own directory, `_owners/<log>-<generation>-<token>`, and holds a lock in it until it
exits. It publishes, replaces and removes files only by moving them out of that directory or into it. A
successor renames the directory. From then on each such move fails, whenever the old process wakes, and
wherever it was stopped. The old process can still append to a file that it has open, so the successor
replaces that by a copy (`lines`).
"""

import fcntl
import os
import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from streams.errors import Fenced, Unavailable

OWNERS = "_owners"
LOCK = "lock"
GONE = ".gone"
NAMED = re.compile(r"\w*-\d{10}-[0-9a-f]{8}|[0-9a-f]{8}\.gone")


class Owner:
    """This process, in a generation of the group. Raises `Unavailable` where a later generation is at work.

    With an empty `source` and generation 0, it gives way to all others, of any log.
    """

    def __init__(self, folder: Path, source: str, generation: int) -> None:
        self.source = source
        self.generation = generation
        owners, token = folder / OWNERS, secrets.token_hex(4)
        owners.mkdir(exist_ok=True)
        self._path = owners / f"{source}-{generation:010d}-{token}"
        unnamed = owners / f"{token}.new"
        unnamed.mkdir()
        # Locked before it has its name: a directory without a lock counts as that of a dead process.
        self._lock = (unnamed / LOCK).open("xb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unnamed.rename(self._path)
        try:
            # After its own directory is visible, so that of two new processes at least one sees the other.
            self._take_over()
        except BaseException:
            self.close()
            raise

    def path(self, name: str) -> Path:
        """Where this process makes a file before it publishes it."""
        return self._path / name

    def publish(self, path: Path, name: Path) -> None:
        """Rename a file to `name`, and replace the file that had it. Raises `Fenced`."""
        self._move(path, name)

    def discard(self, path: Path) -> None:
        """Remove a file, if it exists. Raises `Fenced`."""
        gone = self.path(secrets.token_hex(4))
        with suppress(FileNotFoundError):
            self._move(path, gone)
        gone.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise `Fenced` if a successor has taken over.

        Otherwise a successor will see all that was written until now: it fences first, and then reads.
        """
        if not self._path.exists():
            # If the whole folder is missing, this raises `OSError`: nobody has taken over.
            self._path.parent.stat()
            raise Fenced(f"another process has taken over what this one writes to {self._path.parent.parent}")

    def close(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        self._lock.close()

    def _move(self, old: Path, new: Path) -> None:
        try:
            old.rename(new)
        except FileNotFoundError:
            self.check()
            raise

    def _take_over(self) -> None:
        for other in sorted(self._path.parent.iterdir()):
            if other != self._path and NAMED.fullmatch(other.name):
                self._fence(other)

    def _fence(self, other: Path) -> None:
        """Rename the directory of another process, if that is dead, or of an older generation."""
        alive = is_locked(other / LOCK)
        if alive and other.suffix != GONE:
            source, generation = other.name.split("-")[0], int(other.name.split("-")[1])
            of_another_log = source != self.source and source and self.source
            if of_another_log or generation == self.generation:
                return
            if generation > self.generation:
                raise Unavailable(
                    f"{other} is of generation {generation} of the consumer group and in use, ours is"
                    f" {self.generation}: another process has taken over (if the group was deleted meanwhile:"
                    " end the process that has it open)"
                )
        gone = other.with_name(f"{secrets.token_hex(4)}{GONE}")
        with suppress(FileNotFoundError):
            other.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)


def is_locked(path: Path) -> bool:
    """Whether a process, running or stopped, holds the lock on a file."""
    try:
        with path.open("rb") as file:
            # Shared, so that two processes that check at the same time are not taken for the holder.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def same_file(descriptor: int, path: Path) -> bool:
    """Whether an open file still has its name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
