"""summaries → jsonl: finished articles as JSON lines in files, one file a partition and start.

A file is named by topic, partition and first offset: `news.summaries-03-00000000000000000120.jsonl`. Each
line is the record as it stands in Kafka; a takedown is `{"id": ..., "taken_down": true}`. Beside each file
lies an index (`.offsets`, a line a record: offset and end in bytes), so that after a crash the files are cut
back to what was acknowledged, and each record stands there once.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.sinks.disk import sync_folder, write_all
from agents.sinks.value import value
from streams.errors import CannotStart, Unavailable
from streams.sink import Claim, Delivered

Partition = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlSettings:
    """`[sinks.<name>]` with `kind = "jsonl"`."""

    folder: str = "data/articles"
    """Where the files lie; made if it is not there."""


def open_sink(settings: JsonlSettings) -> "Jsonl":
    """A sink that writes into the folder of the settings. Raises `CannotStart` if it cannot be made."""
    folder = Path(settings.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"the folder {folder} for finished articles cannot be made: {error.strerror}"
        ) from error
    return Jsonl(folder)


class Jsonl:
    """Files in one folder, open for the partitions that this process holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._starts: dict[Partition, int] = {}
        self._open: dict[Partition, LinesFile] = {}

    def begin(self, claim: Claim) -> None:
        """Cut the partition's files back to the claim's offset; the next record opens a file.

        Raises `Unavailable` where the folder does not let us, and `CannotStart` where an index is missing.
        """
        topic, partition, offset = claim.topic, claim.partition, claim.offset
        self._shut((topic, partition))
        try:
            for path in sorted(self._folder.glob(f"{topic}-{partition:02d}-*.jsonl")):
                cut_back(path, offset)
        except OSError as error:
            raise Unavailable(f"a file in {self._folder} cannot be cut back: {error}") from error
        self._starts[topic, partition] = offset

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append the batch and sync it: all of it, or, if the disk refuses, nothing."""
        parts: dict[Partition, list[Delivered]] = {}
        for record in batch:
            parts.setdefault((record.topic, record.partition), []).append(record)
        try:
            for partition, records in parts.items():
                self._file(partition).append((one.offset, value(one) + b"\n") for one in records)
            for partition in parts:
                self._open[partition].sync()
        except OSError as error:
            # Those already synced too: the whole batch comes again.
            for partition in parts.keys() & self._open.keys():
                self._open[partition].undo()
            raise Unavailable(f"the folder {self._folder} takes no more: {error.strerror}") from error
        for partition in parts:
            self._open[partition].keep()

    def release(self) -> None:
        """Close all files."""
        self.close()

    def close(self) -> None:
        """Close all files."""
        for partition in list(self._open):
            self._shut(partition)

    def _file(self, partition: Partition) -> "LinesFile":
        if partition not in self._open:
            topic, number = partition
            name = f"{topic}-{number:02d}-{self._starts[partition]:020d}.jsonl"
            self._open[partition] = LinesFile(self._folder / name)
        return self._open[partition]

    def _shut(self, partition: Partition) -> None:
        file = self._open.pop(partition, None)
        if file is not None:
            file.close()


class LinesFile:
    """A new file of lines and the index beside it, both appended to and synced together."""

    def __init__(self, path: Path) -> None:
        # Unbuffered: what a full disk refuses would stay in a buffer, and go out with a later batch.
        self._lines = path.open("wb", buffering=0)
        self._index = index_of(path).open("wb", buffering=0)
        self._kept = (0, 0)
        sync_folder(path.parent)

    def append(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """Append lines, each with its offset."""
        entries = []
        for offset, line in lines:
            write_all(self._lines, line)
            entries.append(b"%d %d\n" % (offset, self._lines.tell()))
        write_all(self._index, b"".join(entries))

    def sync(self) -> None:
        """Have the disk hold the lines, and then the index that says so."""
        for file in (self._lines, self._index):
            os.fsync(file.fileno())

    def keep(self) -> None:
        """What stands here now stays: `undo` takes back only what comes later."""
        self._kept = (self._lines.tell(), self._index.tell())

    def undo(self) -> None:
        """Take back what was appended since `keep`."""
        for file, end in zip((self._lines, self._index), self._kept, strict=True):
            file.truncate(end)
            file.seek(end)

    def close(self) -> None:
        """Close both files."""
        self._lines.close()
        self._index.close()


def cut_back(path: Path, offset: int) -> None:
    """Take out of a file all that is at or behind `offset`, and what no index entry vouches for.

    Raises `CannotStart` where there is no index: then nothing says which lines were acknowledged.
    """
    index, size = index_of(path), path.stat().st_size
    if size and not index.exists():
        raise CannotStart(f"{path} has lost its index {index.name}: put it back, or move the file elsewhere")
    # An index that is ahead of its lines tells of records that were not acknowledged.
    kept = [entry for entry in _vouched(index, offset) if entry[1] <= size]
    if not kept:
        path.unlink(missing_ok=True)
        index.unlink(missing_ok=True)
        return
    os.truncate(path, kept[-1][1])
    os.truncate(index, kept[-1][2])


def index_of(path: Path) -> Path:
    """The index of a file of lines."""
    return path.with_suffix(".offsets")


def _vouched(index: Path, before: int) -> Iterator[tuple[int, int, int]]:
    """(offset, end in the lines, end in the index) of each record before an offset; a torn entry ends it."""
    end = 0
    for entry in index.read_bytes().splitlines(keepends=True) if index.exists() else ():
        end += len(entry)
        if not entry.endswith(b"\n"):
            return
        offset, lines_end = map(int, entry.split())
        if offset >= before:
            return
        yield offset, lines_end, end
