"""The files of all partitions of one process, between `begin` and `release` of a sink."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from agents.sinks.journal.held import Held, Span
from agents.sinks.journal.lines import LinesFile, discard, recover
from agents.sinks.journal.owner import Owner
from streams.core.sink import Claim

Place = tuple[str, int]
"""Topic and partition."""
Line = tuple[int, bytes]
"""Offset and line."""


class Journal:
    """Files in `folder`, named `<prefix><topic>-<partition>-<log>-<first offset>.jsonl`.

    `root` is the folder of all files of the sink: who owns them is known there. A file of `file_bytes` is
    followed by another.
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
        """Take a partition over; what stands here already, or `elsewhere`, is not written again.

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
        """Append what does not stand here yet, on the disk when this returns: all of it, or nothing.

        Raises `OSError`, and `Fenced` where a successor may not have seen it.
        """
        parts = [self._partitions[place] for place in batch]
        try:
            for part, lines in zip(parts, batch.values(), strict=True):
                part.append(lines)
            for part in parts:
                part.sync()
        except OSError:
            for part in parts:
                part.undo()
            raise
        if self.owner:
            self.owner.check()
        for part in parts:
            part.keep()

    @property
    def size(self) -> int:
        """Bytes of lines in the files that are open."""
        return sum(one.size for one in self._partitions.values())

    @property
    def begun(self) -> bool:
        return bool(self._partitions)

    def rest(self) -> list[Path]:
        """Close all files; what comes next goes into new ones. Which they were."""
        paths = [path for one in self._partitions.values() for path in one.paths]
        for one in self._partitions.values():
            one.close()
        return paths

    def release(self) -> None:
        """Others may go on with all partitions. The owner stays, for what is to be done with the files."""
        self.rest()
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
        said = (claim.source, claim.generation)
        if self.owner is None or (self.owner.source, self.owner.generation) != said:
            self.close()
            self.owner = Owner(self._root, *said)
        self.owner.check()
        return self.owner

    def _recovered(self, owner: Owner, claim: Claim) -> list[Span]:
        name = f"*{claim.topic}-{claim.partition:02d}-{claim.source}-*"
        spans = []
        for path in sorted(self._folder.glob(f"{name}.jsonl")):
            with suppress(FileNotFoundError):  # Finished meanwhile, where files are: it stands elsewhere.
                spans.append(recover(owner, path))
        for index in self._folder.glob(f"{name}.offsets"):
            if not index.with_suffix(".jsonl").exists():
                owner.discard(index)
        return [one for one in spans if one]


class Partition:
    """The files that a partition is written to: one, and while a batch is written those it goes on in."""

    def __init__(self, journal: Journal, owner: Owner, name: str, held: Held) -> None:
        self._journal = journal
        self._owner = owner
        self._name = name
        self._held = held
        self._files: list[LinesFile] = []
        self._behind: dict[Path, int] = {}
        """How many spans lie before each file."""

    @property
    def size(self) -> int:
        return sum(one.size for one in self._files)

    @property
    def paths(self) -> list[Path]:
        return [one.path for one in self._files]

    def append(self, lines: Sequence[Line]) -> None:
        """Append what is not held: to another file behind what is, so that each holds all it spans."""
        wanted = [one for one in lines if one[0] not in self._held]
        for before, run in groupby(wanted, lambda one: self._held.spans_before(one[0])):
            some = list(run)
            self._file(before, some[0][0]).append(some)

    def sync(self) -> None:
        for one in self._files:
            one.sync()

    def keep(self) -> None:
        """What stands here now stays."""
        for one in self._files[:-1]:
            one.close()
        del self._files[:-1]
        for one in self._files:
            one.keep()

    def undo(self) -> None:
        """Take back what was appended since `keep`, and the files that were begun."""
        for one in self._files:
            one.undo()
        for one in [one for one in self._files if not one.kept]:
            self._files.remove(one)
            one.close()
            with suppress(OSError):
                discard(self._owner, one.path)

    def close(self) -> None:
        while self._files:
            self._files.pop().close()

    def _file(self, spans_before: int, offset: int) -> LinesFile:
        last = self._files[-1] if self._files else None
        if last is None or self._behind[last.path] != spans_before or self._journal.is_full(last):
            last = LinesFile(self._owner, self._journal.path(self._name, offset))
            self._files.append(last)
            self._behind[last.path] = spans_before
        return last
