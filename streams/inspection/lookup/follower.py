"""Follows the topics of the pipeline in a thread, and notes where the records of each article are."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
import structlog
from kafka import TopicPartition

from streams.core.backoff import backoff
from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.dead_letters.ledger import LedgerEntry, entry_of
from streams.dead_letters.listing import record_fields
from streams.dead_letters.provenance import provenance
from streams.dead_letters.takedowns import first_since
from streams.inspection.lookup.index import Entry, RecordIndex
from streams.inspection.lookup.keys import RecordKeys
from streams.inspection.reconciliation import discarded, kind_of
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Reader, Record
from streams.kafka.reader import MOST_AT_ONCE, Extent, Offsets, as_message, extents, place
from streams.kafka.topics import reject_hidden
from streams.settings import Settings

log = structlog.get_logger("copydesk.ingest")

POLL_MS = 50
#: How often new partitions are looked for, and what is too old is forgotten.
LOOK_SECONDS = 30.0
STOP_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
HOUR_MS = 3_600_000


class Follower:
    """`index` and `ledger` hold what was read so far. First topics are read from what no stage has read yet:
    what a stage has read is named by what it wrote."""

    def __init__(self, settings: Settings, pipeline: Pipeline) -> None:
        self._settings, self._pipeline = settings, pipeline
        self.topics = sorted(topic.full_name for topic in pipeline.all_topics())
        self.index = RecordIndex(self.topics)
        self.ledger: dict[bytes, LedgerEntry] = {}
        self._keys, self._trusted = RecordKeys(pipeline), provenance(pipeline)
        self._discards = {stage.discards.full_name for stage in pipeline.stages}
        self._positions: dict[TopicPartition, int] = {}
        self.problem: str | None = None
        """Why nothing can be read now."""
        self._wanted: set[TopicPartition] = set()
        self._moved = threading.Condition()
        self._look, self._stopping = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="lookup", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Without Kafka the thread may go on for a minute; the end of the process does not wait for it."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        if not self._thread.is_alive():
            self.index.close()

    def wait(self, ends: Offsets, seconds: float) -> int:
        """Wait until everything before `ends` is noted; how many records are missing after `seconds`."""
        if ends.keys() - self._positions.keys():
            self._look.set()
        with self._moved:
            self._moved.wait_for(lambda: not self._missing(ends), seconds)
            return sum(self._missing(ends).values())

    def _missing(self, ends: Offsets) -> dict[TopicPartition, int]:
        """Partition → how many records are not noted yet."""
        positions = self._positions
        # Of a partition that is not read yet, even an empty one counts.
        missing = {at: left for at, end in ends.items() if (left := end - positions.get(at, -1)) > 0}
        self._wanted |= missing.keys()
        return missing

    def _run(self) -> None:
        pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE, until=float("inf"))
        while not self._stopping.is_set():
            try:
                with client.consumer(self._settings) as reader:
                    self._follow(reader)
            except Exception as error:  # noqa: BLE001 - whatever it is, pages must be taken all the same
                self.problem = client.words(error)
                log.warning("articles cannot be looked up now", error=self.problem)
                self._stopping.wait(next(pauses))

    def _follow(self, reader: Reader) -> None:
        looked = 0.0
        while not self._stopping.is_set():
            if self._look.is_set() or not looked or time.monotonic() - looked > LOOK_SECONDS:
                self._look.clear()
                self._place(reader)
                looked = time.monotonic()
            polled = reader.poll(timeout_ms=POLL_MS, max_records=MOST_AT_ONCE)
            for records in polled.values():
                self._note(records)
            self._move({at: records[-1].offset + 1 for at, records in polled.items()} or self._behind(reader))

    def _behind(self, reader: Reader) -> dict[TopicPartition, int]:
        """The positions of the partitions that somebody waits for, where no more records follow: control
        records move a position too. A position costs 0.5 ms among 65 partitions (kafka-python 3.0.12)."""
        with self._moved:
            wanted, self._wanted = self._wanted & self._positions.keys(), set()
        positions = {at: reader.position(at) for at in wanted}
        return {at: offset for at, offset in positions.items() if offset is not None}

    def _move(self, positions: Offsets) -> None:
        with self._moved:
            self._positions |= positions
            self._moved.notify_all()

    def _place(self, reader: Reader) -> None:
        """Read every partition from where it was left, and new ones from their beginning here."""
        since = round(time.time() * 1000) - self._settings.ingest.lookup_hours * HOUR_MS
        self.index.forget(since)
        spans = self._spans(reader)
        new = {at: span for at, span in spans.items() if at not in self._positions}
        if not new and reader.assignment():
            return
        begins = self._begins(reader, new, since)
        with self._moved:
            self._positions = {at: self._positions.get(at, begins.get(at, 0)) for at in spans}
        place(reader, self._positions)
        self.problem = None

    def _spans(self, reader: Reader) -> dict[TopicPartition, Extent]:
        """Raises `KafkaError` for topics that this user may not see: they must not be taken for empty."""
        spans = extents(reader, self.topics)
        if missing := sorted(set(self.topics) - {at.topic for at in spans}):
            with client.admin(self._settings) as admin:
                reject_hidden(admin, missing)
        return spans

    def _begins(
        self, reader: Reader, spans: Mapping[TopicPartition, Extent], since: int
    ) -> dict[TopicPartition, int]:
        if not spans:
            return {}
        first = {topic.full_name for topic in self._pipeline.first}
        unread, ledger = self._unread(), self._pipeline.ledger.full_name
        dated = {at: span for at, span in spans.items() if at.topic not in {*first, ledger} and span.records}
        begins = {at: span.begin for at, span in spans.items()}
        begins |= {at: max(span.begin, unread.get(at, 0)) for at, span in spans.items() if at.topic in first}
        return begins | first_since(reader, dated, since)

    def _unread(self) -> dict[TopicPartition, int]:
        """Where the slowest stage is in each partition of the first topics."""
        readers = [stage for topic in self._pipeline.first for stage in self._pipeline.readers(topic)]
        with client.admin(self._settings) as admin:
            offsets = committed(admin, [stage.group for stage in readers])
        partitions = {at for own in offsets.values() for at in own}
        return {
            at: min(offsets[stage.group].get(at, 0) for stage in readers if stage.reads.full_name == at.topic)
            for at in partitions
        }

    def _note(self, records: Sequence[Record]) -> None:
        entries = []
        for message in map(as_message, records):
            if message.topic == self._pipeline.ledger.full_name:
                self._note_ledger(message.key, message.value)
                continue
            kept = self._without_text(self._trusted.of(message))
            entries += [Entry(article=key, message=kept) for key in self._keys.of(message)]
        self.index.add(entries)

    def _without_text(self, message: Message) -> Message:
        """The record with those fields of its value that a trace shows; a takedown keeps its null."""
        if message.value is None:
            return message
        fields = {"feed": record_fields(message).feed}
        if message.topic in self._discards:
            outcome = discarded(message)
            fields |= {"reason": outcome.reason, "stage": outcome.stage, "kind": kind_of(message)}
        return replace(message, value=orjson.dumps(fields))

    def _note_ledger(self, key: bytes | None, value: bytes | None) -> None:
        entry = entry_of(value)
        if key is not None and entry is not None:
            self.ledger[key] = entry
