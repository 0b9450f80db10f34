"""The ledger (`dead.resolved`): what was done with dead letters, by whom and when.

The key is the dead-letter topic and the record that failed (`news.dead.clean/news.raw/3/17`), because two
stages may read the same topic. For acknowledged dead letters (they do not count for the limit and stay open)
it is the dead-letter topic alone. An entry closes the dead letters of its record up to the one that it names:
a record that is read again after a reset of offsets, and fails again, is a new dead letter.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from getpass import getuser
from typing import Any

import msgspec
import orjson

from streams.core.message import Outgoing
from streams.kafka.protocols import Reader
from streams.kafka.reader import extents, scan

REPLAYED, DROPPED, ACKNOWLEDGED = "replayed", "dropped", "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """`at` is RFC 3339. `letter` and `to` are the places of the dead letter and of the replayed record."""

    action: str
    at: str
    by: str
    letter: str | None = None
    died: int = 0
    """The append time of the dead letter in milliseconds."""
    to: str | None = None
    before: int = 0
    """Of `ACKNOWLEDGED` only: the offset of the first dead letter that is not acknowledged."""


def entry(action: str, **fields: Any) -> LedgerEntry:
    """An entry with the current time and user."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return LedgerEntry(action=action, at=now, by=_user(), **fields)


def entry_key(dead_letters: str, record: str) -> bytes:
    """The key for a dead letter: the full name of its topic, and `record_of` it."""
    return f"{dead_letters}/{record}".encode()


def outgoing(ledger: str, key: bytes, action: str, **fields: Any) -> Outgoing:
    return Outgoing(topic=ledger, key=key, value=orjson.dumps(entry(action, **fields)), headers=())


def read_ledger(reader: Reader, ledger: str) -> dict[bytes, LedgerEntry]:
    """The newest entry of every key. `ledger` is the full name of a topic, which need not exist."""
    entries: dict[bytes, LedgerEntry] = {}
    for record in scan(reader, extents(reader, [ledger])):
        entry = entry_of(record.value)
        if record.key is not None and entry is not None:
            entries[record.key] = entry
    return entries


def acknowledged_before(entries: Mapping[bytes, LedgerEntry], dead_letters: str) -> int:
    """The offset of the first dead letter of the topic that is not acknowledged."""
    acknowledged = entries.get(dead_letters.encode())
    return acknowledged.before if acknowledged is not None else 0


def resolution(
    entries: Mapping[bytes, LedgerEntry], dead_letters: str, record: str, died: int
) -> LedgerEntry | None:
    """The entry that closes the dead letter of `record`, appended at that time; None if it is open."""
    entry = entries.get(entry_key(dead_letters, record))
    return entry if entry is not None and entry.action != ACKNOWLEDGED and died <= entry.died else None


def entry_of(value: bytes | None) -> LedgerEntry | None:
    """The entry in a record's value; None for a value that is not ours."""
    try:
        return None if value is None else msgspec.convert(orjson.loads(value), LedgerEntry)
    except (orjson.JSONDecodeError, msgspec.ValidationError):
        return None


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
