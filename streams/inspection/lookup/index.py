"""The records of each article, without their texts: a temporary table on disk, one for each process.

SQLite keeps it in memory up to `CACHE_KIB`, and deletes its file when the process ends, however it ends.
"""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from streams.core.message import Headers, Message

CACHE_KIB = 16_384
TABLE = f"""
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};
CREATE TABLE records (
    article BLOB, appended INTEGER, topic INTEGER, partition INTEGER, place INTEGER, rest BLOB
);
CREATE INDEX records_by_article ON records (article, appended);
CREATE INDEX records_by_time ON records (appended);
"""
NEWEST = """
SELECT topic, partition, place, appended, rest FROM records WHERE article = ? ORDER BY appended DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record of the article with this key."""

    article: bytes
    message: Message


class Rest(msgspec.Struct, array_like=True):
    """What the columns do not hold of a record."""

    key: bytes | None
    value: bytes | None
    headers: Headers


class RecordIndex:
    """Key of an article → its records. May be used by several threads. `topics` are all full names."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._names = list(topics)
        self._numbers = {topic: number for number, topic in enumerate(self._names)}
        self._lock = threading.Lock()
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.executescript(TABLE)

    def add(self, entries: Iterable[Entry]) -> None:
        rows = list(map(self._row, entries))
        with self._lock:
            self._table.execute("BEGIN")
            self._table.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._table.execute("COMMIT")

    def newest(self, article: bytes, most: int) -> list[Message]:
        """The newest records of an article, at most `most`, the oldest first."""
        with self._lock:
            rows = self._table.execute(NEWEST, (_digest(article), most)).fetchall()
        # Read again after an error, a record is there twice: the newer place counts.
        return [self._message(*row) for row in reversed(dict.fromkeys(rows))]

    def forget(self, before: int) -> None:
        """Forget the records that were appended before that time."""
        with self._lock:
            self._table.execute("DELETE FROM records WHERE appended < ?", (before,))

    def close(self) -> None:
        with self._lock:
            self._table.close()

    def _row(self, entry: Entry) -> tuple[bytes, int, int, int, int, bytes]:
        message = entry.message
        rest = msgspec.msgpack.encode(Rest(message.key, message.value, message.headers))
        topic = self._numbers[message.topic]
        return _digest(entry.article), message.timestamp, topic, message.partition, message.offset, rest

    def _message(self, topic: int, partition: int, offset: int, timestamp: int, packed: bytes) -> Message:
        rest = msgspec.msgpack.decode(packed, type=Rest)
        return Message(
            topic=self._names[topic],
            partition=partition,
            offset=offset,
            timestamp=timestamp,
            key=rest.key,
            value=rest.value,
            headers=rest.headers,
        )


def _digest(article: bytes) -> bytes:
    """Keys of one short length: anybody may write a long one."""
    return blake2b(article, digest_size=16).digest()
