"""Publishes with acks=all, and keeps what Kafka has confirmed: this must not be lost."""

import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import Any

from kafka.errors import KafkaError

from streams.kafka import client
from streams.settings import Settings
from tests.reliability.articles import HEADERS, RawRecord

#: Records in flight at once. Some of them may be in Kafka without a confirmation.
TOGETHER = 200
#: Longer than the producer retries by itself (120 s).
CONFIRM_SECONDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A record that Kafka has confirmed, its place, and the time in milliseconds when Kafka received it."""

    record: RawRecord
    partition: int
    offset: int
    timestamp: int

    @property
    def at(self) -> tuple[int, int, int]:
        """Time, partition and offset: greater is newer, within a key."""
        return self.timestamp, self.partition, self.offset


class Publisher:
    """A thread that publishes `rate` records per second, or as fast as Kafka accepts them.

    It publishes all of them at once, or in `portions`: one for each call of `go_on`, the rest after `finish`.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        records: Sequence[RawRecord],
        rate: float | None,
        compression: str | None = None,
        portions: int = 1,
    ) -> None:
        self._settings = settings
        self._topic = topic
        self.records = records
        self._rate = rate
        # New partitions are seen within seconds, not after five minutes.
        self._options = {"linger_ms": 5, "metadata_max_age_ms": 2000, "compression_type": compression}
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        size = ceil(len(records) / portions)
        self._portions = [deque(records[start : start + size]) for start in range(0, len(records), size)]
        self._requested = threading.Semaphore(0 if portions > 1 else 1)
        self.confirmed: list[Placed] = []

    def start(self) -> None:
        self._thread.start()

    @property
    def total(self) -> int:
        return len(self.records)

    @property
    def poisoned(self) -> int:
        """How many records must be dead in the end."""
        return sum(bool(record.poison) for record in self.records)

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def go_on(self) -> None:
        """Publish the next portion."""
        self._requested.release()

    def finish(self) -> None:
        """Publish all portions that are left."""
        self._requested.release(len(self._portions))

    def _run(self) -> None:
        for portion in self._portions:
            self._requested.acquire()
            self._publish_all(portion)

    def _publish_all(self, left: deque[RawRecord]) -> None:
        while left:
            # Whatever error a client has while Kafka is unavailable, a new one is tried.
            with suppress(Exception), client.producer(self._settings, **self._options) as producer:
                self._publish(producer, left)
            time.sleep(0.2)

    def _publish(self, producer: Any, left: deque[RawRecord]) -> None:
        """Publish all of them, or until one is not confirmed: then a new producer is needed."""
        size = TOGETHER if self._rate is None else max(1, int(self._rate / 10))
        began, before = time.monotonic(), len(left)
        while left:
            if self._rate is not None:
                time.sleep(max(0.0, began + (before - len(left)) / self._rate - time.monotonic()))
            batch = [left.popleft() for _ in range(min(size, len(left)))]
            if not self._confirmed(producer, batch):
                return

    def _confirmed(self, producer: Any, batch: Sequence[RawRecord]) -> bool:
        """Each record is sent once: without a confirmation it may be in Kafka all the same."""
        futures = [(record, self._send(producer, record)) for record in batch]
        places = [(record, _place(future)) for record, future in futures]
        self.confirmed += [
            Placed(record=record, partition=place.partition, offset=place.offset, timestamp=place.timestamp)
            for record, place in places
            if place
        ]
        return all(place for _, place in places)

    def _send(self, producer: Any, record: RawRecord) -> Any:
        try:
            return producer.send(self._topic, record.value, record.key, headers=[*HEADERS, *record.headers])
        except KafkaError:
            return None


def _place(future: Any) -> Any:
    """The place that Kafka has confirmed, or None."""
    try:
        return future.get(timeout=CONFIRM_SECONDS) if future else None
    except KafkaError:
        return None
