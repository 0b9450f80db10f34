"""Publishes with acks=all, and keeps what Kafka has confirmed: what may not be lost."""

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
from tests.reliability.articles import HEADERS, Made

#: As many are in flight at once; of these some may be in Kafka without having been confirmed.
TOGETHER = 200
#: Longer than the producer tries by itself (120 s).
CONFIRM_SECONDS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A record that Kafka has confirmed, where it lies, and when Kafka took it, in milliseconds."""

    made: Made
    partition: int
    offset: int
    timestamp: int


class Publisher:
    """A thread that publishes; `rate` records a second, or as fast as Kafka takes them.

    All at once, or in so many `portions`, each when it is asked for (`go_on`), the rest by `finish`.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        made: Sequence[Made],
        rate: float | None,
        compression: str | None = None,
        portions: int = 1,
    ) -> None:
        self._settings = settings
        self._topic = topic
        self._made = made
        self._rate = rate
        # New partitions are seen within seconds, not after five minutes.
        self._options = {"linger_ms": 5, "metadata_max_age_ms": 2000, "compression_type": compression}
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)
        size = ceil(len(made) / portions)
        self._portions = [deque(made[at : at + size]) for at in range(0, len(made), size)]
        self._asked_for = threading.Semaphore(0 if portions > 1 else 1)
        self.confirmed: list[Placed] = []

    def start(self) -> None:
        self._thread.start()

    @property
    def total(self) -> int:
        return len(self._made)

    @property
    def poisoned(self) -> int:
        """How many of them are to be dead."""
        return sum(bool(one.poison) for one in self._made)

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    def go_on(self) -> None:
        self._asked_for.release()

    def finish(self) -> None:
        """Publish all that is left, without being asked any more."""
        self._asked_for.release(len(self._portions))

    def _run(self) -> None:
        for portion in self._portions:
            self._asked_for.acquire()
            self._publish_all(portion)

    def _publish_all(self, left: deque[Made]) -> None:
        while left:
            # Whatever a client says while Kafka is away, it is asked again.
            with suppress(Exception), client.producer(self._settings, **self._options) as producer:
                self._publish(producer, left)
            time.sleep(0.2)

    def _publish(self, producer: Any, left: deque[Made]) -> None:
        """All of them, or until one is not confirmed: that wants a new producer."""
        size = TOGETHER if self._rate is None else max(1, int(self._rate / 10))
        began, before = time.monotonic(), len(left)
        while left:
            if self._rate is not None:
                time.sleep(max(0.0, began + (before - len(left)) / self._rate - time.monotonic()))
            some = [left.popleft() for _ in range(min(size, len(left)))]
            if not self._confirmed(producer, some):
                return

    def _confirmed(self, producer: Any, some: Sequence[Made]) -> bool:
        """Each is sent once: one that is not confirmed may be there all the same."""
        sent = [(one, self._send(producer, one)) for one in some]
        placed = [(one, _place(future)) for one, future in sent]
        self.confirmed += [
            Placed(made=one, partition=place.partition, offset=place.offset, timestamp=place.timestamp)
            for one, place in placed
            if place
        ]
        return all(place for _, place in placed)

    def _send(self, producer: Any, one: Made) -> Any:
        try:
            return producer.send(self._topic, one.value, one.key, headers=[*HEADERS, *one.headers])
        except KafkaError:
            return None


def _place(future: Any) -> Any:
    """Where Kafka has put it; None where it did not say."""
    try:
        return future.get(timeout=CONFIRM_SECONDS) if future else None
    except KafkaError:
        return None
