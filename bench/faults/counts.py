"""Reads every topic and sink from the start, and compares them with what Kafka had confirmed.

A raw record's fate is looked for by where it lies (`copydesk_raw`), so nothing depends on what was in it.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import psycopg

from bench.faults.running import Running
from streams import client
from streams.account import Origin, origin_of
from streams.dead_letters.ledger import DROPPED, read_ledger, resolution
from streams.dead_letters.letter import REASON, record_of
from streams.envelope import RECEIVED, VERSION
from streams.scan import as_message, extents, scan


@dataclass(kw_only=True)
class Counts:
    """What was found. All but the first two, `repeated`, `dead` and the ages are to be 0."""

    confirmed: int = 0
    finished: int = 0
    lost: int = 0
    repeated: int = 0
    """Records of a topic behind the first that repeat one before them."""
    repeated_with_other_id: int = 0
    """Of these, those that a reader who drops equal `ce_id` would still see."""
    repeated_with_other_bytes: int = 0
    ended_older: int = 0
    """Articles whose row in the database is not the newest revision, or is there though taken down."""
    topics_ended_older: int = 0
    """Articles whose last record in a topic is not the newest one; letters that are replayed come late."""
    two_fates: int = 0
    """Records both finished and dead, or discarded and dead."""
    lost_in_sinks: int = 0
    twice_in_sinks: int = 0
    """Lines of files beyond the records of the topic."""
    poison: int = 0
    poison_not_dead: int = 0
    """Poison that is not dead once, for its own reason."""
    astray: list[str] = field(default_factory=list)
    """The first of these, in words."""
    dead: dict[str, int] = field(default_factory=dict)
    dead_wrongly: int = 0
    letters_repeated: int = 0
    greatest_age: float = 0.0
    """Seconds from Kafka's taking the raw record to its taking the finished one."""

    def wrong(self, *, reordered: bool = False) -> list[str]:
        """Which counts are not 0 and should be. `reordered`: letters were replayed."""
        kept = {"confirmed", "finished", "repeated", "dead", "letters_repeated", "greatest_age", "poison"}
        kept |= {"astray"}
        kept |= {"topics_ended_older"} if reordered else set()
        return [f"{name}: {value}" for name, value in asdict(self).items() if name not in kept and value]


@dataclass
class Topics:
    """What lies in the topics."""

    raw: set[Origin] = field(default_factory=set)
    finished: Counter[Origin] = field(default_factory=Counter)
    discarded: Counter[Origin] = field(default_factory=Counter)
    letters: dict[Origin, list[str]] = field(default_factory=lambda: defaultdict(list))
    dropped: set[Origin] = field(default_factory=set)
    """Of a letter older than a takedown of its article, which is not replayed."""
    lines: Counter[bytes] = field(default_factory=Counter)
    """What the files must hold: each finished record as a line, by its hash."""
    newest: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """Article id → the greatest version finished, and whether it is a takedown."""


def count(run: Running, expected: "Expected") -> Counts:
    """Read and compare."""
    counts, topics = Counts(confirmed=len(expected.confirmed), poison=len(expected.poison)), Topics()
    with client.consumer(run.settings) as reader:
        prefix = run.settings.prefix
        first = run.desk.stages[0].reads.full_name(prefix)
        for record in _read(reader, [first]):
            topics.raw.add(origin_of(record) or (first, record.partition, record.offset))
        for stage in run.desk.stages:
            _written(
                reader, stage.writes.full_name(prefix), counts, topics, last=stage is run.desk.stages[-1]
            )
        _discarded(reader, run.desk.stages[0].discards.full_name(prefix), counts, topics)
        letters = [stage.dead.full_name(prefix) for stage in run.desk.stages]
        _letters(reader, letters, run.desk.ledger.full_name(prefix), counts, topics)
    _fates(counts, topics, expected)
    _lines(run.folder / "lines", counts, topics)
    _rows(run, counts, topics)
    return counts


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be there: where each confirmed record lies, and why some must be dead."""

    confirmed: frozenset[Origin]
    poison: Mapping[Origin, str]


def _read(reader: Any, topics: list[str]) -> Iterator[Any]:
    yield from scan(reader, extents(reader, topics))


def _written(reader: Any, topic: str, counts: Counts, topics: Topics, *, last: bool) -> None:
    """A topic that a stage writes: repeats, and the version that each article ends on."""
    values: dict[str, set[bytes]] = defaultdict(set)
    ids: dict[Origin, set[str]] = defaultdict(set)
    newest: dict[bytes, str] = {}
    ending: dict[bytes, str] = {}
    for record in _read(reader, [topic]):
        message, origin = as_message(record), origin_of(record)
        event, version = message.header("ce_id") or "", message.header(VERSION) or ""
        counts.repeated += origin in ids
        values[event].add(_hash(version.encode() + (record.value or b"\0")))
        ids[origin].add(event)
        newest[record.key] = max(newest.get(record.key, ""), version)
        ending[record.key] = version
        if last:
            topics.finished[origin] += 1
            _age(record, message, counts)
            key = record.key.decode()
            before = topics.newest.get(key, ("", False))
            topics.lines[_hash(record.value or orjson.dumps({"id": key, "taken_down": True}))] += 1
            topics.newest[key] = max(before, (version, record.value is None))
    counts.repeated_with_other_id += sum(len(one) - 1 for one in ids.values())
    counts.repeated_with_other_bytes += sum(len(one) - 1 for one in values.values())
    counts.topics_ended_older += sum(ending[key] != newest[key] for key in newest)


def _age(record: Any, message: Any, counts: Counts) -> None:
    received = int(message.header(RECEIVED) or record.timestamp)
    counts.greatest_age = max(counts.greatest_age, (record.timestamp - received) / 1000)


def _discarded(reader: Any, topic: str, counts: Counts, topics: Topics) -> None:
    for record in _read(reader, [topic]):
        origin = origin_of(record)
        counts.repeated += origin in topics.discarded
        topics.discarded[origin] += 1


def _letters(reader: Any, names: list[str], ledger: str, counts: Counts, topics: Topics) -> None:
    """Those that are open: of one that was replayed, the replay has the fate."""
    seen: set[tuple[str, str]] = set()
    closed = read_ledger(reader, ledger)
    for record in _read(reader, names):
        message, origin = as_message(record), origin_of(record)
        done = resolution(closed, record.topic, record_of(message), record.timestamp)
        if done is not None:
            topics.dropped |= {origin} if done.action == DROPPED else set()
            continue
        # What died may itself have come twice: repeats of a stage before it have the same `ce_id`.
        letter = (record.topic, message.header("ce_id") or record_of(message))
        if letter in seen:
            counts.letters_repeated += 1
            continue
        seen.add(letter)
        topics.letters[origin].append(message.header(REASON) or "unknown")
    counts.dead = dict(sorted(Counter(one for all_ in topics.letters.values() for one in all_).items()))


def _fates(counts: Counts, topics: Topics, expected: Expected) -> None:
    counts.finished = len(topics.finished)
    well = topics.finished.keys() | topics.discarded.keys()
    ended = well | topics.letters.keys() | topics.dropped
    counts.lost = len((expected.confirmed | topics.raw) - ended)
    counts.two_fates = len(well & topics.letters.keys())
    for origin, reason in expected.poison.items():
        found = topics.letters.get(origin, [])
        if found != [reason]:
            counts.poison_not_dead += 1
            counts.astray += [f"{origin} is to be {reason} and is {found}"] if len(counts.astray) < 5 else []
    counts.dead_wrongly = sum(origin not in expected.poison for origin in topics.letters)


def _lines(folder: Path, counts: Counts, topics: Topics) -> None:
    """The files: every finished record of the topic stands there, and stands there once."""
    files = folder.glob("*.jsonl")
    found = Counter(_hash(line) for file in files for line in file.read_bytes().splitlines())
    counts.lost_in_sinks += (topics.lines - found).total()
    counts.twice_in_sinks += (found - topics.lines).total()


def _hash(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()


def _rows(run: Running, counts: Counts, topics: Topics) -> None:
    """The database: the newest version of each article, and none of those taken down."""
    rows = dict(_select(run))
    counts.ended_older += len(rows.keys() - topics.newest.keys())
    for key, (version, taken_down) in topics.newest.items():
        if taken_down:
            counts.ended_older += key in rows
        elif key not in rows:
            counts.lost_in_sinks += 1
        else:
            counts.ended_older += rows[key] != version


def _select(run: Running) -> list[tuple[str, str]]:
    query = "SELECT id, version FROM articles"
    if run.database:
        with psycopg.connect(run.database) as connection:
            return connection.execute(query).fetchall()
    connection = sqlite3.connect(run.folder / "desk.sqlite")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
