"""Records that a target rejects permanently: set aside in a file, with the reason, and counted.

Each line is a JSON object: `at`, `reason`, the record's place in Kafka, and the record. At the limit the sink
stops, after a restart too, until a person has moved the file away: that many rejections are more likely the
fault of the target than of the records.
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

from agents.sinks.durable_file import make_folder, sync_folder
from streams.core.sink import Delivered
from streams.errors import Unavailable

log = structlog.get_logger("copydesk.sink")

#: What identifies a record: `event` is its own id, the rest its place in Kafka.
NAMES = ("event", "source", "topic", "partition", "offset")


class RejectedRecords:
    """The file of a target; processes of the same sink may share it.

    Each rejection reads the lines that other processes have appended since, and keeps a digest of each line.
    """

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        self._forget()
        make_folder(path.parent, "rejected records")

    def add(self, record: Delivered, reason: str) -> None:
        """Set a record aside, synced to disk, unless the file has it already.

        Raises `Unavailable` at the limit, and where the file cannot be written.
        """
        try:
            with self._path.open("a+b", buffering=0) as file:
                torn = self._catch_up(file)
                if _digest(_identity(record)) in self._known:
                    return
                if (count := len(self._known)) >= self._most:
                    raise Unavailable(
                        f"{count} records were rejected: read the reasons in {self._path}, then move it away"
                    )
                _append(file, (b"\n" if torn else b"") + _line(record, reason))
            sync_folder(self._path.parent)
        except OSError as error:
            raise Unavailable(f"cannot write rejected records to {self._path}: {error.strerror}") from error
        log.warning("rejected", reason=reason, event_id=record.event, file=str(self._path))

    def _forget(self) -> None:
        self._known: set[bytes] = set()
        self._inode, self._read = 0, 0

    def _catch_up(self, file: BinaryIO) -> bool:
        """Read the new lines of the file. Returns whether its last line is torn by a crash."""
        status = os.fstat(file.fileno())
        if status.st_ino != self._inode or status.st_size < self._read:  # moved away, or emptied
            self._forget()
            self._inode = status.st_ino
        with open(os.dup(file.fileno()), "rb") as lines:
            lines.seek(self._read)
            for line in lines:
                if not line.endswith(b"\n"):
                    return True
                self._read += len(line)
                self._known.update(_digests(line))
        return False


def _digests(line: bytes) -> Iterator[bytes]:
    """The digest of the record in a line; none where the line is torn."""
    try:
        record = orjson.loads(line)
        yield _digest({name: record[name] for name in NAMES})
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
    """The record as JSON on one line, or as text where it is not JSON; None is a takedown."""
    if record is None:
        return None
    try:
        return orjson.Fragment(orjson.dumps(orjson.loads(record)))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # not JSON, or nested too deeply to be written
        return record.decode("utf-8", "backslashreplace")


def _append(file: BinaryIO, line: bytes) -> None:
    """Write the line in one call, so that lines of two processes do not mix."""
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(file.fileno())
