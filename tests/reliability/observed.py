"""Reads every topic and sink from the start: what there is, without a judgement.

A record's outcome is looked for by where its raw record lies (`copydesk_raw`), whatever was in it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import psycopg
from pyarrow import parquet

from agents.ids import article_id
from streams.core import record_headers
from streams.core.record_headers import VERSION
from streams.dead_letters.ledger import read_ledger, resolution
from streams.dead_letters.provenance import Provenance, provenance, replayed_from
from streams.dead_letters.record import REASON, record_of
from streams.inspection.reconciliation import Origin, origin_of
from streams.kafka import client
from streams.kafka.reader import as_message, extents, scan
from tests.reliability.running import Running

At = tuple[int, int, int]
"""When Kafka took a raw record, its partition and offset: greater is newer, within a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedRevision:
    """A raw record: of which article, and whether it takes it down."""

    article: str
    at: At
    taken_down: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A record that a stage has written. `content` is a hash of version and value, `line` of the value."""

    origin: Origin
    article: str
    event: str
    version: str
    content: bytes
    line: bytes
    at: tuple[int, int] = (0, 0)
    """Partition and offset."""
    age: float = 0.0
    """Seconds from Kafka's taking the raw record to its taking this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedDeadLetter:
    """A dead letter. `event` tells what died, `closed` what an operator did with it, or is empty."""

    topic: str
    origin: Origin
    event: str
    reason: str
    closed: str = ""


@dataclass(kw_only=True)
class Observed:
    """All there is. `written` by stage, in their order."""

    raw: dict[Origin, ObservedRevision] = field(default_factory=dict)
    written: dict[str, list[Written]] = field(default_factory=dict)
    discarded: list[Origin] = field(default_factory=list)
    dead_letters: list[ObservedDeadLetter] = field(default_factory=list)
    lines: Counter[bytes] = field(default_factory=Counter)
    """The lines of the files, by their hash."""
    stored: Counter[tuple[int, int]] | None = None
    """Partition and offset of the rows of Parquet files, where a row of the table has that sink."""
    rows: dict[str, str] = field(default_factory=dict)
    """Article → version in the database."""

    @property
    def finished(self) -> list[Written]:
        return next(reversed(self.written.values()))


def find(run: Running) -> Observed:
    prefix, stages, found = run.settings.prefix, run.pipeline.stages, Observed()
    with client.consumer(run.settings) as reader:
        found.raw = dict(_raw(reader, run.raw, provenance(run.pipeline, prefix)))
        for stage in stages:
            found.written[stage.name] = list(map(_written, _read(reader, stage.writes.full_name(prefix))))
        found.discarded = [
            origin_of(as_message(one)) for one in _read(reader, stages[0].discards.full_name(prefix))
        ]
        ledger = read_ledger(reader, run.pipeline.ledger.full_name(prefix))
        for stage in stages:
            found.dead_letters += (
                _dead_letter(one, ledger) for one in _read(reader, stage.dead.full_name(prefix))
            )
    found.lines = _lines(run.folder / "lines")
    found.stored = _stored(run.folder / "parquet") if "parquet" in run.more_sinks else None
    found.rows = dict(_select(run))
    return found


def revision(key: bytes, at: At, value: bytes | None) -> ObservedRevision:
    """Of a raw record."""
    return ObservedRevision(article=article_id(key.decode()), at=at, taken_down=value is None)


def hashed(value: bytes) -> bytes:
    """16 bytes that stand for it."""
    return blake2b(value, digest_size=16).digest()


def _read(reader: Any, topic: str) -> Iterator[Any]:
    yield from scan(reader, extents(reader, [topic]))


def _raw(reader: Any, topic: str, holds: Provenance) -> Iterator[tuple[Origin, ObservedRevision]]:
    """Dead letters that were replayed into it are no records of their own."""
    for one in _read(reader, topic):
        if replayed_from(holds.of(as_message(one))) is None:
            at = (one.timestamp, one.partition, one.offset)
            yield (topic, one.partition, one.offset), revision(one.key, at, one.value)


def _written(record: Any) -> Written:
    message, key = as_message(record), record.key.decode()
    version = message.header(VERSION) or ""
    line = orjson.dumps({"id": key, "taken_down": True}) if record.value is None else record.value
    return Written(
        origin=origin_of(message),
        article=key,
        event=message.header("ce_id") or "",
        version=version,
        content=hashed(version.encode() + (record.value or b"\0")),
        line=hashed(line),
        at=(record.partition, record.offset),
        age=(record.timestamp - record_headers.received(message)) / 1000,
    )


def _dead_letter(record: Any, ledger: Any) -> ObservedDeadLetter:
    message = as_message(record)
    died = record_of(message)
    done = resolution(ledger, record.topic, died, record.timestamp)
    return ObservedDeadLetter(
        topic=record.topic,
        origin=origin_of(message),
        # What died may itself have come twice: repeats of the stage before have the same `ce_id`.
        event=message.header("ce_id") or died,
        reason=message.header(REASON) or "unknown",
        closed="" if done is None else done.action,
    )


def _lines(folder: Path) -> Counter[bytes]:
    return Counter(hashed(line) for file in folder.glob("*.jsonl") for line in file.read_bytes().splitlines())


def _stored(folder: Path) -> Counter[tuple[int, int]]:
    stored: Counter[tuple[int, int]] = Counter()
    for path in folder.rglob("*.parquet"):
        table = parquet.read_table(path, columns=["partition", "offset"], partitioning=None)
        stored.update((one["partition"], one["offset"]) for one in table.to_pylist())
    return stored


def _select(run: Running) -> list[tuple[str, str]]:
    query = "SELECT id, version FROM articles"
    if run.database:
        with psycopg.connect(run.database) as connection:
            return connection.execute(query).fetchall()
    connection = sqlite3.connect(run.folder / "pipeline.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
