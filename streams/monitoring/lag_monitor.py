"""Asks Kafka every few seconds for the lag of this worker, for the metrics and the health.

Each worker reports its own partitions, so that the sum over workers is the lag of the stage. While Kafka is
unavailable the metrics stay as they are; `copydesk_lag_updated_timestamp_seconds` shows their age.
"""

import threading
import time
from collections.abc import Sequence, Set
from contextlib import suppress

import structlog

from streams.kafka import client
from streams.kafka.lag import PartitionLag, dated, partition_lags
from streams.kafka.open_transactions import HeldSince
from streams.kafka.protocols import Admin, Reader
from streams.kafka.topics import topic_configs
from streams.monitoring import metrics
from streams.monitoring.health import Health
from streams.settings import Settings

log = structlog.get_logger("copydesk.lag")

#: One batch of small pages; Kafka sends a larger batch whole, but alone.
FETCH_BYTES = 16_384
RETENTION_SECONDS = 60.0
BY_PARTITION = (
    *(metrics.LAG_RECORDS, metrics.LAG_SECONDS, metrics.LAG_RETENTION),
    *(metrics.HELD_RECORDS, metrics.HELD_SECONDS),
)


class LagWatch:
    """Looks in a thread of its own. `owner` are the labels: stage and sink, one of them empty."""

    def __init__(
        self, settings: Settings, *, group: str, topic: str, health: Health, owner: tuple[str, str]
    ) -> None:
        self._settings, self._health, self._owner = settings, health, owner
        self._group, self._topic = group, topic
        self._reported: set[int] = set()
        self._known: dict[int, PartitionLag] = {}
        self._held_since = HeldSince(settings, topic)
        self._retention: float | None = None
        self._retention_asked = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)

    def start(self) -> None:
        """Begin to look, if there are probes."""
        if self._settings.probes.port:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look_on()
            except Exception as error:  # noqa: BLE001 - without this thread no stall would be reported
                self._health.blind()
                log.debug("Kafka did not report the lag of this process", error=client.words(error))
            self._stop.wait(self._settings.probes.lag_seconds)

    def _look_on(self) -> None:
        """Look again and again through one pair of connections, until they fail."""
        options = {"max_partition_fetch_bytes": FETCH_BYTES, "metadata_max_age_ms": 30_000}
        with client.admin(self._settings) as admin, client.consumer(self._settings, **options) as reader:
            self._retention_asked = 0.0
            while not self._stop.is_set():
                self.look(admin, reader)
                self._stop.wait(self._settings.probes.lag_seconds)

    def look(self, admin: Admin, reader: Reader) -> None:
        """Pass Kafka's answer of now to the metrics and the health."""
        mine = self._health.partitions
        if mine is None:
            self._clear()
            return
        self._ask_retention(admin)
        lags = partition_lags(admin, reader, self._group, self._topic, mine, self._known)
        lags = dated(lags, self._held_since.of(lags))
        self._known = {lag.partition: lag for lag in lags}
        # If they were handed over while Kafka was asked, another worker reports them.
        if self._health.partitions is mine:
            self._publish(lags)
            gone = len(lags) < len(mine)
            missing = f"Kafka has no topic {self._topic} any more, or less of it" if gone else None
            self._health.looked(sum(lag.lag - lag.held for lag in lags), missing)
            ages = (_age(lag.held_since) for lag in lags)
            self._health.held(sum(lag.held for lag in lags), max(ages, default=0.0))

    def _ask_retention(self, admin: Admin) -> None:
        """How long the topic keeps its records (None: forever), which may change while we run."""
        if time.monotonic() - self._retention_asked < RETENTION_SECONDS:
            return
        self._retention_asked = time.monotonic()
        config = topic_configs(admin, [self._topic]).get(self._topic, {})
        kept = int(config.get("retention.ms", -1))
        deletes = "delete" in config.get("cleanup.policy", "delete")
        self._retention = kept / 1000 if deletes and kept > 0 else None

    def _clear(self) -> None:
        self._forget(set())
        metrics.PARTITIONS.labels(*self._owner).set(0)

    def _forget(self, kept: Set[int]) -> None:
        """Stop reporting partitions that are others' now. The metrics of the rest have no gap meanwhile."""
        for gauge in BY_PARTITION:
            for partition in self._reported - kept:
                with suppress(KeyError):
                    gauge.remove(*self._owner, str(partition))
        self._reported = set(kept)

    def _publish(self, lags: Sequence[PartitionLag]) -> None:
        now = time.time()
        self._forget({lag.partition for lag in lags})
        for lag in lags:
            labels = (*self._owner, str(lag.partition))
            age = _age(lag.oldest)
            metrics.LAG_RECORDS.labels(*labels).set(lag.lag)
            metrics.LAG_SECONDS.labels(*labels).set(age)
            metrics.HELD_RECORDS.labels(*labels).set(lag.held)
            metrics.HELD_SECONDS.labels(*labels).set(_age(lag.held_since))
            if self._retention is not None:
                metrics.LAG_RETENTION.labels(*labels).set(age / self._retention)
        metrics.PARTITIONS.labels(*self._owner).set(len(lags))
        metrics.LAG_UPDATED.labels(*self._owner).set(now)


def _age(milliseconds: int | None) -> float:
    return 0.0 if milliseconds is None else max(0.0, time.time() - milliseconds / 1000)
