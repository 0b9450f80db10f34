"""Fencing: stop a worker that may have lost its partitions.

A worker that was suspended (SIGSTOP, a sleeping machine, a long stall) or disconnected from Kafka for longer
than its session would, when it continues, publish old results over those of the worker that took over. So
before it publishes, the liveness check must have run within half the session; if not, the process exits
without publishing. It also waits until Kafka has answered a heartbeat within that time: either the membership
still holds, or it is lost and what is in flight is abandoned. The clock includes the time a machine sleeps.
"""

import asyncio
import threading
import time
from collections.abc import Callable

from streams.errors import Unavailable

#: Includes sleep, unlike CLOCK_MONOTONIC on Linux; macOS lacks it, but its monotonic clock includes sleep.
CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
INTERVAL = 0.25
POLL_SECONDS = 0.05


class LivenessCheck:
    """Runs every quarter of a second in its own thread; calls `on_silence` if it has not run in time."""

    def __init__(self, session_seconds: float, on_silence: Callable[[str], None]) -> None:
        self._longest = session_seconds / 2
        self._on_silence = on_silence
        self._last_tick = time.clock_gettime(CLOCK)
        self._answered: float | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="liveness", daemon=True)

    def start(self) -> None:
        self._last_tick = time.clock_gettime(CLOCK)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def check(self) -> None:
        """Call `on_silence` with a sentence if this process has stalled."""
        silent = time.clock_gettime(CLOCK) - self._last_tick
        if silent > self._longest:
            stalled = f"this process stalled for {silent:.1f} s"
            self._on_silence(f"{stalled}, and others may have taken over its partitions")

    def record_answer(self) -> None:
        """Kafka has answered a heartbeat, or assigned partitions."""
        self._answered = time.clock_gettime(CLOCK)

    def seconds_since_answer(self) -> float | None:
        """Seconds since Kafka last answered; None if it has not answered yet."""
        answered = self._answered
        return None if answered is None else time.clock_gettime(CLOCK) - answered

    async def wait_until_connected(self) -> None:
        """Wait until Kafka has answered lately, and `check` before and while waiting."""
        self.check()
        while (self.seconds_since_answer() or 0.0) > self._longest:
            await asyncio.sleep(POLL_SECONDS)
            self.check()

    def require_live(self) -> None:
        """`check` in any thread, right before sending. Raises `Unavailable` if Kafka is silent."""
        self.check()
        silent = self.seconds_since_answer() or 0.0
        if silent > self._longest:
            unanswered = f"Kafka has not answered for {silent:.1f} s"
            raise Unavailable(f"{unanswered}, and others may have taken over: nothing is sent")

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.check()
            self._last_tick = time.clock_gettime(CLOCK)
