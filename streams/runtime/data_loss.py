"""What Kafka deleted before it was read: told, and never skipped (docs/decisions/0007).

Kafka deletes by age, read or not, and forgets the offsets of a group that was away for a week. A worker that
meets either stays up, reads no more and says so, as it does at the dead-letter limit: a person must act.
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
    """A partition that cannot be read on. `position`: the offset to be read next; None: the group has none.

    `begin` and `end` are the offsets of the first record kept and behind the last one.
    """

    partition: int
    position: int | None
    begin: int
    end: int

    @property
    def records(self) -> int:
        """Records deleted unread, at most: control records and holes of compaction are counted in.

        1 where the log ends before the position: how many there were, nobody knows.
        """
        if self.position is not None and self.position > self.end:
            return max(1, self.begin)
        return self.begin - (self.position or 0)

    def __str__(self) -> str:
        if self.position is None:
            return (
                f"partition {self.partition}: the group has no offset, and of the {self.begin} records before"
                f" the oldest one nobody knows whether they were read"
            )
        if self.position > self.end:
            return (
                f"partition {self.partition}: the next record would be {self.position}, and the log ends at"
                f" {self.end}: it was recreated or cut off, and how many were deleted unread nobody knows"
            )
        return (
            f"partition {self.partition}: up to {self.records} records were deleted unread, from"
            f" {self.position} to {self.begin - 1}"
        )


def loss(partition: int, position: int | None, begin: int, end: int, *, rejected: bool) -> Loss | None:
    """What was lost of a partition, or None where it can be read on, or from 0 on.

    `rejected`: Kafka has said that the position is out of range. Without that one behind the end means
    nothing, since `end` is where the first open transaction begins.
    """
    deleted = begin > (position or 0)
    cut_off = rejected and position is not None and position > end
    return Loss(partition=partition, position=position, begin=begin, end=end) if deleted or cut_off else None


class Deleted:
    """Whether a worker of `group` has met what was deleted unread. `owner` are the labels: stage, sink.

    Once met it stays so until the process ends: a log recreated may grow past the position meanwhile.
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

    def stop(self, found: Sequence[Loss]) -> None:
        """Say what was lost and what to do: to the log, the metrics and the health.

        With what was met before of other partitions: a rebalance may have taken them from this worker, and
        they are lost all the same.
        """
        self.met, self._reported_at = True, time.monotonic()
        self._losses |= {one.partition: one for one in found}
        self._report([one for _, one in sorted(self._losses.items())])

    def _report(self, losses: Sequence[Loss]) -> None:
        why = "; ".join(map(str, losses))
        for one in losses:
            metrics.LOST_RECORDS.labels(*self._owner, str(one.partition)).set(one.records)
        self._health.deleted(f"{why}; {self._todo(losses)}")
        stage, sink = self._owner
        log.error(
            "stopped: records were deleted before they were read",
            **({"stage": stage} if stage else {"sink": sink}),
            topic=self._topic,
            partitions=[one.partition for one in losses],
            records=sum(one.records for one in losses),
            why=why,
            todo=self._todo(losses),
        )

    def _todo(self, losses: Sequence[Loss]) -> str:
        stage, sink = self._owner
        numbers = ",".join(str(one.partition) for one in losses)
        return (
            f"to go on without them, stop every worker of {stage or f'sink {sink}'}, then:"
            f" copydesk kafka consumer-groups --reset-offsets --to-earliest --topic {self._topic}:{numbers}"
            f" --group {self._group} --execute"
        )
