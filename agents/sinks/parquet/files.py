"""The folder: `date=2026-11-25/hour=13/<name>.parquet`, and the journals beside.

A file gets its name when it is whole, so whoever reads the folder sees whole files only; names that begin
with `_` are passed over by those who read such folders. The day and hour (UTC) are those of writing.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import orjson
import pyarrow
from pyarrow import parquet

from agents.sinks.durable_file import sync_folder
from agents.sinks.journal import Owner, Span, discard, lines_of, same_file, span_of
from agents.sinks.parquet.schema import table_of
from streams.core.sink import Claim
from streams.errors import CannotStart, Invalid

#: A row group; read back, columns of this size fit anywhere.
GROUP_BYTES = 32 * 1_048_576
#: In the footer: log, topic and partition → spans of offsets; and the journals that the file was made of.
SPANS = b"copydesk.offsets"
JOURNALS = b"copydesk.journals"
#: How the name of a journal begins.
STRETCH = "2026-11-25T1345-"


@dataclass(frozen=True, slots=True)
class Footer:
    """What a finished file says of itself."""

    spans: dict[str, list[Span]] = field(default_factory=dict)
    journals: frozenset[str] = frozenset()


class Files:
    """Finished files and journals of one folder. A journal's name begins with its stretch of time."""

    def __init__(self, folder: str, schema: pyarrow.Schema) -> None:
        self.folder = Path(folder)
        self.schema = schema
        self.journals = self.folder / "_journal"
        self._known: dict[Path, Footer] = {}
        # One thread for all files: malloc keeps memory for each thread that ever made one (12 MiB of lines,
        # by 7 threads in turn: 423 MiB; by one that gives back what is free: 83; 2026-11).
        self._maker = ThreadPoolExecutor(1, "parquet")
        try:
            self.journals.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"the folder {folder} for Parquet files cannot be made: {error.strerror}"
            ) from error

    def due(self, is_due: Callable[[Path], bool]) -> list[Path]:
        """The journals that are to be made files, whoever writes them still."""
        return sorted(path for path in self.journals.glob("*.jsonl") if is_due(path))

    def finish(self, owner: Owner, journals: Sequence[Path]) -> None:
        """Make a file of an hour's journals that nobody writes any more. Raises `OSError`, `Fenced`."""
        with ExitStack() as locks:
            ours = [path for path in journals if _locked(path, locks)]
            for hour, paths in groupby(ours, key=self._hour):
                self._finish(owner, hour, list(paths))

    def spans(self, claim: Claim) -> Iterator[Span]:
        """What stands in finished files of a partition from its offset on.

        The newest first, until an hour that begins before the offset: what is older lies before it too.
        """
        name = f"{claim.source}/{claim.topic}/{claim.partition}"
        for hour in sorted(self.folder.glob("date=*/hour=*"), reverse=True):
            found = [
                span for path in hour.glob("*.parquet") for span in self._footer(path).spans.get(name, ())
            ]
            yield from found
            if any(first < claim.offset for first, _ in found):
                return

    def _footer(self, path: Path) -> Footer:
        if path not in self._known:
            said = parquet.read_metadata(path).metadata or {}
            spans = {
                name: [(first, last) for first, last in spans]
                for name, spans in orjson.loads(said.get(SPANS, b"{}")).items()
                if all(isinstance(one, list) for one in spans)
            }
            self._known[path] = Footer(spans, frozenset(orjson.loads(said.get(JOURNALS, b"[]"))))
        return self._known[path]

    def _hour(self, journal: Path) -> Path:
        """Where the file of a journal belongs: `2026-11-25T1345-news.summaries-…`."""
        day, _, time = journal.name.partition("T")
        return self.folder / f"date={day}" / f"hour={time[:2]}"

    def _finish(self, owner: Owner, hour: Path, journals: list[Path]) -> None:
        # A crash may have come between naming a file and removing its journals.
        done = {name for path in hour.glob("*.parquet") for name in self._footer(path).journals}
        if new := [path for path in journals if path.name not in done]:
            self._write(owner, hour, new)
        for path in journals:
            discard(owner, path)

    def _write(self, owner: Owner, hour: Path, journals: list[Path]) -> None:
        name = f"{secrets.token_hex(6)}.parquet"
        unnamed = owner.path(name)
        if not self._maker.submit(_made, unnamed, self.schema, journals).result():
            return
        hour.mkdir(parents=True, exist_ok=True)
        owner.publish(unnamed, hour / name)
        for folder in (hour, hour.parent, self.folder):
            sync_folder(folder)


def _locked(path: Path, locks: ExitStack) -> bool:
    """Whether nobody writes a journal any more; then nobody else finishes it meanwhile."""
    try:
        file = locks.enter_context(path.open("rb"))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    # Somebody may have finished it between our opening and locking it.
    return same_file(file.fileno(), path)


def _made(path: Path, schema: pyarrow.Schema, journals: Iterable[Path]) -> int:
    """Make a file, and give back to the system what that took."""
    try:
        return _written(path, schema, journals)
    finally:
        pyarrow.default_memory_pool().release_unused()


def _written(path: Path, schema: pyarrow.Schema, journals: Iterable[Path]) -> int:
    """Write the lines of journals to a Parquet file, on the disk when this returns. How many rows it has."""
    rows = 0
    with path.open("wb") as file:
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            for group in _groups(journals):
                table = _rows(group, schema)
                rows += table.num_rows
                writer.write_table(table)
            writer.add_key_value_metadata(_said(journals))
        file.flush()
        os.fsync(file.fileno())
    return rows


def _said(journals: Iterable[Path]) -> dict[bytes, bytes]:
    spans: dict[str, list[Span]] = {}
    for path in journals:
        if span := span_of(path):
            head, partition, source, _ = path.stem.rsplit("-", 3)
            spans.setdefault(f"{source}/{head[len(STRETCH) :]}/{int(partition)}", []).append(span)
    return {SPANS: orjson.dumps(spans), JOURNALS: orjson.dumps([path.name for path in journals])}


def _groups(journals: Iterable[Path]) -> Iterator[list[bytes]]:
    """The lines of journals, as many at once as make a row group."""
    group: list[bytes] = []
    size = 0
    for line in (line for path in journals for line in lines_of(path)):
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
