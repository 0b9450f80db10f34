"""What a worker needs of a Kafka client: one member of a consumer group, which reads and writes for its loop.

Faust is the one that runs (streams/runtime/faust_app.py). Whatever stands here in its place promises this:

    read       the records of a partition in offset order; none of an aborted transaction; nothing is skipped
    commit     every `commit_seconds`, up to the first record of a partition that is not acknowledged
    revoke     `loop.settle()`, then a commit: before partitions go, and before the process stops
    assign     `loop.resume()` before the first record of the new partitions
    fencing    `liveness.record_answer()` at every heartbeat that Kafka answers; `beat.wait_until_connected()`
    before every write
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from streams.core.message import Event, Outgoing
from streams.core.stage import Agent
from streams.monitoring.health import Health
from streams.runtime.data_loss import Deleted
from streams.runtime.fencing import LivenessCheck
from streams.settings import Settings, WorkerSettings

#: Records that a member holds before the window does, of any size, and Faust twice over: 16 pages of 7.5 MB
#: each put a worker at 418 MB.
PREFETCH = 8


class Producer(Protocol):
    """Writes records in the order in which they are handed over. Raises `KafkaError`."""

    async def hand_over(self, record: Outgoing) -> Awaitable[Any]:
        """Hand over one record; the awaitable is done when Kafka has it, and raises where it rejects."""
        ...

    async def renew(self) -> None:
        """Begin with a new producer id. After a batch that the broker rejected, it rejects all behind it
        as out of sequence."""
        ...


class WorkLoop(Protocol):
    """What a member reads for: the loop of a stage or of a sink."""

    def start(self) -> None:
        """The event loop runs, and no record has come yet."""
        ...

    async def submit(self, event: Event) -> None:
        """A record, to be acknowledged by its `ack` when it is done with."""
        ...

    async def drain(self) -> None:
        """Partitions go, or the process stops: finish and acknowledge what is finished, forget the rest."""
        ...

    def resume(self, generation: int) -> None:
        """Partitions have come, by this generation of the group."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What a member is built from, all of it at once."""

    settings: Settings
    worker: WorkerSettings
    group: str
    topic: str
    """The full name of the topic that is read."""
    name: str
    """The stage or sink, whose agent takes the records."""
    agent: Agent
    make_loop: Callable[[Producer], WorkLoop]
    """Called once: the loop of a stage writes through the member's own producer."""
    liveness: LivenessCheck
    health: Health
    deleted: Deleted
    source: str = ""
    """The id of the log that is read, of a sink: it stands with each offset that is committed."""
    writes: bool = True
    """Whether the producer is used: a sink may have no right to get a producer id."""
    prefetch: int = PREFETCH


class Member(Protocol):
    """A member that is built and not yet running. The process asks it from threads of its own."""

    @property
    def should_stop(self) -> bool:
        """It stops, and is not to be watched any more."""
        ...

    def lost_group(self) -> str | None:
        """Why its membership cannot come back, or None."""
        ...

    def ask(self, answer: Callable[[], None]) -> None:
        """Have the event loop call `answer`. Raises `RuntimeError` where it is closed."""
        ...

    def run(self) -> None:
        """Read until SIGTERM or SIGINT, then raise `SystemExit`."""
        ...


#: Builds a member. Raises `ConfigError`.
Join = Callable[[Membership], Member]
