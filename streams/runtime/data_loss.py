"""Data loss: records deleted before they were read are reported, never skipped (docs/decisions/0007).

Kafka deletes records by age, read or not, and forgets the offsets of a group without members for a week. A
worker that meets either stays up, reads nothing more and reports it, as at the dead-letter limit: a person
must act.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from streams.monitoring import metrics
from streams.monitoring.health import Health

log = structlog.get_logger("copydesk.deleted")

REPORT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A partition that cannot be read further. `position` is the next offset; None if the group has none.

    `begin` is the offset of the first record that is kept, `end` the offset after the last one.
    """

    partition: int
    position: int | None
    begin: int
    end: int

    @property
    def records(self) -> int:
        """Lost records, at most: control records and gaps from compaction are included.

        1 if the log ends before the position: the number is then unknown.
        """
        if self.position is not None and self.position > self.end:
            return max(1, self.begin)
        return self.begin - (self.position or 0)

    def __str__(self) -> str:
        if self.position is None:
            return (
                f"partition {self.partition}: the group has no offset, so it is unknown whether the"
                f" {self.begin} records before the oldest one were read"
            )
        if self.position > self.end:
            return (
                f"partition {self.partition}: the next record would be {self.position}, but the log ends at"
                f" {self.end}: it was recreated or truncated, and the number of lost records is unknown"
            )
        lost = f"up to {self.records} records were lost, from {self.position} to {self.begin - 1}"
        return f"partition {self.partition}: {lost}"


def loss(partition: int, position: int | None, begin: int, end: int, *, rejected: bool) -> Loss | None:
    """The loss in a partition, or None if it can be read from its position, or from 0, on.

    `rejected`: Kafka has answered that the position is out of range. Without that, a position after `end`
    means nothing, because `end` is where the first open transaction begins.
    """
    deleted = begin > (position or 0)
    truncated = rejected and position is not None and position > end
    return (
        Loss(partition=partition, position=position, begin=begin, end=end) if deleted or truncated else None
    )


class DataLossGuard:
    """Whether a worker of `group` has met a data loss. `owner` holds the labels: stage, sink.

    `met` stays true until the process exits, because a recreated log may grow past the position meanwhile.
    """

    def __init__(self, *, group: str, topic: str, owner: tuple[str, str], health: Health) -> None:
        self._group = group
        self._topic = topic
        self._owner = owner
        self._health = health
        self._reported_at = 0.0
        self._losses: dict[int, Loss] = {}
        self.met = False

    @property
    def due(self) -> bool:
        return time.monotonic() - self._reported_at > REPORT_SECONDS

    def stop(self, losses: Sequence[Loss]) -> None:
        """Report the losses, and what to do, in the log, the metrics and the health.

        Earlier losses are included: a rebalance may have moved their partitions to another worker, but the
        records are lost all the same.
        """
        self.met, self._reported_at = True, time.monotonic()
        self._losses |= {loss.partition: loss for loss in losses}
        self._report([loss for _, loss in sorted(self._losses.items())])

    def _report(self, losses: Sequence[Loss]) -> None:
        reason, todo = "; ".join(map(str, losses)), self._todo(losses)
        for loss in losses:
            metrics.LOST_RECORDS.labels(*self._owner, str(loss.partition)).set(loss.records)
        self._health.deleted(f"{reason}; {todo}")
        stage, sink = self._owner
        log.error(
            "stopped: records were deleted before they were read",
            **({"stage": stage} if stage else {"sink": sink}),
            topic=self._topic,
            partitions=[loss.partition for loss in losses],
            records=sum(loss.records for loss in losses),
            reason=reason,
            todo=todo,
        )

    def _todo(self, losses: Sequence[Loss]) -> str:
        stage, sink = self._owner
        partitions = ",".join(str(loss.partition) for loss in losses)
        return (
            f"to continue without them, stop every worker of {stage or f'sink {sink}'}, then: copydesk kafka"
            f" consumer-groups --reset-offsets --to-earliest --topic {self._topic}:{partitions}"
            f" --group {self._group} --execute"
        )
