"""A sink: it carries finished records to a target.

A sink makes a batch durable; only then are its records acknowledged. After a crash a record may be written
again: a sink recognises it by its offset or by its version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A record for a sink. `record` is the value as it is in Kafka; None is a takedown of `key`.

    `version` compares as text: a sink with one row per article applies only a greater one. `event` is the
    record's `ce_id` (hashed if it is not a plain word), or else its place, `source` included: a repeat has
    the same. Any target accepts the form of both, whatever the headers are; `key` is as the record has it.
    `source` is the id of the log: the same offset of another log is another record.
    `withdrawn`: the revision does not pass the filter of the sink, so the target must not keep the article.
    Then `record` is None, as in a takedown, and the target may never have had the article.
    """

    key: str
    record: bytes | None
    version: str
    event: str
    source: str
    topic: str
    partition: int
    offset: int
    withdrawn: bool = False


def _ours() -> None:
    """For partitions that nobody else can have taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A partition that is ours from now on, to be written from `offset` on.

    `source` is the id of the log: records written from another log must not be touched. `generation` is that
    of the consumer group in this assignment. It grows: if two processes both believe that a partition is
    theirs, the one with the greater generation is right. A group deleted and recreated counts from 1.
    `sink` is its name in the configuration. `still_ours` raises `Unavailable`, or ends the process, if others
    may have taken over: a sink that cannot undo a write calls it right before.
    """

    topic: str
    partition: int
    offset: int
    source: str
    generation: int
    sink: str = ""
    still_ours: Callable[[], None] = field(default=_ours, compare=False)


class Sink(Protocol):
    """Writes finished records to a target. Opened by `open_sink(settings)`; blocking calls are fine.

    It may have an attribute `batch` (int): the most records per `write`, if 500 take too long. A batch must
    be done within half the time that Kafka and the orchestrator wait. With an attribute `withdraws` that is
    true, it also gets the revisions that do not pass its filter, as `withdrawn`; else it never sees them.
    """

    def begin(self, claim: Claim) -> None:
        """The next record of this partition will be `claim.offset`: nothing from there on was acknowledged.

        The previous owner may merely be suspended, and write again when it resumes. Raises
        `Unavailable` if the target is unavailable: the call is then retried.
        """
        ...

    def write(self, batch: Sequence[Delivered]) -> None:
        """Make a batch durable.

        Raises `Unavailable` if the target is unavailable: the call is then retried. Raises `Fenced` if
        another process has taken over.
        """
        ...

    def release(self) -> None:
        """Give up all partitions; `begin` is called again for those that stay ours."""
        ...

    def close(self) -> None:
        """No more batches follow."""
        ...
