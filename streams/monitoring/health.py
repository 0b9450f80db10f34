"""The state of a worker: whether a restart is called for, and whether it does its work now.

`unhealthy` is for programs that end processes that hang, so it reports only what a restart may fix: not an
outage, a dead-letter limit, a rebalance or an open transaction (docs/decisions/0005, 0012). `unready` is for
people and for deployments.
"""

import time
from collections.abc import Callable, Collection

#: The watchdog ends the process at twice that; until then the probe gives the reason.
SILENT_SECONDS = 30.0
#: An older look at Kafka does not show how things are now.
FRESH_SECONDS = 60.0

STARTING = "starting: it is not in its group yet"
REBALANCING = "rebalancing: partitions are being handed over"
STOPPING = "stopping"


class Health:
    """Written by the loop and by the looks at Kafka, read by the probes; each write is one assignment.

    `seconds_since_answer` returns how long ago Kafka last answered (None: it was not asked yet), `silent` how
    long the event loop has not answered; both in seconds.
    """

    def __init__(
        self,
        *,
        stall_seconds: float = 120.0,
        session_seconds: float = 20.0,
        seconds_since_answer: Callable[[], float | None] = lambda: None,
        silent: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._stall_seconds, self._session_seconds = stall_seconds, session_seconds
        self._waits: str | None = STARTING
        self._stopped: str | None = None
        self._deleted: str | None = None
        self._topic: str | None = None
        self._behind = self._held = 0
        self._held_seconds = 0.0
        self._looked = self._moved = time.monotonic()
        self.partitions: frozenset[int] | None = None
        self._seconds_since_answer = seconds_since_answer
        self._silent = silent

    def joined(self, partitions: Collection[int]) -> None:
        """The group has assigned these partitions to us; it may be none."""
        self.partitions = frozenset(partitions)
        self._behind = self._held = 0
        self.moved()
        self._waits = None

    def left(self, reason: str) -> None:
        """Our partitions are given up; `reason` is a word or a sentence."""
        self._waits = reason
        self.partitions = None
        self._behind = self._held = 0

    def moved(self) -> None:
        """Progress: a pool process or a target has answered, or Kafka has confirmed."""
        self._moved = time.monotonic()

    def stop(self, reason: str) -> None:
        """The loop stops reading until a person acts."""
        self._stopped = reason

    def deleted(self, reason: str) -> None:
        """Records were lost; the worker stops reading until a person acts."""
        self._deleted = reason

    def looked(self, behind: int, topic: str | None = None) -> None:
        """Kafka's answer: how many readable records wait, and what is wrong with their topic."""
        self._behind, self._topic, self._looked = behind, topic, time.monotonic()
        if not behind or self._stopped or self._deleted or self._cut_off():
            self.moved()

    def held(self, records: int, seconds: float) -> None:
        """How many further records an open transaction holds back, and the age of the first."""
        self._held, self._held_seconds = records, seconds

    def blind(self) -> None:
        """Kafka could not be asked: whether records wait is not known."""
        self._behind = self._held = 0
        self.moved()

    def unhealthy(self) -> str | None:
        """Why a restart is needed, in a sentence; None while the worker works or has nothing to do."""
        if self._silent() > SILENT_SECONDS:
            return f"the event loop has not answered for {self._silent():.0f} s"
        now = time.monotonic()
        stalled = self._behind and now - self._moved > self._stall_seconds
        if stalled and now - self._looked < FRESH_SECONDS and not self._cut_off():
            return f"{self._behind} records wait, and nothing was done for {now - self._moved:.0f} s"
        return None

    def unready(self) -> str | None:
        """Why this worker does not work now, in a sentence, or None."""
        if self._stopped:
            return f"stopped at the dead-letter limit: {self._stopped}"
        if self._deleted:
            return f"stopped, since records were deleted before they were read: {self._deleted}"
        return self._waits or self._cut_off() or self._topic or self._held_back() or self.unhealthy()

    def _held_back(self) -> str | None:
        if not self._held or self._held_seconds <= self._stall_seconds:
            return None
        held = f"an open transaction has held back {self._held} records for {self._held_seconds:.0f} s"
        return f"{held}: copydesk status says which program opened it"

    def _cut_off(self) -> str | None:
        seconds = self._seconds_since_answer()
        if seconds is None or seconds <= self._session_seconds:
            return None
        return f"Kafka has not answered for {seconds:.0f} s"
