"""Asks Kafka every few seconds how far this worker is behind, for the metrics and the health.

Each worker tells of the partitions that are its own, so that the sum over workers is the lag of the stage.
While Kafka is away the metrics stay as they are; `copydesk_lag_updated_timestamp_seconds` tells their age.
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

#: One batch of small pages; a larger one comes whole, but alone.
FETCH_BYTES = 16_384
RETENTION_SECONDS = 60.0
BY_PARTITION = (
    metrics.LAG_RECORDS,
    metrics.LAG_SECONDS,
    metrics.LAG_RETENTION,
    metrics.HELD_RECORDS,
    metrics.HELD_SECONDS,
)


class LagWatch:
    """Looks from a thread of its own. `owner` are the labels: stage and sink, one of them empty."""

    def __init__(
        self, settings: Settings, *, group: str, topic: str, health: Health, owner: tuple[str, str]
    ) -> None:
        self._settings = settings
        self._group = group
        self._topic = topic
        self._health = health
        self._owner = owner
        self._told: set[int] = set()
        self._known: dict[int, PartitionLag] = {}
        self._held_since = HeldSince(settings, topic)
        self._retention: float | None = None
        self._retention_asked = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lag", daemon=True)

    def start(self) -> None:
        """Begin to look, where somebody may ask."""
        if self._settings.probes.port:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look_on()
            except Exception as error:  # noqa: BLE001 - without this thread nobody would see a stall
                self._health.blind()
                log.debug("Kafka does not say how far behind this worker is", error=client.words(error))
            self._stop.wait(self._settings.probes.lag_seconds)

    def _look_on(self) -> None:
        """Look again and again through one pair of connections, until they fail."""
        with (
            client.admin(self._settings) as admin,
            client.consumer(
                self._settings, max_partition_fetch_bytes=FETCH_BYTES, metadata_max_age_ms=30_000
            ) as reader,
        ):
            self._retention_asked = 0.0
            while not self._stop.is_set():
                self.look(admin, reader)
                self._stop.wait(self._settings.probes.lag_seconds)

    def look(self, admin: Admin, reader: Reader) -> None:
        """One look: what Kafka says now, to the metrics and the health."""
        mine = self._health.partitions
        if mine is None:
            self._clear()
            return
        self._ask_retention(admin)
        lags = partition_lags(admin, reader, self._group, self._topic, mine, self._known)
        lags = dated(lags, self._held_since.of(lags))
        self._known = {one.partition: one for one in lags}
        # Handed over while Kafka was asked: then they are another worker's to tell of.
        if self._health.partitions is mine:
            self._publish(lags)
            gone = len(lags) < len(mine)
            missing = f"Kafka has no topic {self._topic} any more, or less of it" if gone else None
            self._health.looked(sum(one.lag - one.held for one in lags), missing)
            self._health.held(sum(one.held for one in lags), max(map(_held_seconds, lags), default=0.0))

    def _ask_retention(self, admin: Admin) -> None:
        """How long the topic keeps its records; None: forever. It may be changed while we run."""
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
        """Tell no more of partitions that are others' now. Who reads meanwhile sees no gap in the rest."""
        for gauge in BY_PARTITION:
            for partition in self._told - kept:
                with suppress(KeyError):
                    gauge.remove(*self._owner, str(partition))
        self._told = set(kept)

    def _publish(self, lags: Sequence[PartitionLag]) -> None:
        now = time.time()
        self._forget({one.partition for one in lags})
        for one in lags:
            labels = (*self._owner, str(one.partition))
            age = _age(one.oldest)
            metrics.LAG_RECORDS.labels(*labels).set(one.lag)
            metrics.LAG_SECONDS.labels(*labels).set(age)
            metrics.HELD_RECORDS.labels(*labels).set(one.held)
            metrics.HELD_SECONDS.labels(*labels).set(_held_seconds(one))
            if self._retention is not None:
                metrics.LAG_RETENTION.labels(*labels).set(age / self._retention)
        metrics.PARTITIONS.labels(*self._owner).set(len(lags))
        metrics.LAG_UPDATED.labels(*self._owner).set(now)


def _held_seconds(lag: PartitionLag) -> float:
    return _age(lag.held_since)


def _age(milliseconds: int | None) -> float:
    return 0.0 if milliseconds is None else max(0.0, time.time() - milliseconds / 1000)
