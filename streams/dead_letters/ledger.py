"""The ledger (`dead.resolved`): what was done with dead letters, by whom and when.

A key is the dead-letter topic and the record that died (`news.dead.clean/news.raw/3/17`), because two stages
may read one topic; or the dead-letter topic alone, for dead letters that were accepted (they count no more
for the limit and stay open). An entry holds for dead letters up to its `died`: a record that is read again
later, after offsets were reset, and dies again, is a new dead letter.
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
    """One entry. `at` is RFC 3339; `died` the append time of the dead letter in milliseconds.

    `letter` says where the dead letter lies and `to` where the replayed record does. `before` counts for
    `accepted` alone: the offset of the first dead letter that was not accepted.
    """

    action: str
    at: str
    by: str
    letter: str | None = None
    died: int = 0
    to: str | None = None
    before: int = 0


def entry(action: str, **what: Any) -> LedgerEntry:
    """An entry of now, by whoever runs this."""
    return LedgerEntry(
        action=action, at=datetime.now(UTC).isoformat(timespec="milliseconds"), by=_who(), **what
    )


def entry_key(dead_letters: str, record: str) -> bytes:
    """The key of a dead letter: the full name of its topic, and the record that died."""
    return f"{dead_letters}/{record}".encode()


def outgoing(ledger: str, key: bytes, what: LedgerEntry) -> Outgoing:
    return Outgoing(topic=ledger, key=key, value=orjson.dumps(what), headers=())


def read_ledger(reader: Reader, ledger: str) -> dict[bytes, LedgerEntry]:
    """The newest entry of every key. `ledger` is the topic's full name; without the topic there are none."""
    found: dict[bytes, LedgerEntry] = {}
    for record in scan(reader, extents(reader, [ledger])):
        made = _entry(record.value)
        if record.key is not None and made is not None:
            found[record.key] = made
    return found


def acknowledged_before(entries: Mapping[bytes, LedgerEntry], dead_letters: str) -> int:
    """The offset of the first dead letter of the topic that nobody has accepted."""
    acknowledged = entries.get(dead_letters.encode())
    return acknowledged.before if acknowledged is not None else 0


def resolution(
    entries: Mapping[bytes, LedgerEntry], dead_letters: str, record: str, died: int
) -> LedgerEntry | None:
    """The entry that closes the dead letter of `record` that was appended at `died`, or None: it is open."""
    made = entries.get(entry_key(dead_letters, record))
    return made if made is not None and made.action != ACKNOWLEDGED and died <= made.died else None


def _entry(value: bytes | None) -> LedgerEntry | None:
    """What a value says; None for one that nobody of ours has written."""
    try:
        return None if value is None else msgspec.convert(orjson.loads(value), LedgerEntry)
    except (orjson.JSONDecodeError, msgspec.ValidationError):
        return None


def _who() -> str:
    """The user, where the machine knows its name."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
