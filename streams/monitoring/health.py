"""What a worker knows of itself: whether it does its work, and whether it can be counted on.

`unhealthy` is for whoever ends processes that hang, so it names only what a restart may fix: an outage, a
dead-letter limit, a rebalance, an open transaction are none (docs/decisions/0005, 0012). `unready` is for
people and for deployments.
"""

import time
from collections.abc import Callable, Collection

#: The watchdog ends the process at twice that; whoever asks meanwhile is to hear why.
SILENT_SECONDS = 30.0
#: A look at Kafka that is older says nothing of now.
FRESH_SECONDS = 60.0

STARTING = "starting: it is not in its group yet"
REBALANCING = "rebalancing: partitions are being handed over"
STOPPING = "stopping"


class Health:
    """Written by the loop and by the looks at Kafka, read by the probes; each write is one assignment.

    `seconds_since_answer` says how long ago Kafka last answered (None: it was not asked yet), `silent` how
    long the event loop has been silent; both in seconds.
    """

    def __init__(
        self,
        *,
        stall_seconds: float = 120.0,
        session_seconds: float = 20.0,
        seconds_since_answer: Callable[[], float | None] = lambda: None,
        silent: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._stall_seconds = stall_seconds
        self._session_seconds = session_seconds
        self._waits: str | None = STARTING
        self._stopped: str | None = None
        self._deleted: str | None = None
        self._topic: str | None = None
        self._behind = self._held = 0
        self._held_seconds = 0.0
        self._looked = self._moved = time.monotonic()
        self.partitions: frozenset[int] | None = None
        self._unheard = seconds_since_answer
        self._silent = silent

    def joined(self, partitions: Collection[int]) -> None:
        """The group has given us these partitions; none is fine."""
        self.partitions = frozenset(partitions)
        self._behind = self._held = 0
        self.moved()
        self._waits = None

    def left(self, why: str) -> None:
        """Our partitions go; `why` in a word or a sentence."""
        self._waits = why
        self.partitions = None
        self._behind = self._held = 0

    def moved(self) -> None:
        """Something was done: a child or a target has answered, or Kafka has confirmed."""
        self._moved = time.monotonic()

    def stop(self, why: str) -> None:
        """The loop reads no more until a person acts."""
        self._stopped = why

    def deleted(self, why: str) -> None:
        """Kafka has deleted what was not read; the worker reads no more until a person acts."""
        self._deleted = why

    def looked(self, behind: int, topic: str | None = None) -> None:
        """Kafka says how many records wait that can be read, and what is wrong with their topic."""
        self._behind, self._topic, self._looked = behind, topic, time.monotonic()
        if not behind or self._stopped or self._deleted or self._cut_off():
            self.moved()

    def held(self, records: int, seconds: float) -> None:
        """How many records behind those an open transaction holds back, and the age of the first."""
        self._held, self._held_seconds = records, seconds

    def blind(self) -> None:
        """Kafka could not be asked: whether anything waits, nobody knows."""
        self._behind = self._held = 0
        self.moved()

    def unhealthy(self) -> str | None:
        """Why a restart is called for, in a sentence; None while the worker works or has nothing to do."""
        if self._silent() > SILENT_SECONDS:
            return f"the event loop has not answered for {self._silent():.0f} s"
        now = time.monotonic()
        stalled = self._behind and now - self._moved > self._stall_seconds
        if stalled and now - self._looked < FRESH_SECONDS and not self._cut_off():
            return f"{self._behind} records wait, and nothing was done for {now - self._moved:.0f} s"
        return None

    def unready(self) -> str | None:
        """Why this worker cannot be counted on now, in a sentence, or None."""
        if self._stopped:
            return f"stopped at the dead-letter limit: {self._stopped}"
        if self._deleted:
            return f"stopped, since records were deleted before they were read: {self._deleted}"
        return self._waits or self._cut_off() or self._topic or self._held_back() or self.unhealthy()

    def _held_back(self) -> str | None:
        if not self._held or self._held_seconds <= self._stall_seconds:
            return None
        return (
            f"an open transaction has held back {self._held} records for {self._held_seconds:.0f} s:"
            " copydesk status says whose it is"
        )

    def _cut_off(self) -> str | None:
        seconds_since_answer = self._unheard()
        if seconds_since_answer is None or seconds_since_answer <= self._session_seconds:
            return None
        return f"Kafka has not answered for {seconds_since_answer:.0f} s"
