"""Counts and logs what becomes of articles, and tells the health that something was done.

Labels are bound once: an article costs the loop what bench/probes.py says. The reasons of a stage's work are
its own words, so only so many of them become labels.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

import structlog

from streams import envelope, logs, metrics
from streams.health import Health
from streams.message import Message
from streams.stage import Dead, Done, Fate, Reason

log = structlog.get_logger("copydesk.article")
_levels = logging.getLogger("copydesk.article")

MOST_REASONS = 32
OTHER = "other"


class Sized(Protocol):
    """A window: how many it holds, and how many bytes."""

    def __len__(self) -> int: ...

    @property
    def bytes(self) -> int: ...


class StageMeter:
    """What one stage does in this process."""

    def __init__(self, stage: str, health: Health | None = None) -> None:
        self.health = health or Health()
        self._stage = stage
        self._fates: dict[tuple[Fate, str], Any] = {}
        self._reasons: set[str] = set()
        self._work = metrics.STAGE_SECONDS.labels(stage)
        self._publish = metrics.PUBLISH_SECONDS.labels(stage)
        self._latency = metrics.LATENCY_SECONDS.labels(stage, "")
        self._tries = metrics.TRIES_AGAIN.labels(stage, "")
        self._deaths = {why: metrics.CHILD_DEATHS.labels(stage, why) for why in ("killed", "timed-out")}
        self._limit = metrics.LIMIT_REACHED.labels(stage)
        # From 0 on: Prometheus sees no increase in a series that begins with 1.
        self._counter(Fate.SENT, "")
        for reason in Reason:
            self._counter(Fate.DEAD, reason)

    def watch(self, window: Sized) -> None:
        """Have the gauges of the window read this one."""
        _watch(window, self._stage, "")

    def answered(self) -> None:
        """A child has answered, or was ended."""
        self.health.moved()

    def child_died(self, why: str) -> None:
        """A child died at work: `killed` or `timed-out`."""
        self._deaths[why].inc()

    def put_off(self) -> None:
        """What the work needs is away; it is tried again."""
        self._tries.inc()

    def published(self, seconds: float) -> None:
        """Kafka has confirmed what was finished."""
        self.health.moved()
        self._publish.observe(seconds)

    def stopped(self, why: str) -> None:
        """The dead-letter limit is reached."""
        self._limit.set(1)
        self.health.stop(why)

    def acknowledged(self, message: Message, outcome: Done | Dead) -> None:
        """One article has its fate: count it, and log it."""
        if isinstance(outcome, Dead):
            self._counter(Fate.DEAD, outcome.reason).inc()
        else:
            self._counter(outcome.fate, outcome.reason or "").inc()
            self._work.observe(outcome.seconds)
        self._latency.observe(_latency(message))
        self._tell(message, outcome)

    def _counter(self, fate: Fate, reason: str) -> Any:
        found = self._fates.get((fate, reason))
        if found is None:
            found = metrics.ARTICLES.labels(self._stage, fate.value, self._bounded(fate, reason))
            if len(self._fates) < 2 * MOST_REASONS:
                self._fates[fate, reason] = found
        return found

    def _bounded(self, fate: Fate, reason: str) -> str:
        if fate is not Fate.DISCARDED:
            return str(reason)
        if len(self._reasons) < MOST_REASONS:
            self._reasons.add(reason)
        return reason if reason in self._reasons else OTHER

    def _tell(self, message: Message, outcome: Done | Dead) -> None:
        """One event an article: a warning where it is dead, else at the level `debug`."""
        if isinstance(outcome, Dead):
            event = _event(message, stage=self._stage, fate=Fate.DEAD.value, reason=outcome.reason.value)
            log.warning("article", **event, error=outcome.message[:300])
        elif _levels.isEnabledFor(logging.DEBUG):
            event = _event(message, stage=self._stage, fate=outcome.fate.value, reason=outcome.reason)
            log.debug("article", **event, seconds=round(outcome.seconds, 4))


class SinkMeter:
    """What one sink does in this process."""

    def __init__(self, sink: str, health: Health | None = None) -> None:
        self.health = health or Health()
        self._sink = sink
        self._records = metrics.SINK_RECORDS.labels(sink)
        self._writes = metrics.SINK_WRITE_SECONDS.labels(sink)
        self._latency = metrics.LATENCY_SECONDS.labels("", sink)
        self._tries = metrics.TRIES_AGAIN.labels("", sink)

    def watch(self, window: Sized) -> None:
        """Have the gauges of the window read this one."""
        _watch(window, "", self._sink)

    def put_off(self) -> None:
        """The outside is away; it is tried again."""
        self.health.moved()
        self._tries.inc()

    def written(self, messages: Sequence[Message], seconds: float) -> None:
        """A batch is durable and acknowledged: count it, and log each record at the level `debug`."""
        self.health.moved()
        self._writes.observe(seconds)
        self._records.inc(len(messages))
        for message in messages:
            self._latency.observe(_latency(message))
            if _levels.isEnabledFor(logging.DEBUG):
                log.debug("article", **_event(message, sink=self._sink, fate="written"))


def _watch(window: Sized, *who: str) -> None:
    metrics.WINDOW_ARTICLES.labels(*who).set_function(lambda: float(len(window)))
    metrics.WINDOW_BYTES.labels(*who).set_function(lambda: float(window.bytes))


def _latency(message: Message) -> float:
    """Seconds since Kafka took the raw record; not below 0, since two clocks are compared."""
    return max(0.0, time.time() - envelope.received(message) / 1000)


def _event(message: Message, **labels: Any) -> dict[str, Any]:
    """What every event of an article says: the labels of the metrics, where it lies, and what it is."""
    return {
        **labels,
        "at": message.coordinates,
        "raw": envelope.raw(message),
        "key": logs.key_of(message),
    }
