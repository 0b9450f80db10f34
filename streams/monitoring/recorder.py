"""Counts and logs the outcomes of articles, and reports progress to the health.

Labels are bound once: bench/probes.py measures what an article costs the loop. A stage's work chooses its
reasons freely, so only a limited number of them become labels.
"""

import logging
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

import structlog

from streams import logs
from streams.core import record_headers
from streams.core.message import Message
from streams.core.stage import Failure, Outcome, Processed, Reason
from streams.core.work_counts import Count, Counted
from streams.monitoring import metrics
from streams.monitoring.health import Health

log = structlog.get_logger("copydesk.article")
_levels = logging.getLogger("copydesk.article")

MOST_REASONS = 32
OTHER = "other"
COUNTERS = {
    Counted.REQUESTS: metrics.MODEL_REQUESTS,
    Counted.TOKENS: metrics.MODEL_TOKENS,
    Counted.COST: metrics.MODEL_COST,
    Counted.FALLBACKS: metrics.FALLBACKS,
}
#: How often a sink logs how many records do not pass its filter.
FILTERED_LOG_SECONDS = 60.0


class HeldSize(Protocol):
    """A window: how many articles it holds, and how many bytes."""

    def __len__(self) -> int: ...

    @property
    def bytes(self) -> int: ...


class StageMeter:
    def __init__(self, stage: str, health: Health | None = None) -> None:
        self.health = health or Health()
        self._stage = stage
        self._outcomes: dict[tuple[Outcome, str], Any] = {}
        self._reasons: set[str] = set()
        self._work = metrics.STAGE_SECONDS.labels(stage)
        self._publish = metrics.PUBLISH_SECONDS.labels(stage)
        self._latency = metrics.LATENCY_SECONDS.labels(stage, "")
        self._tries = metrics.RETRIES.labels(stage, "")
        exits = metrics.POOL_PROCESS_EXITS
        self._exits = {reason: exits.labels(stage, reason) for reason in ("killed", "timed-out")}
        self._limit = metrics.LIMIT_REACHED.labels(stage)
        # They start at 0: Prometheus sees no increase in a series that begins with 1.
        self._counter(Outcome.SENT, "")
        for reason in Reason:
            self._counter(Outcome.DEAD, reason)

    def watch(self, window: HeldSize) -> None:
        """Let the gauges of the window read this one."""
        _watch(window, self._stage, "")

    def answered(self) -> None:
        """A pool process has answered, or was ended."""
        self.health.moved()

    def pool_process_exited(self, reason: str) -> None:
        """A pool process exited at work: `killed` or `timed-out`."""
        self._exits[reason].inc()

    def retried(self) -> None:
        self._tries.inc()

    def counted(self, counts: Sequence[Count]) -> None:
        """What the work has counted itself, whether or not its result is delivered."""
        for counted, label, amount in counts:
            labels = (self._stage, label) if label else (self._stage,)
            COUNTERS[counted].labels(*labels).inc(amount)

    def published(self, seconds: float) -> None:
        """Kafka has confirmed results."""
        self.health.moved()
        self._publish.observe(seconds)

    def stopped(self, reason: str) -> None:
        """The dead-letter limit is reached."""
        self._limit.set(1)
        self.health.stop(reason)

    def acknowledged(self, message: Message, result: Processed | Failure) -> None:
        """An article has its outcome: count it, and log it."""
        if isinstance(result, Failure):
            self._counter(Outcome.DEAD, result.reason).inc()
        else:
            self._counter(result.outcome, result.reason or "").inc()
            self._work.observe(result.seconds)
        self._latency.observe(_latency(message))
        self._report(message, result)

    def _counter(self, outcome: Outcome, reason: str) -> Any:
        counter = self._outcomes.get((outcome, reason))
        if counter is None:
            counter = metrics.ARTICLES.labels(self._stage, outcome.value, self._bounded(outcome, reason))
            if len(self._outcomes) < 2 * MOST_REASONS:
                self._outcomes[outcome, reason] = counter
        return counter

    def _bounded(self, outcome: Outcome, reason: str) -> str:
        if outcome is not Outcome.DISCARDED:
            return str(reason)
        if len(self._reasons) < MOST_REASONS:
            self._reasons.add(reason)
        return reason if reason in self._reasons else OTHER

    def _report(self, message: Message, result: Processed | Failure) -> None:
        """Log one event per article: a warning if it is dead, else at the level `debug`."""
        if isinstance(result, Failure):
            event = _event(message, stage=self._stage, outcome=Outcome.DEAD.value, reason=result.reason.value)
            log.warning("article", **event, error=result.message[:300])
        elif _levels.isEnabledFor(logging.DEBUG):
            event = _event(message, stage=self._stage, outcome=result.outcome.value, reason=result.reason)
            log.debug("article", **event, seconds=round(result.seconds, 4))


class SinkMeter:
    def __init__(self, sink: str, health: Health | None = None) -> None:
        self.health = health or Health()
        self._sink = sink
        self._records = metrics.SINK_RECORDS.labels(sink)
        self._filtered = metrics.SINK_FILTERED.labels(sink)
        self._unreported: Counter[str] = Counter()
        self._reported_at = float("-inf")
        self._writes = metrics.SINK_WRITE_SECONDS.labels(sink)
        self._latency = metrics.LATENCY_SECONDS.labels("", sink)
        self._tries = metrics.RETRIES.labels("", sink)

    def watch(self, window: HeldSize) -> None:
        _watch(window, "", self._sink)

    def retried(self) -> None:
        self.health.moved()
        self._tries.inc()

    def written(self, messages: Sequence[Message], passed: Sequence[bool], seconds: float) -> None:
        """A batch is durable and acknowledged: count it, and log each record at the level `debug`.

        `passed`: whether each has passed the filter of the sink.
        """
        self.health.moved()
        self._writes.observe(seconds)
        self._records.inc(sum(passed))
        self._count_filtered(len(passed) - sum(passed), len(passed))
        for message, has_passed in zip(messages, passed, strict=True):
            self._latency.observe(_latency(message))
            if _levels.isEnabledFor(logging.DEBUG):
                outcome = "written" if has_passed else "filtered"
                log.debug("article", **_event(message, sink=self._sink, outcome=outcome))

    def _count_filtered(self, filtered: int, read: int) -> None:
        """Count the records that do not pass the filter, and log their number once in a while."""
        self._filtered.inc(filtered)
        self._unreported = Counter(read=read, filtered=filtered) + self._unreported
        if self._unreported["filtered"] and time.monotonic() - self._reported_at > FILTERED_LOG_SECONDS:
            log.info("records do not pass the filter", sink=self._sink, **self._unreported)
            self._unreported, self._reported_at = Counter(), time.monotonic()


def _watch(window: HeldSize, *owner: str) -> None:
    metrics.IN_FLIGHT_ARTICLES.labels(*owner).set_function(lambda: float(len(window)))
    metrics.IN_FLIGHT_BYTES.labels(*owner).set_function(lambda: float(window.bytes))


def _latency(message: Message) -> float:
    """Seconds since Kafka took the raw record; not below 0, since two clocks are compared."""
    return max(0.0, time.time() - record_headers.received(message) / 1000)


def _event(message: Message, **labels: Any) -> dict[str, Any]:
    """The fields of every event of an article: labels of the metrics, its place, raw record and key."""
    raw, key = record_headers.raw(message), logs.key_of(message)
    return {**labels, "at": message.coordinates, "raw": raw, "key": key}
