"""The loop's view of the folder: acknowledged is what stands in the journal; in its time that is a file."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog

from agents.sinks.journal import Journal, Owner
from agents.sinks.parquet.files import Files
from agents.sinks.parquet.schema import line_of, table_of
from agents.sinks.rejected import RejectedRecords
from agents.sinks.sources import Sources, warn_of_another_log
from streams.core.sink import Claim, Delivered
from streams.errors import CopydeskError, Fenced, Invalid, Unavailable

log = structlog.get_logger("copydesk.sink")

#: How often it is looked whether a file is due: nobody may write for hours.
LOOK_SECONDS = 5.0


class Parquet:
    """Writes what does not stand in the folder yet. Told the same record twice, it keeps the first."""

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
        self._stretch = self._now()
        self._journal = Journal(files.folder, files.journals, file_bytes, lambda: f"{self._stretch}-")
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._looker = threading.Thread(target=self._look, name="parquet", daemon=True)
        self._looker.start()

    def begin(self, claim: Claim) -> None:
        """Find out what stands here already, and keep others from writing more. Raises `Unavailable`."""
        with self._lock:
            try:
                # The finished files last: a journal may be made one at any moment.
                self._journal.begin(claim, lambda: self._files.spans(claim))
                before = self._sources.note(claim)
            except OSError as error:
                raise self._away(error) from error
        if before is not None:
            consequence = "the records that are there stay, and its own stand beside them"
            warn_of_another_log(claim, before, consequence, folder=str(self._files.folder))

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append to the journals what does not stand here yet, and sync it. Raises `Unavailable`."""
        parts: dict[tuple[str, int], list[tuple[int, bytes]]] = {}
        with self._lock:
            try:
                self._finish_due()
                for record, line in self._lines(batch):
                    place = (record.topic, record.partition)
                    parts.setdefault(place, []).append((record.offset, line))
                self._journal.write(parts)
            except OSError as error:
                raise self._away(error) from error

    def release(self) -> None:
        """Close the journals: they are made a file in their time, by whoever is there."""
        with self._lock:
            self._journal.release()

    def close(self) -> None:
        """Make files of all journals that nobody writes."""
        self._closing.set()
        self._looker.join()
        with self._lock:
            self._journal.rest()
            try:
                self._finish(lambda _: True)
            except (OSError, CopydeskError) as error:
                log.warning("the journals are left to the next process", error=str(error))
            self._journal.close()

    def finish_due(self) -> None:
        """Make files of the journals whose time is over, or that are full, where nobody writes them."""
        with self._lock:
            self._finish_due()

    def _finish_due(self) -> None:
        now, full = self._now(), self._journal.size >= self._file_bytes
        closed = self._journal.rest() if full or now != self._stretch else []
        self._stretch = now
        self._finish(lambda path: path in closed or path.name < now)

    def _finish(self, is_due: Callable[[Path], bool]) -> None:
        due = self._files.due(is_due)
        if due and self._journal.owner:
            self._files.finish(self._journal.owner, due)
        elif due:
            self._finish_before_all(due)

    def _finish_before_all(self, due: Sequence[Path]) -> None:
        """No partition was begun yet, and perhaps none ever is: where nobody else is at work, we finish."""
        try:
            owner = Owner(self._files.folder, "", 0)
        except Unavailable:
            return
        try:
            self._files.finish(owner, due)
        finally:
            owner.close()

    def _now(self) -> str:
        """Which stretch of `minutes` this is, by the time at which it began."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        return f"{now:%Y-%m-%dT%H}{now.minute // self._minutes * self._minutes:02d}"

    def _lines(self, records: Sequence[Delivered]) -> list[tuple[Delivered, bytes]]:
        """Those that fit, and their lines; the others are set aside."""
        schema = self._files.schema
        try:
            lines = [line_of(one, schema) for one in records]
            if lines:
                table_of(lines, schema)
        except Invalid as error:
            if len(records) > 1:
                return [line for one in records for line in self._lines([one])]
            self._rejected.add(records[0], str(error))
            return []
        return list(zip(records, lines, strict=True))

    def _look(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            try:
                self.finish_due()
            except OSError as error:
                log.warning("a file cannot be finished", error=str(self._away(error)))
            except Fenced:
                self._give_up()

    def _give_up(self) -> None:
        """Others have taken over; if it is by a new generation that gives us partitions, we hear of it."""
        with self._lock:
            if not self._journal.begun:
                self._journal.close()

    def _away(self, error: OSError) -> Unavailable:
        return Unavailable(f"the folder {self._files.folder} takes no more: {error.strerror or error}")
