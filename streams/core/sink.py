"""A sink: the target that finished records are carried to.

A sink takes a batch and makes it durable; only then are its records acknowledged. A record may come again
after a crash: a sink tells by offset or by version.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A record for a sink. `record` is the value as it stands in Kafka; None is a takedown of `key`.

    `version` compares as text: a sink that keeps one row an article applies only a greater one. `event` is
    the record's own `ce_id` (a hash of one that is no word), or where it lies, `source` included: a repeat
    has the same. Both are of a form that any target takes, whatever the headers are; `key` is what came.
    `source` is the id of the log that it was read from: the same offset of another log is another record.
    """

    key: str
    record: bytes | None
    version: str
    event: str
    source: str
    topic: str
    partition: int
    offset: int


def _ours() -> None:
    """Nobody else may have taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A partition that is ours from now on, to be written from `offset` on.

    `source` is the id of the log: what was written from another one is not to be touched. `generation` is the
    consumer group's, of this assignment: each later one is greater, so of two processes that both believe a
    partition to be theirs, the one with the greater is right. A group deleted and recreated counts from 1.
    `sink` is its name in the configuration. `still_ours` raises `Unavailable`, or ends the process, where
    others may have taken over: for whoever cannot take back what was sent, to be asked right before.
    """

    topic: str
    partition: int
    offset: int
    source: str
    generation: int
    sink: str = ""
    still_ours: Callable[[], None] = field(default=_ours, compare=False)


class Sink(Protocol):
    """A target that takes finished records. Opened by `open_sink(settings)`; blocking calls are fine.

    It may have an attribute `batch` (int): the most records it is told at once, where 500 are too many to
    be done within half of what Kafka and the orchestrator wait.
    """

    def begin(self, claim: Claim) -> None:
        """The next record of this partition will be `claim.offset`: nothing from there on was acknowledged.

        Whoever had the partition before may only be stopped, and go on writing when it wakes. Raises
        `Unavailable` when the target is unavailable: it is told again.
        """
        ...

    def write(self, batch: Sequence[Delivered]) -> None:
        """Make a batch durable.

        Raises `Unavailable` when the target is unavailable: it comes again; `Fenced` when somebody has taken
        over.
        """
        ...

    def release(self) -> None:
        """All partitions begun are others' from now on, or are to be begun again."""
        ...

    def close(self) -> None:
        """No more batches come."""
        ...
