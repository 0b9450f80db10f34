"""The folder: `date=2026-11-25/hour=13/<name>.parquet`, and the journals in `_journal`.

A file gets its name when it is complete, so readers of the folder see only complete files. They ignore names
that begin with `_`. Day and hour (UTC) are those of writing.
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

from agents.sinks.durable_file import make_folder, sync_folder
from agents.sinks.journal import Owner, Span, discard, lines_of, same_file, span_of
from agents.sinks.parquet.schema import table_of
from streams.core.sink import Claim
from streams.errors import Invalid

#: A row group. Readers need memory for columns of this size.
GROUP_BYTES = 32 * 1_048_576
#: In the footer: log, topic and partition → spans of offsets; and the journals that the file was made of.
SPANS = b"copydesk.offsets"
JOURNALS = b"copydesk.journals"
#: How the name of a journal begins: with its period.
PERIOD = "2026-11-25T1345-"


@dataclass(frozen=True, slots=True)
class Footer:
    """The metadata of a finished file."""

    spans: dict[str, list[Span]] = field(default_factory=dict)
    journals: frozenset[str] = frozenset()


class Files:
    """Finished files and journals of a folder. A journal's name begins with its period."""

    def __init__(self, folder: str, schema: pyarrow.Schema) -> None:
        self.folder = Path(folder)
        self.schema = schema
        self.journals = self.folder / "_journal"
        self._known: dict[Path, Footer] = {}
        # One thread for all files, because malloc keeps memory for each thread (12 MiB of lines: 423 MiB by 7
        # threads in turn, 83 MiB by a single thread that frees its memory; 2026-11).
        self._maker = ThreadPoolExecutor(1, "parquet")
        make_folder(self.journals, "Parquet files")

    def due(self, is_due: Callable[[Path], bool]) -> list[Path]:
        """The journals that are due; some may still be written to."""
        return sorted(path for path in self.journals.glob("*.jsonl") if is_due(path))

    def finish(self, owner: Owner, journals: Sequence[Path]) -> None:
        """Make a file of each hour's journals, except those still written to. Raises `OSError`, `Fenced`."""
        with ExitStack() as locks:
            ours = [path for path in journals if _locked(path, locks)]
            for hour, paths in groupby(ours, key=self._hour):
                self._finish(owner, hour, list(paths))

    def spans(self, claim: Claim) -> Iterator[Span]:
        """The offsets of a partition in finished files, from the claim's offset on.

        The newest come first. All older hours are before the offset once an hour begins before it.
        """
        name = f"{claim.source}/{claim.topic}/{claim.partition}"
        for hour in sorted(self.folder.glob("date=*/hour=*"), reverse=True):
            footers = map(self._footer, hour.glob("*.parquet"))
            spans = [span for footer in footers for span in footer.spans.get(name, ())]
            yield from spans
            if any(first < claim.offset for first, _ in spans):
                return

    def _footer(self, path: Path) -> Footer:
        if path not in self._known:
            metadata = parquet.read_metadata(path).metadata or {}
            spans = {
                name: [(first, last) for first, last in spans]
                for name, spans in orjson.loads(metadata.get(SPANS, b"{}")).items()
                if all(isinstance(span, list) for span in spans)
            }
            self._known[path] = Footer(spans, frozenset(orjson.loads(metadata.get(JOURNALS, b"[]"))))
        return self._known[path]

    def _hour(self, journal: Path) -> Path:
        """The folder for the file of a journal, by its name: `2026-11-25T1345-news.summaries-…`."""
        day, _, time = journal.name.partition("T")
        return self.folder / f"date={day}" / f"hour={time[:2]}"

    def _finish(self, owner: Owner, hour: Path, journals: list[Path]) -> None:
        # After a crash there may be journals of which a file was made already.
        done = {name for path in hour.glob("*.parquet") for name in self._footer(path).journals}
        if new := [path for path in journals if path.name not in done]:
            self._write(owner, hour, new)
        for path in journals:
            discard(owner, path)

    def _write(self, owner: Owner, hour: Path, journals: list[Path]) -> None:
        name = f"{secrets.token_hex(6)}.parquet"
        unnamed = owner.path(name)
        if not self._maker.submit(_write_rows, unnamed, self.schema, journals).result():
            return
        hour.mkdir(parents=True, exist_ok=True)
        owner.publish(unnamed, hour / name)
        for folder in (hour, hour.parent, self.folder):
            sync_folder(folder)


def _locked(path: Path, locks: ExitStack) -> bool:
    """Lock a journal, so that no other process finishes it; False while a process writes it."""
    try:
        file = locks.enter_context(path.open("rb"))
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (FileNotFoundError, BlockingIOError):
        return False
    # Another process may have finished it after we opened it and before we locked it.
    return same_file(file.fileno(), path)


def _write_rows(path: Path, schema: pyarrow.Schema, journals: Iterable[Path]) -> int:
    """Write the lines of journals to a Parquet file and sync it; the number of rows is returned."""
    rows = 0
    try:
        with path.open("wb") as file:
            with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
                for group in _groups(journals):
                    table = _rows(group, schema)
                    rows += table.num_rows
                    writer.write_table(table)
                writer.add_key_value_metadata(_metadata(journals))
            file.flush()
            os.fsync(file.fileno())
    finally:
        pyarrow.default_memory_pool().release_unused()
    return rows


def _metadata(journals: Iterable[Path]) -> dict[bytes, bytes]:
    spans: dict[str, list[Span]] = {}
    for path in journals:
        if span := span_of(path):
            head, partition, source, _ = path.stem.rsplit("-", 3)
            spans.setdefault(f"{source}/{head[len(PERIOD) :]}/{int(partition)}", []).append(span)
    return {SPANS: orjson.dumps(spans), JOURNALS: orjson.dumps([path.name for path in journals])}


def _groups(journals: Iterable[Path]) -> Iterator[list[bytes]]:
    """The lines of journals in groups, each of the size of a row group."""
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
    """The lines as rows, without lines that a crash has torn: these were not acknowledged."""
    try:
        return table_of(lines, schema)
    except Invalid:
        return pyarrow.concat_tables([schema.empty_table(), *_complete(lines, schema)])


def _complete(lines: list[bytes], schema: pyarrow.Schema) -> Iterator[pyarrow.Table]:
    for line in lines:
        with suppress(Invalid):
            yield table_of([line], schema)
