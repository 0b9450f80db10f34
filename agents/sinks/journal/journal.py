"""The files of all partitions of a process, from `begin` to `release` of a sink."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from agents.sinks.journal.held import Held, Span
from agents.sinks.journal.lines import LinesFile, discard, recover
from agents.sinks.journal.owner import Owner
from streams.core.sink import Claim, Delivered

Place = tuple[str, int]
"""Topic and partition."""
Line = tuple[int, bytes]
"""Offset and line."""


def by_partition(records: Iterable[tuple[Delivered, bytes]]) -> dict[Place, list[Line]]:
    """Records and their lines, as `Journal.write` takes them."""
    lines: dict[Place, list[Line]] = {}
    for record, line in records:
        lines.setdefault((record.topic, record.partition), []).append((record.offset, line))
    return lines


class Journal:
    """Files in `folder`, named `<prefix><topic>-<partition>-<log>-<first offset>.jsonl`.

    `root` is the folder of all files of the sink, where their owner is registered. After `file_bytes` a new
    file is started.
    """

    def __init__(
        self, root: Path, folder: Path, file_bytes: int, prefix: Callable[[], str] = lambda: ""
    ) -> None:
        self._root = root
        self._folder = folder
        self._file_bytes = file_bytes
        self._prefix = prefix
        self._partitions: dict[Place, Partition] = {}
        self.owner: Owner | None = None

    def begin(self, claim: Claim, elsewhere: Callable[[], Iterable[Span]] = lambda: ()) -> None:
        """Take over a partition. Records that are in its files already, or `elsewhere`, are not written
        again.

        Raises `Unavailable`, `CannotStart`, `Fenced` and `OSError`.
        """
        owner = self._owned(claim)
        place = (claim.topic, claim.partition)
        if place in self._partitions:
            self._partitions.pop(place).close()
        spans = self._recovered(owner, claim)
        name = f"{claim.topic}-{claim.partition:02d}-{claim.source}"
        self._partitions[place] = Partition(self, owner, name, Held([*spans, *elsewhere()]))

    def write(self, batch: Mapping[Place, Sequence[Line]]) -> None:
        """Append the lines that the files do not have yet, synced to disk: all of them, or none.

        Raises `OSError`, and `Fenced` where a successor may not have seen them.
        """
        partitions = [self._partitions[place] for place in batch]
        try:
            for partition, lines in zip(partitions, batch.values(), strict=True):
                partition.append(lines)
            for partition in partitions:
                partition.sync()
        except OSError:
            for partition in partitions:
                partition.undo()
            raise
        if self.owner:
            self.owner.check()
        for partition in partitions:
            partition.keep()

    @property
    def size(self) -> int:
        """Bytes of lines in the open files."""
        return sum(partition.size for partition in self._partitions.values())

    @property
    def has_partitions(self) -> bool:
        return bool(self._partitions)

    def close_files(self) -> list[Path]:
        """Close all files, and return their paths. Later records go to new files."""
        paths = [path for partition in self._partitions.values() for path in partition.paths]
        for partition in self._partitions.values():
            partition.close()
        return paths

    def release(self) -> None:
        """Let other processes take over all partitions. The owner stays, to finish the files."""
        self.close_files()
        self._partitions.clear()

    def close(self) -> None:
        self.release()
        if self.owner:
            self.owner.close()
            self.owner = None

    def path(self, name: str, offset: int) -> Path:
        """The file of a partition whose first record has this offset."""
        return self._folder / f"{self._prefix()}{name}-{offset:020d}.jsonl"

    def is_full(self, file: LinesFile) -> bool:
        return file.size >= self._file_bytes

    def _owned(self, claim: Claim) -> Owner:
        identity = (claim.source, claim.generation)
        if self.owner is None or (self.owner.source, self.owner.generation) != identity:
            self.close()
            self.owner = Owner(self._root, *identity)
        self.owner.check()
        return self.owner

    def _recovered(self, owner: Owner, claim: Claim) -> list[Span]:
        name = f"*{claim.topic}-{claim.partition:02d}-{claim.source}-*"
        spans = []
        for path in sorted(self._folder.glob(f"{name}.jsonl")):
            with suppress(FileNotFoundError):  # Another process has made a Parquet file of it meanwhile.
                spans.append(recover(owner, path))
        for index in self._folder.glob(f"{name}.offsets"):
            if not index.with_suffix(".jsonl").exists():
                owner.discard(index)
        return [span for span in spans if span]


class Partition:
    """The open files of a partition: one, or several while a batch is written."""

    def __init__(self, journal: Journal, owner: Owner, name: str, held: Held) -> None:
        self._journal = journal
        self._owner = owner
        self._name = name
        self._held = held
        self._files: list[LinesFile] = []
        self._spans_before: dict[Path, int] = {}

    @property
    def size(self) -> int:
        return sum(file.size for file in self._files)

    @property
    def paths(self) -> list[Path]:
        return [file.path for file in self._files]

    def append(self, lines: Sequence[Line]) -> None:
        """Append the lines that are not held. After a held span a new file is started: files have no gaps."""
        missing = [line for line in lines if line[0] not in self._held]
        for before, group in groupby(missing, lambda line: self._held.spans_before(line[0])):
            run = list(group)
            self._file(before, run[0][0]).append(run)

    def sync(self) -> None:
        for file in self._files:
            file.sync()

    def keep(self) -> None:
        """Make the appended lines permanent: `undo` does not remove them any more."""
        for file in self._files[:-1]:
            file.close()
        del self._files[:-1]
        for file in self._files:
            file.keep()

    def undo(self) -> None:
        """Remove the lines that were appended since `keep`, and the files that were started since."""
        for file in self._files:
            file.undo()
        for file in [file for file in self._files if not file.kept]:
            self._files.remove(file)
            file.close()
            with suppress(OSError):
                discard(self._owner, file.path)

    def close(self) -> None:
        while self._files:
            self._files.pop().close()

    def _file(self, spans_before: int, offset: int) -> LinesFile:
        last = self._files[-1] if self._files else None
        if last is None or self._spans_before[last.path] != spans_before or self._journal.is_full(last):
            last = LinesFile(self._owner, self._journal.path(self._name, offset))
            self._files.append(last)
            self._spans_before[last.path] = spans_before
        return last
