"""What a worker needs of a Kafka client: a member of a consumer group, which reads and writes for its loop.

Faust is the client in use (streams/runtime/faust_app.py). Any client promises this:

    read       the records of a partition in offset order; none of an aborted transaction; nothing is skipped
    commit     every `commit_seconds`, up to the first record of a partition that is not acknowledged
    revoke     `loop.drain()`, then a commit: before partitions are revoked, and before the process stops
    assign     `loop.resume()` before the first record of the new partitions
    fencing    `liveness.record_answer()` at every heartbeat that Kafka answers, and
               `liveness.wait_until_connected()` before every write
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from streams.core.message import Event, Outgoing
from streams.core.stage import Agent
from streams.monitoring.health import Health
from streams.runtime.data_loss import DataLossGuard
from streams.runtime.fencing import LivenessCheck
from streams.settings import Settings, WorkerSettings

#: Records of any size that a member holds before the window, and Faust holds twice as many: with 16 pages of
#: 7.5 MB each a worker took 418 MB.
PREFETCH = 8


class Producer(Protocol):
    """Writes records in the order in which they are handed over. Raises `KafkaError`."""

    async def hand_over(self, record: Outgoing) -> Awaitable[Any]:
        """Hand over one record; the awaitable is done when Kafka has confirmed it, and raises if rejected."""
        ...

    async def renew(self) -> None:
        """Get a new producer id: after a rejected batch, all later ones are out of sequence."""
        ...


class WorkLoop(Protocol):
    """The loop of a stage or of a sink, for which a member reads."""

    def start(self) -> None:
        """Called in the event loop, before the first record."""
        ...

    async def submit(self, event: Event) -> None:
        """Take a record, and call its `ack` when it is done."""
        ...

    async def drain(self) -> None:
        """Before partitions are revoked, or the process stops: finish what can be, abandon the rest."""
        ...

    def resume(self, generation: int) -> None:
        """Partitions are assigned, in this generation of the group."""
        ...

    def begin(self, offsets: Mapping[int, int]) -> None:
        """Each assigned partition is read from this offset on."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """All that a member is built from."""

    settings: Settings
    worker: WorkerSettings
    group: str
    topic: str
    """The full name of the topic to read."""
    name: str
    """The name of the stage or sink."""
    agent: Agent
    make_loop: Callable[[Producer], WorkLoop]
    """Called once, with the member's own producer."""
    liveness: LivenessCheck
    health: Health
    data_loss: DataLossGuard
    source: str = ""
    """The id of a sink's log, which is committed with each offset."""
    writes: bool = True
    """Whether the producer is used: a sink may have no right to get a producer id."""
    prefetch: int = PREFETCH


class Member(Protocol):
    """A member that is not yet running. Its process calls it from other threads."""

    @property
    def should_stop(self) -> bool:
        """Whether it is stopping: the watchdog then ignores it."""
        ...

    def lost_group(self) -> str | None:
        """Why the membership cannot be regained, or None."""
        ...

    def ask(self, answer: Callable[[], None]) -> None:
        """Have the event loop call `answer`. Raises `RuntimeError` if it is closed."""
        ...

    def run(self) -> None:
        """Read until SIGTERM or SIGINT, then raise `SystemExit`."""
        ...


#: Builds a member. Raises `ConfigError`.
Join = Callable[[Membership], Member]
