"""summaries → jsonl: finished articles as JSON lines in files, each record once.

A file is named `<topic>-<partition>-<log>-<first offset>.jsonl`. Each line is the record as it is in Kafka; a
takedown is `{"id": ..., "taken_down": true}`. With `with_headers`, the record is a field of its line.
Each file has an index (`.offsets`: for each record a line with offset and end in bytes). agents/sinks/journal
writes each record once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from agents.sinks.durable_file import make_folder
from agents.sinks.journal import Journal, by_partition
from agents.sinks.payload import value, with_headers
from streams.core.settings_table import require
from streams.core.sink import Claim, Delivered
from streams.errors import Unavailable

log = structlog.get_logger("copydesk.sink")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlSettings:
    folder: str = "data/articles"
    """The folder of the files; made if it does not exist. All processes of a sink must share it."""
    file_bytes: int = 134_217_728
    """Bytes after which a new file is started."""
    with_headers: bool = False
    """Whether each record is in an object with what only its headers say: version, received_at, event."""


def open_sink(settings: JsonlSettings) -> "Jsonl":
    """A sink that writes into the folder of the settings. Raises `ConfigError` or `CannotStart`."""
    require(faults(settings), "a jsonl sink")
    folder = Path(settings.folder)
    make_folder(folder, "finished articles")
    return Jsonl(folder, settings.file_bytes, with_headers if settings.with_headers else value)


def faults(settings: JsonlSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of settings."""
    if settings.file_bytes < 1:
        yield "file_bytes", "must be above 0"


class Jsonl:
    """Files in a folder, open for the partitions of this process."""

    def __init__(self, folder: Path, file_bytes: int, line: Callable[[Delivered], bytes] = value) -> None:
        self._folder, self._line = folder, line
        self._journal = Journal(folder, folder, file_bytes)
        self._others_reported = False

    def begin(self, claim: Claim) -> None:
        """Find the records of the partition in the folder, and keep other processes from writing more.

        Raises `Unavailable` where the folder cannot be used, and `CannotStart` where an index is missing.
        """
        self._report_others(claim)
        try:
            self._journal.begin(claim)
        except OSError as error:
            raise Unavailable(f"the folder {self._folder} cannot be taken over: {error}") from error

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append the batch and sync it: all of it, or nothing if the disk rejects a part."""
        try:
            self._journal.write(by_partition((record, self._line(record) + b"\n") for record in batch))
        except OSError as error:
            raise Unavailable(f"cannot write to the folder {self._folder}: {error.strerror}") from error

    def release(self) -> None:
        self._journal.release()

    def close(self) -> None:
        """Close all files, and give up the folder."""
        self._journal.close()

    def _report_others(self, claim: Claim) -> None:
        """Report once how many files of another log are here: there may be no other copy of them."""
        if self._others_reported:
            return
        self._others_reported = True
        paths = self._folder.glob(f"{claim.topic}-*.jsonl")
        if others := sum(f"-{claim.source}-" not in path.name for path in paths):
            log.warning(
                "files of another log are in the folder: they stay, and new files are written beside them",
                folder=str(self._folder),
                files=others,
                topic=claim.topic,
                log=claim.source,
                cause="the topic was recreated, Kafka has other data, or an earlier version wrote them",
            )
