"""The folder: `date=2026-11-25/hour=13/<name>.parquet`, and the journals beside.

A file gets its name when it is whole, so whoever reads the folder sees whole files only; names that begin
with `_` are passed over by those who read such folders. The day and hour (UTC) are those of writing.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pyarrow
from pyarrow import parquet

from agents.sinks.disk import sync_folder
from agents.sinks.parquet.journal import Journal, abandoned, lines_of
from agents.sinks.parquet.schema import place_of, table_of
from streams.errors import CannotStart, Invalid

#: A row group; read back, columns of this size fit anywhere.
GROUP_BYTES = 32 * 1_048_576
RANGES = b"copydesk.offsets"

Range = tuple[int, int]


class Files:
    """Finished files and journals of one folder."""

    def __init__(self, folder: str, schema: pyarrow.Schema) -> None:
        self.folder = Path(folder)
        self.schema = schema
        self._journals = self.folder / "_journal"
        self._known: dict[Path, dict[str, Range]] = {}
        try:
            self._journals.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"the folder {folder} for Parquet files cannot be made: {error.strerror}"
            ) from error

    def new_journal(self, now: float) -> Journal:
        """A journal for records of this hour."""
        hour = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H")
        return Journal(self._journals / f"{hour}-{secrets.token_hex(6)}.jsonl")

    def finish_abandoned(self) -> None:
        """Make files of all journals that nobody writes any more. Raises `OSError`."""
        for path in sorted(self._journals.glob("*.jsonl")):
            with abandoned(path) as ours:
                if ours:
                    self._finish(path)

    def held(self, topic: str, partition: int, offset: int) -> set[tuple[int, str]]:
        """Offset and event of each record of a partition that stands here from `offset` on."""
        found = set(self._in_journals(topic, partition))
        found.update(self._in_files(topic, partition, offset))
        return {one for one in found if one[0] >= offset}

    def _in_journals(self, topic: str, partition: int) -> Iterator[tuple[int, str]]:
        for path in self._journals.glob("*.jsonl"):
            try:
                for line in lines_of(path):
                    place = place_of(line)
                    if place and place[:2] == (topic, partition):
                        yield place[2:]
            except FileNotFoundError:
                continue  # Finished meanwhile: it is among the files, which are looked at next.

    def _in_files(self, topic: str, partition: int, offset: int) -> Iterator[tuple[int, str]]:
        """The newest first, until an hour that begins before `offset`: what is older lies before it too."""
        name = f"{topic}/{partition}"
        for hour in sorted(self.folder.glob("date=*/hour=*"), reverse=True):
            ranges = {
                path: self._ranges(path)[name]
                for path in hour.glob("*.parquet")
                if name in self._ranges(path)
            }
            for path in (path for path, (_, last) in ranges.items() if last >= offset):
                columns = parquet.read_table(
                    path, columns=["topic", "partition", "offset", "event"], partitioning=None
                )
                for one in columns.to_pylist():
                    if (one["topic"], one["partition"]) == (topic, partition):
                        yield one["offset"], one["event"]
            if any(first < offset for first, _ in ranges.values()):
                return

    def _ranges(self, path: Path) -> dict[str, Range]:
        """The first and last offset of each partition in a file, from its footer."""
        if path not in self._known:
            self._known[path] = orjson.loads((parquet.read_metadata(path).metadata or {}).get(RANGES, b"{}"))
        return self._known[path]

    def _finish(self, journal: Path) -> None:
        hour, _, name = journal.stem.rpartition("-")
        day, _, hour = hour.partition("T")
        target = self.folder / f"date={day}" / f"hour={hour}" / f"{name}.parquet"
        # If it is there, a crash came between naming it and removing the journal.
        if not target.exists():
            self._write(journal, target)
        journal.unlink()
        # Arrow keeps what it had for the next time: 104 to 184 MB after each file, with this 64 to 103.
        pyarrow.default_memory_pool().release_unused()

    def _write(self, journal: Path, target: Path) -> None:
        unnamed = journal.with_suffix(".part")
        ranges: dict[str, Range] = {}
        with unnamed.open("wb") as file:
            with parquet.ParquetWriter(file, self.schema, compression="zstd") as writer:
                for group in _groups(journal):
                    rows = _rows(group, self.schema)
                    _widen(ranges, rows)
                    writer.write_table(rows)
                writer.add_key_value_metadata({RANGES: orjson.dumps(ranges)})
            file.flush()
            os.fsync(file.fileno())
        if ranges:
            target.parent.mkdir(parents=True, exist_ok=True)
            unnamed.replace(target)
            for folder in (target.parent, target.parent.parent, self.folder):
                sync_folder(folder)
        else:
            unnamed.unlink()


def _groups(journal: Path) -> Iterator[list[bytes]]:
    """The lines of a journal, as many at once as make a row group."""
    group: list[bytes] = []
    size = 0
    for line in lines_of(journal):
        group.append(line)
        size += len(line)
        if size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    yield group


def _rows(lines: list[bytes], schema: pyarrow.Schema) -> pyarrow.Table:
    """The lines as rows, without those that a crash has torn: they were not acknowledged."""
    try:
        return table_of(lines, schema)
    except Invalid:
        return pyarrow.concat_tables([schema.empty_table(), *_whole(lines, schema)])


def _whole(lines: list[bytes], schema: pyarrow.Schema) -> Iterator[pyarrow.Table]:
    for line in lines:
        with suppress(Invalid):
            yield table_of([line], schema)


def _widen(ranges: dict[str, Range], rows: pyarrow.Table) -> None:
    """Let the ranges cover these rows."""
    places = rows.select(["topic", "partition", "offset"]).group_by(["topic", "partition"])
    for one in places.aggregate([("offset", "min"), ("offset", "max")]).to_pylist():
        name = f"{one['topic']}/{one['partition']}"
        first, last = ranges.get(name, (one["offset_min"], one["offset_max"]))
        ranges[name] = min(first, one["offset_min"]), max(last, one["offset_max"])
