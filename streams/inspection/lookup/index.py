"""Where the records of each article are: a temporary table on disk, made anew by each process.

SQLite keeps it in memory up to `CACHE_KIB`, and deletes its file when the process ends, however it ends.
"""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from kafka import TopicPartition

CACHE_KIB = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record of an article. `at` is its append time in milliseconds."""

    key: bytes
    partition: TopicPartition
    offset: int
    at: int


class PlaceIndex:
    """Key of an article → the places of its records. May be used by several threads."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._names = list(topics)
        self._numbers = {topic: number for number, topic in enumerate(self._names)}
        self._lock = threading.Lock()
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._table.executescript(
            f"""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};
            CREATE TABLE places (article BLOB, at INTEGER, topic INTEGER, number INTEGER, place INTEGER,
                PRIMARY KEY (article, at, topic, number, place)) WITHOUT ROWID;
            CREATE INDEX places_by_time ON places (at);
            """
        )

    def add(self, entries: Iterable[Entry]) -> None:
        rows = [(_digest(entry.key), entry.at, *self._place(entry)) for entry in entries]
        with self._lock:
            self._table.execute("BEGIN")
            self._table.executemany("INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?)", rows)
            self._table.execute("COMMIT")

    def newest(self, key: bytes, most: int) -> list[tuple[TopicPartition, int]]:
        """The places of the newest records of an article, at most `most`, the oldest first."""
        query = "SELECT topic, number, place FROM places WHERE article = ? ORDER BY at DESC LIMIT ?"
        with self._lock:
            rows = self._table.execute(query, (_digest(key), most)).fetchall()
        return [(TopicPartition(self._names[topic], number), place) for topic, number, place in rows[::-1]]

    def forget(self, before: int) -> None:
        """Forget the records that were appended before that time."""
        with self._lock:
            self._table.execute("DELETE FROM places WHERE at < ?", (before,))

    def close(self) -> None:
        with self._lock:
            self._table.close()

    def _place(self, entry: Entry) -> tuple[int, int, int]:
        return self._numbers[entry.partition.topic], entry.partition.partition, entry.offset


def _digest(key: bytes) -> bytes:
    """Keys of one short length: anybody may write a long one."""
    return blake2b(key, digest_size=16).digest()
