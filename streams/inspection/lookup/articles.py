"""Looks up the outcome of an article, with clients that are kept, and with a bounded amount of work."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, LifoQueue
from typing import Any

from kafka import TopicPartition

from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.core.record_headers import origin
from streams.dead_letters.provenance import provenance
from streams.errors import Unavailable
from streams.inspection.lookup.follower import Follower
from streams.inspection.reconciliation import raw_of
from streams.inspection.trace.finding import TraceRecords, gather, groups_of
from streams.inspection.trace.plain import as_plain
from streams.inspection.trace.report import report
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import LITTLE, ends, fetch_records
from streams.settings import Settings

#: Records of an article that are looked at.
MOST_RECORDS = 500
#: Revisions that are shown, and as many more that wait for a first stage. The raw record of each is fetched.
MOST_REVISIONS = 5
#: How long the index may take to reach the records that Kafka has now.
WAIT_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Clients of one look-up at a time. `opened` closes them."""

    admin: Admin
    reader: Reader
    opened: ExitStack


class ArticleLookup:
    """May be called by several threads at once; each has its own clients meanwhile."""

    def __init__(self, settings: Settings, pipeline: Pipeline) -> None:
        self._settings, self._pipeline = settings, pipeline
        self._follower = Follower(settings, pipeline)
        self._trusted = provenance(pipeline)
        self._idle: LifoQueue[Clients] = LifoQueue()

    def __enter__(self) -> "ArticleLookup":
        """Begin to read the topics, unless nothing is to be found."""
        if self._settings.ingest.lookup_hours:
            self._follower.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._follower.stop()
        with suppress(Empty):
            while True:
                self._idle.get_nowait().opened.close()

    def __call__(self, text: str) -> dict[str, Any] | None:
        """The trace of the article that `text` identifies, as for JSON; None if nothing is known of it.

        Raises `Invalid` if it identifies none, `Unavailable` while the index is incomplete, `BrokerError`.
        """
        key = self._pipeline.identify(text).key
        with self._clients() as clients:
            records = self._records(clients, key)
        story = report(self._settings, self._pipeline, text, records)
        return as_plain(story) if story.now else None

    def _records(self, clients: Clients, key: bytes) -> TraceRecords:
        # In this order: a record that was acknowledged by then has its successor before the ends.
        offsets = committed(clients.admin, groups_of(self._settings, self._pipeline))
        missing = self._follower.wait(ends(clients.reader, self._follower.topics), WAIT_SECONDS)
        if self._follower.problem or missing:
            indexing = f"records are still being indexed, {missing:,} are left"
            raise Unavailable(self._follower.problem or indexing)
        written, received = self._newest(key)
        places = [(TopicPartition(raw.topic, raw.partition), raw.offset) for raw in received]
        whole = map(self._trusted.of, fetch_records(clients.reader, places))
        return gather(
            clients.reader,
            self._pipeline,
            key,
            [*written, *whole],
            ledger=self._follower.ledger,
            offsets=offsets,
        )

    def _newest(self, key: bytes) -> tuple[list[Message], list[Message]]:
        """The records of the newest revisions: those that stages have written, and raw records."""
        revisions: dict[str, list[Message]] = {}
        for message in self._follower.index.newest(key, MOST_RECORDS):
            revisions.setdefault(raw_of(message), []).append(message)
        is_raw = {raw: all(m.topic in self._trusted.first for m in own) for raw, own in revisions.items()}
        by_version = sorted(revisions, key=lambda raw: max(origin(m).version for m in revisions[raw]))
        kept = {
            *[raw for raw in by_version if not is_raw[raw]][-MOST_REVISIONS:],
            *[raw for raw in by_version if is_raw[raw]][-MOST_REVISIONS:],
        }
        records = [message for raw in by_version if raw in kept for message in revisions[raw]]
        first = self._trusted.first
        return [m for m in records if m.topic not in first], [m for m in records if m.topic in first]

    @contextmanager
    def _clients(self) -> Iterator[Clients]:
        """Idle clients or new ones; they are closed, and not used again, after an error."""
        try:
            clients = self._idle.get_nowait()
        except Empty:
            clients = self._open()
        with ExitStack() as failed, client.broker_errors(self._settings):
            failed.push(clients.opened)
            yield clients
            failed.pop_all()
        self._idle.put(clients)

    def _open(self) -> Clients:
        with ExitStack() as opened:
            admin = opened.enter_context(client.admin(self._settings))
            reader = opened.enter_context(client.consumer(self._settings, **LITTLE))
            return Clients(admin=admin, reader=reader, opened=opened.pop_all())
