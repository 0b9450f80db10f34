"""Records that an outside refuses for good: set aside in a file, with the reason, and counted.

Each line is a JSON object: `at`, `reason`, where the record lies in Kafka, and the record. Past the limit the
sink stops, after a restart too, until a person has looked and moved the file away: so many refusals are
rather the outside's fault than the records'.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
import structlog

from streams.errors import CannotStart, Unavailable
from streams.sink import Delivered

log = structlog.get_logger("copydesk.sink")


class Refused:
    """The file of one outside; it may be shared by the processes of one sink."""

    def __init__(self, path: Path, most: int) -> None:
        self._path = path
        self._most = most
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"the folder {path.parent} for refused records cannot be made: {error.strerror}"
            ) from error

    def add(self, record: Delivered, reason: str) -> None:
        """Set a record aside, on the disk when this returns; one that is there already is not added.

        Raises `Unavailable` where the limit is reached, or the disk refuses.
        """
        try:
            held = self._path.read_bytes() if self._path.exists() else b""
            if _identity(record) in held:
                return
            if (count := held.count(b"\n")) >= self._most:
                raise Unavailable(f"{count} records were refused: see why in {self._path}, then move it away")
            # A crash may have torn the last line.
            torn = held and not held.endswith(b"\n")
            _append(self._path, (b"\n" if torn else b"") + _line(record, reason))
        except OSError as error:
            raise Unavailable(f"{self._path} takes no refused records: {error.strerror}") from error
        log.warning("refused", reason=reason, event_id=record.event, file=str(self._path))


def _line(record: Delivered, reason: str) -> bytes:
    about = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": reason, "id": record.key}
    return b"%s,%s,%s}\n" % (
        orjson.dumps(about)[:-1],
        _identity(record),
        orjson.dumps({"version": record.version, "record": _embedded(record.record)})[1:-1],
    )


def _identity(record: Delivered) -> bytes:
    names = ("event", "topic", "partition", "offset")
    return orjson.dumps({name: getattr(record, name) for name in names})[1:-1]


def _embedded(record: bytes | None) -> object:
    """The record as JSON where it is that, on one line, else as text; None is a takedown."""
    if record is None:
        return None
    try:
        return orjson.Fragment(orjson.dumps(orjson.loads(record)))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # no JSON, or nested too deep to be written
        return record.decode("utf-8", "backslashreplace")


def _append(path: Path, line: bytes) -> None:
    """All of the line in one write, so that two processes do not mix theirs."""
    with path.open("ab", buffering=0) as file:
        file.write(line)
        os.fsync(file.fileno())
