"""Looks up what became of an article, with clients that are kept, and with a bounded amount of work."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, LifoQueue
from typing import Any

from streams.core.pipeline import Pipeline
from streams.dead_letters.provenance import provenance
from streams.errors import Unavailable
from streams.inspection.lookup.follower import Follower
from streams.inspection.trace.finding import TraceRecords, gather, groups_of
from streams.inspection.trace.plain import as_plain
from streams.inspection.trace.report import report
from streams.kafka import client
from streams.kafka.lag import committed
from streams.kafka.protocols import Admin, Reader
from streams.kafka.reader import LITTLE, extents, fetch_records
from streams.settings import Settings

#: The newest records of an article that are read. Each costs a request.
MOST_RECORDS = 60
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
        spans = extents(clients.reader, self._follower.topics)
        missing = self._follower.wait({at: span.end for at, span in spans.items()}, WAIT_SECONDS)
        if missing:
            raise Unavailable(f"records are still being indexed: {missing:,} are left")
        places = self._follower.index.newest(key, MOST_RECORDS)
        return gather(
            clients.reader,
            self._pipeline,
            key,
            list(map(self._trusted.of, fetch_records(clients.reader, places))),
            ledger=self._follower.ledger,
            offsets=offsets,
        )

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
