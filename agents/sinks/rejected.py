"""Records that a target rejects for good: set aside in a file, with the reason, and counted.

Each line is a JSON object: `at`, `reason`, where the record lies in Kafka, and the record. Past the limit the
sink stops, after a restart too, until a person has looked and moved the file away: so many rejections are
rather the target's fault than the records'.
"""

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import orjson
import structlog

from agents.sinks.durable_file import sync_folder
from streams.core.sink import Delivered
from streams.errors import CannotStart, Unavailable

log = structlog.get_logger("copydesk.sink")

#: What tells one record from another: `event` is the record's own id, the rest where it lies.
NAMES = ("event", "source", "topic", "partition", "offset")


class RejectedRecords:
    """The file of one outside; it may be shared by the processes of one sink.

    What others have appended is read at each rejection, and nothing twice; of each line a digest is kept.
    """

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._forget()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"the folder {path.parent} for rejected records cannot be made: {error.strerror}"
            ) from error

    def add(self, record: Delivered, reason: str) -> None:
        """Set a record aside, on the disk when this returns; one that is there already is not added.

        Raises `Unavailable` where the limit is reached, or the disk rejects.
        """
        try:
            with self._path.open("a+b", buffering=0) as file:
                torn = self._catch_up(file)
                if _digest(_identity(record)) in self._known:
                    return
                if (count := len(self._known)) >= self._most:
                    raise Unavailable(
                        f"{count} records were rejected: see why in {self._path}, then move it away"
                    )
                _append(file, (b"\n" if torn else b"") + _line(record, reason))
            sync_folder(self._path.parent)
        except OSError as error:
            raise Unavailable(f"{self._path} takes no rejected records: {error.strerror}") from error
        log.warning("rejected", reason=reason, event_id=record.event, file=str(self._path))

    def _forget(self) -> None:
        self._known: set[bytes] = set()
        self._inode, self._read = 0, 0

    def _catch_up(self, file: BinaryIO) -> bool:
        """Read what is new in the file; whether it ends in a line that a crash has torn."""
        found = os.fstat(file.fileno())
        if found.st_ino != self._inode or found.st_size < self._read:  # moved away, or emptied
            self._forget()
            self._inode = found.st_ino
        with open(os.dup(file.fileno()), "rb") as lines:
            lines.seek(self._read)
            for line in lines:
                if not line.endswith(b"\n"):
                    return True
                self._read += len(line)
                self._known.update(_digests(line))
        return False


def _digests(line: bytes) -> Iterator[bytes]:
    """The digest of the record in a line; none where the line was torn."""
    try:
        found = orjson.loads(line)
        yield _digest({name: found[name] for name in NAMES})
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return


def _digest(identity: dict[str, object]) -> bytes:
    return blake2b(orjson.dumps(identity), digest_size=16).digest()


def _identity(record: Delivered) -> dict[str, object]:
    return {name: getattr(record, name) for name in NAMES}


def _line(record: Delivered, reason: str) -> bytes:
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": reason, "id": record.key}
    rest = {"version": record.version, "record": _embedded(record.record)}
    return orjson.dumps({**about, **_identity(record), **rest}) + b"\n"


def _embedded(record: bytes | None) -> object:
    """The record as JSON where it is that, on one line, else as text; None is a takedown."""
    if record is None:
        return None
    try:
        return orjson.Fragment(orjson.dumps(orjson.loads(record)))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or nested too deep to be written
        return record.decode("utf-8", "backslashreplace")


def _append(file: BinaryIO, line: bytes) -> None:
    """All of the line in one write, so that two processes do not mix theirs."""
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())
