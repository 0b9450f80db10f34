"""summaries → jsonl: finished articles as JSON lines in files, each record once.

A file is named `<topic>-<partition>-<log>-<first offset>.jsonl`. Each line is the record as it stands in
Kafka; a takedown is `{"id": ..., "taken_down": true}`. Beside each lies an index (`.offsets`, a line a
record: offset and end in bytes). How each record comes to stand there once: agents/sinks/journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from agents.sinks.journal import Journal
from agents.sinks.payload import value
from streams.core.sink import Claim, Delivered
from streams.errors import CannotStart, ConfigError, Unavailable

log = structlog.get_logger("copydesk.sink")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlSettings:
    folder: str = "data/articles"
    """Where the files lie; made if it is not there. All processes of one sink must share it."""
    file_bytes: int = 134_217_728
    """Bytes after which a file is followed by another."""


def open_sink(settings: JsonlSettings) -> "Jsonl":
    """A sink that writes into the folder of the settings. Raises `ConfigError` or `CannotStart`."""
    if settings.file_bytes < 1:
        raise ConfigError("file_bytes of a jsonl sink must be above 0")
    folder = Path(settings.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"the folder {folder} for finished articles cannot be made: {error.strerror}"
        ) from error
    return Jsonl(folder, settings.file_bytes)


class Jsonl:
    """Files in one folder, open for the partitions that this process holds."""

    def __init__(self, folder: Path, file_bytes: int) -> None:
        self._folder = folder
        self._journal = Journal(folder, folder, file_bytes)
        self._told = False

    def begin(self, claim: Claim) -> None:
        """Find out which records of the partition stand here already, and keep others from writing more.

        Raises `Unavailable` where the folder does not let us, and `CannotStart` where an index is missing.
        """
        self._report_others(claim)
        try:
            self._journal.begin(claim)
        except OSError as error:
            raise Unavailable(f"the folder {self._folder} cannot be taken over: {error}") from error

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append the batch and sync it: all of it, or, if the disk rejects, nothing."""
        parts: dict[tuple[str, int], list[tuple[int, bytes]]] = {}
        for record in batch:
            place = (record.topic, record.partition)
            parts.setdefault(place, []).append((record.offset, value(record) + b"\n"))
        try:
            self._journal.write(parts)
        except OSError as error:
            raise Unavailable(f"the folder {self._folder} takes no more: {error.strerror}") from error

    def release(self) -> None:
        self._journal.release()

    def close(self) -> None:
        """Close all files, and give up the folder."""
        self._journal.close()

    def _report_others(self, claim: Claim) -> None:
        """Say once how many files of another log lie here: they may be all there is of it."""
        if self._told:
            return
        self._told = True
        others = [
            path
            for path in self._folder.glob(f"{claim.topic}-*.jsonl")
            if f"-{claim.source}-" not in path.name
        ]
        if others:
            log.warning(
                "files of another log lie in the folder: they stay as they are, new ones stand beside them",
                folder=str(self._folder),
                files=len(others),
                topic=claim.topic,
                log=claim.source,
                why="the topic was recreated, Kafka has other data, or an earlier version wrote them",
            )
