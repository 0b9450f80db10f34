"""The loop's view of the folder: acknowledged is what stands in the journal; in its time that is a file."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog

from agents.sinks.parquet.files import Files
from agents.sinks.parquet.journal import Journal
from agents.sinks.parquet.schema import line_of, table_of
from agents.sinks.refused import Refused
from streams.errors import Invalid, Unavailable
from streams.sink import Claim, Delivered

log = structlog.get_logger("copydesk.sink")

#: How often it is looked whether a file is due: nobody may write for hours.
LOOK_SECONDS = 5.0


class Parquet:
    """Writes what does not stand in the folder yet. Told the same record twice, it keeps the first."""

    def __init__(
        self,
        files: Files,
        refused: Refused,
        *,
        minutes: int,
        file_bytes: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._files = files
        self._refused = refused
        self._minutes = minutes
        self._file_bytes = file_bytes
        self._clock = clock
        self._journal: Journal | None = None
        self._begun = (0, 0)
        self._held: dict[tuple[str, int], set[tuple[int, str]]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._looker = threading.Thread(target=self._look, name="parquet", daemon=True)
        self._looker.start()

    def begin(self, claim: Claim) -> None:
        """Find out what stands here already from the claim's offset on. Raises `Unavailable`."""
        with self._lock:
            try:
                self._files.finish_abandoned()
                self._held[claim.topic, claim.partition] = self._files.held(
                    claim.topic, claim.partition, claim.offset
                )
            except OSError as error:
                raise self._away(error) from error

    def write(self, batch: Sequence[Delivered]) -> None:
        """Append to the journal what does not stand here yet, and sync it. Raises `Unavailable`."""
        with self._lock:
            try:
                self.finish_due()
                if lines := self._lines([one for one in batch if not self._holds(one)]):
                    self._open_journal().append(lines)
            except OSError as error:
                raise self._away(error) from error

    def release(self) -> None:
        """Nothing: the journal is this process's own."""

    def close(self) -> None:
        """Finish the file under way."""
        self._closing.set()
        self._looker.join()
        with self._lock:
            self._finish()

    def finish_due(self) -> None:
        """Make a file of the journal where its time is over, or it is full, and of those nobody writes."""
        if self._journal and (
            self._journal.size >= self._file_bytes or self._begun != self._turn(self._clock())
        ):
            self._finish()
        self._files.finish_abandoned()

    def _finish(self) -> None:
        journal, self._journal = self._journal, None
        if journal:
            journal.close()
        self._files.finish_abandoned()

    def _open_journal(self) -> Journal:
        if self._journal is None:
            now = self._clock()
            self._journal, self._begun = self._files.new_journal(now), self._turn(now)
        return self._journal

    def _turn(self, now: float) -> tuple[int, int]:
        """Which stretch of `minutes` this is: the hour, and the how-manieth in it."""
        hour = int(now // 3600)
        return hour, datetime.fromtimestamp(now, UTC).minute // self._minutes

    def _holds(self, record: Delivered) -> bool:
        held = self._held.get((record.topic, record.partition), ())
        return (record.offset, record.event) in held

    def _lines(self, records: Sequence[Delivered]) -> list[bytes]:
        """The lines of those that fit; the others are set aside."""
        schema = self._files.schema
        try:
            lines = [line_of(one, schema) for one in records]
            if lines:
                table_of(lines, schema)
        except Invalid as error:
            if len(records) > 1:
                return [line for one in records for line in self._lines([one])]
            self._refused.add(records[0], str(error))
            return []
        return lines

    def _look(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            with self._lock:
                try:
                    self.finish_due()
                except OSError as error:
                    log.warning("a file cannot be finished", error=str(self._away(error)))

    def _away(self, error: OSError) -> Unavailable:
        return Unavailable(f"the folder {self._files.folder} takes no more: {error.strerror or error}")
