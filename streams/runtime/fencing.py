"""The beat: how a worker notices that others may have taken its place.

A worker that was stopped (SIGSTOP, a suspended machine, a long stall) or cut off from Kafka past its session
would, once it goes on, publish its old results over those of the worker that took over. So before each
publish it looks whether the beat has been heard within half the session; if not, it ends without publishing.
And it waits until Kafka has answered a heartbeat within that time: either the membership still holds, or it
is lost and what is in flight is given up. The clock counts the time a machine sleeps.
"""

import asyncio
import threading
import time
from collections.abc import Callable

from streams.errors import Unavailable

#: Counts suspend, unlike CLOCK_MONOTONIC on Linux; macOS has no such name, and its monotonic clock counts it.
CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
INTERVAL = 0.25
POLL_SECONDS = 0.05


class LivenessCheck:
    """Heard every quarter of a second from a thread of its own; `on_silence` is called once it was missed."""

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
        """Look whether the beat was heard lately; if not, `on_silence` is called with a sentence."""
        silent = time.clock_gettime(CLOCK) - self._last_tick
        if silent > self._longest:
            self._on_silence(
                f"this worker stood still for {silent:.1f} s, and others may have taken over its partitions"
            )

    def record_answer(self) -> None:
        """Kafka has answered a heartbeat, or given us partitions."""
        self._answered = time.clock_gettime(CLOCK)

    def seconds_since_answer(self) -> float | None:
        """Seconds since Kafka has answered; None where it has not been asked yet."""
        answered = self._answered
        return None if answered is None else time.clock_gettime(CLOCK) - answered

    async def wait_until_connected(self) -> None:
        """Wait until Kafka knows us to be there; ends the process as `check` does."""
        self.check()
        while self._answered is not None and time.clock_gettime(CLOCK) - self._answered > self._longest:
            await asyncio.sleep(POLL_SECONDS)
            self.check()

    def require_live(self) -> None:
        """Look, from any thread, right before something is sent; raises `Unavailable` where Kafka is silent.

        Ends the process as `check` does.
        """
        self.check()
        silent = self.seconds_since_answer()
        if silent is not None and silent > self._longest:
            raise Unavailable(
                f"Kafka has not answered for {silent:.1f} s, and others may have taken over: nothing is sent"
            )

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.check()
            self._last_tick = time.clock_gettime(CLOCK)
