"""Which process keeps a SQLite file locked: one that was stopped keeps its lock until it continues."""

from contextlib import suppress
from pathlib import Path

#: The byte of the file `-shm` that a writer locks (SQLite's WAL format, WAL_WRITE_LOCK).
WRITE_LOCK = 120
LOCKS = Path("/proc/locks")


def holder(database: Path) -> str:
    """`held by process 17`, and whether it is stopped. Empty on systems other than Linux.

    The file itself is not opened: closing it would release this process's own locks.
    """
    with suppress(OSError, ValueError):
        inode = database.with_name(f"{database.name}-shm").stat().st_ino
        for line in LOCKS.read_text().splitlines():
            # 1: POSIX  ADVISORY  WRITE 4242 08:01:131090 120 120
            _, kind, _, mode, pid, place, first, last = line.replace("-> ", "").split()[:8]
            covers = last == "EOF" or int(first) <= WRITE_LOCK <= int(last)
            if kind == "POSIX" and mode == "WRITE" and place.endswith(f":{inode}") and covers and int(pid):
                return f"held by process {pid}{_stopped(int(pid))}"
    return ""


def _stopped(pid: int) -> str:
    """Says so if the process was stopped: then it keeps the lock until it is continued or killed."""
    with suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state in {"T", "t"}:
            return f", which is stopped: continue it (kill -CONT {pid}) or end it (kill -9 {pid})"
    return ""
