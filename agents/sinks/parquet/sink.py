"""What the loop of the sinks calls. Records in a journal are acknowledged; it becomes a file later."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from agents.sinks.journal import Journal, Owner, by_partition
from agents.sinks.parquet.files import Files
from agents.sinks.parquet.schema import line_of, table_of
from agents.sinks.rejected import RejectedRecords
from agents.sinks.sources import Sources, warn_if_log_changed
from streams.core.sink import Claim, Delivered
from streams.errors import CopydeskError, Fenced, Invalid, Unavailable

log = structlog.get_logger("copydesk.sink")

#: How often due journals are looked for: there may be no writes for hours.
LOOK_SECONDS = 5.0


class Parquet:
    """Writes the records that the folder does not have yet. Of a record that is delivered again, it keeps the
    first."""

    def __init__(
        self,
        files: Files,
        rejected: RejectedRecords,
        *,
        minutes: int,
        file_bytes: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._files = files
        self._rejected = rejected
        self._sources = Sources(files.folder / "_sources.json")
        self._minutes = minutes
        self._file_bytes = file_bytes
        self._clock = clock
        self._period = self._now()
        self._journal = Journal(files.folder, files.journals, file_bytes, lambda: f"{self._period}-")
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._looker = threading.Thread(target=self._look, name="parquet", daemon=True)
        self._looker.start()

    def begin(self, claim: Claim) -> None:
        """Find the records that the folder has, and keep others from writing more. Raises `Unavailable`."""
        with self._lock:
            try:
                # The finished files last: at any moment one may be made of a journal.
                self._journal.begin(claim, lambda: self._files.spans(claim))
                before = self._sources.note(claim)
            except OSError as error:
                raise self._unavailable(error) from error
        consequence = "the earlier records stay, and the new ones are written beside them"
        warn_if_log_changed(claim, before, consequence, folder=str(self._files.folder))

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append to journals the records that the folder does not have, and sync. Raises `Unavailable`."""
        with self._lock:
            try:
                self._finish_due()
                self._journal.write(by_partition(self._lines(batch)))
            except OSError as error:
                raise self._unavailable(error) from error

    def release(self) -> None:
        """Close the journals. Any process may make files of them when they are due."""
        with self._lock:
            self._journal.release()

    def close(self) -> None:
        """Make files of all journals that nobody writes."""
        self._closing.set()
        self._looker.join()
        with self._lock:
            self._journal.close_files()
            try:
                self._finish(lambda _: True)
            except (OSError, CopydeskError) as error:
                log.warning("the journals are left to the next process", error=str(error))
            self._journal.close()

    def finish_due(self) -> None:
        """Make files of the journals that are full, or whose period is over, and that nobody writes."""
        with self._lock:
            self._finish_due()

    def _finish_due(self) -> None:
        now, full = self._now(), self._journal.size >= self._file_bytes
        closed = self._journal.close_files() if full or now != self._period else []
        self._period = now
        self._finish(lambda path: path in closed or path.name < now)

    def _finish(self, is_due: Callable[[Path], bool]) -> None:
        due = self._files.due(is_due)
        if due and self._journal.owner:
            self._files.finish(self._journal.owner, due)
        elif due:
            self._finish_before_all(due)

    def _finish_before_all(self, due: Sequence[Path]) -> None:
        """For a process that has no partition yet, and may never get one: finish, if no other is at work."""
        try:
            owner = Owner(self._files.folder, "", 0)
        except Unavailable:
            return
        try:
            self._files.finish(owner, due)
        finally:
            owner.close()

    def _now(self) -> str:
        """The current period of `minutes`, by its start."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        return f"{now:%Y-%m-%dT%H}{now.minute // self._minutes * self._minutes:02d}"

    def _lines(self, records: Sequence[Delivered]) -> list[tuple[Delivered, bytes]]:
        """The records that fit the columns, and their lines. Others are set aside."""
        schema = self._files.schema
        try:
            lines = [line_of(record, schema) for record in records]
            if lines:
                table_of(lines, schema)
        except Invalid as error:
            if len(records) > 1:
                return [line for record in records for line in self._lines([record])]
            self._rejected.add(records[0], str(error))
            return []
        return list(zip(records, lines, strict=True))

    def _look(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self.finish_due()
            except OSError as error:
                log.warning("a file cannot be finished", error=str(self._unavailable(error)))
            except Fenced:
                self._give_up()

    def _give_up(self) -> None:
        """Another process has taken over. With partitions this one is informed otherwise, by a new claim."""
        with self._lock:
            if not self._journal.has_partitions:
                self._journal.close()

    def _unavailable(self, error: OSError) -> Unavailable:
        return Unavailable(f"cannot write to the folder {self._files.folder}: {error.strerror or error}")
