"""The right to write into a folder, which a successor takes away without waiting for anybody.

Each process has a directory of its own, `_owners/<log>-<generation>-<token>`, and holds a lock in it while it
lives. Whatever it makes visible, replaces or removes is moved out of that directory or into it. A successor
renames the directory: from then on each such move fails, whenever the old process wakes, and wherever it was
stopped. To a file that it has open it can still append, so the successor puts a copy in its place (`lines`).
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
    """This process, in one generation of the group. Raises `Unavailable` where a later one is at work.

    Without a `source`, in generation 0, it is before all others, of any log.
    """

    def __init__(self, folder: Path, source: str, generation: int) -> None:
        self.source = source
        self.generation = generation
        owners, token = folder / OWNERS, secrets.token_hex(4)
        owners.mkdir(exist_ok=True)
        self._path = owners / f"{source}-{generation:010d}-{token}"
        unnamed = owners / f"{token}.new"
        unnamed.mkdir()
        # It has its name once it is locked: others take one without a lock for that of a dead process.
        self._lock = (unnamed / LOCK).open("xb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unnamed.rename(self._path)
        try:
            # Behind its own coming to light: of two at the same time at least one sees the other.
            self._take_over()
        except BaseException:
            self.close()
            raise

    def path(self, name: str) -> Path:
        """Where this process makes a file, before it is published."""
        return self._path / name

    def publish(self, made: Path, name: Path) -> None:
        """Give a file its name, in the place of what has it. Raises `Fenced`."""
        self._move(made, name)

    def discard(self, name: Path) -> None:
        """Remove a file, if it is there. Raises `Fenced`."""
        gone = self.path(secrets.token_hex(4))
        with suppress(FileNotFoundError):
            self._move(name, gone)
        gone.unlink(missing_ok=True)

    def check(self) -> None:
        """Raise `Fenced` if a successor has taken over.

        Else it will find all that was written up to now: it fences first, and looks then.
        """
        if not self._path.exists():
            # Where the whole folder is away, nobody has taken over.
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
        """Take the directory of another from it, if it is dead, or stopped and of an older generation."""
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
    """Whether somebody alive, running or stopped, holds the lock on a file."""
    try:
        with path.open("rb") as file:
            # Shared: two who look at the same time are not to take each other for the holder.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def same_file(opened: int, path: Path) -> bool:
    """Whether a file that is open still has its name."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False
