"""Reads every topic and sink from the start, without judging what is there.

The outcome of a raw record is found by its place (`copydesk_raw`), whatever its content was.
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
"""When Kafka received a raw record, its partition and offset: greater is newer, within a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedRevision:
    """A raw record: its article, and whether it is a takedown."""

    article: str
    at: At
    is_takedown: bool = False


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
    """Seconds from when Kafka received the raw record until it received this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedDeadLetter:
    """`event` identifies the record that failed; `closed` is what an operator did with it, or empty."""

    topic: str
    origin: Origin
    event: str
    reason: str
    closed: str = ""


@dataclass(kw_only=True)
class Observed:
    """The content of all topics and sinks. `written` is by stage, in flow order."""

    raw: dict[Origin, ObservedRevision] = field(default_factory=dict)
    written: dict[str, list[Written]] = field(default_factory=dict)
    discarded: list[Origin] = field(default_factory=list)
    dead_letters: list[ObservedDeadLetter] = field(default_factory=list)
    lines: Counter[bytes] = field(default_factory=Counter)
    """The lines of the files, as hashes."""
    stored: Counter[tuple[int, int]] | None = None
    """Partition and offset of the rows of Parquet files, if the fault has that sink."""
    rows: dict[str, str] = field(default_factory=dict)
    """Article → version in the database."""

    @property
    def finished(self) -> list[Written]:
        return next(reversed(self.written.values()))


def observe(run: Running) -> Observed:
    stages, observed = run.pipeline.stages, Observed()
    with client.consumer(run.settings) as reader:
        observed.raw = dict(_raw(reader, run.raw, provenance(run.pipeline)))
        for stage in stages:
            observed.written[stage.name] = list(map(_written, _read(reader, stage.writes.full_name)))
        discarded = _read(reader, stages[0].discards.full_name)
        observed.discarded = [origin_of(as_message(record)) for record in discarded]
        ledger = read_ledger(reader, run.pipeline.ledger.full_name)
        for stage in stages:
            records = _read(reader, stage.dead.full_name)
            observed.dead_letters += (_dead_letter(record, ledger) for record in records)
    observed.lines = _lines(run.folder / "lines")
    observed.stored = _stored(run.folder / "parquet") if "parquet" in run.more_sinks else None
    observed.rows = dict(select_rows(run))
    return observed


def revision(key: bytes, at: At, value: bytes | None) -> ObservedRevision:
    return ObservedRevision(article=article_id(key.decode()), at=at, is_takedown=value is None)


def hashed(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()


def _read(reader: Any, topic: str) -> Iterator[Any]:
    yield from scan(reader, extents(reader, [topic]))


def _raw(reader: Any, topic: str, holds: Provenance) -> Iterator[tuple[Origin, ObservedRevision]]:
    """The raw records, without the dead letters that were replayed into the topic."""
    for record in _read(reader, topic):
        if replayed_from(holds.of(as_message(record))) is None:
            at = (record.timestamp, record.partition, record.offset)
            yield (topic, record.partition, record.offset), revision(record.key, at, record.value)


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
    failed_record = record_of(message)
    entry = resolution(ledger, record.topic, failed_record, record.timestamp)
    return ObservedDeadLetter(
        topic=record.topic,
        origin=origin_of(message),
        # The record that failed may be a repeat: repeats of the stage before have the same `ce_id`.
        event=message.header("ce_id") or failed_record,
        reason=message.header(REASON) or "unknown",
        closed="" if entry is None else entry.action,
    )


def _lines(folder: Path) -> Counter[bytes]:
    paths = folder.glob("*.jsonl")
    return Counter(hashed(line) for path in paths for line in path.read_bytes().splitlines())


def _stored(folder: Path) -> Counter[tuple[int, int]]:
    stored: Counter[tuple[int, int]] = Counter()
    for path in folder.rglob("*.parquet"):
        table = parquet.read_table(path, columns=["partition", "offset"], partitioning=None)
        stored.update((row["partition"], row["offset"]) for row in table.to_pylist())
    return stored


def select_rows(run: Running) -> list[tuple[str, str]]:
    """Article and version of each row in the database."""
    query = "SELECT id, version FROM articles"
    if run.database:
        with psycopg.connect(run.database) as connection:
            return connection.execute(query).fetchall()
    connection = sqlite3.connect(run.folder / "pipeline.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
